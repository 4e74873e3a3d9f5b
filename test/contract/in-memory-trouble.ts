import { AmbiguousWrite, type FailureDetails, Rejected, Throttled } from '../../lib/domain/errors.ts';

/** The fault of an in-memory service's next write. */
export type Trouble =
  | { kind: 'lost answer' }
  | { kind: 'lost request' }
  | { kind: 'throttled'; seconds: number }
  | { kind: 'refused'; upstreamMessage: string; code?: string };

/** Does the write unless a fault prevents it. A lost answer follows a completed write; a lost request never arrived. */
export function writeMeeting<Result>(
  trouble: Trouble | null,
  details: FailureDetails,
  act: () => Result,
): Result {
  if (trouble?.kind === 'throttled') throw new Throttled(details, trouble.seconds * 1000);
  if (trouble?.kind === 'refused') {
    const { upstreamMessage, code } = trouble;
    throw new Rejected({ ...details, upstreamMessage, ...(code !== undefined && { code }) });
  }
  if (trouble?.kind === 'lost request') throw new AmbiguousWrite(details);
  const result = act();
  if (trouble?.kind === 'lost answer') throw new AmbiguousWrite(details);
  return result;
}
