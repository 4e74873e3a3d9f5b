import * as z from 'zod';
import { runWhenDue } from '../kit/due-work.ts';
import type { Timeline } from '../kit/timeline.ts';
import { invalid, Refusal } from './errors.ts';
import { cancel, getUnshipped, isShippedInFull, orderBy } from './order-rules.ts';
import type { CartRoverState, OrderRecord, ShipmentRecord, StockRecord, Store, World } from './state.ts';

/** Delivers an order to the warehouse's system. */
export function sendToWarehouse({ state, now }: World, reference: string): OrderRecord {
  const order = orderBy(state, reference);
  if (order.status !== 'new' && order.status !== 'error')
    throw new Refusal('Failure', `${reference} is ${order.status}, so it cannot be sent`);
  return Object.assign(order, {
    status: 'at_wms' as const,
    deliveredToWarehouseAt: now,
    changedAt: now,
    error: null,
  });
}

/** A parcel. Every field may be left out: all that has not left, from the order's warehouse. */
export const shipRequest = z.strictObject({
  items: z.array(z.strictObject({ item: z.string(), quantity: z.int().min(1) })).optional(),
  /** '' for a parcel without a number. */
  trackingNumber: z.string().optional(),
  warehouse: z.string().optional(),
  carrier: z.string().default('UPS'),
  method: z.string().default('Ground'),
  shippedAt: z.iso.datetime().optional(),
  /** The warehouse ships no more of the order. */
  closesOrder: z.boolean().default(false),
});

export function shipOrder(
  world: World,
  reference: string,
  request: z.infer<typeof shipRequest>,
): ShipmentRecord {
  const { state, now } = world;
  const order = orderBy(state, reference);
  if (order.status === 'new' || order.status === 'error') sendToWarehouse(world, reference);
  if (order.status === 'canceled' || isShippedInFull(order))
    throw new Refusal('Failure', `${reference} has nothing to ship`);
  const items = request.items ?? getRest(order);
  state.nextId += 1;
  const shipment: ShipmentRecord = {
    loadedAt: now,
    carrier: request.carrier,
    method: request.method,
    trackingNumber: request.trackingNumber ?? `1Z0000000${state.nextId}`,
    secondTrackingNumber: '',
    warehouse: request.warehouse ?? order.fields.location ?? '',
    cost: 7.5,
    shippedAt: request.shippedAt === undefined ? now : Date.parse(request.shippedAt),
    items: items.map((one) => ({ ...one, cartonNumber: '' })),
  };
  order.shipments.push(shipment);
  order.isClosedShort = request.closesOrder;
  order.changedAt = now;
  if (isShippedInFull(order)) order.status = 'shipped';
  for (const one of items) takeFromStock(state, shipment.warehouse, one);
  return shipment;
}

function getRest(order: OrderRecord): Array<{ item: string; quantity: number }> {
  const unshipped = getUnshipped(order);
  return order.fields.items
    .map(({ item }, index) => ({ item, quantity: unshipped[index] ?? 0 }))
    .filter(({ quantity }) => quantity > 0);
}

/** By default under the same number. */
export const loadAgainRequest = z.strictObject({ trackingNumber: z.string().optional() });

/** Loads the latest shipment of an order a second time, as warehouses do. */
export function loadShipmentAgain(
  { state, now }: World,
  reference: string,
  { trackingNumber }: z.infer<typeof loadAgainRequest>,
): OrderRecord {
  const order = orderBy(state, reference);
  const last = order.shipments.at(-1);
  if (last === undefined) throw invalid(`${reference} has no shipment`);
  order.shipments.push({
    ...last,
    trackingNumber: trackingNumber ?? last.trackingNumber,
    items: last.items.map((item) => ({ ...item })),
    loadedAt: now,
  });
  return order;
}

