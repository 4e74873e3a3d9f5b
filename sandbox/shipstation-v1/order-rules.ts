import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { sum } from '../kit/numbers.ts';
import { DEFAULT_STORE, isManualStore, STORES, WAREHOUSES } from './account.ts';
import { ApiError, describe, modelError, notFound, refuse } from './errors.ts';
import { type OrderFields, orderRequest } from './order-request.ts';
import { toPacific } from './pacific-time.ts';
import {
  copyOf,
  type ItemRecord,
  newId,
  type OrderRecord,
  type ShipStationState,
  type World,
} from './state.ts';

/** No call changes an order in one of these statuses. */
const LOCKED = new Set<OrderRecord['orderStatus']>(['shipped', 'cancelled']);

/** Creates the order, or replaces the stored one that has its key. @returns the order as answered */
export function putOrder(world: World, body: unknown): object {
  const parsed = orderRequest.safeParse(body);
  if (!parsed.success) throw modelError(parsed.error);
  return put(world, parsed.data);
}

interface Verdict {
  orderId: number | null;
  orderNumber: string | null;
  orderKey: string | null;
  success: boolean;
  errorMessage: string | null;
}

/** Each row by itself, with a verdict. The verdicts are in no particular order: here the last comes first. */
export function putOrders(
  world: World,
  rows: readonly unknown[],
): { hasErrors: boolean; results: Verdict[] } {
  const results = rows.map((row) => putRow(world, row)).reverse();
  return { hasErrors: results.some(({ success }) => !success), results };
}

const names = z.looseObject({ orderNumber: z.string().catch(''), orderKey: z.string().catch('') });

function putRow(world: World, row: unknown): Verdict {
  const { orderNumber = '', orderKey = '' } = names.safeParse(row).data ?? {};
  const failed = (errorMessage: string): Verdict => ({
    orderId: null,
    orderNumber: orderNumber || null,
    orderKey: orderKey || null,
    success: false,
    errorMessage,
  });
  const parsed = orderRequest.safeParse(row);
  if (!parsed.success) return failed(describe(parsed.error));
  try {
    const answer = put(world, parsed.data);
    return { ...answer, success: true, errorMessage: null };
  } catch (error) {
    if (error instanceof ApiError) return failed(error.message);
    throw error;
  }
}

type Answer = Pick<OrderRecord, 'orderId' | 'orderNumber' | 'orderKey'>;

function put(world: World, fields: OrderFields): Answer {
  const { state } = world;
  const { storeId, warehouseId } = fields.advancedOptions;
  if (storeId !== null && !STORES.some((store) => store.storeId === storeId))
    throw refuse('Store not found.');
  if (warehouseId !== null && !WAREHOUSES.some((one) => one.warehouseId === warehouseId))
    throw refuse('Warehouse not found.');
  const known = findKnown(state, fields);
  if (known === undefined) return toWireOrder(createOrder(world, fields));
  if (LOCKED.has(known.orderStatus)) return answerLocked(state, known, fields);
  replaceOrder(world, known, fields);
  return toWireOrder(known);
}

/**
 * The stored order that a request replaces: by its id, else by its key. In the store of a marketplace, a request without the
 * store finds none and makes a second order, as was seen.
 */
function findKnown(state: ShipStationState, fields: OrderFields): OrderRecord | undefined {
  const active = state.orders.filter(({ isInactive }) => !isInactive);
  if (fields.orderId !== null) {
    const byId = active.find(({ orderId }) => orderId === fields.orderId);
    if (byId === undefined) throw notFound('Order', fields.orderId);
    if (fields.orderKey !== null && fields.orderKey !== byId.orderKey)
      throw refuse('orderKey does not belong to orderId.');
    return byId;
  }
  if (fields.orderKey === null) return undefined;
  const byKey = active.find(({ orderKey }) => orderKey === fields.orderKey);
  if (byKey === undefined || isManualStore(byKey.storeId)) return byKey;
  return fields.advancedOptions.storeId === byKey.storeId ? byKey : undefined;
}

function answerLocked(state: ShipStationState, known: OrderRecord, fields: OrderFields): Answer {
  switch (state.settings.lockedAnswer) {
    case 'error':
      throw refuse(`The order is ${known.orderStatus} and cannot be updated.`);
    case 'stored':
      return toWireOrder(known);
    case 'echo':
      return toWireOrder({ ...known, ...fields, orderId: known.orderId, ...toItems(fields, known) });
  }
}

function createOrder({ state, now }: World, fields: OrderFields): OrderRecord {
  const order: OrderRecord = {
    ...fields,
    orderId: newId(state),
    orderKey: fields.orderKey ?? randomUUID().replaceAll('-', ''),
    items: fields.items.map((item) => ({ ...item, orderItemId: newId(state) })),
    createdAt: now,
    modifiedAt: now,
    holdUntilDate: null,
    userId: null,
    storeId: fields.advancedOptions.storeId ?? DEFAULT_STORE.storeId,
    mergedOrSplit: false,
    mergedIds: [],
    parentId: null,
    externallyFulfilled: false,
    isCorrupt: false,
    isInactive: false,
  };
  if (state.settings.listLagMs > 0) order.stale = { until: now + state.settings.listLagMs, order: null };
  state.orders.push(order);
  return order;
}

