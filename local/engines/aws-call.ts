import * as z from 'zod';
import { queueArn, secretArn, tableArn } from '../template/template-names.ts';
import type { AwsCall } from './access.ts';

/** What a request of an AWS client says of itself. */
export interface AwsRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed, where it is JSON. */
  readonly body: unknown;
}

/** Of every table of the stack. */
const PARTITION_KEY = 'pk';

const partitionValue = z.looseObject({ S: z.string() });
const dynamoDbBody = z.looseObject({
  TableName: z.string(),
  IndexName: z.string().optional(),
  Key: z.record(z.string(), z.unknown()).optional(),
  Item: z.record(z.string(), z.unknown()).optional(),
  KeyConditionExpression: z.string().optional(),
  ExpressionAttributeValues: z.record(z.string(), z.unknown()).optional(),
});

/** A call of DynamoDB: `DynamoDB_20120810.GetItem`. */
export function toDynamoDbCalls({ headers, body }: Pick<AwsRequest, 'headers' | 'body'>): AwsCall[] {
  const asked = dynamoDbBody.parse(body);
  const index = asked.IndexName === undefined ? '' : `/index/${asked.IndexName}`;
  const partition =
    asked.KeyConditionExpression === undefined
      ? (asked.Key ?? asked.Item)?.[PARTITION_KEY]
      : asked.ExpressionAttributeValues?.[/=\s*(:\w+)/.exec(asked.KeyConditionExpression)?.[1] ?? ''];
  const { data } = partitionValue.safeParse(partition);
  return [
    {
      action: `dynamodb:${toOperation(headers)}`,
      resource: `${tableArn(asked.TableName)}${index}`,
      context: { 'dynamodb:LeadingKeys': data === undefined ? [] : [data.S] },
    },
  ];
}

const sqsBody = z.looseObject({ QueueUrl: z.string() });

/** A call of SQS: `AmazonSQS.SendMessage`. A batch needs the permission of its single calls. */
export function toSqsCalls({ headers, body }: Pick<AwsRequest, 'headers' | 'body'>): AwsCall[] {
  const name = sqsBody.parse(body).QueueUrl.split('/').at(-1) ?? '';
  return [
    { action: `sqs:${toOperation(headers).replace(/Batch$/, '')}`, resource: queueArn(name), context: {} },
  ];
}

export function toSecretsCalls(operation: string, name: string): AwsCall[] {
  return [{ action: `secretsmanager:${operation}`, resource: secretArn(name), context: {} }];
}

const S3_ACTIONS: Readonly<Record<string, string>> = {
  DELETE: 's3:DeleteObject',
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
};

/** A call of S3 in path style. Of a bucket only its list is known; a copy also reads its source. */
export function toS3Calls({ method, url, headers }: Omit<AwsRequest, 'body'>): AwsCall[] {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const [, bucket = '', ...parts] = pathname.split('/');
  const key = parts.map(decodeURIComponent).join('/');
  const toArn = (path: string) => `arn:aws:s3:::${path}`;
  if (key === '') {
    const prefix = searchParams.get('prefix');
    const context = { 's3:prefix': prefix === null ? [] : [prefix] };
    return [{ action: `s3:${method === 'GET' ? 'ListBucket' : method}`, resource: toArn(bucket), context }];
  }
  const call = {
    action: S3_ACTIONS[method] ?? `s3:${method}`,
    resource: toArn(`${bucket}/${key}`),
    context: {},
  };
  const source = headers['x-amz-copy-source'];
  if (typeof source !== 'string') return [call];
  const copied = source.replace(/^\//, '').split('/').map(decodeURIComponent).join('/');
  return [call, { action: 's3:GetObject', resource: toArn(copied), context: {} }];
}

function toOperation(headers: AwsRequest['headers']): string {
  return String(headers['x-amz-target']).split('.').at(-1) ?? '';
}
