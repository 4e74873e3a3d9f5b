import { placeOf, productOf } from './lookup.ts';
import { Refusal } from './refusal.ts';
import type { DearState } from './state.ts';
import { type Availability, keyOf, stockAt } from './stock.ts';
import type { ExistingStockRecord, FoundStockRecord, StockRowRecord } from './stock-document-state.ts';
import type { NewLineRequest } from './stock-requests.ts';

/**
 * A line of new stock, looked up.
 * @throws {Refusal} an unknown product or place, a service, or a batch or expiry missing that the costing method wants
 */
export function toFound(state: DearState, line: NewLineRequest): FoundStockRecord {
  return { ...toRow(state, line), quantity: line.Quantity, unitCost: line.UnitCost };
}

function toRow(state: DearState, line: NewLineRequest): StockRowRecord {
  const { id, sku, type, costingMethod } = productOf(state, line);
  const place = placeOf(state, line);
  if (type !== 'Stock') throw new Refusal(`Product '${sku}' is of type ${type} and lies on no shelf`);
  const batch = costingMethod === 'FIFO' ? '' : (line.BatchSN ?? '');
  const expiry = line.ExpiryDate?.slice(0, 10) ?? '';
  if (costingMethod !== 'FIFO' && batch === '') {
    throw new Refusal(`BatchSN is required for product '${sku}' (costing method ${costingMethod})`);
  }
  if (costingMethod === 'FEFO - Serial Number' && expiry === '') {
    throw new Refusal(`ExpiryDate is required for product '${sku}' (costing method ${costingMethod})`);
  }
  return { productId: id, locationId: place.id, batch, expiry };
}

/** As a stock take shows it when it is opened: with 0 for a count that nobody has made. */
export function toExisting({ stock, available }: Availability): ExistingStockRecord {
  const { productId, locationId, batch, expiry, onHand } = stock;
  return { productId, locationId, batch, expiry, onHand, available, adjustment: 0 };
}

/** Makes it so much, where it may never have lain before. */
export function setOnHand(state: DearState, row: StockRowRecord, onHand: number): void {
  const existing = stockAt(state, row);
  if (existing !== undefined) {
    Object.assign(existing, { onHand, expiry: row.expiry || existing.expiry });
    return;
  }
  const { productId, locationId, batch, expiry } = row;
  state.stock.push({ productId, locationId, batch, expiry, onHand });
}

/** What a line of a document is matched by, per the blueprint. */
export const rowKey = (row: StockRowRecord) => `${keyOf(row)}|${row.expiry}`;
