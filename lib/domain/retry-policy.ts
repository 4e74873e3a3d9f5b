import { BudgetExhausted, Deferred, Throttled, UpstreamError } from './errors.ts';
import { NewerSchemaVersion } from './schema-version.ts';

/** What to do with a message whose processing failed. */
type Disposition =
  /** Finished: the outcome is recorded on the order, where a person sees it. */
  | { readonly action: 'acknowledge' }
  /** Process it again after so many milliseconds. */
  | { readonly action: 'retry'; readonly afterMs: number }
  /** The bridge itself failed: move it to the dead-letter queue, which has an alarm. */
  | { readonly action: 'park' };

/** A read is harmless, so it comes soon; before a write is repeated, the earlier one has to settle. */
const FIRST_READ_MS = 5_000;
const FIRST_RETRY_MS = 15_000;
const MAX_RETRY_MS = 30 * 60_000;
const OPERATOR_RETRY_MS = 15 * 60_000;
/**
 * Each wait for the budget is a receive, and SQS gives a message up after 500 of them. A wait that grows by a second each
 * time, to a minute more, makes them last for ten hours.
 */
const MAX_WAIT_GROWTH_MS = 60_000;
/** Repeating rarely cures a bug, but a deployment during a batch looks like one. */
const UNEXPECTED_TRIES = 4;

/**
 * Maps any failure to what to do with its message.
 * @param attempt how often the message has failed, or, if it waits for the budget, was received; 1 the first time
 * @param random a number in [0, 1), so that many deferred messages do not come back at once
 */
export function toDisposition(error: unknown, attempt: number, random: number): Disposition {
  if (error instanceof Deferred) return { action: 'retry', afterMs: error.afterMs };
  // Between two functions of one deployment this lasts a minute; after a rollback until the newer version is back.
  if (error instanceof NewerSchemaVersion) return retryAfter(backoff(attempt), random);
  const kind = error instanceof UpstreamError ? error.kind : 'unexpected';
  switch (kind) {
    case 'rejected':
      return { action: 'acknowledge' };
    case 'throttled':
      return retryAfter(throttledFor(error, attempt), random);
    case 'ambiguous':
      return retryAfter(backoff(attempt, FIRST_READ_MS), random);
    case 'operator':
      return retryAfter(OPERATOR_RETRY_MS, random);
    case 'unavailable':
      return retryAfter(backoff(attempt), random);
    case 'unexpected':
      return attempt >= UNEXPECTED_TRIES ? { action: 'park' } : retryAfter(backoff(attempt), random);
  }
}

/** Whether the message only has to wait. */
export function isWait(error: unknown): boolean {
  return error instanceof Deferred || error instanceof Throttled;
}

function throttledFor(error: unknown, attempt: number): number {
  if (!(error instanceof Throttled)) return FIRST_RETRY_MS;
  if (!(error instanceof BudgetExhausted)) return error.retryAfterMs;
  return error.retryAfterMs + Math.min(1_000 * (attempt - 1), MAX_WAIT_GROWTH_MS);
}

function backoff(attempt: number, first = FIRST_RETRY_MS): number {
  return Math.min(first * 2 ** (attempt - 1), MAX_RETRY_MS);
}

/** Jitter only lengthens a wait, so that the other system's own delay is kept. */
function retryAfter(milliseconds: number, random: number): Disposition {
  return { action: 'retry', afterMs: Math.round(milliseconds * (1 + random / 5)) };
}
