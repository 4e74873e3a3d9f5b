import { toDecimal } from '../domain/decimal.ts';

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
