import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { DynamoDbTable } from '../../lib/store/table.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { describeTableContract, PAGE_SIZE } from './table-contract.ts';
import { openTestTable, type TestTable } from './test-table.ts';

describeTableContract(
  'memory',
  (() => {
    const table = new InMemoryTable(PAGE_SIZE);
    const stored = async (partition: string) => table.stored().filter(({ pk }) => pk === partition);
    return () => ({ table, stored });
  })(),
);

let opened: TestTable;
let table: DynamoDbTable;

beforeAll(async () => {
  opened = await openTestTable({ indexed: true });
  table = new DynamoDbTable(opened.client, opened.name, PAGE_SIZE);
});

afterAll(() => opened.close());

async function stored(partition: string): Promise<ReadonlyArray<Record<string, unknown>>> {
  const answer = await DynamoDBDocumentClient.from(opened.client).send(
    new QueryCommand({
      TableName: opened.name,
      KeyConditionExpression: 'pk = :partition',
      ExpressionAttributeValues: { ':partition': partition },
    }),
  );
  return answer.Items ?? [];
}

describeTableContract('DynamoDB', () => ({ table, stored }));
