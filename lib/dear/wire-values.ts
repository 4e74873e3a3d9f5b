import * as z from 'zod';
import { toDecimal } from '../domain/decimal.ts';

/** The kinds of values on DEAR's wire. They even out what varies there without meaning anything. */

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** null for an empty text. A postcode or an order number may come as a number. */
export const text = z
  .union([z.string(), z.number(), z.boolean()])
  .nullish()
  .transform((value) => String(value ?? ''));

/** An enum, upper-cased. Open: values that the documentation does not list have been seen live, so they pass through. */
export const upperCased = text.transform((value) => value.trim().toUpperCase());

/** Lower-cased: DEAR mixes both cases of one id. */
export const guid = z.string().trim().toLowerCase();

export const optionalGuid = text.transform((value) => value.trim().toLowerCase());

/** A number, or one as a text: `12.50`. Of a text with commas nobody can say what they mean, so it is none. */
export const quantity = z.preprocess(
  (value) => (typeof value === 'string' && NUMBER.test(value.trim()) ? Number(value) : value),
  z.number(),
);

/** Of which DEAR leaves out zeros. */
export const amount = z
  .preprocess((value) => (isBlank(value) ? null : value), quantity.nullish())
  .transform((value) => value ?? 0);

/** A number that DEAR counts by and may write as a text; 0 where there is none. */
export const ordinal = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((value) => Number(value ?? 0) || 0);

const YES = ['true', '1', 'yes', 'y'];
const NO = ['false', '0', 'no', 'n', ''];

/** DEAR writes true and false; 0 and 1 have been met as well, as numbers and as texts. */
export const flag = text
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.enum([...YES, ...NO]))
  .transform((value) => YES.includes(value));

/** `yyyy-mm-dd`, or ''. DEAR writes a day as a midnight without a zone. */
export const day = text.transform((value) => value.trim().slice(0, 10));

/** UTC, as DEAR keeps time: it sends a moment with 0 to 7 decimals of a second, and sometimes without its `Z` (seen live). */
export const moment = z
  .string()
  .trim()
  .transform((value) => (/(z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`))
  .refine((value) => !Number.isNaN(Date.parse(value)), 'is no date and time')
  .transform((value) => new Date(value).toISOString());

/** An empty text stands for no list, and so does an object without fields. */
export function toContentsKey<Row extends z.ZodType>(row: Row) {
  return z
    .preprocess((value) => (isBlank(value) || isEmptyObject(value) ? null : value), z.array(row).nullish())
    .transform((rows) => rows ?? []);
}

/** An empty text or list stands for no object, as some of the software on the way has only one kind of empty. */
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

/** DEAR's weight units, per its blueprint, in grams. */
const GRAMS: ReadonlyMap<string, number> = new Map([
  ['mg', 0.001],
  ['g', 1],
  ['kg', 1000],
  ['oz', 28.349523125],
  ['lb', 453.59237],
]);

/**
 * A product's weight in grams, to the milligram; 0 where it is unknown. A unit that is missing and has no default, or
 * that is none of DEAR's, makes the weight unknown: a label bought for a thousandth of the true weight costs more than
 * a person who weighs the box.
 * @param units '' where the product has none; DEAR then means the account's default, `DefaultWeightUnits` of `/me`
 */
export function toGrams(weight: number, units: string, defaultUnits: string): number {
  const unit = (units.trim() || defaultUnits.trim()).toLowerCase();
  const grams = weight * (GRAMS.get(unit) ?? 0);
  return grams > 0 ? toDecimal(grams, 3) : 0;
}

/** DEAR keeps several boxes or tracking numbers in one text, separated by commas. Empty parts are left out. */
export function parseCommaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

export function joinCommaList(parts: readonly string[]): string {
  return [...new Set(parts.flatMap(parseCommaList))].join(',');
}
