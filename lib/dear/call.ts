import type { FailureDetails } from '../domain/errors.ts';
import { type Attempt, toDetails } from '../upstream/attempt.ts';

/** One call of DEAR's API, before it is sent. */
export interface DearCall {
  /** What is being done, in words for a person: `authorise pick`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL, without a leading slash: `sale/fulfilment/pick`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Which sale or order it concerns, for the error that it may end in. Never personal data. */
  readonly reference: string;
}

/** A write may have happened although its answer was lost; a read may always be repeated. */
export function isWrite(call: DearCall): boolean {
  return call.method !== 'GET';
}

/** The call as `lib/upstream` knows it. */
export function toAttempt(call: DearCall): Attempt {
  return { system: 'DEAR', operation: call.operation, reference: call.reference, writes: isWrite(call) };
}

/** What an error of this call says about itself. `upstreamMessage` and `code` that are '' are left out. */
export function toErrorDetails(
  call: DearCall,
  found: { status?: number; upstreamMessage?: string; code?: string; cause?: unknown } = {},
): FailureDetails {
  return toDetails(toAttempt(call), found);
}
