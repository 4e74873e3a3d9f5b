/** Milliseconds since the Unix epoch, UTC. Always passed in, so that a whole system can run on a virtual clock. */
export type Clock = () => number;

/** ISO 8601 UTC with milliseconds, the form in which every moment is stored and logged. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
