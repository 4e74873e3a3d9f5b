/**
 * Every failure of a system outside our own is one of these six classes, because the class says who must act.
 * `toDisposition` maps a class to what happens to the message.
 */
export interface FailureDetails {
  /** The system that answered or failed to: `DEAR`, or a connection's id. */
  readonly system: string;
  /** What was being done, for a person: `authorise pick`, `create shipment`. */
  readonly operation: string;
  /** Which order or sale it concerned: a reference, a sale order number or an id. Never personal data. */
  readonly reference?: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** The other system's error code, if it gave one. */
  readonly code?: string;
  /** The other system's message. It may hold personal data, so it goes to the order's log, never to a log line. */
  readonly upstreamMessage?: string;
  readonly cause?: unknown;
}

export abstract class UpstreamError extends Error {
  abstract readonly kind: FailureKind;
  readonly details: FailureDetails;

  constructor(summary: string, details: FailureDetails) {
    super(describe(summary, details), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.details = details;
  }
}

type FailureKind = 'throttled' | 'unavailable' | 'ambiguous' | 'rejected' | 'operator' | 'unexpected';

/** A rate limit refused the call. Nothing was done there; the same call is safe later. */
export class Throttled extends UpstreamError {
  readonly kind = 'throttled';
  /** How long to wait, as the other system asked or by our estimate, in ms. */
  readonly retryAfterMs: number;

  constructor(details: FailureDetails, retryAfterMs: number, summary = 'asked us to slow down') {
    super(summary, details);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Our own budget has no slot for the call within the next seconds. Nothing was sent. */
export class BudgetExhausted extends Throttled {
  constructor(details: FailureDetails, retryAfterMs: number) {
    super(details, retryAfterMs, 'has no call left for us just now');
  }
}

/** A read failed, or a write certainly never reached the other side. Safe to repeat. */
export class Unavailable extends UpstreamError {
  readonly kind = 'unavailable';
  constructor(details: FailureDetails) {
    super('could not be reached', details);
  }
}

/**
 * The provider took a request to cancel an order, and its warehouse has not carried it out yet. Asking again after a look is
 * safe.
 */
export class CancellationPending extends Unavailable {}

/** A write was sent and its answer is unknown: it may have happened. Never repeat it before looking. */
export class AmbiguousWrite extends UpstreamError {
  readonly kind = 'ambiguous';
  constructor(details: FailureDetails) {
    super('may or may not have done it', details);
  }
}

/** The answer reports success but does not show the write. If reading does not show it either, it was ignored. */
export class NotDone extends AmbiguousWrite {}

/** A refusal for a business reason: the merchant has to change something, and repeating the call cannot help. */
export class Rejected extends UpstreamError {
  readonly kind = 'rejected';
  constructor(details: FailureDetails) {
    super('refused', details);
  }
}

/** The code of a refused create: the provider already has an order under our reference. */
export const REFERENCE_TAKEN = 'identifier_conflict';

/** The account's plan does not include the feature. Its credentials are valid, and everything else works. */
export class NotInPlan extends Rejected {}

/** Credentials or configuration: the operator has to act. */
export class OperatorActionNeeded extends UpstreamError {
  readonly kind = 'operator';
  /** @param summary without personal data, where more than that is known */
  constructor(details: FailureDetails, summary = 'does not accept our credentials or configuration') {
    super(summary, details);
  }
}

/** The connection is in shadow mode, so the write was not sent. Workflows stop before: it is a mistake of theirs, or a person's command. */
export class RefusedInShadow extends OperatorActionNeeded {
  /** @param details `system` is the connection, or DEAR */
  constructor(details: FailureDetails) {
    super(details, 'is not written to in shadow mode');
  }
}

/** The answer does not have the form we know: a change on their side, or our bug. */
export class UnexpectedAnswer extends UpstreamError {
  readonly kind = 'unexpected';
  constructor(details: FailureDetails) {
    super('answered in a form we do not know', details);
  }
}

function describe(summary: string, details: FailureDetails): string {
  const what = `${details.system} ${summary}: ${details.operation}`;
  const which = details.reference === undefined ? '' : ` for ${details.reference}`;
  const status = details.status === undefined ? '' : ` (HTTP ${details.status})`;
  return `${what}${which}${status}`;
}

/** Whether a write certainly changed nothing, so that it may simply be repeated. */
export function neverArrived(error: unknown): boolean {
  return error instanceof Throttled || error instanceof Unavailable || error instanceof OperatorActionNeeded;
}

/** Nothing failed: something else has to happen first, and the message comes back after so many ms. */
export class Deferred extends Error {
  override readonly name: string = 'Deferred';
  readonly afterMs: number;

  constructor(why: string, afterMs: number) {
    super(why);
    this.afterMs = afterMs;
  }
}

/** What stands in the way: it decides the exit code of a command and the status of a page. */
export type UserErrorKind =
  /** It could be done, and was not: it would do harm, or a person has to decide first. */
  | 'refused'
  /** The command line, the settings or a file cannot be used as they are. */
  | 'usage'
  | 'not-found'
  /** AWS, DEAR or a provider was not reached. */
  | 'unreachable'
  /** No bridge runs where one was named. */
  | 'not-running';

/** A failure that the person who runs the bridge can put right. Its message is shown as it is, without a stack. */
export abstract class UserError extends Error {
  abstract readonly kind: UserErrorKind;

  /**
   * @param problem what happened, to what; without a full stop. Never personal data or a secret
   * @param next what to do about it, where the problem does not say so
   */
  constructor(problem: string, next?: string) {
    super(next === undefined ? problem : `${problem}. ${next}`);
    this.name = new.target.name;
  }
}

/**
 * A newer version of this software wrote a record in a form, or with a value, that this one cannot read. It is neither read
 * nor overwritten, and the work is repeated until the newer version is deployed again.
 */
export class NewerSchemaVersion extends UserError {
  readonly kind = 'refused';
  /** Kind and reference of the record, never its contents. */
  readonly record: string;
  /** null where only the refused write shows that it is newer. */
  readonly found: number | null;
  readonly known: number;

  /** @param paths of the values that are not known, never the values; '' where it is the form */
  constructor(record: string, found: number | null, known: number, paths = '') {
    const version = found === null ? 'a newer schema version' : `schema version ${found}`;
    const values = paths === '' ? '' : ` and new values (${paths})`;
    super(
      `The ${record} has ${version}${values}, and this version of the bridge reads up to ${known}`,
      'Deploy the newer version again.',
    );
    this.record = record;
    this.found = found;
    this.known = known;
  }
}

/** A stored item does not have its kind's form: it is damaged, or was edited by hand. */
export class UnreadableRecord extends UserError {
  readonly kind = 'refused';
  /** Kind and reference. */
  readonly record: string;

  /** @param paths in the item, never their values */
  constructor(record: string, paths: string) {
    super(`The stored ${record} cannot be read: ${paths}`);
    this.record = record;
  }
}

/** What to do with a message whose processing failed. */
type Disposition =
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
    case 'throttled':
      return retryAfter(throttledFor(error, attempt), random);
    case 'ambiguous':
      return retryAfter(backoff(attempt, FIRST_READ_MS), random);
    case 'operator':
      return retryAfter(OPERATOR_RETRY_MS, random);
    case 'unavailable':
      return retryAfter(backoff(attempt), random);
    // A workflow records a refusal of its own write on the order. One that comes here was recorded by none.
    case 'rejected':
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
