import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Timeline } from '../sandbox/timeline.ts';
import type { ScheduleDefinition } from '../template/stack.ts';
import { parseSchedule } from './schedule-expression.ts';

/** A timer of Node's holds at most 2^31 - 1 ms; a later run is reached in steps of a day. */
const LONGEST_WAIT_MS = 86_400_000;

export interface ScheduleOptions {
  readonly definitions: readonly ScheduleDefinition[];
  readonly sqs: SQSClient;
  readonly timeline: Timeline;
  readonly onError: (error: unknown) => void;
}

/**
 * Sends each schedule's input to its queue at its times, the first after one whole period. A run that was missed while
 * the local system did not run is not made up for. A send that SQS refuses is reported; the next run comes all the same.
 * @returns stops them all
 * @throws {ScheduleExpressionError}
 */
export function startSchedules({ definitions, sqs, timeline, onError }: ScheduleOptions): () => void {
  const stops = definitions.map((definition) => {
    const send = (at: number) => sendInput(definition, sqs, at).catch(onError);
    return startSchedule(definition, timeline, send);
  });
  return () => {
    for (const stop of stops) stop();
  };
}

function startSchedule(
  definition: ScheduleDefinition,
  timeline: Timeline,
  send: (at: number) => Promise<void>,
): () => void {
  const nextRun = parseSchedule(definition.expression, definition.timezone, timeline.now());
  let cancel = () => {};
  const wait = (after: number) => {
    const at = nextRun(after);
    if (at === null) return;
    const milliseconds = Math.max(0, at - timeline.now());
    cancel = timeline.after(Math.min(milliseconds, LONGEST_WAIT_MS), () => {
      // A timer may ring a little early, and steps of a long wait ring much earlier.
      if (timeline.now() < at) return wait(after);
      void send(at);
      wait(at);
    });
  };
  wait(timeline.now());
  return () => cancel();
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

/** The words that EventBridge Scheduler replaces in an input, wherever they stand. */
function withContext({ name, input }: ScheduleDefinition, at: number): string {
  const scheduledTime = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
  return input
    .replaceAll('<aws.scheduler.scheduled-time>', scheduledTime)
    .replaceAll('<aws.scheduler.execution-id>', randomUUID())
    .replaceAll('<aws.scheduler.attempt-number>', '1')
    .replaceAll('<aws.scheduler.schedule-arn>', name);
}
