import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { jobMessage, orderMessage, saleEventMessage } from '../../lib/messaging/messages.ts';
import { processBatch } from '../../lib/runtime/queue-worker.ts';
import { ORDER } from '../../lib/store/fulfillment-orders.ts';
import { itemKey } from '../../lib/store/large-items.ts';
import { Fixtures } from '../store/fixtures/fixtures.ts';
import { World } from '../workflows/world.ts';

const items = new Fixtures(new URL('../store/fixtures/', import.meta.url));
const messages = new Fixtures(new URL('../messaging/fixtures/', import.meta.url));
const sqs = mockClient(SQSClient);

/** The workflows over a table that version 1 wrote: SO-00042-1 is planned and was not sent. */
async function version1(): Promise<World> {
  const world = new World();
  world.now += 60_000;
  for (const name of ['order', 'order content', 'order texts', 'sale', 'sale number']) {
    for (const item of items.records(name, 1)) {
      await world.table.putItem(itemKey.parse(item), item, { kind: 'none' });
    }
  }
  return world;
}

async function deliver<Message>(
  schema: z.ZodType<Message>,
  body: object,
  process: (messages: readonly Message[]) => Promise<void>,
) {
  const failures: unknown[] = [];
  const record = {
    messageId: 'message-1',
    receiptHandle: 'handle-1',
    body: JSON.stringify(body),
    attributes: { MessageGroupId: 'group', ApproximateReceiveCount: '9' },
  } as SQSRecord;
  const event: SQSEvent = { Records: [record] };
  const { batchItemFailures } = await processBatch(event, {
    schema,
    process,
    sqs: new SQSClient({}),
    queueUrl: 'queue',
    deadLetterQueueUrl: 'dead-letters',
    failures: { add: async () => 9 },
    log: { setKeys: () => {}, event: () => {}, failure: (_, error) => void failures.push(error) },
    count: () => {},
    timeLeftMs: () => 60_000,
    random: () => 0,
  });
  return { isDone: batchItemFailures.length === 0, failures };
}

beforeEach(() => {
  sqs.reset();
  sqs.on(SendMessageCommand).resolves({});
  sqs.on(ChangeMessageVisibilityCommand).resolves({});
});

describe('a message of version 1 over a table of version 1', () => {
  it('has an order dispatched', async () => {
    const world = await version1();
    const [body = {}] = messages.records('order', 1);
    const result = await deliver(orderMessage, body, async ([message]) => world.dispatch(message?.reference));
    expect(result).toEqual({ isDone: true, failures: [] });
    expect(await world.order()).toMatchObject({ status: 'Shipped', submission: { state: 'submitted' } });
  });

  it('has a sale reconciled', async () => {
    const world = await version1();
    for (const body of messages.records('sale event', 1)) {
      const result = await deliver(saleEventMessage, body, async (events) => world.reconcile(...events));
      expect(result).toEqual({ isDone: true, failures: [] });
    }
    expect(await world.order()).toMatchObject({ status: 'Queued', reference: 'SO-00042-1' });
    const [, { saleId = '' } = {}] = messages.records('sale event', 1);
    expect((await world.sales.read(String(saleId)))?.readAt).toBe('2026-02-03T09:01:00.000Z');
  });

  it('has a job run', async () => {
    const world = await version1();
    const [body = {}] = messages.records('job', 1);
    const result = await deliver(jobMessage, body, async () => void (await world.collect()));
    expect(result).toEqual({ isDone: true, failures: [] });
  });
});

describe('a record of a newer version', () => {
  it('keeps its message on the queue, however often it failed', async () => {
    const world = await version1();
    const [order = {}] = items.records('order', 1);
    await world.table.putItem(
      itemKey.parse(order),
      { ...order, schemaVersion: ORDER.version + 1, status: 'Packed' },
      { kind: 'none' },
    );
    const { isDone, failures } = await deliver(orderMessage, { reference: 'SO-00042-1' }, async () =>
      world.dispatch(),
    );
    expect(isDone).toBe(false);
    expect(failures).toMatchObject([{ name: 'NewerSchemaVersion', record: 'order SO-00042-1' }]);
    expect(sqs.commandCalls(SendMessageCommand)).toEqual([]);
  });

  it('that is the message itself stays on the queue', async () => {
    const body = { reference: 'SO-00042-1', schemaVersion: 2, readableFrom: 2 };
    const { isDone, failures } = await deliver(orderMessage, body, async () => {});
    expect(isDone).toBe(false);
    expect(failures).toMatchObject([{ name: 'NewerSchemaVersion', record: 'order message' }]);
    expect(sqs.commandCalls(SendMessageCommand)).toEqual([]);
  });
});
