import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { manualTimeline } from 'dear-sandbox/kit';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { keepSentRuns, type SentRuns, startSchedules } from '../../../local/schedules.ts';
import type { ScheduleDefinition } from '../../../local/template/stack.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = Date.parse('2026-03-04T10:00:00Z');
const sqs = mockClient(SQSClient);
const client = new SQSClient({ region: 'us-east-1' });
beforeEach(() => {
  sqs.reset();
});

function definition(expression: string): ScheduleDefinition {
  return {
    name: 'count-north',
    expression,
    timezone: 'UTC',
    queue: {
      name: 'jobs.fifo',
      url: 'http://127.0.0.1:1/000000000000/jobs.fifo',
      arn: 'arn:aws:sqs:us-east-1:000000000000:jobs.fifo',
      attributes: {},
      deadLetterArn: null,
      visibilityTimeoutSeconds: 30,
    },
    role: 'scheduler',
    input: '{"job":"count","at":"<aws.scheduler.scheduled-time>"}',
    messageGroupId: 'count#north',
  };
}

function start(...expressions: string[]) {
  return startAt(START, new Map(), ...expressions);
}

function startAt(time: number, sentRuns: SentRuns, ...expressions: string[]) {
  const timeline = manualTimeline(time);
  const errors: unknown[] = [];
  const stop = startSchedules({
    definitions: expressions.map(definition),
    sqsOf: () => client,
    timeline,
    sentRuns,
    onError: (error) => errors.push(error),
  });
  return { timeline, errors, stop };
}

const bodies = () => sent().map(({ MessageBody }) => MessageBody);
const sent = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);

it('sends the input with the scheduled time, not the current time', async () => {
  const { timeline } = start('rate(5 minutes)');
  await timeline.advance(5 * MINUTE - 1);
  expect(sent()).toEqual([]);
  await timeline.advance(1);
  expect(sent()).toEqual([
    {
      QueueUrl: 'http://127.0.0.1:1/000000000000/jobs.fifo',
      MessageBody: '{"job":"count","at":"2026-03-04T10:05:00Z"}',
      MessageGroupId: 'count#north',
    },
  ]);
  await timeline.advance(10 * MINUTE);
  expect(sent()).toHaveLength(3);
});

it('runs a schedule that is later than a timer’s limit', async () => {
  const { timeline } = start('cron(0 10 3 5 ? *)');
  await timeline.advance(60 * DAY - 1);
  expect(sent()).toEqual([]);
  await timeline.advance(1);
  expect(sent()).toHaveLength(1);
});

it('reports a send that SQS refused, and continues', async () => {
  const { timeline, errors } = start('rate(1 minute)');
  sqs.on(SendMessageCommand).rejectsOnce(new Error('refused')).resolves({});
  await timeline.advance(MINUTE);
  await expect.poll(() => errors).toHaveLength(1);
  await timeline.advance(MINUTE);
  expect(sent()).toHaveLength(2);
});

it('sends nothing after it is stopped', async () => {
  const { timeline, stop } = start('rate(1 minute)', 'cron(* * * * ? *)');
  await timeline.advance(MINUTE);
  stop();
  await timeline.advance(10 * MINUTE);
  expect(sent()).toHaveLength(2);
});

function schedulesFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'schedules-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'schedules.json');
}

it('runs the jobs of a system that is started again before each period is over', async () => {
  const file = schedulesFile();
  for (const minute of [0, 3, 6, 9, 12]) {
    const { timeline, stop } = startAt(START + minute * MINUTE, keepSentRuns(file), 'rate(5 minutes)');
    await timeline.advance(MINUTE);
    await setImmediate();
    stop();
  }
  expect(bodies()).toEqual([
    '{"job":"count","at":"2026-03-04T10:05:00Z"}',
    '{"job":"count","at":"2026-03-04T10:10:00Z"}',
  ]);
});

it('makes up for a night of missed runs by one, and keeps its rhythm', async () => {
  const file = schedulesFile();
  startAt(START, keepSentRuns(file), 'rate(1 hour)').stop();
  const { timeline } = startAt(START + 9.5 * 60 * MINUTE, keepSentRuns(file), 'rate(1 hour)');
  await timeline.advance(30 * MINUTE);
  expect(bodies()).toEqual([
    '{"job":"count","at":"2026-03-04T11:00:00Z"}',
    '{"job":"count","at":"2026-03-04T20:00:00Z"}',
  ]);
});
