import Big from 'big.js';
import { DEAR_DECIMALS, DEAR_UNIT, toDecimal } from '../decimal.ts';

/**
 * A part of a batch of kits. Both numbers are kept, because the quantity in one kit may be no decimal: 2 of a part in a batch of
 * 3 kits.
 */
export interface KitPart {
  readonly productId: string;
  /** Of the part in a batch, above 0. */
  readonly quantity: number;
  /** How many kits a batch makes, above 0: DEAR's `QuantityToProduce`. */
  readonly quantityToProduce: number;
}

/**
 * For how many whole kits a quantity of a part was picked. If one kit's share has more than DEAR's four decimals, the picked
 * quantity is rounded, for each kit or in total, up or down (DEAR does not document which): any of these counts.
 */
export function getKitsMade(picked: number, part: KitPart): number {
  if (picked <= 0) return 0;
  return Math.max(roundedTogether(picked, part), ...eachRounded(picked, part));
}

/** The highest number of kits whose exact quantity, cut to four decimals, was picked. */
function roundedTogether(picked: number, { quantity, quantityToProduce }: KitPart): number {
  const bound = new Big(picked).plus(DEAR_UNIT).times(quantityToProduce).div(quantity);
  return bound.round(0, Big.roundUp).minus(1).toNumber();
}

/** If each kit was rounded by itself, the pick is a multiple of the rounded share. */
function eachRounded(picked: number, part: KitPart): number[] {
  const shares = [Big.roundDown, Big.roundUp].map((mode) => getShare(part).round(DEAR_DECIMALS, mode));
  return shares.flatMap((share) =>
    share.gt(0) && new Big(picked).mod(share).eq(0) ? [new Big(picked).div(share).toNumber()] : [],
  );
}

/**
 * How much of the picked quantity of a part goes into so many kits, to four decimals. Differences by rounding are included, so
 * that no 0.0001 is left over.
 */
export function quantityIn(kits: number, part: KitPart, picked: number): number {
  const exact = getShare(part).times(kits);
  const isRounded = !getShare(part).round(DEAR_DECIMALS).eq(getShare(part));
  if (isRounded && exact.minus(picked).abs().lte(new Big(DEAR_UNIT).times(kits))) return picked;
  return toDecimal(exact.toNumber());
}

function getShare({ quantity, quantityToProduce }: KitPart): Big {
  return new Big(quantity).div(quantityToProduce);
}

/** Kit's product id → its parts, by its bill of materials. */
export type Kits = ReadonlyMap<string, readonly KitPart[]>;
