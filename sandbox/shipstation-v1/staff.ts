import * as z from 'zod';
import { runWhenDue } from '../kit/due-work.ts';
import type { Timeline } from '../kit/timeline.ts';
import { WAREHOUSES } from './account.ts';
import { refuse } from './errors.ts';
import { orderById, requireStatus, touch, UNSHIPPED } from './order-rules.ts';
import { buyLabel } from './parcel-rules.ts';
import {
  copyOf,
  type ItemRecord,
  newId,
  type OrderRecord,
  type ShipmentRecord,
  type Store,
  type World,
} from './state.ts';

/** What a packer changes on ShipStation's screen. Omitted fields stay. */
export const editRequest = z.strictObject({
  orderNumber: z.string().min(1).optional(),
  carrierCode: z.string().min(1).optional(),
  serviceCode: z.string().min(1).optional(),
  packageCode: z.string().min(1).optional(),
  internalNotes: z.string().optional(),
  street1: z.string().min(1).optional(),
  weightGrams: z.number().positive().optional(),
  warehouseId: z.int().optional(),
  tagIds: z.array(z.int()).optional(),
  userId: z.string().optional(),
  customField1: z.string().optional(),
  /** In centimetres. */
  dimensions: z.strictObject({ length: z.number(), width: z.number(), height: z.number() }).optional(),
  /** Replaces a product of the order by another. */
  products: z
    .array(
      z.strictObject({
        sku: z.string().min(1),
        becomes: z.string().min(1),
        /** Whether the line keeps its key. What ShipStation does is not documented. */
        keepsLine: z.boolean().default(true),
      }),
    )
    .optional(),
  /** Where a packer finds a product. */
  warehouseLocation: z.string().optional(),
});

export function editOrder(world: World, id: number, edit: z.output<typeof editRequest>): OrderRecord {
  const order = orderById(world.state, id);
  requireStatus(order, UNSHIPPED);
  touch(world, order);
  const {
    street1,
    weightGrams,
    dimensions,
    products,
    warehouseId,
    customField1,
    warehouseLocation,
    ...rest
  } = edit;
  if (warehouseId !== undefined && !WAREHOUSES.some((one) => one.warehouseId === warehouseId))
    throw refuse('Warehouse not found.');
  Object.assign(order, rest);
  if (street1 !== undefined) order.shipTo.street1 = street1;
  if (weightGrams !== undefined) order.weight = { value: weightGrams, units: 'grams' };
  if (dimensions !== undefined) order.dimensions = { ...dimensions, units: 'centimeters' };
  if (warehouseId !== undefined) order.advancedOptions.warehouseId = warehouseId;
  if (customField1 !== undefined) order.advancedOptions.customField1 = customField1;
  for (const item of order.items) {
    const change = products?.find(({ sku }) => sku === item.sku);
    if (warehouseLocation !== undefined) item.warehouseLocation = warehouseLocation;
    if (change === undefined) continue;
    item.sku = change.becomes;
    if (!change.keepsLine) item.lineItemKey = null;
  }
  return order;
}

/** A person cancels an order, or reverses that. */
export function setCancelled(world: World, id: number, isCancelled: boolean): OrderRecord {
  const order = orderById(world.state, id);
  requireStatus(order, isCancelled ? UNSHIPPED : ['cancelled']);
  touch(world, order);
  order.orderStatus = isCancelled ? 'cancelled' : 'awaiting_shipment';
  return order;
}

/** The status of an order as another system may leave it. */
export const statusRequest = z.strictObject({
  status: z.enum([
    'awaiting_payment',
    'awaiting_shipment',
    'pending_fulfillment',
    'rejected_fulfillment',
    'processing',
  ]),
});

export function setStatus(world: World, id: number, { status }: z.output<typeof statusRequest>): OrderRecord {
  const order = orderById(world.state, id);
  touch(world, order);
  order.orderStatus = status;
  return order;
}

export const splitRequest = z.union([
  /** So many lines stay, and each further part has as many. */
  z.strictObject({ itemsPerPart: z.int().min(1) }),
  /** These goods move to a new order. */
  z.strictObject({
    moves: z.array(z.strictObject({ sku: z.string(), quantity: z.int().min(1) })).min(1),
  }),
]);

/**
 * What a packer does on ShipStation's screen. The first part stays on the order; each other part is a new order of the same
 * number, which names the first as its parent.
 */
