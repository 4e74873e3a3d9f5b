/** DEAR counts calls per 60 s and mostly sends no `Retry-After` (seen live), so a whole window is the safe wait. */
const WINDOW_MS = 60_000;
/** A zero would make the message spin; more than an hour cannot come from a window of 60 s. */
const SHORTEST_MS = 1_000;
const LONGEST_MS = 60 * 60_000;

/**
 * How long to wait after a refusal by rate, in ms.
 * @param header seconds, also as DEAR has been seen to write them: `60 Seconds`. Anything else ('' or an HTTP date, which
 * DEAR does not send and which would need a clock) gives a whole window.
 */
export function retryAfterMs(header: string): number {
  const seconds = /^\s*(\d{1,9}(?:\.\d{1,9})?)\s*(?:s|secs?|seconds?)?\s*$/i.exec(header)?.[1];
  if (seconds === undefined) return WINDOW_MS;
  return Math.min(Math.max(Math.ceil(Number(seconds) * 1000), SHORTEST_MS), LONGEST_MS);
}
