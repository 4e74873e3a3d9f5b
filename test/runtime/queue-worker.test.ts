import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import {
  BudgetExhausted,
  Deferred,
  OperatorActionNeeded,
  Rejected,
  Throttled,
} from '../../lib/domain/errors.ts';
import type { LogFields } from '../../lib/domain/ports/log.ts';
import type { Log } from '../../lib/runtime/logger.ts';
import type { Count, MetricName } from '../../lib/runtime/metrics.ts';
import { type Heartbeat, processBatch } from '../../lib/runtime/queue-worker.ts';
import { FailedAttempts } from '../../lib/store/failed-attempts.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const sqs = mockClient(SQSClient);
const NOW = Date.UTC(2026, 1, 3);
/** The table is down. */
const fourFailures = { add: async () => 4 };
const unknownFailures = { add: async () => Promise.reject(new Error('ECONNREFUSED')) };
const schema = z.object({ n: z.number() });

function record(n: number, group: string, receives = 1): SQSRecord {
  return {
    messageId: `m${n}`,
    receiptHandle: `r${n}`,
    body: JSON.stringify({ n }),
    attributes: {
      ApproximateReceiveCount: String(receives),
      MessageGroupId: group,
    } as SQSRecord['attributes'],
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:1:q.fifo',
    awsRegion: 'eu-west-1',
  };
}

function run(
  records: SQSRecord[],
  process: (messages: readonly { n: number }[]) => Promise<void>,
  timeLeftMs = () => 30_000,
  failures: { add(messageId: string): Promise<number> } = new FailedAttempts(new InMemoryTable(), () => NOW),
  heartbeat?: Heartbeat,
  isParallel = false,
) {
  const counted: MetricName[] = [];
  const dimensions: Array<Parameters<Count>[1]> = [];
  const lines: unknown[] = [];
  const events: unknown[] = [];
  const event: SQSEvent = { Records: records };
  let keys: LogFields = {};
  const log: Log = {
    setKeys: (next) => {
      keys = next;
    },
    event: (name, fields) => void events.push([name, { ...keys, ...fields }]),
    failure: (name, error, fields) => void lines.push([name, error, { ...keys, ...fields }]),
  };
  const result = processBatch(event, {
    schema,
    process,
    sqs: new SQSClient({ region: 'eu-west-1' }),
    queueUrl: 'https://q',
    deadLetterQueueUrl: 'https://dlq',
    failures,
    log,
    count: (metric, of) => {
      counted.push(metric);
      if (of !== undefined) dimensions.push(of);
    },
    timeLeftMs,
    random: () => 0,
    isParallel,
    ...(heartbeat && { heartbeat }),
  });
  return { result, counted, dimensions, lines, events };
}

const broken = () => Promise.reject(new TypeError('undefined is not a function'));
const details = { system: 'DEAR', operation: 'read sale' };

describe('a message whose work may take long', () => {
  const hiddenFor = () =>
    sqs
      .commandCalls(ChangeMessageVisibilityCommand)
      .map(({ args: [{ input }] }) => [input.ReceiptHandle, input.VisibilityTimeout]);
  let beat = () => {};
  let isStopped = false;
  const heartbeat: Heartbeat = {
    hiddenSeconds: 120,
    everyMs: 30_000,
    repeat: (action) => {
      beat = action;
      isStopped = false;
      return () => {
        isStopped = true;
      };
    },
  };
  const process = (work: () => Promise<void>) => run([record(1, 'a')], work, undefined, undefined, heartbeat);

  beforeEach(() => {
    sqs.reset();
    sqs.onAnyCommand().resolves({});
  });

  it('is hidden for two minutes as the work begins, and again with each beat, until it is done', async () => {
    const { result } = process(async () => {
      expect(hiddenFor()).toEqual([['r1', 120]]);
      beat();
      beat();
    });
    expect(await result).toEqual({ batchItemFailures: [] });
    expect(hiddenFor()).toEqual(Array.from({ length: 3 }, () => ['r1', 120]));
    expect(isStopped).toBe(true);
  });

  it('comes back when its failure says, whatever beat was on its way', async () => {
    const { result } = process(async () => {
      beat();
      throw new Deferred('too early', 7_000);
    });
    await result;
    expect(isStopped).toBe(true);
    expect(hiddenFor().at(-1)).toEqual(['r1', 7]);
  });

  it('is worked on although a beat fails, which is logged', async () => {
    sqs.on(ChangeMessageVisibilityCommand).rejectsOnce(new Error('ECONNRESET')).resolves({});
    const done: string[] = [];
    const { result, lines } = process(async () => {
      beat();
      done.push('worked');
    });
    expect(await result).toEqual({ batchItemFailures: [] });
    expect(done).toEqual(['worked']);
    expect(lines).toMatchObject([['message.notHidden', expect.any(Error), { group: 'a' }]]);
  });
});

