import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { INDEXES } from '../../lib/store/indexes.ts';
import { DynamoDbTable } from '../../lib/store/table.ts';
import { startDynaliteEngine } from '../../local/engines/dynalite-engine.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { describeTableContract, PAGE_SIZE } from './table-contract.ts';

describeTableContract(
  'memory',
  (() => {
    const table = new InMemoryTable(PAGE_SIZE);
    const stored = async (partition: string) => table.stored().filter(({ pk }) => pk === partition);
    return () => ({ table, stored });
  })(),
);

let engine: Awaited<ReturnType<typeof startDynaliteEngine>>;
let client: DynamoDBClient;
let table: DynamoDbTable;

beforeAll(async () => {
  engine = await startDynaliteEngine(0, null);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new DynamoDBClient({ endpoint: engine.url, region: 'eu-west-1', credentials });
  await client.send(
    new CreateTableCommand({
      TableName: 'contract',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        ...Object.values(INDEXES).flatMap(({ partition, sort }) => [
          { AttributeName: partition, AttributeType: 'S' as const },
          { AttributeName: sort, AttributeType: 'S' as const },
        ]),
      ],
      GlobalSecondaryIndexes: Object.entries(INDEXES).map(([name, index]) => ({
        IndexName: name,
        KeySchema: [
          { AttributeName: index.partition, KeyType: 'HASH' as const },
          { AttributeName: index.sort, KeyType: 'RANGE' as const },
        ],
        Projection:
          'carries' in index
            ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [index.carries] }
            : { ProjectionType: 'KEYS_ONLY' as const },
      })),
    }),
  );
  table = new DynamoDbTable(client, 'contract', PAGE_SIZE);
});

afterAll(async () => {
  client.destroy();
  await engine.close();
});

async function stored(partition: string): Promise<ReadonlyArray<Record<string, unknown>>> {
  const answer = await DynamoDBDocumentClient.from(client).send(
    new QueryCommand({
      TableName: 'contract',
      KeyConditionExpression: 'pk = :partition',
      ExpressionAttributeValues: { ':partition': partition },
    }),
  );
  return answer.Items ?? [];
}

describeTableContract('DynamoDB', () => ({ table, stored }));
