import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  confirmationsPublisher,
  jobsPublisher,
  ordersPublisher,
  saleEventsPublisher,
} from '../../lib/messaging/publishers.ts';
import { findRefusal } from '../../local/engines/fauxqs-engine.ts';

const sqs = mockClient(SQSClient);
// The mock is of the class, which files that share a worker share too.
afterAll(() => sqs.restore());
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

  it('sends whatever a person typed so that SQS takes it, and it is read as it was typed', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom('\ufffe', '\uffff', '\ud800', '\udc00', '\u0000', '\u001b', '📦', 'é', ' '),
      }),
      fc.string({ unit: 'grapheme', minLength: 120, maxLength: 140 }),
    );
    await fc.assert(
      fc.asyncProperty(odd, odd, async (saleOrderNumber, number) => {
        sqs.resetHistory();
        const typed = { ...event, saleId: '', saleOrderNumber, trackingNumbers: [number] };
        await saleEventsPublisher(client, 'https://q').publish(typed);
        await ordersPublisher(client, 'https://q').publish({ reference: saleOrderNumber });
        await confirmationsPublisher(client, 'https://q').publish({ reference: saleOrderNumber });
        expect(sent().map(findRefusal)).toEqual([null, null, null]);
        expect(JSON.parse(sent()[0]?.MessageBody ?? '')).toEqual({ schemaVersion: 1, ...typed });
      }),
      { numRuns: 40 },
    );
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
