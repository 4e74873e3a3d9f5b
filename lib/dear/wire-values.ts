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
