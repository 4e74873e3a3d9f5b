import Big from 'big.js';
import { DEAR_DECIMALS, DEAR_UNIT, toDecimal } from '../decimal.ts';

/**
 * What goes into a batch of kits. Both numbers are kept, as what goes into one kit may be no decimal: 2 of a part in a batch
 * of 3 kits.
 */
export interface KitPart {
  readonly productId: string;
  /** Of the part in a batch, above 0. */
  readonly quantity: number;
  /** How many kits a batch makes, above 0: DEAR's `QuantityToProduce`. */
  readonly quantityToProduce: number;
}

/**
 * How many whole kits so much of a part is picked for. Where one kit's share has more than DEAR's four decimals, the picked
 * quantity is rounded, each kit's or all of them together, up or down (DEAR does not document which): each of these counts.
 */
export function getKitsMade(picked: number, part: KitPart): number {
  if (picked <= 0) return 0;
  return Math.max(roundedTogether(picked, part), ...eachRounded(picked, part));
}

/** The most kits whose exact quantity, cut to four decimals, was picked. */
function roundedTogether(picked: number, { quantity, quantityToProduce }: KitPart): number {
  const bound = new Big(picked).plus(DEAR_UNIT).times(quantityToProduce).div(quantity);
  return bound.round(0, Big.roundUp).minus(1).toNumber();
}

/** Where each kit was rounded alone, the pick is a whole multiple of that. */
function eachRounded(picked: number, part: KitPart): number[] {
  const shares = [Big.roundDown, Big.roundUp].map((mode) => getShare(part).round(DEAR_DECIMALS, mode));
  return shares.flatMap((share) =>
    share.gt(0) && new Big(picked).mod(share).eq(0) ? [new Big(picked).div(share).toNumber()] : [],
  );
}

/**
 * How much of what was picked of a part goes into so many kits, to four decimals. What only rounding added or took is part of
 * it, so that no 0.0001 is left over for no kit.
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
