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

const BY_NAME: Readonly<Record<string, number>> = {
  ActionRefused: EXIT.refused,
  AwsUnreachable: EXIT.unreachable,
  ConfigurationError: EXIT.usage,
  CredentialsProviderError: EXIT.unreachable,
  NotFound: EXIT.notFound,
  NotInPlan: EXIT.refused,
  NotRunning: EXIT.notRunning,
  OperatorActionNeeded: EXIT.refused,
  LocationRefused: EXIT.refused,
  PortInUseError: EXIT.usage,
  Refused: EXIT.refused,
  Rejected: EXIT.refused,
  SecretsError: EXIT.usage,
  TimeoutError: EXIT.unreachable,
  UsageError: EXIT.usage,
  VersionConflict: EXIT.refused,
};

/** By the error's name rather than its class, so that nothing heavy is loaded to tell. */
export function toExitCode(error: unknown): number {
  if (!(error instanceof Error)) return EXIT.fault;
  const byName = BY_NAME[error.name];
  if (byName !== undefined) return byName;
  const fromElsewhere = 'kind' in error || '$metadata' in error || isConnectionFault(error);
  return fromElsewhere ? EXIT.unreachable : EXIT.fault;
}

function isConnectionFault(error: Error): boolean {
  return (
    'code' in error && /^(ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|EPIPE)/.test(String(error.code))
  );
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
