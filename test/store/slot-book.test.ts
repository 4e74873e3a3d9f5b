import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DynamoDbSlotBook } from '../../lib/store/slot-book.ts';
import { InMemorySlotBook } from '../fakes/in-memory-slot-book.ts';
import { describeSlotBookContract } from './slot-book-contract.ts';
import { openTestTable, type TestTable } from './test-table.ts';

const inMemory = new InMemorySlotBook();
describeSlotBookContract('memory', () => inMemory);

let table: TestTable;
let book: DynamoDbSlotBook;
beforeAll(async () => {
  table = await openTestTable();
  book = new DynamoDbSlotBook(table.client, table.name);
});
afterAll(() => table.close());
describeSlotBookContract('DynamoDB', () => book);

describe('a slot in DynamoDB', () => {
  const request = { now: 1_000, latest: 6_000, intervalMs: 100 };

  /** A table whose next slot is 3,000, and which says so with a refusal, as DynamoDB does and the embedded engine does not. */
  function refusing() {
    const client = new DynamoDBClient({ region: 'eu-west-1' });
    const dynamoDb = mockClient(client);
    const Item = { pk: { S: 'BUDGET#dear' }, sk: { S: 'BUDGET' }, nextSlot: { N: '3000' } };
    const refusal = new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item });
    dynamoDb
      .on(UpdateItemCommand)
      .rejectsOnce(refusal)
      .resolves({ Attributes: { nextSlot: { N: '3100' } } });
    return { dynamoDb, book: new DynamoDbSlotBook(client, 'slots') };
  }

  it('costs a second write after a wrong guess, and no read', async () => {
    const { dynamoDb, book } = refusing();
    expect(await book.book('dear', { ...request, expectsBacklog: false })).toEqual({
      slot: 3_000,
      nextSlot: 3_100,
    });
    expect(dynamoDb.commandCalls(UpdateItemCommand)).toHaveLength(2);
    expect(dynamoDb.commandCalls(GetItemCommand)).toHaveLength(0);
  });

  it('that is too late costs one write', async () => {
    const { dynamoDb, book } = refusing();
    const booking = await book.book('dear', { ...request, latest: 2_000, expectsBacklog: true });
    expect(booking).toEqual({ slot: null, nextSlot: 3_000 });
    expect(dynamoDb.commandCalls(UpdateItemCommand)).toHaveLength(1);
  });

  it('that others come before each time is asked for three times', async () => {
    const { dynamoDb, book } = refusing();
    const Item = { nextSlot: { N: '3000' } };
    dynamoDb
      .on(UpdateItemCommand)
      .rejects(new ConditionalCheckFailedException({ message: 'no', $metadata: {}, Item }));
    const booking = await book.book('dear', { ...request, expectsBacklog: true });
    expect(booking).toEqual({ slot: null, nextSlot: 3_000 });
    expect(dynamoDb.commandCalls(UpdateItemCommand)).toHaveLength(3);
  });

  it('costs one write on an idle account, where no backlog is expected or none could be waited for', async () => {
    let writes = 0;
    table.client.middlewareStack.add(
      (next) => (args) => {
        writes += 1;
        return next(args);
      },
      { step: 'initialize', name: 'countWrites' },
    );
    const idle = { now: 1_000, intervalMs: 100 };
    await book.book('idle-1', { ...idle, latest: 6_000, expectsBacklog: false });
    await book.book('idle-2', { ...idle, latest: 1_000, expectsBacklog: true });
    table.client.middlewareStack.remove('countWrites');
    expect(writes).toBe(2);
  });

  it('is not given up for a table that fails', async () => {
    const client = new DynamoDBClient({ region: 'eu-west-1' });
    mockClient(client).on(UpdateItemCommand).rejects(new Error('throughput'));
    const failing = new DynamoDbSlotBook(client, 'slots');
    await expect(failing.book('dear', { ...request, expectsBacklog: true })).rejects.toThrow('throughput');
    await expect(failing.postpone('dear', 9_000)).rejects.toThrow('throughput');
  });
});
