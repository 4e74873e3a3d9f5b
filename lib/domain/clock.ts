/** Milliseconds since the Unix epoch, UTC. Always passed in, so that a whole system can run on a virtual clock. */
export type Clock = () => number;

/** ISO 8601 UTC with milliseconds, the form in which every moment is stored and logged. */
export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/**
 * A day, `yyyy-mm-dd`, where only the day is known, else the moment. Services and carriers that know no time give midnight, which
 * in another time zone than UTC would be the day before.
 * @param iso ISO UTC, or a day
 */
export function toDayOrMoment(iso: string): string {
  return /T00:00(:00(\.0+)?)?Z$/.test(iso) ? iso.slice(0, 'yyyy-mm-dd'.length) : iso;
}

/** Whether a text that `toDayOrMoment` returned has no time. */
export function isDay(text: string): boolean {
  return text.length === 'yyyy-mm-dd'.length;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const DAY_SECONDS = DAY_MS / 1_000;

const UNIT_MS: Readonly<Record<string, number>> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };
const DURATION = /^(\d+)(?:\s*([mhd])| (?:(m)inute|(h)our|(d)ay)s?)$/;

/**
 * Reads `15 minutes`, `1 hour`, `90m`, `24h` or `7d`.
 * @returns ms, 0 for `0m`; null for any other text
 */
export function parseDuration(text: string): number | null {
  const [, count, ...units] = DURATION.exec(text.trim()) ?? [];
  const ms = UNIT_MS[units.find((unit) => unit !== undefined) ?? ''];
  return ms === undefined ? null : Number(count) * ms;
}

/** In minutes below two hours, else in hours: `15 minutes`, `2 hours`. */
export function formatDuration(ms: number): string {
  return ms < 2 * HOUR_MS ? `${ms / MINUTE_MS} minutes` : `${ms / HOUR_MS} hours`;
}

const AGE_UNITS: ReadonlyArray<readonly [name: string, ms: number]> = [
  ['d', DAY_MS],
  ['h', HOUR_MS],
  ['min', MINUTE_MS],
];

/** Rounded down to its largest unit: `3 d`, `5 h`, `12 min`, `4 s`. */
export function formatAge(ms: number): string {
  const [name, unitMs] = AGE_UNITS.find(([, unit]) => ms >= unit) ?? ['s', 1_000];
  return `${Math.max(0, Math.floor(ms / unitMs))} ${name}`;
}

/** `45 s`, `12 min`, `5 h`, `3 d`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 6_000) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}
