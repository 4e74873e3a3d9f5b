import type { Clock } from '../domain/clock.ts';

/** Zero would make a message loop; a limit per minute cannot mean more than an hour. */
const MIN_MS = 1_000;
const MAX_MS = 60 * 60_000;
const SECONDS = /^(\d{1,9}(?:\.\d{1,9})?)\s*(?:s|secs?|seconds?)?$/i;
/** The forms of RFC 9110 that senders use. `Date.parse` alone would take `-5` for a date. */
const HTTP_DATE = /^[a-z]{3,9}, .{10,25} GMT$/i;

/**
 * The wait that the header demands, in ms, between a second and an hour.
 * @param header the value of `Retry-After`: seconds (also with their unit, as DEAR writes them: `60 Seconds`) or an HTTP date
 * @param now for a date
 * @returns null where the header has no time
 */
export function parseRetryAfter(header: string, now: Clock): number | null {
  const text = header.trim();
  const seconds = SECONDS.exec(text)?.[1];
  const ms = seconds === undefined ? untilDate(text, now) : Math.ceil(Number(seconds) * 1_000);
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, MIN_MS), MAX_MS);
}

function untilDate(text: string, now: Clock): number {
  return HTTP_DATE.test(text) ? Date.parse(text) - now() : Number.NaN;
}
