import { describe, expect, it } from 'vitest';
import { AccessControl, type AwsCall, allows } from '../../../local/engines/access.ts';
import { toDynamoDbCalls, toS3Calls, toSqsCalls } from '../../../local/engines/aws-call.ts';
import type { Statement } from '../../../local/template/roles.ts';
import { readRoles } from '../../../local/template/roles.ts';
import { sampleTemplate } from '../template/template.fixture.ts';

const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/acme';
const put = (...keys: string[]): AwsCall => ({
  action: 'dynamodb:PutItem',
  resource: TABLE,
  context: { 'dynamodb:LeadingKeys': keys },
});
const statement = (changes: Partial<Statement> = {}): Statement => ({
  actions: ['dynamodb:PutItem'],
  resources: [TABLE],
  conditions: {},
  ...changes,
});
const onKeys = (operator: string, ...patterns: string[]) =>
  statement({ conditions: { [operator]: { 'dynamodb:LeadingKeys': patterns } } });

describe('a statement', () => {
  it.each<readonly [string, Statement, AwsCall, boolean]>([
    ['the action and the resource', statement(), put('A#1'), true],
    ['another action', statement({ actions: ['dynamodb:GetItem'] }), put('A#1'), false],
    ['another resource', statement({ resources: [`${TABLE}/index/recent`] }), put('A#1'), false],
    ['a resource by its beginning', statement({ resources: ['arn:aws:*:table/ac?e'] }), put('A#1'), true],
    [
      'a dot that is no pattern',
      statement({ resources: [TABLE.replace('acme', 'a.me')] }),
      put('A#1'),
      false,
    ],
    ['keys that are all like it', onKeys('ForAllValues:StringLike', 'A#*', 'B#*'), put('A#1', 'B#1'), true],
    ['keys of which one is not like it', onKeys('ForAllValues:StringLike', 'A#*'), put('A#1', 'B#1'), false],
    ['no keys at all', onKeys('ForAllValues:StringLike', 'A#*'), put(), true],
    ['keys that are all unlike it', onKeys('ForAllValues:StringNotLike', 'A#*'), put('B#1'), true],
    ['keys of which one is like it', onKeys('ForAllValues:StringNotLike', 'A#*'), put('B#1', 'A#1'), false],
    ['a single value that is like it', onKeys('StringLike', 'A#*'), put('A#1'), true],
    ['a single value that is missing', onKeys('StringLike', 'A#*'), put(), false],
  ])('judges %s', (_, one, call, expected) => {
    expect(allows(one, call)).toBe(expected);
  });

  it('with an operator that is not known here is an error, and allows nothing', () => {
    expect(() => allows(onKeys('DateLessThan', 'A'), put('A'))).toThrow('DateLessThan');
  });
});

describe('access control', () => {
  const signed = (by: string) =>
    `AWS4-HMAC-SHA256 Credential=${by}/20260203/us-east-1/dynamodb/aws4_request, x`;

  it('refuses a role that no policy names, and a request without a signature', () => {
    const access = new AccessControl();
    access.enforce(new Map([['worker', [statement()]]]));
    const judge = (header: string | undefined) => access.findRefusal(header, () => [put('A')]);
    expect(judge(signed('worker'))).toBeNull();
    expect(judge(signed('stranger'))).toBe(
      `stranger is not authorized to perform: dynamodb:PutItem on resource: ${TABLE}`,
    );
    expect(judge(undefined)).toContain('not authorized');
    expect(judge(signed('local'))).toBeNull();
  });

  it('refuses a request of which one part is not allowed', () => {
    const access = new AccessControl();
    access.enforce(new Map([['worker', [onKeys('ForAllValues:StringLike', 'A#*')]]]));
    expect(access.findRefusal(signed('worker'), () => [put('A#1'), put('B#1')])).toContain('PutItem');
  });
});

