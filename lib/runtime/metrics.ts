import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Shared with the alarms: a metric that is renamed here is renamed there. */
export const METRIC_NAMES = [
  'WebhookAccepted',
  'WebhookIgnored',
  'WebhookRefused',
  'WebhookUnreadable',
  'EndpointAnswered',
  'EndpointRefused',
  'CancelRefused',
  'RecordUnreadable',
  'FieldUnreadable',
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
  'BudgetDeferred',
  'Unavailable',
  'AmbiguousWrite',
  'OperatorActionNeeded',
  'UnexpectedFailure',
] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

/**
 * What `probe` measures, as a level and not as a count. Ages are in seconds and 0 where nothing waits.
 * `JobAgeSeconds` has the dimension `job`: the age of its last success, of the connection where it is oldest. Of
 * `collect-shipments` there is one for each `connection` as well.
 */
export const GAUGE_NAMES = [
  'OldestUnsubmittedSaleSeconds',
  'OldestUnconfirmedShipmentSeconds',
  'OrdersFailed',
  'OrdersOnHoldTooLong',
  'StockTakesOpenTooLong',
  'OrdersCancelRefused',
  'OrdersStandingStill',
  'OrdersUnshippedTooLong',
  'OrdersConfirmationRefused',
  'OrdersSetAside',
  'DeadLetterMessages',
  'JobAgeSeconds',
] as const;
export type GaugeName = (typeof GAUGE_NAMES)[number];

/** Who refused: the dimension `system` of `OperatorActionNeeded`. Each fulfillment service is `provider`. */
export const SYSTEMS = ['DEAR', 'Secrets Manager', 'provider'] as const;
export type System = (typeof SYSTEMS)[number];

/** @param system as an error names it: one of ours, or a connection's id */
export function toSystem(system: string): System {
  return SYSTEMS.find((known) => known === system) ?? 'provider';
}

type Dimensions = Readonly<Record<string, string>>;

export type Gauge = (metric: GaugeName, value: number, dimensions?: Dimensions) => void;

export type Count = (metric: MetricName, dimensions?: Dimensions) => void;

/**
 * The namespace, which is the stack's name, so that two stacks in one account keep their figures apart, comes from
 * POWERTOOLS_METRICS_NAMESPACE; the service's name, a dimension of every metric, from POWERTOOLS_SERVICE_NAME.
 */
export function createMetrics(): Metrics {
  return new Metrics();
}

/** A count with a dimension more is a metric of its own, and not part of the one without. */
export function counter(metrics: Metrics): Count {
  return (metric, dimensions) =>
    (dimensions === undefined ? metrics : measuredApart(metrics, dimensions)).addMetric(
      metric,
      MetricUnit.Count,
      1,
    );
}

/** Each level is a metric of its own, so that a dimension of one does not spill over to the others. */
export function gauge(metrics: Metrics): Gauge {
  return (metric, value, dimensions = {}) => {
    const unit = metric.endsWith('Seconds') ? MetricUnit.Seconds : MetricUnit.Count;
    measuredApart(metrics, dimensions).addMetric(metric, unit, value);
  };
}

function measuredApart(metrics: Metrics, dimensions: Dimensions): Metrics {
  const single = metrics.singleMetric();
  for (const [name, of] of Object.entries(dimensions)) single.addDimension(name, of);
  return single;
}
