import { hasConfirmationAttempt } from '../domain/confirmation/own-fulfilment.ts';
import type { Connection } from '../domain/connection.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { isLive } from '../domain/order/status.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { SaleRecord, SaleStore } from '../domain/ports/sales.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';

interface FindSaleDeps {
  readonly orders: Pick<OrderStore, 'read'>;
  readonly sales: Pick<SaleStore, 'read' | 'findByNumber'>;
}

/** What we remember of the sale that events are about. */
export interface KnownSale {
  readonly record: SaleRecord | null;
  readonly orders: readonly FulfillmentOrder[];
}

/** By the sale's id, or by its order number where the events name no more. Costs DEAR no call. */
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

/** The first of the events that says it; ''. */
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
 * The other orders of the same fulfilment of DEAR's whose goods leave or have left. Orders of several locations share one
 * where they were made from its stages, and DEAR takes a pack once and whole, so they are confirmed together.
 */
export async function findSiblings(order: FulfillmentOrder, deps: SiblingDeps): Promise<FulfillmentOrder[]> {
  const orders = await readOrders(await deps.sales.read(order.saleId), deps);
  return orders.filter((other) => isSibling(other, order));
}

function isSibling(other: FulfillmentOrder, order: FulfillmentOrder): boolean {
  const leaves = other.status !== 'Cancelled' && !other.withdrawn;
  return other.reference !== order.reference && other.taskId === order.taskId && leaves;
}

/** How an order is told to DEAR, given what other orders of its sale have been. */
export interface ConfirmationTarget {
  readonly order: FulfillmentOrder;
  readonly connection: Connection;
}

/**
 * Where a sale has several orders for what it asks of one connection, each is told into a fulfilment of its own, and picked
 * line by line: DEAR's own pick would take what the others ship too. An order that was planned into a fulfilment which
 * another was told into meanwhile, as it left first, gets a new one. Costs DEAR no call.
 *
 * Rests on the queue: the orders of a sale are told one after the other.
 */
export async function toConfirmationTarget(
  order: FulfillmentOrder,
  connection: Connection,
  deps: SiblingDeps,
): Promise<ConfirmationTarget> {
  const isPart = order.awaited.length > 0 || order.demand !== order.connection;
  if (connection.trigger !== 'OrderAuthorised' || !isPart) return { order, connection };
  const others = (await readOrders(await deps.sales.read(order.saleId), deps)).filter(
    (other) => other.reference !== order.reference && isLive(other),
  );
  const isTaken = others
    .filter(hasConfirmationAttempt)
    .some(({ taskId, confirmation }) => [taskId, confirmation.taskId].includes(order.taskId));
  return {
    order: isTaken ? { ...order, taskId: '' } : order,
    connection: { ...connection, pick: 'explicit' },
  };
}
