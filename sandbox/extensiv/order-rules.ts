import { invalidField, notFound, Refusal, refusedOperation } from './errors.ts';
import { type OrderFields, readChangeRequest, readOrderRequest } from './order-request.ts';
import { type ExtensivState, newId, type OrderItemRecord, type OrderRecord, type World } from './state.ts';
import { queueWebhook } from './webhooks.ts';

export const STATUS = { open: 0, closed: 1, canceled: 2 } as const;

/** What a customer does with its orders by calls. */
export function orderBy(state: ExtensivState, id: number): OrderRecord {
  const order = state.orders.find((one) => one.id === id);
  if (order === undefined) throw notFound();
  return order;
}

export function getEtag({ version }: OrderRecord): string {
  return `W/"${version}"`;
}

/** @throws {Refusal} 428 without a tag, 412 for an older one */
export function requireEtag(order: OrderRecord, tag: string | undefined): void {
  if (tag === undefined || tag === '') throw new Refusal(428, null);
  if (tag !== getEtag(order)) throw new Refusal(412, null);
}

/** Marks a change. */
export function touch(order: OrderRecord, now: number): OrderRecord {
  order.version += 1;
  order.changedAt = now;
  return order;
}

/** @throws {Refusal} also where the customer has an order with the reference, whatever its status */
export function createOrder(world: World, body: unknown): OrderRecord {
  const { state, now } = world;
  const { orderItems, ...fields } = readOrderRequest(body);
  requireKnown(state, fields, orderItems);
  requireFreeReference(state, fields, null);
  const order: OrderRecord = {
    id: newId(state),
    version: 1,
    fields: withDefinedElements(state, fields),
    items: orderItems.map((line) => toItem(state, line)),
    status: STATUS.open,
    createdAt: now,
    changedAt: now,
    confirmedAt: null,
    pickDoneAt: null,
    heldAt: null,
    holdReason: '',
    trackingNumber: '',
    packages: [],
    isCorrupt: false,
  };
  state.orders.push(order);
  queueWebhook(world, 'OrderCreate', order.id);
  return order;
}

function requireKnown(
  state: ExtensivState,
  fields: Omit<OrderFields, 'orderItems'>,
  lines: OrderFields['orderItems'],
): void {
  const { customerIdentifier, facilityIdentifier } = fields;
  const customer = state.customers.find(({ id }) => id === customerIdentifier.id);
  if (customer === undefined)
    throw invalidField('CustomerIdentifier', 'DoesNotExist', `No customer ${customerIdentifier.id}`);
  if (!customer.facilities.some(({ id }) => id === facilityIdentifier.id))
    throw invalidField(
      'FacilityIdentifier',
      'ValueNotSupported',
      `Not assigned to Customer ${customer.name}`,
    );
  if (!state.items.some(({ customerId }) => customerId === customer.id)) return;
  for (const { itemIdentifier } of lines) {
    const isKnown = state.items.some(
      (item) => item.customerId === customer.id && isSame(item.sku, itemIdentifier.sku) && !item.deactivated,
    );
    if (!isKnown)
      throw invalidField('OrderItems.ItemIdentifier', 'DoesNotExist', `No item ${itemIdentifier.sku}`);
  }
}

function requireFreeReference(
  { orders }: ExtensivState,
  { referenceNum, customerIdentifier }: Omit<OrderFields, 'orderItems'>,
  own: OrderRecord | null,
): void {
  const isTaken = orders.some(
    (one) =>
      one.id !== own?.id &&
      one.fields.customerIdentifier.id === customerIdentifier.id &&
      isSame(one.fields.referenceNum, referenceNum),
  );
  if (isTaken) throw invalidField('ReferenceNum', 'Duplicate', 'The reference number is in use.');
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function withDefinedElements<Fields extends { savedElements?: unknown }>(
  { settings }: ExtensivState,
  fields: Fields,
): Fields {
  return settings.keepsSavedElements ? fields : { ...fields, savedElements: [] };
}

function toItem(state: ExtensivState, line: OrderFields['orderItems'][number]): OrderItemRecord {
  const { readOnly: _, ...fields } = line;
  return { id: newId(state), fields: withDefinedElements(state, fields), allocations: [] };
}

/** Replaces an order that is not confirmed. */
export function changeOrder(world: World, id: number, body: unknown, tag: string | undefined): OrderRecord {
  const { state, now } = world;
  const order = orderBy(state, id);
  requireEtag(order, tag);
  requireOpen(order, 'Update');
  const { orderItems, ...fields } = readChangeRequest(body, order.fields);
  requireKnown(state, fields, orderItems);
  requireFreeReference(state, fields, order);
  if (order.pickDoneAt !== null) throw refusedOperation('Update', 'InUse', 'The order is picked.');
  order.fields = withDefinedElements(state, fields);
  const kept = orderItems.map((line) => {
    const known = order.items.find((item) => item.id === line.readOnly?.orderItemId);
    if (line.readOnly !== undefined && known === undefined)
      throw invalidField('OrderItems.ReadOnly.OrderItemId', 'DoesNotExist', 'No such line');
    return { ...toItem(state, line), ...(known !== undefined && { id: known.id }) };
  });
  const unnamed = order.items.filter((item) => !kept.some((one) => one.id === item.id));
  order.items = state.settings.putLines === 'replace' ? kept : [...unnamed, ...kept];
  return touch(order, now);
}

export function deleteItem({ state, now }: World, id: number, itemId: number, tag: string | undefined): void {
  const order = orderBy(state, id);
  requireEtag(order, tag);
  requireOpen(order, 'Delete');
  if (!order.items.some((item) => item.id === itemId)) throw notFound();
  order.items = order.items.filter((item) => item.id !== itemId);
  touch(order, now);
}

export function cancelOrder(world: World, id: number, tag: string | undefined): void {
  const order = orderBy(world.state, id);
  requireEtag(order, tag);
  requireOpen(order, 'Cancel');
  setCanceled(world, order);
}

export function setCanceled(world: World, order: OrderRecord): void {
  order.status = STATUS.canceled;
  for (const item of order.items) item.allocations = [];
  touch(order, world.now);
  queueWebhook(world, 'OrderCancel', order.id);
}

function requireOpen({ status }: OrderRecord, action: string): void {
  if (status === STATUS.closed) throw refusedOperation(action, 'OrderConfirmed', 'The order is confirmed.');
  if (status === STATUS.canceled) throw refusedOperation(action, 'OrderCanceled', 'The order is canceled.');
}
