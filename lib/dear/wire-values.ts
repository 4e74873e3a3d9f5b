import * as z from 'zod';
import { toDecimal } from '../domain/decimal.ts';

/** The types of values in DEAR's API. They normalise variations that mean nothing. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** null is the empty string. A postcode or an order number may come as a number. */
export const text = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => String(value ?? ''));

/** An enum, upper-cased. Open: undocumented values have been seen live and pass through. */
export const upperCased = text.transform((value) => value.trim().toUpperCase());

/** Lower-cased: DEAR spells the same id in both cases. */
export const guid = z.string().trim().toLowerCase();

/** .NET's value of an id that was never set: lines that are no products have it (seen live). */
export const NO_ID = '00000000-0000-0000-0000-000000000000';

/** '' where there is none. */
export const optionalGuid = text.transform((value) => {
  const id = value.trim().toLowerCase();
  return id === NO_ID ? '' : id;
});

/** A number, or a number as a string: `12.50`. A comma is ambiguous, so a string with one is not a number. */
export const quantity = z.preprocess(
  (value) => (typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value),
  z.number(),
);

/** As `quantity`, for fields that DEAR leaves out where they are zero. */
export const amount = z
  .preprocess((value) => (isBlank(value) ? null : value), quantity.nullish())
  .transform((value) => value ?? 0);

/** A sequence number, which may come as a string; 0 where it is missing. */
export const ordinal = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => Number(value ?? 0) || 0);

const YES = ['true', '1', 'yes', 'y'];
const NO = ['false', '0', 'no', 'n', ''];

/** DEAR documents true and false; 0 and 1 have been seen as well, as numbers and as strings. */
export const flag = text
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.enum([...YES, ...NO]))
  .transform((value) => YES.includes(value));

/** `yyyy-mm-dd`, or ''. DEAR writes a day as a midnight without a zone. */
export const day = text.transform((value) => value.trim().slice(0, 10));

/** UTC. DEAR sends times with 0 to 7 decimals of a second, and sometimes without the `Z` (seen live). */
export const moment = z
  .string()
  .trim()
  .transform((value) => (/(z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`))
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is no date and time')
  .transform((value) => new Date(value).toISOString());

/** An empty string or an empty object is an empty list. */
export function toContentsKey<Row extends z.ZodType>(row: Row) {
  return z
    .preprocess((value) => (isBlank(value) || isEmptyObject(value) ? null : value), z.array(row).nullish())
    .transform((rows) => rows ?? []);
}

/** An empty string or list is no object: some software on the way has only one form of empty. */
export function objectField<Fields extends z.ZodType>(fields: Fields) {
  return z.preprocess(
    (value) => (isBlank(value) || (Array.isArray(value) && value.length === 0) ? null : value),
    fields.nullish(),
  );
}

function isBlank(value: unknown): boolean {
  return typeof value === 'string' && value.trim() === '';
}

function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}

/** A custom field's value as text: each account chooses its type, and a number or a tick-box may arrive unquoted. */
export function valueText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value).trim()
    : '';
}

/** `yyyy-MM-ddTHH:mm:ss.fff`, UTC without a `Z`: the only form of a time that DEAR documents for requests. */
export function toDearMoment(iso: string): string {
  return new Date(iso).toISOString().slice(0, -1);
}

/** A date as DEAR writes it; null for ''. */
export function toDearDay(date: string): string | null {
  return date === '' ? null : `${date}T00:00:00`;
}

/** DEAR's weight units, per its blueprint, in grams. */
const GRAMS: ReadonlyMap<string, number> = new Map([
  ['mg', 0.001],
  ['g', 1],
  ['kg', 1000],
  ['oz', 28.349523125],
  ['lb', 453.59237],
]);

/**
 * A product's weight in grams, to the milligram; 0 where it is unknown. A missing unit without a default, or a unit that DEAR
 * does not have, makes the weight unknown: a label for a thousandth of the true weight costs more than weighing the box.
 * @param units '' where the product has none; the account's default then applies, `DefaultWeightUnits` of `/me`
 */
export function toGrams(weight: number, units: string, defaultUnits: string): number {
  const unit = (units.trim() || defaultUnits.trim()).toLowerCase();
  const grams = weight * (GRAMS.get(unit) ?? 0);
  return grams > 0 ? toDecimal(grams, 3) : 0;
}

/** Splits DEAR's comma-separated boxes or tracking numbers. Empty parts are left out. */
export function parseCommaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export function joinCommaList(parts: readonly string[]): string {
  return [...new Set(parts.flatMap(parseCommaList))].join(',');
}
