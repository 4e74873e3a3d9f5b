import type { Kits } from './kits.ts';
import type { Warehouse } from './location-name.ts';

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
