import { placeOf, productOf } from './lookup.ts';
import { Refusal } from './refusal.ts';
import type { StageLineRequest } from './requests.ts';
import type { DearState, SaleRecord, StageLineRecord, StageStatus } from './state.ts';
import { stockAt } from './stock.ts';
import { round4 } from './world.ts';

/** The words of a request's line looked up: product, place, batch. */
export function toStageLine(state: DearState, line: StageLineRequest): StageLineRecord {
  const product = productOf(state, line);
  const place = placeOf(state, line);
  const needsBatch = product.type === 'Stock' && product.costingMethod !== 'FIFO';
  if (needsBatch && !line.BatchSN) {
    throw new Refusal(
      `BatchSN is required for product '${product.sku}' (costing method ${product.costingMethod})`,
    );
  }
  const key = { productId: product.id, locationId: place.id, batch: needsBatch ? (line.BatchSN ?? '') : '' };
  const expiry = stockAt(state, key)?.expiry ?? '';
  if (expiry !== '' && line.ExpiryDate && line.ExpiryDate.slice(0, 10) !== expiry) {
    throw new Refusal(
      `Batch '${key.batch}' of product '${product.sku}' does not expire on ${line.ExpiryDate}`,
    );
  }
  return { ...key, quantity: line.Quantity, expiry, box: line.Box ?? '' };
}

export function requireAuthorisedOrder(sale: SaleRecord): void {
  if (sale.orderStatus !== 'AUTHORISED') {
    throw new Refusal(`The order of ${sale.orderNumber} is ${sale.orderStatus}; it has to be AUTHORISED`);
  }
}

export function requireOpen(stage: string, status: StageStatus): void {
  if (status !== 'DRAFT' && status !== 'NOT AVAILABLE') {
    throw new Refusal(`${stage} is ${status} and cannot be changed`);
  }
}

/** Quantities of lines that say the same thing, added up. */
export function totals<Line extends { quantity: number }>(
  lines: readonly Line[],
  keyOf: (line: Line) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(keyOf(line), round4((sums.get(keyOf(line)) ?? 0) + line.quantity));
  return sums;
}
