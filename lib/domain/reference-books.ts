import type { Warehouse } from './location-name.ts';

/** What DEAR's reference books say of what a sale names. DEAR does not repeat it in the sale. */
export interface ReferenceBooks {
  /** All of DEAR's; none where the sale names no place that the settings leave in doubt. */
  readonly warehouses: readonly Warehouse[];
}

export const NO_BOOKS: ReferenceBooks = { warehouses: [] };
