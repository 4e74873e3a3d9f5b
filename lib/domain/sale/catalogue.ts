import Big from 'big.js';
import { DEAR_DECIMALS, DEAR_UNIT, toDecimal } from '../decimal.ts';
import type { Warehouse } from './location.ts';

/**
 * A SKU without outer blanks, in lower case and NFC. Two SKUs of one form match only if there is no third; see `sameSku`.
 */
export function foldSku(sku: string): string {
  return sku.normalize('NFC').trim().toLowerCase();
}

/**
 * The known SKU that another system's text stands for: the same text, else the only one of the same form; undefined if there is
 * none or several, so that nothing is guessed.
 */
export function sameSku(text: string, known: Iterable<string>): string | undefined {
  const wanted = foldSku(text);
  const alike = new Set<string>();
  for (const sku of known) {
    if (sku === text) return sku;
    if (foldSku(sku) === wanted) alike.add(sku);
  }
  const [only, ...others] = alike;
  return wanted === '' || others.length > 0 ? undefined : only;
}

/** A product that the provider knows. */
export interface CatalogueItem {
  /** As the provider spells it. */
  readonly sku: string;
  /** '' if the provider gives none. */
  readonly name: string;
}

/** DEAR's reference data for a sale, which DEAR does not repeat in the sale. */
export interface ReferenceBooks {
  /** All of DEAR's warehouses; empty if the settings are enough to tell the sale's locations. */
  readonly warehouses: readonly Warehouse[];
  /** Of the sale's products, by id; without products that DEAR does not have or that were not read. */
  readonly products: ReadonlyMap<string, ProductKind>;
  /** The sale's kits; empty if every line of its stages is on the order. */
  readonly kits: Kits;
}

/** `goods`: can be shipped, whether DEAR keeps stock of it or not. */
export type ProductKind = 'goods' | 'service';

export const NO_BOOKS: ReferenceBooks = { warehouses: [], products: new Map(), kits: new Map() };

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
