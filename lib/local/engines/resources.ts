import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { StateDirectoryError } from '../state-directory.ts';
import type { QueueDefinition, Stack, TableDefinition } from '../template/stack.ts';

export interface AwsClients {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly s3: S3Client;
}

/**
 * Creates the template's queues, tables and buckets over the AWS wire, or brings queues that exist to the template's attributes.
 * Idempotent. A table that exists is left as it is: like CloudFormation, this never touches the key of a table with data.
 * @throws {StateDirectoryError} where a table is of an earlier version and lacks an index
 */
export async function createResources(stack: Stack, clients: AwsClients): Promise<void> {
  await Promise.all(stack.tables.map((table) => createTable(clients.dynamoDb, table)));
  await Promise.all(stack.buckets.map(({ name }) => createBucket(clients.s3, name)));
  for (const queue of inOrderOfCreation(stack.queues)) await createQueue(clients.sqs, queue);
}

/** A queue can name its dead-letter queue only once that exists. */
function inOrderOfCreation(queues: readonly QueueDefinition[]): QueueDefinition[] {
  return [...queues].sort((a, b) => Number(a.deadLetterArn !== null) - Number(b.deadLetterArn !== null));
}

/** What can be said only when a queue is created, in fauxqs; AWS lets the last two change. */
const FIXED_AT_CREATION = ['FifoQueue', 'DeduplicationScope', 'FifoThroughputLimit'];

async function createQueue(client: SQSClient, queue: QueueDefinition): Promise<void> {
  try {
    await client.send(new CreateQueueCommand({ QueueName: queue.name, Attributes: { ...queue.attributes } }));
  } catch (error) {
    if (!existsOtherwise(error)) throw error;
    const changeable = Object.entries(queue.attributes).filter(([name]) => !FIXED_AT_CREATION.includes(name));
    const change = { QueueUrl: queue.url, Attributes: Object.fromEntries(changeable) };
    await client.send(new SetQueueAttributesCommand(change));
  }
}

/** AWS answers `QueueNameExists`, fauxqs the name that the retired protocol had, with a prefix. */
function existsOtherwise(error: unknown): boolean {
  return error instanceof Error && error.name.endsWith('QueueNameExists');
}

async function createBucket(client: S3Client, name: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: name }));
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    await client.send(new CreateBucketCommand({ Bucket: name }));
  }
}

async function createTable(client: DynamoDBClient, table: TableDefinition): Promise<void> {
  const existing = await describe(client, table.name);
  if (existing !== null) return requireIndexes(table, existing);
  const withIndexes = {
    ...(table.globalIndexes.length > 0 ? { GlobalSecondaryIndexes: table.globalIndexes } : {}),
    ...(table.localIndexes.length > 0 ? { LocalSecondaryIndexes: table.localIndexes } : {}),
  };
  await client.send(
    new CreateTableCommand({
      TableName: table.name,
      AttributeDefinitions: table.attributes,
      KeySchema: table.key,
      BillingMode: 'PAY_PER_REQUEST',
      ...withIndexes,
    }),
  );
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | null> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** Not added: dynalite knows a table's indexes from its creation only. It acknowledges an UpdateTable with a new one, and ignores it. */
function requireIndexes(table: TableDefinition, existing: TableDescription): void {
  const present = [...(existing.GlobalSecondaryIndexes ?? []), ...(existing.LocalSecondaryIndexes ?? [])];
  const missing = [...table.globalIndexes, ...table.localIndexes]
    .map(({ IndexName }) => IndexName)
    .filter((name) => !present.some(({ IndexName }) => IndexName === name));
  if (missing.length === 0) return;
  throw new StateDirectoryError(
    `The table ${table.name} was created by an earlier version and has no index ${missing.join(', ')}, which cannot be added here. Begin anew: npm start -- --reset (with --endpoint, delete the table there)`,
  );
}
