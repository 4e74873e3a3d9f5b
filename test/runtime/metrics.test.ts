import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { counter, createMetrics, gauge } from '../../lib/runtime/metrics.ts';

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'run-job');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'acme-test');
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    printed.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Each metric that was written, with its dimensions as CloudWatch will know it. */
function written(): unknown[] {
  return printed.map((line) => {
    const { _aws, ...values } = JSON.parse(line);
    const [{ Namespace, Dimensions }] = _aws.CloudWatchMetrics;
    return { namespace: Namespace, dimensions: Dimensions, values };
  });
}

it('a count belongs to the function that counted', () => {
  const metrics = createMetrics();
  counter(metrics)('JobFailed');
  metrics.publishStoredMetrics();
  expect(written()).toEqual([
    { namespace: 'acme-test', dimensions: [['service']], values: { service: 'run-job', JobFailed: 1 } },
  ]);
});

it('a count with a dimension more is apart from the others, which stay without it', () => {
  const metrics = createMetrics();
  const count = counter(metrics);
  count('OperatorActionNeeded', { system: 'DEAR' });
  count('MessageDeferred');
  metrics.publishStoredMetrics();
  const namespace = 'acme-test';
  const service = 'run-job';
  expect(written()).toEqual([
    {
      namespace,
      dimensions: [['service', 'system']],
      values: { service, system: 'DEAR', OperatorActionNeeded: 1 },
    },
    { namespace, dimensions: [['service']], values: { service, MessageDeferred: 1 } },
  ]);
});

it('a level is a metric of its own, in seconds where it is an age', () => {
  gauge(createMetrics())('JobAgeSeconds', 42, { job: 'probe' });
  expect(written()).toEqual([
    {
      namespace: 'acme-test',
      dimensions: [['service', 'job']],
      values: { service: 'run-job', job: 'probe', JobAgeSeconds: 42 },
    },
  ]);
  expect(printed[0]).toContain('"Unit":"Seconds"');
});
