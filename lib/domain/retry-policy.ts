import { BudgetExhausted, Deferred, Throttled, UpstreamError } from './errors.ts';
import { NewerSchemaVersion } from './schema-version.ts';

/** What becomes of the message whose processing failed. */
type Disposition =
  /** A finished job: the outcome was recorded on the order, where a person sees it. */
  | { readonly action: 'acknowledge' }
  /** Look again after so many milliseconds. */
  | { readonly action: 'retry'; readonly afterMs: number }
  /** Our own machinery failed: move it to the dead-letter queue, where an alarm watches. */
  | { readonly action: 'park' };

/** Looking is harmless, so the first look comes soon; whoever would write again first lets the earlier write settle. */
const FIRST_LOOK_MS = 5_000;
const FIRST_RETRY_MS = 15_000;
const MAX_RETRY_MS = 30 * 60_000;
const OPERATOR_RETRY_MS = 15 * 60_000;
/**
 * Each wait for the budget is a receive, and after 500 of those SQS gives a message up. A wait that grows by a second each
 * time, to a minute more, makes them last for ten hours.
 */
const MAX_GROWTH_OF_A_WAIT_MS = 60_000;
/** A bug rarely heals by repetition, but a deployment in the middle of a batch looks like one. */
const UNEXPECTED_TRIES = 4;

/**
 * Turns any failure into what to do with its message.
 * @param attempt 1 for the first time that the message failed, or, of a wait for the budget, that it was received
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
      return retryAfter(backoff(attempt, FIRST_LOOK_MS), random);
    case 'operator':
      return retryAfter(OPERATOR_RETRY_MS, random);
    case 'unavailable':
      return retryAfter(backoff(attempt), random);
    case 'unexpected':
      return attempt >= UNEXPECTED_TRIES ? { action: 'park' } : retryAfter(backoff(attempt), random);
  }
}

/** Whether nothing failed: the message only has to wait, however often. */
export function isWait(error: unknown): boolean {
  return error instanceof Deferred || error instanceof Throttled;
}

function throttledFor(error: unknown, attempt: number): number {
  if (!(error instanceof Throttled)) return FIRST_RETRY_MS;
  if (!(error instanceof BudgetExhausted)) return error.retryAfterMs;
  return error.retryAfterMs + Math.min(1_000 * (attempt - 1), MAX_GROWTH_OF_A_WAIT_MS);
}

function backoff(attempt: number, first = FIRST_RETRY_MS): number {
  return Math.min(first * 2 ** (attempt - 1), MAX_RETRY_MS);
}

/** Jitter only ever lengthens a wait: the other side's own timing is never undercut. */
function retryAfter(milliseconds: number, random: number): Disposition {
  return { action: 'retry', afterMs: Math.round(milliseconds * (1 + random / 5)) };
}
