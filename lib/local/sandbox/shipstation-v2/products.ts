import { type Filters, matches } from './listing.ts';
import type { ShipStationState } from './state.ts';

/** A row of `GET /v2/products`, as far as the account knows anything of it. */
interface ProductRow {
  readonly product_id: number;
  readonly sku: string;
  readonly name: string;
  readonly active: boolean;
}

const FIRST_ID = 10_700_000;

/** What ever lay on a shelf. The list is part of every account, whether or not it has the Inventory add-on. */
export function listProducts(state: ShipStationState, filters: Filters): ProductRow[] {
  const skus = [...new Set(state.stock.map(({ sku }) => sku))];
  const rows = skus.map((sku, index) => ({ product_id: FIRST_ID + index, sku, name: sku, active: true }));
  return rows.filter((row) => matches(filters, row, ['sku', 'name']) && filters.active !== 'false');
}
