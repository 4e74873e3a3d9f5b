import { hasConfirmationAttempt } from '../domain/confirmation/own-fulfilment.ts';
import type { Connection } from '../domain/connection.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { isLive } from '../domain/order/transitions.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { SaleRecord, SaleStore } from '../domain/ports/sales.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';

interface FindSaleDeps {
  readonly orders: Pick<OrderStore, 'read'>;
  readonly sales: Pick<SaleStore, 'read' | 'findByNumber'>;
}

/** What is stored of the sale that events are about. */
export interface KnownSale {
  readonly record: SaleRecord | null;
  readonly orders: readonly FulfillmentOrder[];
}

/** Finds the sale by its id, or by its order number if the events carry no id. Costs DEAR no call. */
export async function findKnownSale(
  events: readonly SaleEventMessage[],
  deps: FindSaleDeps,
): Promise<KnownSale> {
  const saleId = getFirst(events, 'saleId') || getFirst(events, 'saleTaskId');
  const record = saleId === '' ? null : await deps.sales.read(saleId);
  if (record !== null) return { record, orders: await readOrders(record, deps) };
  const number = getFirst(events, 'saleOrderNumber');
  const found = number === '' ? null : await deps.sales.findByNumber(number);
  return { record: found, orders: await readOrders(found, deps) };
}

/** Every fulfillment order of the sale, oldest first. */
export async function readOrders(
  record: SaleRecord | null,
  { orders }: Pick<FindSaleDeps, 'orders'>,
): Promise<FulfillmentOrder[]> {
  const read = await Promise.all((record?.references ?? []).map((reference) => orders.read(reference)));
  return read.filter((order) => order !== null);
}

/** The same for people, who see the others where one cannot be read: it is reported. */
export async function readListedOrders(
  record: SaleRecord,
  { orders }: { readonly orders: Pick<OrderStore, 'readListed'> },
): Promise<FulfillmentOrder[]> {
  return await readOrders(record, { orders: { read: (reference) => orders.readListed(reference) } });
}

/** The field of the first event that carries it; '' if none does. */
export function getFirst(
  events: readonly SaleEventMessage[],
  field: 'saleId' | 'saleTaskId' | 'saleOrderNumber',
): string {
  return events.map((event) => event[field]).find((value) => value !== '') ?? '';
}

export interface SiblingDeps {
  readonly orders: Pick<OrderStore, 'read'>;
  readonly sales: Pick<SaleStore, 'read'>;
}

/**
 * The other orders of the same DEAR fulfilment whose goods leave or have left. Orders of several locations share a fulfilment
 * if they were made from its stages. DEAR takes its pack once and whole, so they are confirmed together.
 */
export async function findSiblings(order: FulfillmentOrder, deps: SiblingDeps): Promise<FulfillmentOrder[]> {
  const orders = await readOrders(await deps.sales.read(order.saleId), deps);
  return orders.filter((other) => isSibling(other, order));
}

function isSibling(other: FulfillmentOrder, order: FulfillmentOrder): boolean {
  const leaves = other.status !== 'Cancelled' && !other.withdrawn;
  return other.reference !== order.reference && other.taskId === order.taskId && leaves;
}

/** The order and the settings with which it is confirmed, given the other orders of its sale. */
export interface ConfirmationTarget {
  readonly order: FulfillmentOrder;
  readonly connection: Connection;
}

/**
 * If a sale has several orders for one demand, or of several connections, each is confirmed in a fulfilment of its own and picked line by line: DEAR's
 * own pick would take the goods of the other orders too. If another order, which left first, was confirmed in the fulfilment
 * planned for this one, this one gets a new fulfilment. Costs DEAR no call.
 *
 * Relies on the queue: the orders of a sale are confirmed one after the other.
 */
export async function toConfirmationTarget(
  order: FulfillmentOrder,
  connection: Connection,
  deps: SiblingDeps,
): Promise<ConfirmationTarget> {
  const isPart = order.awaited.length > 0 || order.demand !== order.connection;
  const mayBePart = isPart || (order.chosenBy ?? '') !== '';
  if (connection.trigger !== 'OrderAuthorised' || !mayBePart) return { order, connection };
  const others = (await readOrders(await deps.sales.read(order.saleId), deps)).filter(
    (other) => other.reference !== order.reference && isLive(other),
  );
  const isTaken = others
    .filter(hasConfirmationAttempt)
    .some(({ taskId, confirmation }) => [taskId, confirmation.taskId].includes(order.taskId));
  return {
    order: isTaken ? { ...order, taskId: '' } : order,
    connection: isPart || others.length > 0 ? { ...connection, pick: 'explicit' } : connection,
  };
}
