import { HOUR_MS } from '../../domain/clock.ts';

/**
 * Times of ShipStation's V1 API: wall times of California without an offset, such as `2026-03-04T09:15:27.1830000`. Once a year
 * an hour of them occurs twice, and another never.
 */
const ZONE = 'America/Los_Angeles';
const LENGTH_TO_SECONDS = 'yyyy-mm-ddThh:mm:ss'.length;
const WALL = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?$/;
/** Of daylight and standard time. */
const BEHIND_UTC_MS = [7 * HOUR_MS, 8 * HOUR_MS];
/** So near to a change of the clock a wall time may be ambiguous. */
const NEAR_MS = 2 * HOUR_MS;

let format: Intl.DateTimeFormat | undefined;

/** `2026-03-04T09:15:27`: the wall time of a moment. @param at ms since the epoch */
export function toPacific(at: number): string {
  format ??= new Intl.DateTimeFormat('en-CA', {
    timeZone: ZONE,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const join = (names: readonly Intl.DateTimeFormatPartTypes[], mark: string) =>
    names.map((name) => parts.get(name)).join(mark);
  return `${join(['year', 'month', 'day'], '-')}T${join(['hour', 'minute', 'second'], ':')}`;
}

/**
 * The moment of a wall time, ms since the epoch: the earlier one where there are two, so that a list that is read from there
 * on lacks nothing. NaN for a text that is no time. A text with an offset has only one moment.
 */
export function fromPacific(text: string): number {
  const wall = text.trim().replace(' ', 'T');
  if (!WALL.test(wall.replace('T', ' '))) return Date.parse(wall);
  const utc = Date.parse(`${wall.includes('T') ? toMilliseconds(wall) : `${wall}T00:00:00`}Z`);
  if (Number.isNaN(utc)) return Number.NaN;
  const moments = BEHIND_UTC_MS.map((behind) => utc + behind);
  const [first = Number.NaN] = moments.filter((at) => toPacific(at) === toPacificText(utc));
  // In the hour that never occurs, a server that uses one offset all year has an earlier and a later moment.
  return Number.isNaN(first) ? Math.min(...moments) : first;
}

/** `Date.parse` is only sure to read three digits of a second. */
function toMilliseconds(wall: string): string {
  return wall.replace(/(\.\d{3})\d+$/, '$1');
}

function toPacificText(utc: number): string {
  return new Date(utc).toISOString().slice(0, LENGTH_TO_SECONDS);
}

/**
 * The lower bound of a filter that must not exclude any row from a moment on: its wall time, and an hour earlier within two
 * hours of a change of the clock. Whether ShipStation compares wall times or moments, and which of two moments it takes an
 * ambiguous one for, is not documented; the earlier bound is right for all of them.
 * @param at ISO UTC
 */
export function toPacificBound(at: string): string {
  const moment = Date.parse(at);
  const isNearChange = getOffset(moment - NEAR_MS) !== getOffset(moment + NEAR_MS);
  return toPacific(isNearChange ? moment - HOUR_MS : moment).replace('T', ' ');
}

function getOffset(at: number): number {
  return Date.parse(`${toPacific(at)}Z`) - Math.floor(at / 1_000) * 1_000;
}

/** `yyyy-mm-dd`: the day of a moment in California. */
export function toPacificDate(at: number): string {
  return toPacific(at).slice(0, 'yyyy-mm-dd'.length);
}
