import type { FailureDetails } from '../domain/errors.ts';

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

/** What an error of this call says about itself. `words` and `code` that are '' are left out. */
export function detailsOf(
  call: DearCall,
  found: { status?: number; words?: string; code?: string; cause?: unknown } = {},
): FailureDetails {
  return {
    system: 'DEAR',
    operation: call.operation,
    reference: call.reference,
    ...(found.status !== undefined && { status: found.status }),
    ...(found.code && { code: found.code }),
    ...(found.words && { words: found.words }),
    ...(found.cause !== undefined && { cause: found.cause }),
  };
}
