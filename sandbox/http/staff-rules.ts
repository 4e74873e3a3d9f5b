import * as z from 'zod';
import { packGoods } from '../kit/provider-sandbox.ts';
import { ApiError } from './errors.ts';
import { getOrder } from './order-rules.ts';
import { newId, type OrderRow, type ShipmentRow, type WarehouseState } from './state.ts';

export const shipRequest = z.strictObject({
  /** @default all lines */
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
): ShipmentRow {
  const order = getOrder(state, reference);
  if (order.status !== 'open') throw new ApiError(409, 'not_open', `${reference} is ${order.status}.`);
  const packed = packGoods(
    order.lines.filter(({ key }) => keys?.includes(key) ?? true),
    goods,
  );
  if (packed.length === 0) throw new ApiError(409, 'nothing_to_ship', 'There is nothing to pack.');
  const at = new Date(now).toISOString();
  const id = newId(state, 'parcel-');
  const shipment: ShipmentRow = {
    id,
    reference,
    status: 'shipped',
    shippedAt: at,
    changedAt: at,
    trackingNumbers: [`LW${id.slice('parcel-'.length)}00X`],
    carrier: 'ups',
    service: 'ups_ground',
    warehouse,
    lines: packed.map(({ line: { key, sku }, quantity }) => ({ key, sku, quantity })),
  };
  for (const { sku, quantity } of shipment.lines) moveStock(state, sku, -quantity);
  for (const { line, quantity } of packed) line.shipped += quantity;
  state.shipments.push(shipment);
  touch(order, at);
  if (closesOrder) order.status = 'shipped';
  return shipment;
}

/** An order has shipped once all of it has. */
function touch(order: OrderRow, changedAt: string): void {
  const isAll = order.lines.every(({ shipped, quantity }) => shipped === quantity);
  Object.assign(order, { changedAt, status: isAll ? 'shipped' : 'open' });
}

function moveStock({ stock }: WarehouseState, sku: string, by: number): void {
  const row = stock.find((one) => one.sku === sku && one.place !== 'elsewhere');
  if (row !== undefined) row.onHand += by;
}

export function voidParcel(state: WarehouseState, trackingNumber: string, now: number): ShipmentRow {
  const shipment = state.shipments.find(({ trackingNumbers }) => trackingNumbers.includes(trackingNumber));
  if (shipment === undefined || shipment.status === 'voided')
    throw new ApiError(404, 'parcel_not_found', `There is no parcel ${trackingNumber}.`);
  const at = new Date(now).toISOString();
  Object.assign(shipment, { status: 'voided', changedAt: at });
  const order = getOrder(state, shipment.reference);
  for (const { key, sku, quantity } of shipment.lines) {
    const line = order.lines.find((one) => one.key === key);
    if (line !== undefined) line.shipped -= quantity;
    moveStock(state, sku, quantity);
  }
  touch(order, at);
  return shipment;
}

export const statusRequest = z.strictObject({
  status: z.enum(['open', 'held', 'cancelled']),
  heldUntil: z.union([z.literal(''), z.iso.date()]).default(''),
});

/** What staff do with an order on their screens. */
export function setStatus(
  state: WarehouseState,
  reference: string,
  { status, heldUntil }: z.infer<typeof statusRequest>,
  now: number,
): OrderRow {
  const order = getOrder(state, reference);
  if (order.status === 'shipped') throw new ApiError(409, 'too_late', `${reference} has left.`);
  return Object.assign(order, { status, heldUntil, changedAt: new Date(now).toISOString() });
}

export const stockRequest = z.strictObject({
  sku: z.string().min(1),
  onHand: z.number(),
  place: z.enum(['first', 'second', 'elsewhere']).default('first'),
});

export function putStock(state: WarehouseState, wanted: z.infer<typeof stockRequest>): void {
  const row = state.stock.find(({ sku, place }) => sku === wanted.sku && place === wanted.place);
  if (row === undefined) state.stock.push(wanted);
  else row.onHand = wanted.onHand;
}