describe('a batch of a FIFO queue', () => {
  beforeEach(() => {
    sqs.reset();
    sqs.onAnyCommand().resolves({});
  });

  it('is processed group by group, each group at once and in order', async () => {
    const seen: number[][] = [];
    const { result } = run([record(1, 'a'), record(2, 'b'), record(3, 'a')], async (messages) => {
      seen.push(messages.map(({ n }) => n));
    });
    expect(await result).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([[1, 3], [2]]);
  });

  it('begins all groups at once where their work may be one call, and names the group in each line', async () => {
    const begun: number[] = [];
    const all = Promise.withResolvers<void>();
    const work = async ([message]: readonly { n: number }[]) => {
      begun.push(message?.n ?? 0);
      if (begun.length === 3) all.resolve();
      await all.promise;
      if (message?.n === 2) throw new Deferred('later', 5_000);
    };
    const records = [record(1, 'a'), record(2, 'b'), record(3, 'c')];
    const { result, events } = run(records, work, undefined, undefined, undefined, true);
    expect(await result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(events).toEqual([['message.deferred', { group: 'b', attempt: 1, reason: 'later' }]]);
  });

  it('reports a failed group as a whole and finishes the others', async () => {
    const { result } = run([record(1, 'a'), record(2, 'b'), record(3, 'a')], async ([first]) => {
      if (first?.n === 1) throw new Throttled(details, 61_000);
    });
    expect(await result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }, { itemIdentifier: 'm3' }] });
  });

  it('lets a failed group come back at the time that its error asks for', async () => {
    const { result, counted } = run([record(1, 'a')], async () => {
      throw new Throttled(details, 61_500);
    });
    await result;
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toEqual({
      QueueUrl: 'https://q',
      ReceiptHandle: 'r1',
      VisibilityTimeout: 62,
    });
    expect(counted).toEqual(['Throttled', 'MessageDeferred']);
  });

  it('counts what the budget sends away apart from what the other side refuses', async () => {
    const { result, counted, lines, events } = run([record(1, 'a')], async () => {
      throw new BudgetExhausted(details, 5_000);
    });
    expect((await result).batchItemFailures).toHaveLength(1);
    expect(counted).toEqual(['BudgetDeferred', 'MessageDeferred']);
    expect(lines).toEqual([]);
    const reason = 'DEAR has no call left for us just now: read sale';
    expect(events).toEqual([['message.deferred', { group: 'a', attempt: 1, reason }]]);
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toMatchObject({
      VisibilityTimeout: 5,
    });
  });

  it('begins no group that it might not finish, and gives it back at once', async () => {
    let left = 30_000;
    const seen: number[] = [];
    const work = async ([message]: readonly { n: number }[]) => {
      seen.push(message?.n ?? 0);
      left = 16_999;
    };
    const { result } = run([record(1, 'a'), record(2, 'b')], work, () => left);
    expect(await result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(seen).toEqual([1]);
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand)[0]?.args[0].input).toMatchObject({
      VisibilityTimeout: 0,
    });
  });

  it('returns a message whose refusal no workflow recorded', async () => {
    const { result } = run([record(1, 'a')], async () => {
      throw new Rejected(details);
    });
    expect((await result).batchItemFailures).toHaveLength(1);
  });

  it('neither counts nor logs what is merely too early as a failure, and says what it waits for', async () => {
    const { result, counted, lines, events } = run([record(1, 'a')], async () => {
      throw new Deferred('later', 5_000);
    });
    expect((await result).batchItemFailures).toHaveLength(1);
    expect(counted).toEqual(['MessageDeferred']);
    expect(lines).toEqual([]);
    expect(events).toEqual([['message.deferred', { group: 'a', attempt: 1, reason: 'later' }]]);
  });

  it.each([
    ['DEAR', 'DEAR'],
    ['Secrets Manager', 'Secrets Manager'],
    ['harbour', 'provider'],
  ])('counts refused credentials of %s for the system %s', async (named, system) => {
    const { result, counted, dimensions } = run([record(1, 'a')], async () => {
      throw new OperatorActionNeeded({ ...details, system: named });
    });
    await result;
    expect(counted).toEqual(['OperatorActionNeeded', 'MessageDeferred']);
    expect(dimensions).toEqual([{ system }]);
  });

  it('parks a message that failed four times for an unknown reason in the dead-letter queue', async () => {
    const failures = new FailedAttempts(new InMemoryTable(), () => NOW);
    const fail = () =>
      run([record(1, 'a')], broken, undefined, failures).result.then(
        ({ batchItemFailures }) => batchItemFailures,
      );
    for (const _ of [1, 2, 3]) expect(await fail()).toHaveLength(1);
    expect(sqs.commandCalls(SendMessageCommand)).toEqual([]);
    expect(await fail()).toEqual([]);
    expect(sqs.commandCalls(SendMessageCommand)[0]?.args[0].input).toMatchObject({
      QueueUrl: 'https://dlq',
      MessageBody: '{"n":1}',
      MessageGroupId: 'a',
    });
  });

  it('gives a message all its tries, however often it has waited before', async () => {
    const failures = new FailedAttempts(new InMemoryTable(), () => NOW);
    const waits = () => Promise.reject(new BudgetExhausted(details, 5_000));
    await run([record(1, 'a', 40)], waits, undefined, failures).result;
    const { result, counted } = run([record(1, 'a', 41)], broken, undefined, failures);
    expect((await result).batchItemFailures).toHaveLength(1);
    expect(counted).not.toContain('MessageParked');
    // The wait of a first failure, 15 s, and not of a forty-first.
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand).at(-1)?.args[0].input).toMatchObject({
      VisibilityTimeout: 15,
    });
  });

  it('keeps a message while the table cannot count its failures, however often its workers died', async () => {
    const { result, counted } = run([record(1, 'a', 8)], broken, undefined, unknownFailures);
    expect((await result).batchItemFailures).toHaveLength(1);
    expect(counted).not.toContain('MessageParked');
    // So that 500 receives last for 33 hours.
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand).at(-1)?.args[0].input).toMatchObject({
      VisibilityTimeout: 240,
    });
  });

  const answered = (name: string, httpStatusCode: number) =>
    Object.assign(new Error('x'), { name, $metadata: { httpStatusCode } });
  const unanswered = (code: string) => Object.assign(new Error('x'), { code, $metadata: { attempts: 3 } });

  it.each<readonly [string, Error]>([
    ['a time-out of the SDK', Object.assign(new Error('x'), { name: 'TimeoutError' })],
    ...['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].map(
      (code): [string, Error] => [code, unanswered(code)],
    ),
    ['a refusal of every address', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })],
    ...['RequestTimeout', 'RequestLimitExceeded', 'ProvisionedThroughputExceededException'].map(
      (name): [string, Error] => [name, answered(name, 400)],
    ),
    ...['ThrottlingException', 'RequestThrottled', 'KmsThrottled', 'OverLimit', 'SlowDown'].map(
      (name): [string, Error] => [name, answered(name, 403)],
    ),
    ['InternalServerError', answered('InternalServerError', 500)],
    ['ServiceUnavailable', answered('ServiceUnavailable', 503)],
  ])('keeps a message at %s of AWS, which is not counted as a failure of it', async (_, error) => {
    const failures = { add: vi.fn(async () => 4) };
    const { result, counted } = run([record(1, 'a')], () => Promise.reject(error), undefined, failures);
    expect((await result).batchItemFailures).toHaveLength(1);
    expect(counted).toEqual(['Unavailable', 'MessageDeferred']);
    expect(failures.add).not.toHaveBeenCalled();
    expect(sqs.commandCalls(ChangeMessageVisibilityCommand).at(-1)?.args[0].input).toMatchObject({
      VisibilityTimeout: 15,
    });
  });

  it.each<readonly [string, unknown]>([
    ['ValidationException', answered('ValidationException', 400)],
    ['AccessDeniedException', answered('AccessDeniedException', 400)],
    ['ResourceNotFoundException', answered('ResourceNotFoundException', 400)],
    ['an error of ours with such a cause', new Error('x', { cause: unanswered('ECONNRESET') })],
    ['a thrown text', 'ECONNRESET'],
  ])('parks a message after four failures with %s', async (_, error) => {
    const { counted, result } = run([record(1, 'a')], () => Promise.reject(error), undefined, fourFailures);
    expect((await result).batchItemFailures).toEqual([]);
    expect(counted).toEqual(['UnexpectedFailure', 'MessageParked']);
  });

  it('treats a message that it cannot read the same way, without touching the other groups', async () => {
    const unreadable = { ...record(1, 'a', 4), body: 'not json' };
    const seen: number[] = [];
    const work = async ([message]: readonly { n: number }[]) => void seen.push(message?.n ?? 0);
    const { result } = run([unreadable, record(2, 'b')], work, undefined, fourFailures);
    expect(await result).toEqual({ batchItemFailures: [] });
    expect(seen).toEqual([2]);
    expect(sqs.commandCalls(SendMessageCommand)).toHaveLength(1);
  });

  it('keeps a group whose parking fails, and finishes the other groups', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('no'));
    const work = async ([message]: readonly { n: number }[]) => {
      if (message?.n === 1) await broken();
    };
    const { result, counted } = run([record(1, 'a', 9), record(2, 'b')], work, undefined, fourFailures);
    expect(await result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(counted).toContain('MessageProcessed');
  });

  it('keeps a failed group whose visibility cannot be changed, and finishes the other groups', async () => {
    sqs.on(ChangeMessageVisibilityCommand).rejects(new Error('throttled'));
    const work = async ([message]: readonly { n: number }[]) => {
      if (message?.n === 2) await broken();
    };
    const { result, counted } = run([record(1, 'a'), record(2, 'b'), record(3, 'c')], work);
    expect(await result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect(counted.filter((metric) => metric === 'MessageProcessed')).toHaveLength(2);
  });
});
