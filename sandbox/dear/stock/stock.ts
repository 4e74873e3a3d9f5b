import { current, isDraft } from 'immer';
import { round4 } from '../../kit/numbers.ts';
import { finderBy, getWarehouse, isStocked, pickedLines, productById, shippedLines } from '../lookup.ts';
import type { DearState, SaleRecord, World } from '../state.ts';
import type { StockRecord } from './stock-records.ts';

/** One product in one location, with one batch where it has batches. */
interface StockKey {
  productId: string;
  locationId: string;
  batch: string;
}

/**
 * An authorised order holds its goods at the sale's warehouse. A pick moves the hold to the location picked from, and
 * shipping removes the goods. Nothing of this is stored: it follows from the orders and their stages.
 */
interface Holds {
  /** By product and warehouse. */
  ordered: Map<string, number>;
  /** By product, place and batch. */
  picked: Map<string, number>;
}

export const toKey = (stock: StockKey) => `${stock.productId}|${stock.locationId}|${stock.batch}`;
export const warehouseKey = (productId: string, warehouse: string) => `${productId}|${warehouse}`;

type Amounts = ReadonlyArray<readonly [key: string, quantity: number]>;

interface SaleHolds {
  readonly ordered: Amounts;
  readonly picked: Amounts;
}

/** A stored sale never changes, so its holds are calculated once: with thousands of sales each write would take ms. */
const holdsBySale = new WeakMap<SaleRecord, SaleHolds>();

/** @param except a sale whose own order is not counted */
function getHolds(state: DearState, except?: SaleRecord): Holds {
  const holds: Holds = { ordered: new Map(), picked: new Map() };
  for (const sale of isDraft(state.sales) ? current(state.sales) : state.sales) {
    const { ordered, picked } = getSaleHolds(state, sale);
    for (const [key, quantity] of picked) add(holds.picked, key, quantity);
    if (sale.id === except?.id) continue;
    for (const [key, quantity] of ordered) add(holds.ordered, key, quantity);
  }
  return holds;
}

function getSaleHolds(state: DearState, sale: SaleRecord): SaleHolds {
  const known = holdsBySale.get(sale);
  if (known !== undefined) return known;
  const lines = (of: typeof pickedLines, sign: 1 | -1): Amounts =>
    sale.fulfilments.flatMap(of).map((line) => [toKey(line), sign * line.quantity] as const);
  const allocated = sale.orderStatus === 'AUTHORISED' ? [...unpickedAllocation(state, sale)] : [];
  const holds = {
    ordered: allocated.map(([id, quantity]) => [warehouseKey(id, sale.locationId), quantity] as const),
    picked: [...lines(pickedLines, 1), ...lines(shippedLines, -1)],
  };
  if (Object.isFrozen(sale)) holdsBySale.set(sale, holds);
  return holds;
}

/** The quantity of each stocked product that is allocated to the order and not picked. */
export function unpickedAllocation(state: DearState, sale: SaleRecord): Map<string, number> {
  const left = new Map<string, number>();
  for (const line of sale.lines) {
    if (isStocked(state, line)) add(left, line.productId, line.quantity - line.backorderQuantity);
  }
  for (const line of sale.fulfilments.flatMap(pickedLines)) {
    if (left.has(line.productId)) add(left, line.productId, -line.quantity);
  }
  return left;
}

export interface Availability {
  stock: StockRecord;
  allocated: number;
  available: number;
}

/** Every stock row with its allocation. Orders hold a warehouse's stock, so their holds are spread over its rows in turn. */
export function availability(state: DearState, except?: SaleRecord): Availability[] {
  const holds = getHolds(state, except);
  const rows = state.stock.map((stock) => ({ stock, allocated: holds.picked.get(toKey(stock)) ?? 0 }));
  const byWarehouse = Map.groupBy(rows, ({ stock }) =>
    warehouseKey(stock.productId, getWarehouse(state, stock.locationId)),
  );
  for (const [key, quantity] of holds.ordered) {
    let left = quantity;
    const here = byWarehouse.get(key) ?? [];
    here.forEach((row, index) => {
      const isLast = index === here.length - 1;
      const share = isLast ? left : Math.max(0, Math.min(left, row.stock.onHand - row.allocated));
      row.allocated = round4(row.allocated + share);
      left = round4(left - share);
    });
  }
  return rows.map(({ stock, allocated }) => ({
    stock,
    allocated,
    available: round4(stock.onHand - allocated),
  }));
}

/** By `warehouseKey`. Calculated once for all lines of a sale: scanning all stock rows for each line takes minutes. */
export function availableByWarehouse(state: DearState, except?: SaleRecord): Map<string, number> {
  const available = new Map<string, number>();
  for (const row of availability(state, except))
    add(
      available,
      warehouseKey(row.stock.productId, getWarehouse(state, row.stock.locationId)),
      row.available,
    );
  return available;
}

/** The stock on hand in a place less what is picked there. */
export function unpickedStock(state: DearState): (key: StockKey) => number {
  const { picked } = getHolds(state);
  return (key) => round4((stockAt(state, key)?.onHand ?? 0) - (picked.get(toKey(key)) ?? 0));
}

const stockWithKey = finderBy<StockRecord>(toKey);

export function stockAt(state: DearState, key: StockKey): StockRecord | undefined {
  return stockWithKey(state.stock, toKey(key));
}

/**
 * Allocates stock to the order's lines and puts the rest on backorder. The order has to be AUTHORISED already: only then
 * does one line's allocation reduce what the next line of the same product can get.
 */
export function allocate(state: DearState, sale: SaleRecord): void {
  for (const line of sale.lines) line.backorderQuantity = isStocked(state, line) ? line.quantity : 0;
  fillFrom(availableByWarehouse(state), sale);
}

/**
 * DEAR allocates stock that becomes free to backordered sales; here the oldest is first. Neither an event nor a change of the
 * sale's timestamp is documented for it, so only reading the sale shows it.
 */
export function fillBackorders({ state }: Pick<World, 'state'>): void {
  const available = availableByWarehouse(state);
  for (const sale of state.sales) if (sale.orderStatus === 'AUTHORISED') fillFrom(available, sale);
}

/** One line's allocation reduces what the next line can get. */
function fillFrom(available: Map<string, number>, sale: SaleRecord): void {
  for (const line of sale.lines.filter(({ backorderQuantity }) => backorderQuantity > 0)) {
    const key = warehouseKey(line.productId, sale.locationId);
    const taken = Math.min(Math.max(0, available.get(key) ?? 0), line.backorderQuantity);
    line.backorderQuantity = round4(line.backorderQuantity - taken);
    add(available, key, -taken);
  }
}

/** Reduces stock on hand or, with a negative quantity, increases it. Products without stock are ignored. */
export function takeFromShelf(state: DearState, key: StockKey & { expiry: string }, quantity: number): void {
  if (productById(state, key.productId).type !== 'Stock') return;
  const stock = stockAt(state, key);
  if (stock !== undefined) stock.onHand = round4(stock.onHand - quantity);
}

/** Increases stock on hand, adding the row where there is none, or, with a negative quantity, reduces it. */
export function putOnShelf(state: DearState, key: StockKey & { expiry: string }, quantity: number): void {
  const { productId, locationId, batch, expiry } = key;
  const isStock = productById(state, productId).type === 'Stock';
  if (isStock && stockAt(state, key) === undefined)
    state.stock.push({ productId, locationId, batch, expiry, onHand: 0 });
  takeFromShelf(state, key, -quantity);
}

function add(map: Map<string, number>, key: string, quantity: number): void {
  map.set(key, round4((map.get(key) ?? 0) + quantity));
}
