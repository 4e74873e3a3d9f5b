import { locationsFor } from './inventory-places.ts';
import type { StockRecord } from './state.ts';

/** What lies on the shelves of a new sandbox. */
export interface OpeningStock {
  readonly sku: string;
  readonly quantity: number;
  /** Ship-from warehouse; nothing is put where there is none of that id. */
  readonly shipFrom: string;
}

export function openingRecords(stock: readonly OpeningStock[]): StockRecord[] {
  return stock.flatMap(({ sku, quantity, shipFrom }) =>
    locationsFor(shipFrom)
      .slice(0, 1)
      .map(({ inventory_location_id }) => {
        return { sku, inventory_location_id, condition: 'sellable', on_hand: quantity };
      }),
  );
}

/** A warehouse with so many SKUs, to measure with. */
export function bulkStock(rows: number, shipFrom: string): OpeningStock[] {
  return Array.from({ length: rows }, (_, index) => {
    return { sku: `BULK-${String(index + 1).padStart(6, '0')}`, quantity: index % 500, shipFrom };
  });
}
