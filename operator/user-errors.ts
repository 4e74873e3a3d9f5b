import { UpstreamError, UserError } from '../lib/domain/errors.ts';

/** What the operator named is not there. */
export class NotFound extends UserError {
  readonly kind = 'not-found';
}

/** No bridge answers where one was named. */
export class NotRunning extends UserError {
  readonly kind = 'not-running';
}

/** It could be done, and is not: it would do harm, or a person has to decide first. */
export class Refused extends UserError {
  readonly kind = 'refused';
}

/** AWS was not called: its region or the operator's credentials are unknown. */
export class AwsUnreachable extends UserError {
  readonly kind = 'unreachable';
}

/** A command line that cannot be understood. */
export class UsageError extends UserError {
  readonly kind = 'usage';
}

/** The message of an error for a person, with the other system's own words. */
export function toMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const upstreamMessage = error instanceof UpstreamError ? error.details.upstreamMessage : undefined;
  return upstreamMessage ? `${error.message}. It says: ${upstreamMessage}` : error.message;
}
