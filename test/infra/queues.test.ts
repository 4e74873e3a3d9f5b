import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const QUEUES = ['sale-events', 'fulfillment', 'confirmations', 'jobs'];

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

const queueId = (name: string) => bridge.toId('AWS::SQS::Queue', 'QueueName', `acme-test-${name}`);
const getProperties = (id: string) => bridge.ofType('AWS::SQS::Queue')[id]!.Properties;

describe('a queue', () => {
  it('is one of four with their dead-letter queues, and one for schedules that fail', () => {
    const names = Object.values(bridge.ofType('AWS::SQS::Queue')).map((queue) => queue.Properties.QueueName);
    const expected = QUEUES.flatMap((name) => [`${name}.fifo`, `${name}-dead-letter.fifo`]);
    expect(names.sort()).toEqual(
      [...expected, 'schedules-dead-letter'].map((name) => `acme-test-${name}`).sort(),
    );
  });

  it('is encrypted and keeps a message for 14 days', () => {
    bridge.assertions.allResourcesProperties('AWS::SQS::Queue', {
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
    });
  });

  it('refuses a call without TLS', () => {
    const refusing = Object.values(bridge.ofType('AWS::SQS::QueuePolicy')).map((policy) => policy.Properties);
    for (const queue of Object.keys(bridge.ofType('AWS::SQS::Queue'))) {
      const policy = refusing.find(({ Queues }) => isDeepStrictEqual(Queues, [{ Ref: queue }]));
      expect(policy?.PolicyDocument).toMatchObject({
        Statement: [
          {
            Effect: 'Deny',
            Action: 'sqs:*',
            Principal: { AWS: '*' },
            Resource: { 'Fn::GetAtt': [queue, 'Arn'] },
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      });
    }
  });

  it.each(QUEUES)('%s hands over to a FIFO dead-letter queue, and only after many deferrals', (name) => {
    expect(getProperties(queueId(`${name}.fifo`))).toMatchObject({
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      RedrivePolicy: {
        deadLetterTargetArn: { 'Fn::GetAtt': [queueId(`${name}-dead-letter.fifo`), 'Arn'] },
        maxReceiveCount: 500,
      },
    });
    expect(getProperties(queueId(`${name}-dead-letter.fifo`))).toMatchObject({
      FifoQueue: true,
    });
  });

  it('hashes bodies only where its sender cannot give a deduplication id', () => {
    const hashing = Object.values(bridge.ofType('AWS::SQS::Queue'))
      .filter((queue) => queue.Properties.ContentBasedDeduplication)
      .map((queue) => queue.Properties.QueueName);
    expect(hashing).toEqual(['acme-test-jobs.fifo']);
  });
});
