/**
 * Every failure of a system outside our own is one of these six classes, because the class says who must act.
 * `disposition.ts` turns a class into what happens to the message that met it.
 */
export interface FailureDetails {
  /** The system that answered or failed to: `DEAR`, or a connection's id. */
  readonly system: string;
  /** What was being done, in words for a person: `authorise pick`, `create shipment`. */
  readonly operation: string;
  /** Which order or sale it concerned: a reference, a sale order number or an id. Never personal data. */
  readonly reference?: string;
  /** HTTP status, where there was an answer. */
  readonly status?: number;
  /** The other side's machine-readable code, where it gave one. */
  readonly code?: string;
  /** The other side's own words. They may quote personal data, so they go to the order's log, never to a log line. */
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

/** The other side asked us to slow down. Nothing was done there; the same call is safe later. */
export class Throttled extends UpstreamError {
  readonly kind = 'throttled';
  /** How long the other side asked us to wait, or our own estimate, in ms. */
  readonly retryAfterMs: number;

  constructor(details: FailureDetails, retryAfterMs: number, summary = 'asked us to slow down') {
    super(summary, details);
    this.retryAfterMs = retryAfterMs;
  }
}

/** We hold ourselves back: the account's calls of the next seconds are given to others. Nothing was sent. */
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

/** A write was sent and its answer is unknown: it may have happened. Never repeat it before looking. */
export class AmbiguousWrite extends UpstreamError {
  readonly kind = 'ambiguous';
  constructor(details: FailureDetails) {
    super('may or may not have done it', details);
  }
}

/** The write was answered with success, and the answer does not show it. Look: where it is not there, it was ignored. */
export class NotDone extends AmbiguousWrite {}

/** A business "no": the merchant has to change something. Repeating the same call cannot help. */
export class Rejected extends UpstreamError {
  readonly kind = 'rejected';
  constructor(details: FailureDetails) {
    super('refused', details);
  }
}

/** The code of a refused create by which the provider says that it has an order under our reference already. */
export const REFERENCE_TAKEN = 'identifier_conflict';

/** The account's plan does not include what was asked for. Its credentials are good, and everything else of it works. */
export class NotInPlan extends Rejected {}

/** Credentials or configuration: the operator has to act. */
export class OperatorActionNeeded extends UpstreamError {
  readonly kind = 'operator';
  constructor(details: FailureDetails) {
    super('does not accept our credentials or configuration', details);
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

/** Whether a write certainly did nothing on the other side, so that it may be begun again as if never tried. */
export function neverArrived(error: unknown): boolean {
  return error instanceof Throttled || error instanceof Unavailable || error instanceof OperatorActionNeeded;
}

/** Nothing failed: something else has to happen first, and the message should come back after so many ms. */
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
