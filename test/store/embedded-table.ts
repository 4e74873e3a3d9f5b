import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynaliteEngine } from '../../local/engines/dynalite-engine.ts';

export const TABLE_NAME = 'slots';

/** A table in the embedded engine, with the bridge's keys and without its index. */
export async function startEmbeddedTable() {
  const engine = await startDynaliteEngine(0, null);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: engine.url, region: 'eu-west-1', credentials });
  await client.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
    }),
  );
  return {
    client,
    close: async () => {
      client.destroy();
      await engine.close();
    },
  };
}
