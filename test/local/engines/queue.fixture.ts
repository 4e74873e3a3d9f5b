import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startFauxqsEngine } from '../../../local/engines/fauxqs-engine.ts';
import type { QueueDefinition } from '../../../local/template/stack.ts';

export function getSqsClient(url: string): SQSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new SQSClient({ endpoint: url, region: 'us-east-1', credentials, useQueueUrlAsEndpoint: false });
}

export interface QueueFixture {
  readonly sqs: SQSClient;
  /** A FIFO queue whose messages stay hidden for a second and are dead after two receives. */
  readonly queue: QueueDefinition;
  send(body: string, group?: string): Promise<void>;
  /** Waits for a message in the dead-letter queue. */
  deadLetter(): Promise<string>;
  close(): Promise<void>;
}

export async function startQueue(): Promise<QueueFixture> {
  const engine = await startFauxqsEngine(0, null);
  const sqs = getSqsClient(engine.url);
  const toUrl = (name: string) => `${engine.url}/000000000000/${name}`;
  const getArn = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const attributes = {
    FifoQueue: 'true',
    VisibilityTimeout: '1',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: getArn('dead.fifo'), maxReceiveCount: 2 }),
  };
  await sqs.send(new CreateQueueCommand({ QueueName: 'dead.fifo', Attributes: { FifoQueue: 'true' } }));
  await sqs.send(new CreateQueueCommand({ QueueName: 'parcels.fifo', Attributes: attributes }));
  const queue: QueueDefinition = {
    name: 'parcels.fifo',
    url: toUrl('parcels.fifo'),
    arn: getArn('parcels.fifo'),
    attributes,
    deadLetterArn: getArn('dead.fifo'),
    visibilityTimeoutSeconds: 1,
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
    deadLetter: async () => {
      const received = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: toUrl('dead.fifo'), WaitTimeSeconds: 10 }),
      );
      return received.Messages?.[0]?.Body ?? '';
    },
    close: async () => {
      sqs.destroy();
      await engine.close();
    },
  };
}
