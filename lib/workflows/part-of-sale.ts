import type { Connection } from '../domain/connection.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { isToldInto } from '../domain/own-fulfilment.ts';
import { isLive } from '../domain/withdrawal.ts';
import { readOrders } from './find-sale.ts';
import type { SiblingNeeds } from './siblings.ts';

/** How an order is told to DEAR, given what other orders of its sale have been. */
export interface PartOfSale {
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
export async function asPartOfSale(
  order: FulfillmentOrder,
  connection: Connection,
  needs: SiblingNeeds,
): Promise<PartOfSale> {
  const isPart = order.awaited.length > 0 || order.demand !== order.connection;
  if (connection.trigger !== 'OrderAuthorised' || !isPart) return { order, connection };
  const others = (await readOrders(await needs.sales.read(order.saleId), needs)).filter(
    (other) => other.reference !== order.reference && isLive(other),
  );
  const isTaken = others
    .filter(isToldInto)
    .some(({ taskId, confirmation }) => [taskId, confirmation.taskId].includes(order.taskId));
  return {
    order: isTaken ? { ...order, taskId: '' } : order,
    connection: { ...connection, pick: 'explicit' },
  };
}
