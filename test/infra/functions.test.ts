import { isDeepStrictEqual } from 'node:util';
import { Match } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENVIRONMENTS, type FunctionName } from '../../lib/runtime/environment.ts';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const WORKERS = {
  'reconcile-sale': { queue: 'sale-events', timeout: 30, batchSize: 10, maxConcurrency: 2 },
  'dispatch-order': { queue: 'fulfillment', timeout: 30, batchSize: 10, maxConcurrency: 5 },
  'confirm-shipment': { queue: 'confirmations', timeout: 30, batchSize: 10, maxConcurrency: 2 },
  // One for each job of each of two connections, and for each of the account.
  'run-job': { queue: 'jobs', timeout: 900, batchSize: 1, maxConcurrency: 13 },
} as const;
const FUNCTIONS = Object.keys(ENVIRONMENTS) as FunctionName[];

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

const queueId = (name: string) => bridge.toId('AWS::SQS::Queue', 'QueueName', `acme-test-${name}`);
const functionId = (name: string) =>
  bridge.toId('AWS::Lambda::Function', 'FunctionName', `acme-test-${name}`);
const getProperties = (type: string, id: string): Record<string, unknown> =>
  bridge.ofType(type)[id]!.Properties;

describe.each(Object.entries(WORKERS))('the worker %s', (name, worker) => {
  it('is fed by its queue in batches that fail in part', () => {
    const mappings = Object.values(bridge.ofType('AWS::Lambda::EventSourceMapping')).filter(
      ({ Properties }) => isDeepStrictEqual(Properties.FunctionName, { Ref: functionId(name) }),
    );
    expect(mappings.map(({ Properties }) => Properties)).toEqual([
      {
        FunctionName: { Ref: functionId(name) },
        EventSourceArn: { 'Fn::GetAtt': [queueId(`${worker.queue}.fifo`), 'Arn'] },
        BatchSize: worker.batchSize,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: worker.maxConcurrency },
      },
    ]);
  });

  it('has a sixth of the time for which its messages stay hidden, and a job all of it', () => {
    const { Timeout } = getProperties('AWS::Lambda::Function', functionId(name));
    const { VisibilityTimeout } = getProperties('AWS::SQS::Queue', queueId(`${worker.queue}.fifo`));
    expect({ Timeout, VisibilityTimeout }).toEqual({
      Timeout: worker.timeout,
      // A job's worker renews a time of two minutes instead.
      VisibilityTimeout: name === 'run-job' ? worker.timeout : worker.timeout * 6,
    });
  });

  it('knows its own queue and dead-letter queue', () => {
    const { Environment } = getProperties('AWS::Lambda::Function', functionId(name));
    expect(Environment).toMatchObject({
      Variables: {
        QUEUE_URL: { Ref: queueId(`${worker.queue}.fifo`) },
        DEAD_LETTER_QUEUE_URL: { Ref: queueId(`${worker.queue}-dead-letter.fifo`) },
      },
    });
  });
});

describe.each(FUNCTIONS)('the function %s', (name) => {
  it('runs on arm64 and Node 24, without traces unless the settings ask for them', () => {
    expect(getProperties('AWS::Lambda::Function', functionId(name))).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 256,
    });
    expect(getProperties('AWS::Lambda::Function', functionId(name)).TracingConfig).toBeUndefined();
  });

  it('logs to a group of its own, for as long as the settings say', () => {
    const { LoggingConfig } = getProperties('AWS::Lambda::Function', functionId(name));
    const id = bridge.toId('AWS::Logs::LogGroup', 'LogGroupName', `/aws/lambda/acme-test-${name}`);
    expect(LoggingConfig).toEqual({ LogGroup: { Ref: id } });
    expect(getProperties('AWS::Logs::LogGroup', id)).toMatchObject({ RetentionInDays: 14 });
    expect(bridge.ofType('AWS::Logs::LogGroup')[id]).toMatchObject({ DeletionPolicy: 'Delete' });
  });

  it('is told exactly what its schema asks for, beside what Node and Powertools read', () => {
    const { Variables } = getProperties('AWS::Lambda::Function', functionId(name)).Environment as {
      Variables: Record<string, unknown>;
    };
    const { NODE_OPTIONS, POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE, ...own } = Variables;
    expect(Object.keys(own).sort()).toEqual(Object.keys(ENVIRONMENTS[name].shape).sort());
    expect({ NODE_OPTIONS, POWERTOOLS_SERVICE_NAME, POWERTOOLS_METRICS_NAMESPACE }).toEqual({
      NODE_OPTIONS: '--enable-source-maps --max-semi-space-size=8',
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'acme-test',
    });
  });

  it('is stopped by Lambda when it calls itself, unless its work goes on in messages to itself', () => {
    const RecursiveLoop = name === 'run-job' ? 'Allow' : 'Terminate';
    expect(getProperties('AWS::Lambda::Function', functionId(name))).toMatchObject({ RecursiveLoop });
  });
});

describe('the wiring', () => {
  it('gives the receiver ten seconds, long before DEAR or a provider hangs up', () => {
    expect(getProperties('AWS::Lambda::Function', functionId('receive-webhook'))).toMatchObject({
      Timeout: 10,
    });
  });

  it('sends each function to the queues, the table and the secrets that it names', () => {
    const url = (name: string) => ({ Ref: queueId(`${name}.fifo`) });
    const table = { Ref: Object.keys(bridge.ofType('AWS::DynamoDB::Table'))[0] };
    const api = Object.keys(bridge.ofType('AWS::ApiGatewayV2::Api'))[0];
    const webhookUrl = { 'Fn::Join': ['', [{ 'Fn::GetAtt': [api, 'ApiEndpoint'] }, '/webhooks/dear']] };
    const expected: Record<FunctionName, Record<string, unknown>> = {
      'receive-webhook': {
        WEBHOOK_SECRET_ID: 'acme-test/webhook',
        SALE_EVENTS_QUEUE_URL: url('sale-events'),
        JOBS_QUEUE_URL: url('jobs'),
      },
      'serve-provider': {
        TABLE_NAME: table,
        CONNECTION_SECRET_PREFIX: 'acme-test/connection/',
        JOBS_QUEUE_URL: url('jobs'),
      },
      'reconcile-sale': {
        TABLE_NAME: table,
        DEAR_SECRET_ID: 'acme-test/dear',
        FULFILLMENT_QUEUE_URL: url('fulfillment'),
      },
      'dispatch-order': { TABLE_NAME: table, CONNECTION_SECRET_PREFIX: 'acme-test/connection/' },
      'confirm-shipment': { TABLE_NAME: table, DEAR_SECRET_ID: 'acme-test/dear' },
      'run-job': {
        TABLE_NAME: table,
        CONNECTION_SECRET_PREFIX: 'acme-test/connection/',
        CONFIRMATIONS_QUEUE_URL: url('confirmations'),
        JOBS_QUEUE_URL: url('jobs'),
        WEBHOOK_SECRET_ID: 'acme-test/webhook',
        WEBHOOK_URL: webhookUrl,
      },
    };
    for (const name of FUNCTIONS) {
      bridge.assertions.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `acme-test-${name}`,
        Environment: { Variables: Match.objectLike(expected[name]) },
      });
    }
  });
});
