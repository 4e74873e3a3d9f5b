import {
  Deferred,
  OperatorActionNeeded,
  Rejected,
  UpstreamError,
  UserError,
  type UserErrorKind,
} from '../../lib/domain/errors.ts';

/** What a script may branch on. */
export const EXIT = {
  ok: 0,
  /** A check failed, or something was refused. */
  refused: 1,
  /** The command line, or the settings, cannot be used. */
  usage: 2,
  notFound: 3,
  /** DEAR, a provider or AWS could not be reached, or did not answer as it should. */
  unreachable: 4,
  notRunning: 5,
  /** A mistake of the bridge itself. */
  fault: 70,
} as const;

export const EXIT_MEANINGS: ReadonlyArray<readonly [number, string]> = [
  [EXIT.ok, 'done'],
  [EXIT.refused, 'a check failed, or it was refused'],
  [EXIT.usage, 'the command line or the settings cannot be used'],
  [EXIT.notFound, 'what it names is not there'],
  [EXIT.unreachable, 'DEAR, a provider or AWS could not be reached'],
  [EXIT.notRunning, 'no bridge runs there'],
  [EXIT.fault, 'a mistake of the bridge itself'],
];

const BY_KIND: Readonly<Record<UserErrorKind, number>> = {
  refused: EXIT.refused,
  usage: EXIT.usage,
  'not-found': EXIT.notFound,
  unreachable: EXIT.unreachable,
  'not-running': EXIT.notRunning,
};

/** Of our own errors the class decides. */
export function toExitCode(error: unknown): number {
  if (error instanceof UserError) return BY_KIND[error.kind];
  // The order was changed at the same moment: the same command may succeed now.
  if (error instanceof Deferred) return EXIT.refused;
  if (error instanceof UpstreamError) return hasRefused(error) ? EXIT.refused : EXIT.unreachable;
  return isOfAwsOrNetwork(error) ? EXIT.unreachable : EXIT.fault;
}

function hasRefused(error: UpstreamError): boolean {
  return error instanceof Rejected || error instanceof OperatorActionNeeded;
}

/** By name and code: loading the SDK for its classes would take longer than most commands. */
function isOfAwsOrNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('$metadata' in error || /^(CredentialsProviderError|TimeoutError)$/.test(error.name)) return true;
  return (
    'code' in error && /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EPIPE)/.test(String(error.code))
  );
}
