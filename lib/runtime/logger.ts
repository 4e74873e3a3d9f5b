import { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import { NewerSchemaVersion, UnreadableRecord, UpstreamError } from '../domain/errors.ts';
import type { LogFields } from '../domain/ports/log.ts';
import { type Count, counter, createMetrics, type Gauge, gauge } from './metrics.ts';

/**
 * Keys whose values may be personal or secret. No line has one today; this is the safety net for lines that are added later.
 */
const SENSITIVE =
  /e-?mail|phone|street|address|postcode|contact|customer|recipient|note|message|body|token|secret|password|authori[sz]ation|api-?key|words/i;

/** The same fields without what may be personal or secret. */
export function redact(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, SENSITIVE.test(key) ? '[redacted]' : value]),
  );
}

/**
 * What may be said of a failure in a log line: its class, what we were doing and to which order. Never the other side's
 * words, nor a stranger's message: both may quote an address.
 */
export function describeFailure(error: unknown): LogFields {
  if (error instanceof UpstreamError) {
    const { system, operation, reference, status, code } = error.details;
    return { failure: error.kind, system, operation, reference, status, code };
  }
  if (error instanceof NewerSchemaVersion || error instanceof UnreadableRecord) {
    return { failure: error.name, record: error.record, why: error.message };
  }
  const known = error instanceof Error;
  return { failure: known ? error.name : typeof error, at: known ? firstFrame(error) : undefined };
}

/** Where it was thrown: says more than a message, and holds no data. The message stands above it, and may have lines that begin alike. */
function firstFrame(error: Error): string | undefined {
  return error.stack
    ?.split('\n')
    .find((line) => /^\s+at .*:\d+:\d+\)?$/.test(line))
    ?.trim();
}

export interface Log {
  /** Puts these fields into every later line of the invocation, in place of those of an earlier call. */
  setKeys(keys: LogFields): void;
  event(event: string, fields: LogFields): void;
  failure(event: string, error: unknown, fields: LogFields): void;
}

function createLog(logger: Logger): Log {
  return {
    setKeys: (keys) => {
      logger.resetKeys();
      logger.appendKeys(redact(keys));
    },
    event: (event, fields) => logger.info(event, redact(fields)),
    failure: (event, error, fields) => logger.error(event, redact({ ...fields, ...describeFailure(error) })),
  };
}

/** One log and one set of metrics for the container's life. */
export interface Observability {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly count: Count;
  readonly gauge: Gauge;
}

export function createObservability(): Observability {
  // Its service name comes from POWERTOOLS_SERVICE_NAME.
  const logger = new Logger();
  const metrics = createMetrics();
  return { logger, metrics, log: createLog(logger), count: counter(metrics), gauge: gauge(metrics) };
}
