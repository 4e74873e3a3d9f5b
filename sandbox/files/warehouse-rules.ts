import * as z from 'zod';
import { packGoods } from '../kit/provider-sandbox.ts';
import type { Row } from './layout.ts';
import { newId, type OrderRow, type ParcelRow, type WarehouseState } from './state.ts';

/** A request of staff that cannot be carried out. */
export class RefusedByWarehouse extends Error {
  override readonly name = 'RefusedByWarehouse';
}

/** What the warehouse answers to an order file: a word of its own, and a text. */
export interface Answer {
  readonly reference: string;
  readonly result: 'OK' | 'CHG' | 'CAN' | 'LATE' | 'REJ';
  readonly text: string;
}

/** Carries out the rows of an order file, which are grouped by order. */
export function takeOrders(state: WarehouseState, rows: readonly Row[], now: number): Answer[] {
  const orders = Map.groupBy(rows, ({ orderReference = '' }) => orderReference);
  return [...orders].map(([reference, lines]) => {
    const [result, text] = takeOrder(state, reference, lines, new Date(now).toISOString());
    return { reference, result, text };
  });
}

function takeOrder(
  state: WarehouseState,
  reference: string,
  rows: readonly Row[],
  changedAt: string,
): readonly [Answer['result'], string] {
  const known = state.orders.find((row) => row.reference === reference);
  const action = rows[0]?.action;
  const wrong = findMistake(reference, rows);
  if (wrong !== null) return ['REJ', wrong];
  const order: OrderRow = {
    reference,
    status: 'open',
    changedAt,
    street: rows[0]?.street ?? '',
    lines: toLines(rows),
  };
  if (action === 'NEW') {
    // A file that comes twice is answered twice and taken once.
    if (known === undefined) state.orders.push(order);
    return ['OK', ''];
  }
  if (known === undefined) return ['LATE', 'no such order'];
  const hasLeft = known.status === 'shipped' || known.lines.some(({ shipped }) => shipped > 0);
  const isPacked = action === 'CANCEL' && state.settings.refusesNextCancellation;
  if (isPacked) state.settings.refusesNextCancellation = false;
  if (hasLeft || isPacked) return ['LATE', hasLeft ? 'it has left' : 'it is being packed'];
  if (action === 'CANCEL') {
    Object.assign(known, { status: 'cancelled', changedAt });
    return ['CAN', ''];
  }
  if (known.status === 'cancelled') return ['LATE', 'it is cancelled'];
  Object.assign(known, order);
  return ['CHG', ''];
}

function findMistake(reference: string, rows: readonly Row[]): string | null {
  if (reference === '') return 'an order needs a number';
  if (!['NEW', 'CHANGE', 'CANCEL'].includes(rows[0]?.action ?? '')) return 'unknown action';
  return toLines(rows).every(({ sku, quantity }) => sku !== '' && quantity > 0) ? null : 'a line lacks goods';
}

function toLines(rows: readonly Row[]): OrderRow['lines'] {
  return rows.map(({ lineKey = '', sku = '', quantity = '' }) => ({
    key: lineKey,
    sku,
    quantity: Number(quantity),
    shipped: 0,
  }));
}

export function getOrder(state: WarehouseState, reference: string): OrderRow {
  const order = state.orders.find((row) => row.reference === reference);
  if (order === undefined) throw new RefusedByWarehouse(`There is no order ${reference}.`);
  return order;
}

export const shipRequest = z.strictObject({
  keys: z.array(z.string()).optional(),
  /** No more than these. */
  goods: z.array(z.strictObject({ sku: z.string(), quantity: z.number().positive() })).optional(),
  warehouse: z.string().default(''),
  /** The warehouse ships no more of the order. */
  closesOrder: z.boolean().default(false),
});

/** Packs what has not left of an order, or of some of its lines, into one parcel. */
export function ship(
  state: WarehouseState,
  reference: string,
  { keys, goods, warehouse, closesOrder }: z.infer<typeof shipRequest>,
  now: number,
): ParcelRow {
  const order = getOrder(state, reference);
  if (order.status !== 'open') throw new RefusedByWarehouse(`${reference} is ${order.status}.`);
  const packed = packGoods(
    order.lines.filter(({ key }) => keys?.includes(key) ?? true),
    goods,
  );
  if (packed.length === 0) throw new RefusedByWarehouse('There is nothing to pack.');
  const id = newId(state, 'P');
  const parcel: ParcelRow = {
    id,
    reference,
    trackingNumber: `FW${id.slice(1)}00X`,
    status: 'SHIPPED',
    shippedAt: new Date(now).toISOString(),
    warehouse,
    lines: packed.map(({ line: { key, sku }, quantity }) => ({ key, sku, quantity })),
  };
  for (const { sku, quantity } of parcel.lines) moveStock(state, sku, -quantity);
  for (const { line, quantity } of packed) line.shipped += quantity;
  state.parcels.push(parcel);
  settle(order, now);
  if (closesOrder) order.status = 'shipped';
  return parcel;
}

export function voidParcel(state: WarehouseState, trackingNumber: string, now: number): ParcelRow {
  const parcel = state.parcels.find((row) => row.trackingNumber === trackingNumber);
  if (parcel?.status !== 'SHIPPED') throw new RefusedByWarehouse(`There is no parcel ${trackingNumber}.`);
  parcel.status = 'VOID';
  const order = getOrder(state, parcel.reference);
  for (const { key, sku, quantity } of parcel.lines) {
    const line = order.lines.find((one) => one.key === key);
    if (line !== undefined) line.shipped -= quantity;
    moveStock(state, sku, quantity);
  }
  settle(order, now);
  return parcel;
}

function settle(order: OrderRow, now: number): void {
  const isAll = order.lines.every(({ shipped, quantity }) => shipped === quantity);
  Object.assign(order, { status: isAll ? 'shipped' : 'open', changedAt: new Date(now).toISOString() });
}

export function cancelByHand(state: WarehouseState, reference: string, now: number): Answer {
  const order = getOrder(state, reference);
  if (order.status !== 'open') throw new RefusedByWarehouse(`${reference} is ${order.status}.`);
  Object.assign(order, { status: 'cancelled', changedAt: new Date(now).toISOString() });
  return { reference, result: 'CAN', text: 'by staff' };
}

function moveStock({ stock }: WarehouseState, sku: string, by: number): void {
  const row = stock.find((one) => one.sku === sku && one.place !== 'elsewhere');
  if (row !== undefined) row.onHand += by;
}
