/**
 * Times of Extensiv's API are wall times of the warehouse's system without an offset: `2026-03-04T09:15:27.183`. Once a year an
 * hour of them may occur twice, and another never.
 */
const DAY_MS = 24 * 3_600_000;
const LENGTH_TO_SECONDS = 'yyyy-mm-ddThh:mm:ss'.length;
const HAS_OFFSET = /(z|[+-]\d\d:?\d\d)$/i;

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-04T09:15:27`: the wall time of a moment. @param at ms since the epoch */
export function toWarehouseTime(at: number, timeZone: string): string {
  const parts = new Map(
    getFormat(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const join = (names: readonly Intl.DateTimeFormatPartTypes[], mark: string) =>
    names.map((name) => parts.get(name)).join(mark);
  return `${join(['year', 'month', 'day'], '-')}T${join(['hour', 'minute', 'second'], ':')}`;
}

/** The moment of a wall time, ms since the epoch: the earlier one where there are two. NaN for a text that is no time. */
export function fromWarehouseTime(text: string, timeZone: string): number {
  const wall = text.replace(' ', 'T');
  if (HAS_OFFSET.test(wall)) return Date.parse(wall);
  const utc = Date.parse(`${wall.includes('T') ? wall : `${wall}T00:00:00`}Z`);
  if (Number.isNaN(utc)) return Number.NaN;
  const moments = [utc - DAY_MS, utc + DAY_MS].map((near) => utc - getOffset(near, timeZone));
  const wanted = new Date(utc).toISOString().slice(0, LENGTH_TO_SECONDS);
  const exact = moments.filter((at) => toWarehouseTime(at, timeZone) === wanted);
  return Math.min(...(exact.length > 0 ? exact : moments));
}

/**
 * When something left: a wall time without a time of day is that day, whatever the zone, given as its midnight in UTC.
 * @returns ISO UTC; the epoch for a text that is no time
 */
export function toDeparture(text: string, timeZone: string): string {
  const [, day] = /^(\d{4}-\d\d-\d\d)([T ]00:00(:00(\.0+)?)?)?$/.exec(text) ?? [];
  const at = day === undefined ? fromWarehouseTime(text, timeZone) : Date.parse(`${day}T00:00:00Z`);
  return new Date(Number.isNaN(at) ? 0 : at).toISOString();
}

/** `2026-03-04T09:15:27.183` as a number, to compare wall times. NaN for a text that is no time. */
export function wallToNumber(text: string): number {
  return Date.parse(`${text.replace(' ', 'T').replace(HAS_OFFSET, '')}Z`);
}

/** `2026-03-04T09:15:27`: the reverse of `wallToNumber`, down to the second. */
export function numberToWall(value: number): string {
  return new Date(value).toISOString().slice(0, LENGTH_TO_SECONDS);
}

function getOffset(at: number, timeZone: string): number {
  return Date.parse(`${toWarehouseTime(at, timeZone)}Z`) - Math.floor(at / 1_000) * 1_000;
}

function getFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, made);
  return made;
}
