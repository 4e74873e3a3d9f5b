import { randomUUID } from 'node:crypto';
import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SqsOperatedQueue } from '../../operator/operated-queue.ts';
import { InMemoryOperatedQueue } from '../fakes/in-memory-operated-queue.ts';
import { openTestQueues, type TestQueues } from '../messaging/test-queues.ts';
import { describeOperatedQueue } from './operated-queue-contract.ts';

describeOperatedQueue('memory', async () => {
  const queue = new InMemoryOperatedQueue(Date.now);
  return {
    queue,
    park: async (body, group) => queue.park(body, group),
    waiting: async () => queue.redriven,
  };
});

let queues: TestQueues;
let sqs: SQSClient;

beforeAll(async () => {
  queues = await openTestQueues();
  sqs = queues.sqs;
});
afterAll(() => queues.close());

it('redrives a parked schedule in the message group of its job', async () => {
  const [url, deadLetterUrl] = [await createQueue(), await createQueue()];
  const queue = new SqsOperatedQueue(sqs, { url, deadLetterUrl }, 0);
  const parked = { id: 'm-1', group: '', parkedAt: '', receipt: await parkedReceipt(deadLetterUrl) };
  await queue.redrive({ ...parked, body: '{"job":"sync-inventory","connection":"lantern"}' });
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, MessageSystemAttributeNames: ['MessageGroupId'] }),
  );
  expect(Messages[0]?.Attributes?.MessageGroupId).toBe('sync-inventory#lantern');
});

async function parkedReceipt(QueueUrl: string): Promise<string> {
  const fifo = { MessageGroupId: 'any', MessageDeduplicationId: randomUUID() };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'any', ...fifo }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  return Messages[0]?.ReceiptHandle ?? '';
}

async function createQueue(): Promise<string> {
  return (await queues.create()).url;
}

describeOperatedQueue('SQS', async () => {
  const [url, deadLetterUrl] = [await createQueue(), await createQueue()];
  return {
    queue: new SqsOperatedQueue(sqs, { url, deadLetterUrl }, 0),
    park: async (body, group) => {
      const fifo = { MessageGroupId: group, MessageDeduplicationId: randomUUID() };
      await sqs.send(new SendMessageCommand({ QueueUrl: deadLetterUrl, MessageBody: body, ...fifo }));
    },
    waiting: async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 0 }),
      );
      return Messages.map(({ Body = '' }) => Body);
    },
  };
});
