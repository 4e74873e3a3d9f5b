import { round4 } from '../../kit/numbers.ts';
import { Refusal } from '../call.ts';
import { findLocation, getProduct, productById } from '../lookup.ts';
import type { DearState } from '../state.ts';
import { isoNow, type World } from '../store.ts';
import { requireExpenseAccount } from './reference-rules.ts';
import { type Availability, fillBackorders, stockAt, toKey } from './stock.ts';
import type { ExistingStockRecord, FoundStockRecord, StockRowRecord } from './stock-records.ts';
import type { NewLineRequest } from './stock-requests.ts';

/**
 * A line of new stock, looked up.
 * @throws {Refusal} for an unknown product or location, a service, or a missing batch or expiry that the costing method requires
 */
export function toFound(state: DearState, line: NewLineRequest): FoundStockRecord {
  return { ...toRow(state, line), quantity: line.Quantity, unitCost: line.UnitCost };
}

function toRow(state: DearState, line: NewLineRequest): StockRowRecord {
  const { id, sku, type, costingMethod } = getProduct(state, line);
  const place = findLocation(state, line);
  if (type !== 'Stock') throw new Refusal(`Product '${sku}' is of type ${type} and has no stock`);
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

/** As a new stock take shows the row. An uncounted row shows 0. */
export function toExisting({ stock, available }: Availability): ExistingStockRecord {
  const { productId, locationId, batch, expiry, onHand } = stock;
  return { productId, locationId, batch, expiry, onHand, available, adjustment: 0 };
}

/** Sets the stock on hand; adds the row where there is none. */
export function setOnHand(state: DearState, row: StockRowRecord, onHand: number): void {
  const existing = stockAt(state, row);
  if (existing !== undefined) {
    Object.assign(existing, { onHand, expiry: row.expiry || existing.expiry });
    return;
  }
  const { productId, locationId, batch, expiry } = row;
  state.stock.push({ productId, locationId, batch, expiry, onHand });
}

/** The key by which a document's line is matched, per the blueprint. */
export const rowKey = (row: StockRowRecord) => `${toKey(row)}|${row.expiry}`;

interface Header {
  EffectiveDate: string;
  Account: string;
  Reference?: string | null | undefined;
}

/** @throws {Refusal} where there is no such account */
export function getHeader(request: Header) {
  requireExpenseAccount(request.Account);
  return {
    effectiveDate: request.EffectiveDate.slice(0, 10),
    account: request.Account,
    reference: request.Reference ?? '',
  };
}

/** A new document, with the next number. */
export function blankDocument(world: World) {
  const { state, newId } = world;
  const number = `ST-${String(state.nextStocktakeNumber).padStart(5, '0')}`;
  state.nextStocktakeNumber += 1;
  const now = isoNow(world);
  return { taskId: newId(), number, worth: null, createdAt: now, updatedAt: now };
}

/**
 * Sets the stock on hand to every line's figure, whatever has moved since the document was written. Backordered sales get
 * what becomes free.
 * @returns what the stock is worth more than before
 */
export function apply(
  world: World,
  { existing, found }: { existing: readonly ExistingStockRecord[]; found: readonly FoundStockRecord[] },
): number {
  const { state } = world;
  let worth = 0;
  const set = (row: ExistingStockRecord | FoundStockRecord, onHand: number, unitCost: number) => {
    worth += (onHand - (stockAt(state, row)?.onHand ?? 0)) * unitCost;
    setOnHand(state, row, onHand);
  };
  for (const row of existing) set(row, row.adjustment, productById(state, row.productId).averageCost);
  for (const row of found) set(row, row.quantity, row.unitCost);
  fillBackorders(world);
  return round4(worth);
}
