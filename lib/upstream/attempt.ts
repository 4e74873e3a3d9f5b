import type { FailureDetails } from '../domain/errors.ts';

/** A call to an external system, as errors describe it. */
export interface Attempt {
  /** The system that errors name: `DEAR`, or a connection's id. */
  readonly system: string;
  /** For a person: `create shipment`. */
  readonly operation: string;
  /** The order or sale that it concerns. Never personal data. */
  readonly reference?: string;
  /** A write may have happened although its answer was lost. A read may always be repeated. */
  readonly writes: boolean;
}

/** The details of an error of this attempt, without a `code` or `upstreamMessage` of ''. */
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
