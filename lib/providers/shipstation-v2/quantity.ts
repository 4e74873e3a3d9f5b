import { productOf } from '../../domain/decimal.ts';

/** The item option that carries a fractional quantity; ShipStation echoes options with what it shipped. */
export const QUANTITY_OPTION = 'Quantity';

/** How a quantity is told to ShipStation: so many pieces, each of which is so many of DEAR's units. */
export interface Pieces {
  readonly count: number;
  readonly unitsEach: number;
}

/**
 * The whole-number rule. ShipStation's item quantities are integers, DEAR's are not (2.5 m of cloth). A whole quantity is
 * sent as it is; a fractional one as a single piece that is priced and weighed as the whole and carries the quantity in
 * its `Quantity` option. `unitsOf` reads it back: one such piece shipped is 2.5 shipped.
 */
export function toPieces(quantity: number): Pieces {
  return Number.isInteger(quantity) ? { count: quantity, unitsEach: 1 } : { count: 1, unitsEach: quantity };
}

/**
 * DEAR's quantity of a shipped item: the reverse of `toPieces`.
 * @param option what the item's `Quantity` option says; undefined where it has none
 */
export function unitsOf(count: number, option: string | undefined): number {
  const unitsEach = Number(option);
  return option !== undefined && Number.isFinite(unitsEach) && unitsEach > 0
    ? productOf(count, unitsEach)
    : count;
}