/** All of the request, whatever it leaves out; the key and the store never change. */
function replaceOrder(world: World, order: OrderRecord, fields: OrderFields): void {
  touch(world, order);
  const items = fields.items.map((item) => ({
    ...item,
    orderItemId: findItemId(order, item) ?? newId(world.state),
  }));
  const { orderId: _, orderKey: __, items: ___, ...rest } = fields;
  Object.assign(order, rest, { items });
  if (fields.orderStatus !== 'on_hold') order.holdUntilDate = null;
}

function toItems(fields: OrderFields, order: OrderRecord): Pick<OrderRecord, 'items' | 'orderKey'> {
  const items = fields.items.map((item) => ({ ...item, orderItemId: findItemId(order, item) ?? 0 }));
  return { items, orderKey: order.orderKey };
}

function findItemId({ items }: OrderRecord, { lineItemKey, sku }: OrderFields['items'][number]) {
  return items.find((one) => one.lineItemKey === lineItemKey && one.sku === sku)?.orderItemId;
}

/** Before a change: the lists show the order as it was for a while. */
export function touch({ state, now }: World, order: OrderRecord): void {
  const { listLagMs } = state.settings;
  if (listLagMs > 0 && (order.stale === undefined || order.stale.until <= now)) {
    const before = copyOf(order);
    delete before.stale;
    order.stale = { until: now + listLagMs, order: before };
  }
  order.modifiedAt = now;
}

/** @throws {ApiError} 404 for a deleted or merged one as well */
export function orderById({ orders }: ShipStationState, id: number): OrderRecord {
  const order = orders.find(({ orderId, isInactive }) => orderId === id && !isInactive);
  if (order === undefined) throw notFound('Order', id);
  return order;
}

export function requireStatus(order: OrderRecord, statuses: readonly OrderRecord['orderStatus'][]): void {
  if (!statuses.includes(order.orderStatus)) throw refuse(`The order is ${order.orderStatus}.`);
}

export const UNSHIPPED = ['awaiting_payment', 'awaiting_shipment', 'on_hold', 'pending_fulfillment'] as const;

export const holdRequest = z.looseObject({ orderId: z.int(), holdUntilDate: z.iso.date() });

interface Done {
  success: boolean;
  message: string;
}

export function holdOrder(world: World, { orderId, holdUntilDate }: z.output<typeof holdRequest>): Done {
  const order = orderById(world.state, orderId);
  requireStatus(order, ['awaiting_payment', 'awaiting_shipment', 'on_hold']);
  touch(world, order);
  Object.assign(order, { orderStatus: 'on_hold', holdUntilDate });
  return { success: true, message: 'The requested order has been held.' };
}

export const orderIdRequest = z.looseObject({ orderId: z.int() });

export function restoreFromHold(world: World, { orderId }: z.output<typeof orderIdRequest>): Done {
  const order = orderById(world.state, orderId);
  requireStatus(order, ['on_hold']);
  touch(world, order);
  Object.assign(order, { orderStatus: 'awaiting_shipment', holdUntilDate: null });
  return { success: true, message: 'The requested order has been restored.' };
}

/** It is kept, inactive. */
export function deleteOrder(world: World, id: number): Done {
  const order = orderById(world.state, id);
  touch(world, order);
  order.isInactive = true;
  return { success: true, message: 'The requested order has been deleted.' };
}

export const tagRequest = z.looseObject({ orderId: z.int(), tagId: z.int() });

export function tagOrder(
  world: World,
  { orderId, tagId }: z.output<typeof tagRequest>,
  isAdded: boolean,
): Done {
  const order = orderById(world.state, orderId);
  if (!world.state.tags.some((tag) => tag.tagId === tagId)) throw notFound('Tag', tagId);
  touch(world, order);
  const others = (order.tagIds ?? []).filter((id) => id !== tagId);
  order.tagIds = isAdded ? [...others, tagId] : others;
  return { success: true, message: isAdded ? 'The tag was added.' : 'The tag was removed.' };
}

/** The order in the form of an answer. */
export function toWireOrder(order: OrderRecord) {
  const { createdAt, modifiedAt, isCorrupt: _, isInactive: __, stale: ___, ...rest } = order;
  const { storeId, mergedOrSplit, mergedIds, parentId, items, ...fields } = rest;
  const goods = sum(items, ({ unitPrice, quantity }) => (unitPrice ?? 0) * quantity);
  return {
    ...fields,
    createDate: toPacific(createdAt),
    modifyDate: toPacific(modifiedAt),
    customerId: null,
    orderTotal: goods + (order.taxAmount ?? 0) + (order.shippingAmount ?? 0),
    items: items.map((item) => toWireItem(item, createdAt)),
    advancedOptions: { ...order.advancedOptions, storeId, mergedOrSplit, mergedIds, parentId },
    externallyFulfilledBy: null,
    labelMessages: null,
  };
}

function toWireItem(item: ItemRecord, createdAt: number) {
  return { ...item, createDate: toPacific(createdAt), modifyDate: toPacific(createdAt) };
}
