import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Shared with the alarms: a metric that is renamed here is renamed there. */
export const METRIC_NAMES = [
  'WebhookAccepted',
  'WebhookIgnored',
  'WebhookRefused',
  'CancelRefused',
  'JobStarted',
  'JobFinished',
  'JobFailed',
  'MissedWebhook',
  'WebhookDrift',
  'StockGuardStopped',
  'MessageProcessed',
  'MessageDeferred',
  'MessageParked',
  'Throttled',
  'Unavailable',
  'AmbiguousWrite',
  'OperatorActionNeeded',
  'UnexpectedFailure',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/**
 * What `probe` measures, as a level and not as a count. Ages are in seconds and 0 where nothing waits.
 * `JobAgeSeconds` has the dimension `job`: the age of its last success, of the connection where it is oldest.
 */
export const GAUGE_NAMES = [
  'OldestUnsubmittedSaleSeconds',
  'OldestUnconfirmedShipmentSeconds',
  'OrdersFailed',
  'OrdersOnHoldTooLong',
  'OrdersCancelRefused',
  'DeadLetterMessages',
  'JobAgeSeconds',
] as const;
export type GaugeName = (typeof GAUGE_NAMES)[number];

export type Gauge = (metric: GaugeName, value: number, dimensions?: Readonly<Record<string, string>>) => void;

export type Count = (metric: MetricName) => void;

/**
 * The namespace, which is the stack's name, so that two stacks in one account keep their figures apart, comes from
 * POWERTOOLS_METRICS_NAMESPACE; the service's name, a dimension of every metric, from POWERTOOLS_SERVICE_NAME.
 */
export function createMetrics(): Metrics {
  return new Metrics();
}

export function counter(metrics: Metrics): Count {
  return (metric) => metrics.addMetric(metric, MetricUnit.Count, 1);
}

/** Each level is a metric of its own, so that a dimension of one does not spill over to the others. */
export function gauge(metrics: Metrics): Gauge {
  return (metric, value, dimensions = {}) => {
    const single = metrics.singleMetric();
    for (const [name, of] of Object.entries(dimensions)) single.addDimension(name, of);
    single.addMetric(metric, metric.endsWith('Seconds') ? MetricUnit.Seconds : MetricUnit.Count, value);
  };
}
