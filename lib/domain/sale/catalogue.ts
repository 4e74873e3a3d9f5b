import type { Kits } from './kit-quantity.ts';
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
