/** ShipStation's form of a moment, in UTC and to the minute: `MM/dd/yyyy HH:mm`. */
export function toStoreTime(at: number): string {
  const iso = new Date(at).toISOString();
  return `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)} ${iso.slice(11, 16)}`;
}

/** With or without a time, seconds or AM/PM. In a query a blank may have stayed a plus. */
const WRITTEN = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ +T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[ +]*([AP])M)?)?$/i;
/** `03042026x0700`, as ShipStation has also been seen to write. */
const COMPACT = /^(\d{2})(\d{2})(\d{4})x(\d{2})(\d{2})$/i;

/**
 * Reads a moment as ShipStation writes it, in UTC.
 * @returns ms since the epoch; null for any other text
 */
export function fromStoreTime(text: string): number | null {
  const written = text.trim();
  const parts = WRITTEN.exec(written) ?? COMPACT.exec(written);
  if (parts === null) return null;
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const at = Date.UTC(year, month - 1, day, toHour(hour, parts[7]), minute, second);
  // A day that the month does not have is one of another month.
  const isDate = new Date(at).getUTCMonth() === month - 1;
  return isDate && hour < 24 && minute < 60 && second < 60 ? at : null;
}

function toHour(hour: number, half: string | undefined): number {
  if (half === undefined) return hour;
  return (hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
}
