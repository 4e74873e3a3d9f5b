import { randomUUID } from 'node:crypto';
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { startFauxqsEngine } from '../../local/engines/fauxqs-engine.ts';

interface TestQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
}

export interface TestQueues {
  readonly sqs: SQSClient;
  /** A new FIFO queue. */
  create(attributes?: Readonly<Record<string, string>>): Promise<TestQueue>;
  /** Removes the queues. */
  close(): Promise<void>;
}

export function getSqsClient(url: string): SQSClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new SQSClient({ endpoint: url, region: 'us-east-1', credentials, useQueueUrlAsEndpoint: false });
}

/** Queues on the server that `SQS_ENDPOINT` names or else in the embedded engine. */
export async function openTestQueues(): Promise<TestQueues> {
  const elsewhere = process.env.SQS_ENDPOINT;
  const engine = elsewhere === undefined ? await startFauxqsEngine(0, null) : null;
  const sqs = getSqsClient(engine?.url ?? elsewhere ?? '');
  const created: string[] = [];
  return {
    sqs,
    create: async (attributes = {}) => {
      const name = `test-${randomUUID()}.fifo`;
      const Attributes = { FifoQueue: 'true', ...attributes };
      const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
      created.push(QueueUrl);
      const found = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
      return { name, url: QueueUrl, arn: found.Attributes?.QueueArn ?? '' };
    },
    close: async () => {
      if (engine === null)
        for (const QueueUrl of created) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
      sqs.destroy();
      await engine?.close();
    },
  };
}
