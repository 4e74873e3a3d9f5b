import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EventSourceMapping,
  startEventSourceMapping,
} from '../../../local/lambda/event-source-mapping.ts';
import { type QueueFixture, startQueue } from '../engines/queue.fixture.ts';

let fixture: QueueFixture;
let mapping: EventSourceMapping | null;
let errors: unknown[];

beforeEach(async () => {
  fixture = await startQueue();
  mapping = null;
  errors = [];
});
afterEach(async () => {
  // The engine's end ends the poll that is waiting.
  const stopped = mapping?.stop(5000);
  await fixture.close();
  await stopped;
});

type Invoke = (event: SQSEvent, invocation: number) => unknown;

/** Runs a mapping and resolves with the bodies it delivered, in order, once there were so many. */
function deliver(
  count: number,
  invoke: Invoke,
  changes: { maximumConcurrency?: number; batchSize?: number; reports?: boolean } = {},
) {
  const bodies: string[] = [];
  return new Promise<string[]>((resolve) => {
    mapping = startEventSourceMapping({
      definition: {
        queue: fixture.queue,
        functionName: 'worker',
        role: '',
        batchSize: changes.batchSize ?? 10,
        batchingWindowSeconds: 0,
        reportsItemFailures: changes.reports ?? true,
        maximumConcurrency: changes.maximumConcurrency ?? 2,
      },
      sqs: fixture.sqs,
      onError: (error) => errors.push(error),
      invoke: async (event) => {
        const received = event as SQSEvent;
        const invocation = bodies.length + 1;
        bodies.push(...received.Records.map(({ body }) => body));
        try {
          return await invoke(received, invocation);
        } finally {
          if (bodies.length >= count) resolve(bodies);
        }
      },
    });
  });
}

/** The answer that reports the records, which come again after a second. */
async function fail(records: readonly SQSRecord[]) {
  await fixture.hideBriefly(records);
  return { batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function left(): Promise<{ waiting: string; hidden: string }> {
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const answer = await fixture.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: fixture.queue.url, AttributeNames: [...names] }),
  );
  return { waiting: answer.Attributes?.[names[0]] ?? '', hidden: answer.Attributes?.[names[1]] ?? '' };
}

