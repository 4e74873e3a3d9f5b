import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Shared with the alarms: a metric that is renamed here is renamed there. */
export const METRIC_NAMES = [
  'WebhookAccepted',
  'WebhookIgnored',
  'WebhookRefused',
  'CancelRefused',
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
