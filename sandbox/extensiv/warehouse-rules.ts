import * as z from 'zod';
import { runWhenDue } from '../kit/due-work.ts';
import type { Timeline } from '../kit/timeline.ts';
import { notFound, refusedOperation } from './errors.ts';
import { orderBy, STATUS, setCanceled, touch } from './order-rules.ts';
import {
  type AllocationRecord,
  type ExtensivState,
  newId,
  type OrderItemRecord,
  type OrderRecord,
  type Store,
  type World,
} from './state.ts';
import { queueWebhook } from './webhooks.ts';

export const shipRequest = z.strictObject({
  trackingNumber: z.string().optional(),
  carrier: z.string().default('UPS'),
  mode: z.string().default('Ground'),
  /** Moves the order to another facility first. */
  facilityId: z.int().optional(),
  /** Numbers that are scanned as goods leave, by SKU. */
  serials: z.record(z.string(), z.array(z.string())).default({}),
  /** The warehouse has no more than these, and cuts the order to them first: it can be confirmed only whole. */
  goods: z
    .array(z.strictObject({ sku: z.string(), quantity: z.number().positive() }))
    .min(1)
    .optional(),
});

/** The warehouse allocates, packs in one package and confirms an order. @returns its tracking number */
export function shipOrder(world: World, id: number, request: z.infer<typeof shipRequest>): string {
  const { state, now } = world;
  const order = orderBy(state, id);
  if (order.status !== STATUS.open) throw refusedOperation('Confirm', 'OrderConfirmed', 'It is not open.');
  if (order.heldAt !== null) throw refusedOperation('Confirm', 'OnHold', 'It is on hold.');
  if (request.facilityId !== undefined) order.fields.facilityIdentifier = { id: request.facilityId };
  if (request.goods !== undefined) cut(order, request.goods);
  const [kept] = order.packages;
  const trackingNumber = request.trackingNumber ?? kept?.trackingNumber ?? `1Z0000000${newId(state)}`;
  for (const item of order.items) item.allocations = allocate(state, order, item);
  pack(world, order, trackingNumber, request.serials);
  const { carrier, mode } = request;
  order.fields.routingInfo = { ...order.fields.routingInfo, carrier, mode, trackingNumber };
  Object.assign(order, { status: STATUS.closed, confirmedAt: now, pickDoneAt: now, trackingNumber });
  touch(order, now);
  queueWebhook(world, 'OrderConfirm', order.id);
  return trackingNumber;
}

/** Leaves out lines of which nothing is there. */
function cut(order: OrderRecord, goods: ReadonlyArray<{ sku: string; quantity: number }>): void {
  const there = new Map(goods.map(({ sku, quantity }) => [sku, quantity]));
  const items = order.items.flatMap((item) => {
    const qty = Math.min(item.fields.qty, there.get(item.fields.itemIdentifier.sku) ?? 0);
    return qty === 0 ? [] : [{ ...item, fields: { ...item.fields, qty } }];
  });
  if (items.length === 0) throw refusedOperation('Confirm', 'NotFullyAllocated', 'It has none of the goods.');
  order.items = items;
}

function pack(
  { state, now }: World,
  order: OrderRecord,
  trackingNumber: string,
  serials: Readonly<Record<string, string[]>>,
): void {
  const { packs } = state.settings;
  if (packs === 'no-packages') return;
  if (order.packages.length > 0) {
    for (const one of order.packages) one.trackingNumber = trackingNumber;
    return;
  }
  const contents = order.items.flatMap((item) =>
    item.allocations.map((allocation) => ({
      ...allocation,
      orderItemId: item.id,
      serialNumbers: serials[item.fields.itemIdentifier.sku] ?? [],
    })),
  );
  const shown = packs === 'with-contents' ? contents : [];
  order.packages.push({ id: newId(state), trackingNumber, createdAt: now, contents: shown });
}

/** Takes goods from the receipts that fit, the first to expire first, and from an unnamed one where there are none. */
function allocate(state: ExtensivState, order: OrderRecord, { fields }: OrderItemRecord): AllocationRecord[] {
  const { customerIdentifier, facilityIdentifier } = order.fields;
  const fits = state.receipts
    .filter(
      (receipt) =>
        receipt.customerId === customerIdentifier.id &&
        receipt.facilityId === facilityIdentifier.id &&
        receipt.sku === fields.itemIdentifier.sku &&
        (!fields.lotNumber || receipt.lotNumber === fields.lotNumber) &&
        (!fields.serialNumber || receipt.serialNumber === fields.serialNumber),
    )
    .sort((one, other) => (one.expirationDate ?? '9').localeCompare(other.expirationDate ?? '9'));
  const allocations: AllocationRecord[] = [];
  let rest = fields.qty;
  for (const receipt of fits) {
    const qty = Math.min(rest, Math.max(0, receipt.onHand));
    if (qty === 0) continue;
    receipt.onHand -= qty;
    rest -= qty;
    const { lotNumber, serialNumber, expirationDate } = receipt;
    allocations.push({ receiveItemId: receipt.id, qty, lotNumber, serialNumber, expirationDate });
  }
  if (rest > 0)
    allocations.push({
      receiveItemId: newId(state),
      qty: rest,
      lotNumber: fields.lotNumber ?? null,
      serialNumber: fields.serialNumber ?? null,
      expirationDate: null,
    });
  return allocations;
}

export const splitRequest = z.strictObject({ skus: z.array(z.string()).min(1) });