/** The warehouse cancels an order, by itself or as it was asked to. */
export function cancelAtWarehouse({ state, now }: World, reference: string): OrderRecord {
  const order = orderBy(state, reference);
  if (order.shipments.length > 0) throw new Refusal('Failure', `${reference} has shipped`);
  cancel(order, now);
  return order;
}

/** A person brings a cancelled order back. */
export function restoreOrder({ state, now }: World, reference: string): OrderRecord {
  const order = orderBy(state, reference);
  const back = { status: 'at_wms' as const, cancelledAt: null, isCancelRequested: false, changedAt: now };
  return Object.assign(order, back);
}

export function setOnHold({ state, now }: World, reference: string, isOnHold: boolean): OrderRecord {
  return Object.assign(orderBy(state, reference), { isOnHold, changedAt: now });
}

export const errorRequest = z.strictObject({
  code: z.string().default('ShipMethod'),
  reason: z.string().default('Unmapped ship method'),
  message: z.string().default(''),
});

/** The service does not send the order to the warehouse until a person corrects it. */
export function setError(
  { state, now }: World,
  reference: string,
  error: z.infer<typeof errorRequest>,
): OrderRecord {
  const order = orderBy(state, reference);
  return Object.assign(order, { status: 'error' as const, error: { at: now, ...error }, changedAt: now });
}

export function deleteOrder({ state }: World, reference: string): void {
  const order = orderBy(state, reference);
  state.orders.splice(state.orders.indexOf(order), 1);
}

/** A warehouse's count of a SKU. */
export const stockRequest = z.strictObject({
  sku: z.string().min(1),
  warehouse: z.string().min(1),
  onHand: z.number(),
  aliases: z.record(z.string(), z.string()).optional(),
  takenAt: z.iso.datetime().optional(),
});

export function putStock(
  { state, now }: World,
  { sku, warehouse, onHand, aliases, takenAt }: z.infer<typeof stockRequest>,
): StockRecord {
  const { pk } = getWarehouse(state, warehouse);
  const known = state.stock.find((row) => row.sku === sku && row.warehousePk === pk);
  const row = known ?? { sku, warehousePk: pk, onHand, takenAt: now, aliases: {} };
  Object.assign(row, { onHand, takenAt: takenAt === undefined ? now : Date.parse(takenAt) });
  if (aliases !== undefined) row.aliases = aliases;
  if (known === undefined) state.stock.push(row);
  return row;
}

/** A new name is a new warehouse. */
export function getWarehouse(state: CartRoverState, name: string): { pk: string; name: string } {
  const known = state.warehouses.find((one) => one.name === name);
  if (known !== undefined) return known;
  const made = { pk: String(4_000 + state.warehouses.length), name };
  state.warehouses.push(made);
  return made;
}

function takeFromStock(
  state: CartRoverState,
  warehouse: string,
  { item, quantity }: { item: string; quantity: number },
): void {
  const pk = state.warehouses.find(({ name }) => name === warehouse)?.pk;
  const row = state.stock.find(({ sku, warehousePk }) => sku === item && warehousePk === pk);
  if (row !== undefined) row.onHand -= quantity;
}

/** Ships each order the set time after its last change. */
export function startAutomaticShipping(store: Store, timeline: Timeline): { stop(): void } {
  return runWhenDue({
    timeline,
    onChange: store.onChange,
    getDue: () => {
      const { orders, settings } = store.state();
      const { shipsByItself } = settings;
      if (shipsByItself === null) return [];
      return orders
        .filter(isWaiting)
        .map(({ fields, changedAt }) => ({ id: fields.cust_ref, dueAt: changedAt + shipsByItself.afterMs }));
    },
    run: (id) => {
      store.change((world) => shipOrder(world, id, shipRequest.parse({})));
    },
  });
}

function isWaiting({ status, isOnHold, shipments }: OrderRecord): boolean {
  return (status === 'new' || status === 'at_wms') && !isOnHold && shipments.length === 0;
}
