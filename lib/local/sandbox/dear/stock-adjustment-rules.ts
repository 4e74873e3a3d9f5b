import { type Availability, availability, keyOf } from './stock.ts';
import { apply, blankDocument, headerOf } from './stock-document-rules.ts';
import type { FoundStockRecord, StockAdjustmentRecord } from './stock-document-state.ts';
import type { StockAdjustmentRequest } from './stock-requests.ts';
import { toExisting, toFound } from './stock-rows.ts';
import { requireUnlocked } from './stock-take-rules.ts';
import { round4, type World } from './world.ts';

/** Sets what is on hand, or, without `UpdateOnHand`, what is available; nothing else at the location changes. */
export function adjustStock(world: World, request: StockAdjustmentRequest): StockAdjustmentRecord {
  const { state } = world;
  const header = headerOf(request);
  const rows = new Map(availability(state).map((row) => [keyOf(row.stock), row]));
  const lines = request.Lines.map((line) => {
    const asked = toFound(state, line);
    const row = rows.get(keyOf(asked));
    const quantity = request.UpdateOnHand ? asked.quantity : round4(asked.quantity + (row?.allocated ?? 0));
    return { row, asked: { ...asked, quantity } };
  });
  const adjustment: StockAdjustmentRecord = {
    ...header,
    ...blankDocument(world),
    status: request.Status,
    existing: lines.flatMap(({ row, asked }) => (hasStock(row) ? [adjusted(row, asked)] : [])),
    found: lines.flatMap(({ row, asked }) => (hasStock(row) ? [] : [asked])),
  };
  if (request.Status === 'COMPLETED') {
    requireUnlocked(
      world,
      lines.map(({ asked }) => asked.locationId),
    );
    adjustment.worth = apply(world, adjustment);
  }
  state.stockAdjustments.push(adjustment);
  return adjustment;
}

function hasStock(row: Availability | undefined): row is Availability {
  return row !== undefined && row.stock.onHand !== 0;
}

function adjusted(row: Availability, asked: FoundStockRecord) {
  return { ...toExisting(row), expiry: asked.expiry || row.stock.expiry, adjustment: asked.quantity };
}