/** Moves lines to an order of their own, which gets a reference of its own and the saved elements. @returns its number */
export function splitOrder({ state, now }: World, id: number, skus: readonly string[]): OrderRecord {
  const order = orderBy(state, id);
  if (order.status !== STATUS.open) throw refusedOperation('Split', 'OrderConfirmed', 'It is not open.');
  const moved = order.items.filter(({ fields }) => skus.includes(fields.itemIdentifier.sku));
  if (moved.length === 0 || moved.length === order.items.length)
    throw refusedOperation('Split', 'Incompatible', 'A part needs a line, and so does the rest.');
  order.items = order.items.filter((item) => !moved.includes(item));
  touch(order, now);
  const { referenceNum } = order.fields;
  const count = state.orders.filter(({ fields }) =>
    fields.referenceNum.startsWith(`${referenceNum}.`),
  ).length;
  const part: OrderRecord = {
    ...order,
    id: newId(state),
    version: 1,
    fields: { ...order.fields, referenceNum: `${referenceNum}.${count + 2}`, externalId: null },
    items: moved.map((item) => ({ ...item, id: newId(state) })),
    createdAt: now,
  };
  state.orders.push(part);
  return part;
}

export function cancelByStaff(world: World, id: number): void {
  const order = orderBy(world.state, id);
  if (order.status !== STATUS.open) throw refusedOperation('Cancel', 'OrderConfirmed', 'It is not open.');
  setCanceled(world, order);
}

/** Opens an order that was cancelled. */
export function reopenOrder({ state, now }: World, id: number): OrderRecord {
  return touch(Object.assign(orderBy(state, id), { status: STATUS.open }), now);
}

/** Takes a confirmation back. The goods are on hand again. */
export function unconfirmOrder(world: World, id: number): OrderRecord {
  const { state, now } = world;
  const order = orderBy(state, id);
  if (order.status !== STATUS.closed)
    throw refusedOperation('Unconfirm', 'OrderNotConfirmed', 'It is not confirmed.');
  for (const { allocations } of order.items)
    for (const { receiveItemId, qty } of allocations) {
      const receipt = state.receipts.find((one) => one.id === receiveItemId);
      if (receipt !== undefined) receipt.onHand += qty;
    }
  for (const item of order.items) item.allocations = [];
  Object.assign(order, { status: STATUS.open, confirmedAt: null, pickDoneAt: null, trackingNumber: '' });
  if (state.settings.unconfirm === 'removes-packages') order.packages = [];
  queueWebhook(world, 'OrderUnconfirm', order.id);
  return touch(order, now);
}

export const holdRequest = z.strictObject({ isHeld: z.boolean(), reason: z.string().default('') });

export function holdOrder(
  { state, now }: World,
  id: number,
  asked: z.infer<typeof holdRequest>,
): OrderRecord {
  const order = orderBy(state, id);
  return touch(Object.assign(order, { heldAt: asked.isHeld ? now : null, holdReason: asked.reason }), now);
}

export const substituteRequest = z.strictObject({ sku: z.string(), becomes: z.string().min(1) });

export function substitute(
  { state, now }: World,
  id: number,
  { sku, becomes }: z.infer<typeof substituteRequest>,
): OrderRecord {
  const order = orderBy(state, id);
  const item = order.items.find(({ fields }) => fields.itemIdentifier.sku === sku);
  if (item === undefined) throw notFound();
  item.fields.itemIdentifier = { sku: becomes };
  return touch(order, now);
}

export function removeOrder({ state }: World, id: number): void {
  const order = orderBy(state, id);
  state.orders.splice(state.orders.indexOf(order), 1);
}

/** A count of goods of one lot, or of one serial number. */
export const stockRequest = z.strictObject({
  customerId: z.int(),
  facilityId: z.int(),
  sku: z.string().min(1),
  onHand: z.number(),
  /** Kept back, as damaged goods are. */
  isOnHold: z.boolean().default(false),
  lotNumber: z.string().nullable().default(null),
  serialNumber: z.string().nullable().default(null),
  expirationDate: z.string().nullable().default(null),
  /** Adds a receipt even where one of the same lot exists. */
  isAnother: z.boolean().default(false),
});

export function putStock({ state }: World, asked: z.infer<typeof stockRequest>): void {
  const { isAnother, ...fields } = asked;
  const known = state.receipts.find(
    (one) =>
      one.customerId === fields.customerId &&
      one.facilityId === fields.facilityId &&
      one.sku === fields.sku &&
      one.lotNumber === fields.lotNumber &&
      one.serialNumber === fields.serialNumber,
  );
  if (known !== undefined && !isAnother) known.onHand = fields.onHand;
  else state.receipts.push({ id: newId(state), ...fields });
}

export const itemRequest = z.strictObject({
  customerId: z.int(),
  sku: z.string().min(1),
  deactivated: z.boolean().default(false),
});

export function putItem(
  { state }: World,
  { customerId, sku, deactivated }: z.infer<typeof itemRequest>,
): void {
  const known = state.items.find((one) => one.customerId === customerId && one.sku === sku);
  if (known !== undefined) known.deactivated = deactivated;
  else state.items.push({ id: newId(state), customerId, sku, deactivated });
}

/** Confirms each order the set time after its last change. */
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
        .map(({ id, changedAt }) => ({ id, dueAt: changedAt + shipsByItself.afterMs }));
    },
    run: (id) => {
      store.change((world) => shipOrder(world, id, shipRequest.parse({})));
    },
  });
}

function isWaiting({ status, heldAt }: OrderRecord): boolean {
  return status === STATUS.open && heldAt === null;
}
