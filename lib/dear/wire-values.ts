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
