import { randomUUID } from 'node:crypto';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, HeadBucketCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { shortName } from '../lambda/functions.ts';
import { StateDirectoryError } from '../state-directory.ts';
import type { QueueDefinition, Stack, TableDefinition } from '../template/stack.ts';

export interface AwsClients {
  readonly sqs: SQSClient;
  readonly dynamoDb: DynamoDBClient;
  readonly s3: S3Client;
}

/**
 * Creates the template's queues, tables and buckets through the AWS APIs, and updates the attributes of existing queues.
 * Idempotent. An existing table is left alone: like CloudFormation, this never changes the key of a table with data.
 * @throws {StateDirectoryError} where a table of an earlier version lacks an index
 */
export async function createResources(stack: Stack, clients: AwsClients): Promise<void> {
  await Promise.all(stack.tables.map((table) => createTable(clients.dynamoDb, table)));
  await Promise.all(stack.buckets.map(({ name }) => createBucket(clients.s3, name)));
  for (const queue of inOrderOfCreation(stack.queues)) await createQueue(clients.sqs, queue);
}

/** A queue can name its dead-letter queue only if that exists. */
function inOrderOfCreation(queues: readonly QueueDefinition[]): QueueDefinition[] {
  return [...queues].sort((a, b) => Number(a.deadLetterArn !== null) - Number(b.deadLetterArn !== null));
}

/** Attributes that fauxqs sets only at creation; AWS can change the last two. */
const FIXED_AT_CREATION = ['FifoQueue', 'DeduplicationScope', 'FifoThroughputLimit'];

async function createQueue(client: SQSClient, queue: QueueDefinition): Promise<void> {
  try {
    await client.send(new CreateQueueCommand({ QueueName: queue.name, Attributes: { ...queue.attributes } }));
  } catch (error) {
    if (!existsAlready(error)) throw error;
    const changeable = Object.entries(queue.attributes).filter(([name]) => !FIXED_AT_CREATION.includes(name));
    const change = { QueueUrl: queue.url, Attributes: Object.fromEntries(changeable) };
    await client.send(new SetQueueAttributesCommand(change));
  }
}

/** AWS answers `QueueNameExists`; fauxqs the older protocol's name, which has a prefix. */
function existsAlready(error: unknown): boolean {
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
  // A busy machine refuses the first write of a table that is still being created.
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.1 }, { TableName: table.name });
}

async function describe(client: DynamoDBClient, name: string): Promise<TableDescription | null> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table ?? null;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** A missing index cannot be added: dynalite acknowledges and ignores an UpdateTable with a new index. */
function requireIndexes(table: TableDefinition, existing: TableDescription): void {
  const present = [...(existing.GlobalSecondaryIndexes ?? []), ...(existing.LocalSecondaryIndexes ?? [])];
  const missing = [...table.globalIndexes, ...table.localIndexes]
    .map(({ IndexName }) => IndexName)
    .filter((name) => !present.some(({ IndexName }) => IndexName === name));
  if (missing.length === 0) return;
  throw new StateDirectoryError(
    `The table ${table.name} was created by an earlier version and has no index ${missing.join(', ')}, which cannot be added here`,
    'Remove the state: npm start -- --reset (with --endpoint, delete the table there)',
  );
}

/** A queue that has a dead-letter queue. */
export interface LocalQueue {
  readonly url: string;
  readonly deadLetterUrl: string;
  /** How long a message stays hidden after its worker ended. */
  readonly visibilityTimeoutSeconds: number;
}

export interface QueueDepth {
  readonly waiting: number;
  /** Received and hidden: in progress, deferred, or left by a worker that ended. */
  readonly hidden: number;
  readonly dead: number;
}

/** By name without the stack's name and `.fifo`: `sale-events`, `fulfillment`, `confirmations`, `jobs`. */
export function getQueues(stack: Stack): Record<string, LocalQueue> {
  const byArn = new Map(stack.queues.map((queue) => [queue.arn, queue]));
  const entries = stack.queues.flatMap((queue) => {
    const deadLetters = byArn.get(queue.deadLetterArn ?? '');
    return deadLetters === undefined
      ? []
      : [[logicalName(stack, queue), toLocal(queue, deadLetters)] as const];
  });
  return Object.fromEntries(entries);
}

function logicalName(stack: Stack, queue: QueueDefinition): string {
  return shortName(stack.name, queue.name).replace(/\.fifo$/, '');
}

function toLocal(queue: QueueDefinition, deadLetters: QueueDefinition): LocalQueue {
  const { url, visibilityTimeoutSeconds } = queue;
  return { url, deadLetterUrl: deadLetters.url, visibilityTimeoutSeconds };
}

export async function readDepth(sqs: SQSClient, queue: LocalQueue): Promise<QueueDepth> {
  const [own, dead] = await Promise.all([readCounts(sqs, queue.url), readCounts(sqs, queue.deadLetterUrl)]);
  return { ...own, dead: dead.waiting + dead.hidden };
}

async function readCounts(sqs: SQSClient, url: string): Promise<{ waiting: number; hidden: number }> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const answer = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }),
  );
  const [waiting, hidden] = AttributeNames.map((name) => Number(answer.Attributes?.[name] ?? 0));
  return { waiting: waiting ?? 0, hidden: hidden ?? 0 };
}

/** @param group the message group, whose messages are processed in order */
export async function sendJson(sqs: SQSClient, url: string, message: object, group: string): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: JSON.stringify(message),
      MessageGroupId: group,
      MessageDeduplicationId: randomUUID(),
    }),
  );
}
