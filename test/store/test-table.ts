import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { INDEXES } from '../../lib/store/indexes.ts';
import { startDynaliteEngine } from '../../local/engines/dynalite-engine.ts';

export interface TestTable {
  readonly client: DynamoDBClient;
  /** Of the server. */
  readonly url: string;
  readonly name: string;
  /** Removes the table. */
  close(): Promise<void>;
}

/** A new table with the bridge's keys, on the server that `DYNAMODB_ENDPOINT` names or else in the embedded engine. */
export async function openTestTable({ indexed = false } = {}): Promise<TestTable> {
  const elsewhere = process.env.DYNAMODB_ENDPOINT;
  const engine = elsewhere === undefined ? await startDynaliteEngine(0, null) : null;
  const url = engine?.url ?? elsewhere ?? '';
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const name = `test-${randomUUID()}`;
  await client.send(new CreateTableCommand(toDefinition(name, indexed ? INDEXES : {})));
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: name });
  return {
    client,
    url,
    name,
    close: async () => {
      await client.send(new DeleteTableCommand({ TableName: name }));
      client.destroy();
      await engine?.close();
    },
  };
}

function toDefinition(TableName: string, indexes: Partial<typeof INDEXES>): CreateTableCommandInput {
  const names = Object.values(indexes).flatMap(({ partition, sort }) => [partition, sort]);
  const globalIndexes = Object.entries(indexes).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: toKey(index.partition, index.sort),
    Projection:
      'carries' in index
        ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [index.carries] }
        : { ProjectionType: 'KEYS_ONLY' as const },
  }));
  return {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: toKey('pk', 'sk'),
    AttributeDefinitions: ['pk', 'sk', ...names].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S' as const,
    })),
    ...(globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes }),
  };
}

function toKey(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
}
