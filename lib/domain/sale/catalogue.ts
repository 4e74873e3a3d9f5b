import type { Kits } from './kit-quantity.ts';
import type { Warehouse } from './location.ts';

/**
 * A SKU without what people and systems change about it: blanks around it, capitals, and how an accented letter is stored.
 * Two SKUs of one form are only taken for one where no third is meant; see `sameSku`.
 */
export function foldSku(sku: string): string {
  return sku.normalize('NFC').trim().toLowerCase();
}

/**
 * The one of the known SKUs that another system means by a text: the same text, else the only one of the same form;
 * undefined where there is none, or several, so that nothing is guessed.
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
  /** '' where the provider does not say. */
  readonly name: string;
}

/** What DEAR's reference books say of what a sale names. DEAR does not repeat it in the sale. */
export interface ReferenceBooks {
  /** All of DEAR's; none where the sale names no place that the settings leave in doubt. */
  readonly warehouses: readonly Warehouse[];
  /** Of the products that the sale names, by id; a product is not in it where DEAR has none, or was not asked. */
  readonly products: ReadonlyMap<string, ProductKind>;
  /** Of the sale's kits; none where every line of its stages is on the order. */
  readonly kits: Kits;
}

/** `goods` is whatever can be shipped, whether DEAR keeps stock of it or not. */
export type ProductKind = 'goods' | 'service';

export const NO_BOOKS: ReferenceBooks = { warehouses: [], products: new Map(), kits: new Map() };
