import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { createLog, createLogger, type Log } from './logger.ts';
import { type Count, counter, createMetrics, type Gauge, gauge } from './metrics.ts';

/** What a function says about itself: one log and one set of metrics for the container's life. */
export interface Observability {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly count: Count;
  readonly gauge: Gauge;
}

export function createObservability(): Observability {
  const logger = createLogger();
  const metrics = createMetrics();
  return { logger, metrics, log: createLog(logger), count: counter(metrics), gauge: gauge(metrics) };
}