export function splitOrder(world: World, id: number, split: z.output<typeof splitRequest>): OrderRecord[] {
  const order = orderById(world.state, id);
  requireStatus(order, UNSHIPPED);
  const [kept = [], ...moved] =
    'moves' in split ? moveGoods(order.items, split.moves) : chunk(order.items, split.itemsPerPart);
  if (kept.length === 0 || moved.length === 0) throw refuse('There is nothing to split.');
  touch(world, order);
  const whole = copyOf(order);
  Object.assign(order, { items: kept, mergedOrSplit: true });
  const parts = moved.map((items): OrderRecord => {
    const orderId = newId(world.state);
    return {
      ...copyOf(whole),
      orderId,
      orderKey: world.state.settings.partsKeepKey ? order.orderKey : `manual-${orderId}`,
      items: items.map((item) => ({ ...item, orderItemId: newId(world.state) })),
      createdAt: world.now,
      modifiedAt: world.now,
      mergedOrSplit: true,
      parentId: order.orderId,
    };
  });
  world.state.orders.push(...parts);
  return [order, ...parts];
}

function moveGoods(
  items: readonly ItemRecord[],
  moves: ReadonlyArray<{ sku: string; quantity: number }>,
): ItemRecord[][] {
  const moved: ItemRecord[] = [];
  const kept = items.flatMap((item) => {
    const quantity = Math.min(moves.find(({ sku }) => sku === item.sku)?.quantity ?? 0, item.quantity);
    if (quantity > 0) moved.push({ ...item, quantity });
    return quantity < item.quantity ? [{ ...item, quantity: item.quantity - quantity }] : [];
  });
  return moved.length > 0 ? [kept, moved] : [kept];
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, part) => items.slice(part * size, (part + 1) * size));
}

export const mergeRequest = z.strictObject({ orderIds: z.array(z.int()).min(2) });

/**
 * What a packer does with orders of one customer: a new order has the lines of all and names them; the others are found no
 * more. Here it keeps the number of the first, and has a key of its own.
 */
export function mergeOrders(world: World, { orderIds }: z.output<typeof mergeRequest>): OrderRecord {
  const orders = orderIds.map((id) => orderById(world.state, id));
  for (const order of orders) {
    requireStatus(order, ['awaiting_shipment']);
    touch(world, order);
    order.isInactive = true;
  }
  const [first] = orders;
  if (first === undefined) throw refuse('There is nothing to merge.');
  const orderId = newId(world.state);
  const merged: OrderRecord = {
    ...copyOf(first),
    orderId,
    orderKey: `manual-${orderId}`,
    items: orders.flatMap(({ items }) => items.map(copyOf)),
    createdAt: world.now,
    modifiedAt: world.now,
    mergedOrSplit: true,
    mergedIds: [...orderIds],
    isInactive: false,
  };
  delete merged.stale;
  world.state.orders.push(merged);
  return merged;
}

export const shipRequest = z.strictObject({
  warehouseId: z.int().optional(),
  carrierCode: z.string().optional(),
  /** Only these goods; the rest becomes an order of its own. */
  lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int().min(1) })).optional(),
});

/** A packer buys a label for all of an order or a part of it. */
export function shipOrder(world: World, id: number, ship: z.output<typeof shipRequest>): ShipmentRecord {
  const order = orderById(world.state, id);
  if (ship.warehouseId !== undefined) editOrder(world, id, { warehouseId: ship.warehouseId });
  if (ship.lines === undefined) return buyLabel(world, order, getChoice(ship));
  const rest = subtractGoods(order.items, ship.lines);
  if (rest.length > 0) splitOrder(world, id, { moves: rest });
  return buyLabel(world, order, getChoice(ship));
}

function getChoice({ carrierCode }: z.output<typeof shipRequest>): { carrierCode?: string } {
  return carrierCode === undefined ? {} : { carrierCode };
}

function subtractGoods(
  items: readonly ItemRecord[],
  lines: ReadonlyArray<{ sku: string; quantity: number }>,
): Array<{ sku: string; quantity: number }> {
  return items
    .filter(({ adjustment }) => !adjustment)
    .map(({ sku, quantity }) => ({
      sku: sku ?? '',
      quantity: quantity - (lines.find((line) => line.sku === sku)?.quantity ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);
}

/** Buys a label for each order that awaits shipment, the set time after its last change. */
export function startAutomaticShipping(store: Store, timeline: Timeline): { stop(): void } {
  return runWhenDue({
    timeline,
    onChange: store.onChange,
    getDue: () => {
      const { orders, settings } = store.state();
      const { shipsByItself } = settings;
      if (shipsByItself === null) return [];
      return orders
        .filter(({ orderStatus, isInactive }) => orderStatus === 'awaiting_shipment' && !isInactive)
        .map(({ orderId: id, modifiedAt }) => ({ id, dueAt: modifiedAt + shipsByItself.afterMs }));
    },
    run: (id) => {
      store.change((world) => shipOrder(world, id, {}));
    },
  });
}
