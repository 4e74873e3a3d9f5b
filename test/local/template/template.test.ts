import { describe, expect, it } from 'vitest';
import { readStack } from '../../../local/template/template.ts';
import { sampleTemplate } from './template.fixture.ts';

const addresses = { sqsUrl: 'http://127.0.0.1:9403', apiUrl: 'http://127.0.0.1:9400' };
const read = (template: unknown) => readStack(template, 'acme', addresses);
const PARCELS = 'http://127.0.0.1:9403/000000000000/acme-parcels.fifo';

/** The sample with some properties of one resource changed. */
function changed(logicalId: string, properties: Record<string, unknown>): unknown {
  const template = sampleTemplate();
  Object.assign(template.Resources[logicalId]!.Properties, properties);
  return template;
}

describe('readStack', () => {
  it('reads a function with its variables resolved, and the name of its role', () => {
    expect(read(sampleTemplate()).functions).toEqual([
      {
        name: 'acme-worker',
        environment: { PARCELS_URL: PARCELS, TABLE: 'acme' },
        handler: 'index.handler',
        memoryMegabytes: 256,
        reservedConcurrency: null,
        role: 'acme-WorkerRole',
        timeoutSeconds: 2,
      },
    ]);
  });

  it('resolves the address of the HTTP API', () => {
    const template = sampleTemplate();
    template.Resources.Api = { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'acme-parcels' } };
    const url = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, '/parcels']] };
    Object.assign(template.Resources.Worker!.Properties, { Environment: { Variables: { URL: url } } });
    expect(read(template).functions[0]?.environment).toEqual({ URL: 'http://127.0.0.1:9400/parcels' });
  });

  it('reads a queue with the attributes that SQS takes', () => {
    const queue = read(sampleTemplate()).queues.find(({ name }) => name === 'acme-parcels.fifo');
    expect(queue).toMatchObject({ url: PARCELS, visibilityTimeoutSeconds: 2 });
    expect(queue?.attributes).toEqual({
      ContentBasedDeduplication: 'true',
      FifoQueue: 'true',
      RedrivePolicy:
        '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:acme-parcels-dead-letter.fifo","maxReceiveCount":2}',
      VisibilityTimeout: '2',
    });
  });

  it('reads the mapping, the route, the schedule and the secret', () => {
    const stack = read(sampleTemplate());
    expect(stack.eventSourceMappings).toMatchObject([
      { functionName: 'acme-worker', batchSize: 10, reportsItemFailures: true, maximumConcurrency: 3 },
    ]);
    expect(stack.routes).toEqual([
      { routeKey: 'POST /parcels/{carrier}', functionName: 'acme-worker', timeoutMs: 30_000 },
    ]);
    expect(stack.schedules).toMatchObject([
      { name: 'Nightly', expression: 'rate(5 minutes)', messageGroupId: 'count', queue: { url: PARCELS } },
    ]);
    expect(stack.secrets).toEqual([
      { name: 'acme/webhook', generate: { key: 'current', length: 40, template: { previous: '' } } },
    ]);
  });

  it('takes an alias for its function, and leaves out a function that only deployments call', () => {
    const template = sampleTemplate();
    Object.assign(template.Resources, {
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Worker' } } },
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Worker' }, Name: 'live' } },
      Check: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'acme-check',
          Handler: 'index.handler',
          Role: '',
          Code: { ZipFile: '' },
        },
      },
    });
    template.Resources.Source!.Properties.FunctionName = { Ref: 'Live' };
    const stack = read(template);
    expect(stack.eventSourceMappings).toMatchObject([{ functionName: 'acme-worker' }]);
    expect(stack.functions.map(({ name }) => name)).toEqual(['acme-worker']);
  });

  it('generates the name of a queue without one', () => {
    const template = sampleTemplate();
    delete template.Resources.Dead!.Properties.QueueName;
    expect(read(template).queues[0]?.name).toBe('acme-Dead.fifo');
  });

  it.each([
    ['a function that outlasts its messages’ visibility', 'Worker', { Timeout: 3 }, 'longer than the 2 s'],
    ['more than ten of a FIFO queue', 'Source', { BatchSize: 11 }, 'at most 10'],
    [
      'a batching window on a FIFO queue',
      'Source',
      { MaximumBatchingWindowInSeconds: 1 },
      'no batching window',
    ],
    ['a concurrency of one', 'Source', { ScalingConfig: { MaximumConcurrency: 1 } }, 'MaximumConcurrency'],
    ['an event filter', 'Source', { FilterCriteria: { Filters: [] } }, 'does not filter'],
    [
      'a queue of elsewhere',
      'Source',
      { EventSourceArn: 'arn:aws:sqs:eu-west-1:1:x' },
      'not a queue of the template',
    ],
  ])('refuses %s', (_, logicalId, properties, message) => {
    expect(() => read(changed(logicalId, properties))).toThrow(message);
  });
});