describe('an event source mapping', () => {
  it('invokes the function with Lambda’s event and deletes handled messages', async () => {
    await fixture.send('{"parcel":1}', 'lane-7');
    let event: SQSEvent | undefined;
    await deliver(1, (received) => {
      event = received;
    });
    await mapping?.stop(5000);
    expect(event?.Records).toHaveLength(1);
    expect(event?.Records[0]).toMatchObject({
      body: '{"parcel":1}',
      eventSource: 'aws:sqs',
      eventSourceARN: fixture.queue.arn,
      awsRegion: 'us-east-1',
      attributes: {
        ApproximateReceiveCount: '1',
        MessageGroupId: 'lane-7',
        SequenceNumber: expect.stringMatching(/^\d{20}$/),
      },
      messageAttributes: { kind: { dataType: 'String', stringValue: 'box' } },
    });
    expect(await left()).toEqual({ waiting: '0', hidden: '0' });
  });

  it('keeps the order of a group while one of its messages fails', async () => {
    for (const body of ['first', 'second', 'third']) await fixture.send(body);
    const bodies = await deliver(4, ({ Records }, invocation) =>
      invocation === 1 ? fail(Records.slice(0, 1)) : {},
    );
    expect(bodies).toEqual(['first', 'first', 'second', 'third']);
  });

  it('deletes the handled messages of a batch and leaves the failed one', async () => {
    for (const group of ['a', 'b', 'c']) await fixture.send(group, group);
    const bodies = await deliver(4, ({ Records }, invocation) =>
      invocation === 1 ? fail(Records.filter(({ body }) => body === 'b')) : {},
    );
    expect(bodies).toEqual(['a', 'b', 'c', 'b']);
    await mapping?.stop(5000);
    expect(await left()).toEqual({ waiting: '0', hidden: '0' });
  });

  it('delivers the whole batch again where the function throws', async () => {
    await fixture.send('a', 'a');
    await fixture.send('b', 'b');
    const bodies = await deliver(4, async ({ Records }, invocation) => {
      if (invocation > 1) return;
      await fixture.hideBriefly(Records);
      throw new Error('broken');
    });
    expect(bodies.sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('moves a message to the dead-letter queue after maxReceiveCount', async () => {
    await fixture.send('poison');
    const bodies = await deliver(2, async ({ Records }) => {
      await fixture.hideBriefly(Records);
      throw new Error('broken');
    });
    expect(bodies).toEqual(['poison', 'poison']);
    expect(await fixture.deadLetter()).toBe('poison');
    expect(errors.length).toBe(2);
  });

  it('leaves a failed message hidden for the time that the function set', async () => {
    await fixture.send('later', 'a');
    const times: number[] = [];
    const bodies = await deliver(2, async ({ Records }, invocation) => {
      times.push(Date.now());
      return invocation === 1 ? fail(Records) : {};
    });
    expect(bodies).toEqual(['later', 'later']);
    // The queue's own ten minutes would not have brought it back.
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(900);
  });

  it('ignores batchItemFailures where the mapping does not enable them', async () => {
    await fixture.send('only');
    await deliver(1, ({ Records }) => ({ batchItemFailures: [{ itemIdentifier: Records[0]!.messageId }] }), {
      reports: false,
    });
    await mapping?.stop(5000);
    expect(await left()).toEqual({ waiting: '0', hidden: '0' });
  });

  it('runs as many batches at once as the template allows', async () => {
    for (const group of ['a', 'b', 'c']) await fixture.send(group, group);
    const finish: Array<() => void> = [];
    const finished = deliver(3, () => new Promise<void>((resolve) => finish.push(resolve)), {
      maximumConcurrency: 2,
      batchSize: 1,
    });
    await expect.poll(() => finish.length).toBe(2);
    // A third poll, were there one, would be answered before these.
    await left();
    expect(await left()).toEqual({ waiting: '1', hidden: '2' });
    finish[0]?.();
    await expect.poll(() => finish.length).toBe(3);
    for (const resolve of finish) resolve();
    expect((await finished).sort()).toEqual(['a', 'b', 'c']);
  });

  describe('when stopped', () => {
    /** A queue that gives one message and then nothing, at once, so that only the batch in work can hold up a stop. */
    function startWithOneMessage(invoke: () => Promise<unknown>) {
      const sqs = new SQSClient({ region: 'us-east-1' });
      const mock = mockClient(sqs);
      const message = { MessageId: 'a', ReceiptHandle: 'handle-a', Body: '' };
      const later = () => new Promise((resolve) => setImmediate(resolve, {}));
      mock
        .on(ReceiveMessageCommand)
        .resolvesOnce({ Messages: [message] })
        .callsFake(later);
      const definition = {
        queue: fixture.queue,
        functionName: 'worker',
        role: '',
        batchSize: 10,
        batchingWindowSeconds: 0,
        reportsItemFailures: true,
        maximumConcurrency: 2,
      };
      const started = startEventSourceMapping({
        definition,
        sqs,
        invoke,
        onError: (error) => errors.push(error),
      });
      return { started, deleted: () => mock.commandCalls(DeleteMessageBatchCommand).length };
    }

    it('waits for the batch in progress and deletes its handled messages', async () => {
      let finish = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const { started, deleted } = startWithOneMessage(() => {
        begin();
        return finished;
      });
      await begun;
      let isStopped = false;
      const stopped = started.stop(10_000).then(() => {
        isStopped = true;
      });
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(isStopped).toBe(false);
      finish();
      await stopped;
      expect(deleted()).toBe(1);
    });

    it('leaves a batch that takes longer than the limit', async () => {
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const { started, deleted } = startWithOneMessage(() => {
        begin();
        return new Promise(() => {});
      });
      await begun;
      await started.stop(20);
      expect(deleted()).toBe(0);
    });
  });
});
