import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  confirmationsPublisher,
  jobsPublisher,
  ordersPublisher,
  saleEventsPublisher,
} from '../../lib/messaging/queues.ts';

const sqs = mockClient(SQSClient);
const client = new SQSClient({ region: 'eu-west-1' });
const sent = () => sqs.commandCalls(SendMessageCommand).map(({ args }) => args[0].input);
const event = {
  saleId: 'a-1',
  saleTaskId: '',
  saleOrderNumber: 'SO-1',
  event: 'Sale/Undo',
  trackingNumbers: [],
  receivedAt: '',
};

describe('publishing', () => {
  beforeEach(() => {
    sqs.reset();
    sqs.on(SendMessageCommand).resolves({});
  });

  it('groups sale events by sale, by the best name that the event has', async () => {
    const publisher = saleEventsPublisher(client, 'https://q');
    await publisher.publish(event);
    await publisher.publish({ ...event, saleId: '', saleTaskId: 't-1' });
    await publisher.publish({ ...event, saleId: '', saleOrderNumber: 'SO 1/ü' });
    expect(sent().map(({ MessageGroupId }) => MessageGroupId)).toEqual(['a-1', 't-1', 'SO_1__']);
  });

  it('groups orders by reference, confirmations by sale and jobs by job and connection', async () => {
    await ordersPublisher(client, 'https://q').publish({ reference: 'SO-1-1' });
    await confirmationsPublisher(client, 'https://q').publish({ reference: 'SO-1-12' });
    await jobsPublisher(client, 'https://q').publish({ job: 'collect-shipments', connection: 'lantern' });
    expect(sent().map(({ MessageGroupId }) => MessageGroupId)).toEqual([
      'SO-1-1',
      'SO-1',
      'collect-shipments#lantern',
    ]);
  });

  it('never lets SQS drop a second look at the same sale', async () => {
    const publisher = saleEventsPublisher(client, 'https://q');
    await publisher.publish(event);
    await publisher.publish(event);
    expect(new Set(sent().map(({ MessageDeduplicationId }) => MessageDeduplicationId)).size).toBe(2);
  });

  it('fails where SQS does not hold the message', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('no'));
    await expect(ordersPublisher(client, 'https://q').publish({ reference: 'SO-1-1' })).rejects.toThrow('no');
  });
});
