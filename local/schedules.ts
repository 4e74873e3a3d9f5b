import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { Cron } from 'croner';
import type { Timeline } from 'dear-sandbox/kit';
import * as z from 'zod';
import { parseDuration } from '../lib/domain/clock.ts';
import type { ScheduleDefinition } from './template/stack.ts';

/** An expression that EventBridge Scheduler refuses or the local system does not support. */
class ScheduleExpressionError extends Error {
  override readonly name = 'ScheduleExpressionError';
}

/** The time of the next run after a time, or null. Times are ms since the Unix epoch. */
type NextRun = (after: number) => number | null;

/**
 * Reads EventBridge Scheduler's `rate(5 minutes)` and `cron(51 0,12 * * ? *)`.
 * @param timezone IANA name; a rate does not depend on it
 * @param start the start of the schedule, from which a rate counts
 * @throws {ScheduleExpressionError}
 */
export function parseSchedule(expression: string, timezone: string, start: number): NextRun {
  const [, kind = '', argument = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rateRuns(argument, start);
  if (kind === 'cron') return cronRuns(argument, timezone);
  throw new ScheduleExpressionError(`'${expression}' is neither rate(…) nor cron(…)`);
}

function rateRuns(argument: string, start: number): NextRun {
  const period = / (minute|hour|day)s?$/.test(argument) ? parseDuration(argument) : null;
  if (period === null || period === 0) throw unreadable(`rate(${argument})`, 'rate(5 minutes)');
  return (after) => start + (Math.floor((after - start) / period) + 1) * period;
}

/**
 * Minutes, hours, day of month, month, day of week, year. As in EventBridge, Sunday is day 1 and one of the two days is `?`.
 */
function cronRuns(argument: string, timezone: string): NextRun {
  const parts = argument.trim().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts;
  if (parts.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw unreadable(`cron(${argument})`, 'cron(51 0,12 * * ? *)');
  }
  const pattern = ['0', minutes, hours, toCronDay(dayOfMonth), month, toCronDay(dayOfWeek), year].join(' ');
  const cron = createCron(pattern, timezone, argument);
  return (after) => cron.nextRun(new Date(after))?.getTime() ?? null;
}

function toCronDay(day: string | undefined): string | undefined {
  return day === '?' ? '*' : day;
}

function createCron(pattern: string, timezone: string, argument: string): Cron {
  try {
    const cron = new Cron(pattern, { timezone, paused: true, alternativeWeekdays: true });
    cron.nextRun();
    return cron;
  } catch (cause) {
    throw new ScheduleExpressionError(`cron(${argument}) in ${timezone} cannot be read`, { cause });
  }
}

function unreadable(expression: string, example: string): ScheduleExpressionError {
  return new ScheduleExpressionError(`${expression} cannot be read; for example: ${example}`);
}

/** Node's timers are limited to 2^31 - 1 ms, so a longer wait is made of steps of a day. */
const MAX_WAIT_MS = 86_400_000;

interface ScheduleOptions {
  readonly definitions: readonly ScheduleDefinition[];
  /** A client of SQS in the name of a role. */
  readonly sqsOf: (role: string) => SQSClient;
  readonly timeline: Timeline;
  readonly sentRuns: SentRuns;
  readonly onError: (error: unknown) => void;
}

/** The time of each schedule's latest run, or of its creation, by its name: ms since the Unix epoch. */
export interface SentRuns {
  get(name: string): number | undefined;
  set(name: string, at: number): unknown;
}

/**
 * Sends each schedule's input to its queue at its times, first one whole period after it was created. EventBridge Scheduler
 * goes on while the functions are down, so runs that were missed while the local system was stopped are made up for, by one:
 * otherwise a system that is started again every few minutes would never run a job. A send that SQS refuses is reported, and
 * the schedule continues.
 * @returns a function that stops all schedules
 * @throws {ScheduleExpressionError}
 */
export function startSchedules(options: ScheduleOptions): () => void {
  const { definitions, sqsOf, sentRuns, onError } = options;
  const stops = definitions.map((definition) => {
    const send = async (at: number) => {
      await sendInput(definition, sqsOf(definition.role), at);
      sentRuns.set(definition.name, at);
    };
    return startSchedule(definition, options, (at) => send(at).catch(onError));
  });
  return () => {
    for (const stop of stops) stop();
  };
}

function startSchedule(
  { name, expression, timezone }: ScheduleDefinition,
  { timeline, sentRuns }: Pick<ScheduleOptions, 'timeline' | 'sentRuns'>,
  send: (at: number) => Promise<void>,
): () => void {
  const now = timeline.now();
  const latest = sentRuns.get(name);
  if (latest === undefined) sentRuns.set(name, now);
  const nextRun = parseSchedule(expression, timezone, latest ?? now);
  let cancel = () => {};
  const wait = (after: number) => {
    const at = nextRun(after);
    if (at === null) return;
    const milliseconds = Math.max(0, at - timeline.now());
    cancel = timeline.after(Math.min(milliseconds, MAX_WAIT_MS), () => {
      // A timer can fire slightly early, and a step of a long wait fires much earlier.
      if (timeline.now() < at) return wait(after);
      void send(at);
      wait(at);
    });
  };
  const missed = nextRun(latest ?? now);
  if (missed !== null && missed <= now) void send(missed);
  wait(now);
  return () => cancel();
}

const file = z.record(z.string(), z.number());

/** @param path of a JSON file, which is replaced as a whole */
export function keepSentRuns(path: string): SentRuns {
  const runs = file.parse(existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {});
  return {
    get: (name) => runs[name],
    set: (name, at) => {
      runs[name] = at;
      writeFileSync(`${path}.new`, JSON.stringify(runs));
      renameSync(`${path}.new`, path);
    },
  };
}

async function sendInput(definition: ScheduleDefinition, sqs: SQSClient, at: number): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: definition.queue.url,
      MessageBody: withContext(definition, at),
      MessageGroupId: definition.messageGroupId,
    }),
  );
}

/** Replaces EventBridge Scheduler's keywords in the input. */
function withContext({ name, input }: ScheduleDefinition, at: number): string {
  const scheduledTime = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return input
    .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1')
    .replaceAll('<aws.scheduler.schedule-arn>', name);
}
