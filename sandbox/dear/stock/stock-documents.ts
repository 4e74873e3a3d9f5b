import * as z from 'zod';
import { round4 } from '../../kit/numbers.ts';
import { Refusal } from '../call.ts';
import { findLocation, getProduct, productById } from '../lookup.ts';
import { dateTime, nullableText } from '../requests.ts';
import { type DearState, isoNow, type World } from '../state.ts';
import { requireExpenseAccount } from './reference-rules.ts';
import { type Availability, fillBackorders, stockAt, toKey } from './stock.ts';
import type { ExistingStockRecord, FoundStockRecord, StockRowRecord } from './stock-records.ts';

const onHand = z.number().nonnegative().max(1e9);

/** One product in one location, with one batch. Product and location are named by id or by name. */
const stockRow = {
  ProductID: z.string().nullish(),
  SKU: nullableText(50),
  LocationID: z.string().nullish(),
  Location: nullableText(256),
  BatchSN: nullableText(50),
  ExpiryDate: dateTime.nullish(),
};

const existingLine = z.looseObject({ ...stockRow, Adjustment: onHand });

export type ExistingLineRequest = z.infer<typeof existingLine>;

const newLine = z.looseObject({ ...stockRow, Quantity: onHand, UnitCost: z.number().nonnegative() });

export type NewLineRequest = z.infer<typeof newLine>;

const header = { EffectiveDate: dateTime, Account: z.string().min(1), Reference: nullableText(256) };

const place = { LocationID: z.string().nullish(), Location: nullableText(256) };

const named = z.array(z.unknown()).nullish();

/** The filters that limit a stock take to a part of its location. */
const filters = {
  Tags: named,
  PickZones: named,
  StockLocators: named,
  Categories: named,
  Brands: named,
  Bins: named,
  UseRelativeQuantity: z.unknown().optional(),
};

export const openStockTakeRequest = z.looseObject({ ...header, ...place, ...filters });

export type OpenStockTakeRequest = z.infer<typeof openStockTakeRequest>;

export const saveStockTakeRequest = z.looseObject({
  ...header,
  ...place,
  ...filters,
  TaskID: z.string(),
  Status: z.enum(['IN PROGRESS', 'COMPLETED']),
  NonZeroStockOnHandProducts: z.array(existingLine).nullish(),
  ZeroStockOnHandProducts: z.array(newLine).nullish(),
});

export type SaveStockTakeRequest = z.infer<typeof saveStockTakeRequest>;

export const stockAdjustmentRequest = z.looseObject({
  ...header,
  Status: z.enum(['DRAFT', 'COMPLETED']),
  /** false: the quantities are the available ones. */
  UpdateOnHand: z.boolean().default(false),
  Lines: z.array(newLine).min(1),
});

export type StockAdjustmentRequest = z.infer<typeof stockAdjustmentRequest>;

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