describe('the roles of a template', () => {
  it('have the statements with this machine’s names, without what does not run here', () => {
    const addresses = { sqsUrl: 'http://127.0.0.1:1', apiUrl: '' };
    const roles = readRoles(sampleTemplate(), 'acme', addresses);
    expect([...roles.keys()]).toEqual(['acme-WorkerRole']);
    expect(roles.get('acme-WorkerRole')).toEqual([
      { actions: ['logs:PutLogEvents'], resources: [], conditions: {} },
      {
        actions: ['sqs:DeleteMessage', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
        resources: ['arn:aws:sqs:us-east-1:000000000000:acme-parcels.fifo'],
        conditions: {},
      },
      {
        actions: ['dynamodb:PutItem'],
        resources: [TABLE],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['P-*'] } },
      },
      {
        actions: ['secretsmanager:GetSecretValue'],
        resources: ['arn:aws:secretsmanager:us-east-1:000000000000:secret:acme/webhook-local0'],
        conditions: {},
      },
    ]);
  });
});

describe('a request of a client', () => {
  const dynamoDb = (operation: string, body: object) =>
    toDynamoDbCalls({ headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` }, body });

  it.each([
    ['GetItem', { Key: { pk: { S: 'A#1' } } }, '', ['A#1']],
    ['PutItem', { Item: { pk: { S: 'A#1' }, more: { N: '1' } } }, '', ['A#1']],
    [
      'Query',
      { KeyConditionExpression: '#p = :p AND #s > :s', ExpressionAttributeValues: { ':p': { S: 'A#1' } } },
      '',
      ['A#1'],
    ],
    [
      'Query',
      {
        IndexName: 'recent',
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeValues: { ':p': { S: 'A#1' } },
      },
      '/index/recent',
      ['A#1'],
    ],
    ['DescribeTable', {}, '', []],
  ])('of DynamoDB names %s with the key that IAM sees', (operation, body, index, keys) => {
    expect(dynamoDb(operation, { TableName: 'acme', ...body })).toEqual([
      {
        action: `dynamodb:${operation}`,
        resource: `${TABLE}${index}`,
        context: { 'dynamodb:LeadingKeys': keys },
      },
    ]);
  });

  it('of SQS names the queue, and in a batch the single action', () => {
    const headers = { 'x-amz-target': 'AmazonSQS.DeleteMessageBatch' };
    const body = { QueueUrl: 'http://127.0.0.1:1/000000000000/parcels.fifo' };
    expect(toSqsCalls({ headers, body })).toEqual([
      {
        action: 'sqs:DeleteMessage',
        resource: 'arn:aws:sqs:us-east-1:000000000000:parcels.fifo',
        context: {},
      },
    ]);
  });

  it.each([
    ['GET', '/dock/out/a%20b.csv?x-id=GetObject', {}, ['s3:GetObject arn:aws:s3:::dock/out/a b.csv']],
    ['PUT', '/dock/out/a.csv', {}, ['s3:PutObject arn:aws:s3:::dock/out/a.csv']],
    [
      'PUT',
      '/dock/done/a.csv',
      { 'x-amz-copy-source': 'dock/out/a.csv' },
      ['s3:PutObject arn:aws:s3:::dock/done/a.csv', 's3:GetObject arn:aws:s3:::dock/out/a.csv'],
    ],
    ['DELETE', '/dock/out/a.csv', {}, ['s3:DeleteObject arn:aws:s3:::dock/out/a.csv']],
    ['GET', '/dock?list-type=2&prefix=out%2F', {}, ['s3:ListBucket arn:aws:s3:::dock']],
    ['PUT', '/dock', {}, ['s3:PUT arn:aws:s3:::dock']],
  ])('of S3 names what %s %s needs', (method, url, headers, expected) => {
    const calls = toS3Calls({ method, url, headers });
    expect(calls.map(({ action, resource }) => `${action} ${resource}`)).toEqual(expected);
  });
});
