import { type IMetric, MathExpression, Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Duration } from 'aws-cdk-lib/core';
import type { FunctionName } from '../../runtime/environment.ts';
import type { GaugeName, MetricName } from '../../runtime/metrics.ts';
import type { BridgeFunctions } from '../bridge-functions.ts';
import type { BridgeQueues } from '../bridge-queues.ts';
import type { Schedules } from '../schedules.ts';
import type { WebhookApi } from '../webhook-api.ts';
import type { QueueName, Watched } from './alarm.ts';

/** What there is to measure in a stack. */
export interface Measured {
  /** Also the namespace of its own metrics. */
  readonly stackName: string;
  readonly queues: BridgeQueues;
  readonly functions: BridgeFunctions;
  readonly api: WebhookApi;
  readonly schedules: Schedules;
}

/** The metric behind a name, of this stack, over the period. */
export function getMetric(watched: Watched, of: Measured, period: Duration): IMetric {
  switch (watched.kind) {
    case 'level':
      return ownMetric(of, watched.metric, { service: 'run-job' }, { period, statistic: Stats.MAXIMUM });
    case 'job-age':
      return jobAge(watched.job, of, period);
    case 'count':
      return count(watched, of, period);
    case 'queue-age':
      return getQueue(watched.queue, of).queue.metricApproximateAgeOfOldestMessage({ period });
    case 'dead-letters':
      return getDeadLetterQueue(watched.queue, of).metricApproximateNumberOfMessagesVisible({ period });
    case 'webhook-failures':
      return of.api.serverErrors({ period, statistic: Stats.SUM });
    case 'webhooks-throttled':
      return of.api.throttled({ period, statistic: Stats.SUM });
    case 'errors':
      return getLambda(watched.function, of).metricErrors({ period });
    case 'throttles':
      return getLambda(watched.function, of).metricThrottles({ period });
    case 'percent-of-timeout':
      return percentOfTimeout(watched.function, of, period);
  }
}

/** A metric that our own code emits. */
function ownMetric(
  { stackName }: Measured,
  metricName: MetricName | GaugeName,
  dimensionsMap: Record<string, string>,
  options: MetricOptions,
): Metric {
  return new Metric({ namespace: stackName, metricName, dimensionsMap, ...options });
}

function jobAge(job: string, of: Measured, period: Duration): Metric {
  const options = { period, statistic: Stats.MAXIMUM, label: job };
  return ownMetric(of, 'JobAgeSeconds', { service: 'run-job', job }, options);
}

function count(
  { metric, functions, system }: Extract<Watched, { kind: 'count' }>,
  of: Measured,
  period: Duration,
): IMetric {
  const counts = functions.map((service) => {
    const dimensions = system === undefined ? { service } : { service, system };
    return [
      toId(metric, service),
      ownMetric(of, metric, dimensions, { period, statistic: Stats.SUM }),
    ] as const;
  });
  const [only] = counts;
  if (only !== undefined && counts.length === 1) return only[1];
  // SUM, and not plus signs: where a function counted nothing there is no data, which plus would make of the whole.
  const expression = `SUM([${counts.map(([id]) => id).join(',')}])`;
  return new MathExpression({ expression, usingMetrics: Object.fromEntries(counts), period, label: metric });
}

/** Of a metric within an expression, and one of a kind in a graph of several. */
function toId(metric: string, service: FunctionName): string {
  return `of${metric}_${service.replaceAll('-', '_')}`;
}

/** Of the slowest runs: one in a hundred, and of fewer the slowest. */
function percentOfTimeout(name: FunctionName, of: Measured, period: Duration): IMetric {
  const lambda = getLambda(name, of);
  const longest = lambda.timeout?.toMilliseconds() ?? 0;
  const id = toId('Duration', name);
  return new MathExpression({
    expression: `100 * ${id} / ${longest}`,
    usingMetrics: { [id]: lambda.metricDuration({ period, statistic: Stats.p(99) }) },
    period,
    label: name,
  });
}

function getQueue(name: QueueName, { queues }: Measured): BridgeQueues['all'][number] {
  const byName = {
    'sale-events': queues.saleEvents,
    fulfillment: queues.fulfillment,
    confirmations: queues.confirmations,
    jobs: queues.jobs,
  };
  return byName[name];
}

function getDeadLetterQueue(name: QueueName | 'schedules', of: Measured): IQueue {
  return name === 'schedules' ? of.schedules.deadLetterQueue : getQueue(name, of).deadLetterQueue;
}

function getLambda(name: FunctionName, { functions }: Measured): Lambda {
  const byName: Readonly<Record<FunctionName, { readonly lambda: Lambda }>> = {
    'receive-webhook': functions.receiveWebhook,
    'serve-provider': functions.serveProvider,
    'reconcile-sale': functions.reconcileSale,
    'dispatch-order': functions.dispatchOrder,
    'confirm-shipment': functions.confirmShipment,
    'run-job': functions.runJob,
  };
  return byName[name].lambda;
}
