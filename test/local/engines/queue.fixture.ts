import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { QueueDefinition } from '../../../local/template/stack.ts';
import { openTestQueues } from '../../messaging/test-queues.ts';

export interface QueueFixture {
  readonly sqs: SQSClient;
  /** A FIFO queue whose messages stay hidden for ten minutes, however slow the machine, and are dead after two receives. */
  readonly queue: QueueDefinition;
  send(body: string, group?: string): Promise<void>;
  /** Makes received messages come again after a second. */
  hideBriefly(records: readonly SQSRecord[]): Promise<void>;
  /** Waits for a message in the dead-letter queue. */
  deadLetter(): Promise<string>;
  close(): Promise<void>;
}

export async function startQueue(): Promise<QueueFixture> {
  const queues = await openTestQueues();
  const { sqs } = queues;
  const dead = await queues.create();
  const attributes = {
    VisibilityTimeout: '600',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 }),
  };
  const parcels = await queues.create(attributes);
  const queue: QueueDefinition = {
    ...parcels,
    attributes,
    deadLetterArn: dead.arn,
    visibilityTimeoutSeconds: 600,
  };
  return {
    sqs,
    queue,
    send: async (body, group = 'one') => {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queue.url,
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: randomUUID(),
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'box' } },
        }),
      );
    },
    hideBriefly: async (records) => {
      for (const { receiptHandle: ReceiptHandle } of records) {
        const command = { QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 1 };
        await sqs.send(new ChangeMessageVisibilityCommand(command));
      }
    },
    deadLetter: async () => {
      const received = await sqs.send(new ReceiveMessageCommand({ QueueUrl: dead.url, WaitTimeSeconds: 20 }));
      return received.Messages?.[0]?.Body ?? '';
    },
    close: queues.close,
  };
}
