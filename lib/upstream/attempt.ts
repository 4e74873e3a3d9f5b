import type { FailureDetails } from '../domain/errors.ts';

/** What is being tried at a system outside our own. */
export interface Attempt {
  /** The system that errors name: `DEAR`, or a connection's id. */
  readonly system: string;
  /** For a person: `create shipment`. */
  readonly operation: string;
  /** Which order or sale it concerns. Never personal data. */
  readonly reference?: string;
  /** A write may have happened although its answer was lost; a read may always be repeated. */
  readonly writes: boolean;
}

/** What an error of this attempt says about itself. A `code` or `upstreamMessage` that is '' is left out. */
export function toErrorDetails(
  { system, operation, reference }: Attempt,
  found: Pick<FailureDetails, 'status' | 'upstreamMessage' | 'code' | 'cause'> = {},
): FailureDetails {
  return {
    system,
    operation,
    ...(reference !== undefined && { reference }),
    ...(found.status !== undefined && { status: found.status }),
    ...(found.code && { code: found.code }),
    ...(found.upstreamMessage && { upstreamMessage: found.upstreamMessage }),
    ...(found.cause !== undefined && { cause: found.cause }),
  };
}
