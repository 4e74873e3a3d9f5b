import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { Pool } from 'undici';

/** What the pipeline's functions ask others for, with nothing around it: what the same calls cost without any rules. */

export interface FloorEvent {
  readonly operation: string;
  readonly times: number;
  readonly table: string;
  readonly queueUrl: string;
  readonly secretId: string;
  /** Of a DEAR sale. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const secrets = new SecretsManagerClient({});
let pool: Pool | undefined;
const KEY = { pk: 'BENCH#floor', sk: 'STATE' };
/** Some 2 KB, as an order's state. */
const ITEM = {
  ...KEY,
  lines: Array.from({ length: 4 }, (_, index) => ({ key: `line-${index}`, sku: 'TRL-MUG-350', quantity: 1 })),
  log: Array.from({ length: 8 }, () => ({
    at: '2026-01-01T00:00:00.000Z',
    by: 'bench',
    what: 'x'.repeat(120),
  })),
};

const OPERATIONS: Readonly<Record<string, (event: FloorEvent, round: number) => Promise<unknown>>> = {
  GetItem: ({ table }) =>
    documents.send(new GetCommand({ TableName: table, Key: KEY, ConsistentRead: true })),
  PutItem: ({ table }) => documents.send(new PutCommand({ TableName: table, Item: ITEM })),
  UpdateItem: ({ table }, round) =>
    documents.send(
      new UpdateCommand({
        TableName: table,
        Key: { ...KEY, sk: 'COUNT' },
        UpdateExpression: 'SET #count = :count',
        ExpressionAttributeNames: { '#count': 'count' },
        ExpressionAttributeValues: { ':count': round },
      }),
    ),
  Query: ({ table }) =>
    documents.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': KEY.pk },
      }),
    ),
  SendMessage: ({ queueUrl }, round) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify({ reference: `bench-${round}` }),
        MessageGroupId: `bench-${round}`,
        MessageDeduplicationId: `bench-${round}`,
      }),
    ),
  GetSecretValue: ({ secretId }) => secrets.send(new GetSecretValueCommand({ SecretId: secretId })),
  http: async ({ url, headers }) => {
    const { origin, pathname, search } = new URL(url);
    pool ??= new Pool(origin, { keepAliveTimeout: 10_000 });
    const answer = await pool.request({ path: `${pathname}${search}`, method: 'GET', headers });
    return JSON.parse(await answer.body.text());
  },
};

/** Does one operation so many times, one after the other. */
export async function handler(event: FloorEvent): Promise<void> {
  const operation = OPERATIONS[event.operation];
  if (operation === undefined) throw new Error(`The floor has no operation ${event.operation}`);
  for (let round = 0; round < event.times; round += 1) await operation(event, round);
}
