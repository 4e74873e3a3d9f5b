/** The clock of ShipStation's servers: every time of its V1 API is a wall time of this zone, without an offset. */
const FORMAT = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/Los_Angeles',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `2026-03-04T09:15:27.1830000`: the wall time of a moment. @param at ms since the epoch */
export function toPacific(at: number): string {
  const parts = new Map(FORMAT.formatToParts(at).map(({ type, value }) => [type, value]));
  const get = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  const date = `${get('year')}-${get('month')}-${get('day')}`;
  const fraction = String(((at % 1000) + 1000) % 1000).padStart(3, '0');
  return `${date}T${get('hour')}:${get('minute')}:${get('second')}.${fraction}0000`;
}

/** `2026-03-04`: the day of a moment. */
export function toPacificDate(at: number): string {
  return toPacific(at).slice(0, 'yyyy-mm-dd'.length);
}

const HOUR_MS = 3_600_000;
const WALL = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?))?$/;
const WITH_OFFSET = /(?:Z|[+-]\d{2}:?\d{2})$/i;

/** The wall time of a request's text, in the form of an answer; null for a text that is no time. */
export function readPacific(text: string): string | null {
  const trimmed = text.trim();
  const wall = WALL.exec(trimmed);
  if (wall !== null) return toFullForm(wall[1] ?? '', wall[2] ?? '00:00:00');
  const at = WITH_OFFSET.test(trimmed) ? Date.parse(trimmed.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) ? null : toPacific(at);
}

function toFullForm(date: string, time: string): string | null {
  const [hms = '', fraction = ''] = time.split('.');
  const full = hms.length === 'hh:mm'.length ? `${hms}:00` : hms;
  if (Number.isNaN(Date.parse(`${date}T${full}Z`))) return null;
  return `${date}T${full}.${fraction.padEnd(7, '0')}`;
}

/**
 * The moment of a wall time, ms since the epoch.
 * @param season which of the two moments an hour that occurs twice means
 */
export function fromPacific(wall: string, season: 'daylight' | 'standard'): number {
  const utc = Date.parse(`${wall.slice(0, 'yyyy-mm-ddThh:mm:ss.fff'.length)}Z`);
  const moments = [utc + 7 * HOUR_MS, utc + 8 * HOUR_MS].filter(
    (at) => toPacific(at).slice(0, 19) === wall.slice(0, 19),
  );
  return (season === 'daylight' ? moments.at(0) : moments.at(-1)) ?? utc + 8 * HOUR_MS;
}
