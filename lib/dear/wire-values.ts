import * as z from 'zod';

/** The kinds of values on DEAR's wire. They even out what varies there without meaning anything. */

/** null for an empty text. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** An enum, upper-cased. Open: values that the documentation does not list have been seen live, so they pass through. */
export const folded = text.transform((value) => value.trim().toUpperCase());

/** Lower-cased: DEAR mixes both cases of one id. */
export const guid = z.string().trim().toLowerCase();

export const optionalGuid = text.transform((value) => value.trim().toLowerCase());

/** Of which DEAR leaves out zeros. */
export const amount = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

/** A number that DEAR counts by and may write as a text; 0 where there is none. */
export const ordinal = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => Number(value ?? 0) || 0);

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** `yyyy-mm-dd`, or ''. DEAR writes a day as a midnight without a zone. */
export const day = text.transform((value) => value.trim().slice(0, 10));

/** UTC, as DEAR keeps time: it sends a moment with 0 to 7 decimals of a second, and sometimes without its `Z` (seen live). */
export const moment = z
  .string()
  .trim()
  .transform((value) => (/(z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`))
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is no date and time')
  .transform((value) => new Date(value).toISOString());

export function listOf<Row extends z.ZodType>(row: Row) {
  return z
    .array(row)
    .nullish()
    .transform((rows) => rows ?? []);
}

/** A field whose kind each account chooses for itself: a number or a tick-box may arrive unquoted. */
export function valueText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : '';
}

/** `yyyy-MM-ddTHH:mm:ss.fff`, UTC without a `Z`: the one form of a moment that DEAR documents for what we send. */
export function toDearMoment(iso: string): string {
  return new Date(iso).toISOString().slice(0, -1);
}

/** A day as DEAR writes it; null for none. */
export function toDearDay(date: string): string | null {
  return date === '' ? null : `${date}T00:00:00`;
}
