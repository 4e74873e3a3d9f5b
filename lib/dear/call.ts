import type { Attempt } from '../upstream/attempt.ts';

/** One call of DEAR's API, before it is sent. */
export interface DearCall {
  /** For a person: `authorise pick`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base URL, without a leading slash: `sale/fulfilment/pick`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** The sale or order that an error names. Never personal data. */
  readonly reference: string;
}

export function toAttempt({ operation, method, reference }: DearCall): Attempt {
  return { system: 'DEAR', operation, reference, writes: method !== 'GET' };
}
