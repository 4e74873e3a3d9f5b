import {
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Engines, startEngines } from '../../../local/engines/engines.ts';
import { type AwsClients, createResources } from '../../../local/engines/resources.ts';
import { StateDirectoryError } from '../../../local/state-directory.ts';
import { readStack } from '../../../local/template/template.ts';
import { getSqsClient } from '../../messaging/test-queues.ts';
import { sampleTemplate } from '../template/template.fixture.ts';

let engines: Engines;
let clients: AwsClients;

beforeEach(async () => {
  engines = await startEngines({
    sqsPort: 0,
    dynamoDbPort: 0,
    directory: null,
    endpoint: null,
    access: null,
  });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const dynamoDb = new DynamoDBClient({ endpoint: engines.dynamoDbUrl, region: 'us-east-1', credentials });
  const s3 = new S3Client({ endpoint: engines.s3Url, region: 'us-east-1', credentials });
  clients = { sqs: getSqsClient(engines.sqsUrl), dynamoDb, s3 };
});
afterEach(async () => {
  clients.sqs.destroy();
  clients.dynamoDb.destroy();
  clients.s3.destroy();
  await engines.close();
});

const getStack = (template: unknown) => readStack(template, 'acme', { sqsUrl: engines.sqsUrl, apiUrl: '' });
const parcelsUrl = () => `${engines.sqsUrl}/000000000000/acme-parcels.fifo`;

async function attributesOfParcels(): Promise<Record<string, string>> {
  const command = new GetQueueAttributesCommand({ QueueUrl: parcelsUrl(), AttributeNames: ['All'] });
  return (await clients.sqs.send(command)).Attributes ?? {};
}

it('creates the template’s queues and tables', async () => {
  await createResources(getStack(sampleTemplate()), clients);
  expect(await attributesOfParcels()).toMatchObject({
    FifoQueue: 'true',
    ContentBasedDeduplication: 'true',
    VisibilityTimeout: '2',
    RedrivePolicy: expect.stringContaining('"maxReceiveCount":2'),
  });
  const table = await clients.dynamoDb.send(new DescribeTableCommand({ TableName: 'acme' }));
  expect(table.Table).toMatchObject({
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    TableStatus: 'ACTIVE',
  });
});

it('creates a bucket with a valid name and leaves an existing one alone', async () => {
  const template = sampleTemplate();
  template.Resources.Reports = { Type: 'AWS::S3::Bucket', Properties: {} };
  await createResources(getStack(template), clients);
  const place = { Bucket: 'acme-reports', Key: 'a.csv' };
  await clients.s3.send(new PutObjectCommand({ ...place, Body: 'kept' }));
  await createResources(getStack(template), clients);
  await expect(clients.s3.send(new HeadObjectCommand(place))).resolves.toMatchObject({ ContentLength: 4 });
});

it('updates an existing queue and keeps the data of queue and table', async () => {
  await createResources(getStack(sampleTemplate()), clients);
  await clients.sqs.send(
    new SendMessageCommand({ QueueUrl: parcelsUrl(), MessageBody: 'kept', MessageGroupId: 'a' }),
  );
  await clients.dynamoDb.send(new PutItemCommand({ TableName: 'acme', Item: { pk: { S: 'kept' } } }));

  const changed = sampleTemplate();
  Object.assign(changed.Resources.Parcels!.Properties, {
    VisibilityTimeout: 12,
    RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 7 },
  });
  await createResources(getStack(changed), clients);

  expect(await attributesOfParcels()).toMatchObject({
    VisibilityTimeout: '12',
    RedrivePolicy: expect.stringContaining('"maxReceiveCount":7'),
    ApproximateNumberOfMessages: '1',
  });
  const items = await clients.dynamoDb.send(new ScanCommand({ TableName: 'acme' }));
  expect(items.Items).toEqual([{ pk: { S: 'kept' } }]);
});

/** The sample as a later version has it, with a table that lists its parcels. */
function withIndex(): unknown {
  const template = sampleTemplate();
  Object.assign(template.Resources.Table!.Properties, {
    AttributeDefinitions: ['pk', 'carrier', 'since'].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'under-way',
        KeySchema: [
          { AttributeName: 'carrier', KeyType: 'HASH' },
          { AttributeName: 'since', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
  return template;
}

it('creates a table’s indexes and finds them after a restart', async () => {
  await createResources(getStack(withIndex()), clients);
  await createResources(getStack(withIndex()), clients);
  const item = { pk: { S: 'parcel' }, carrier: { S: 'UPS' }, since: { S: '2026-03-04' } };
  await clients.dynamoDb.send(
    new PutItemCommand({ TableName: 'acme', Item: { ...item, weight: { N: '7' } } }),
  );
  const listed = await clients.dynamoDb.send(
    new QueryCommand({
      TableName: 'acme',
      IndexName: 'under-way',
      KeyConditionExpression: 'carrier = :carrier',
      ExpressionAttributeValues: { ':carrier': { S: 'UPS' } },
    }),
  );
  expect(listed.Items).toEqual([item]);
});

it('tells how to continue where an older table lacks an index', async () => {
  await createResources(getStack(sampleTemplate()), clients);
  const upgrade = createResources(getStack(withIndex()), clients);
  await expect(upgrade).rejects.toThrow(StateDirectoryError);
  await expect(upgrade).rejects.toThrow(/acme .* no index under-way.* npm start -- --reset/);
});
