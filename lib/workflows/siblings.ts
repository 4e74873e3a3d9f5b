import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import type { SaleRecord } from '../store/schemas.ts';
import { readOrders } from './find-sale.ts';

export interface SiblingNeeds {
  readonly orders: { read(reference: string): Promise<FulfillmentOrder | null> };
  readonly sales: { read(saleId: string): Promise<SaleRecord | null> };
}

/**
 * The other orders of the same fulfilment of DEAR's whose goods leave or have left. Orders of several locations share one
 * where they were made from its stages, and DEAR takes a pack once and whole, so they are confirmed together.
 */
export async function siblingsOf(order: FulfillmentOrder, needs: SiblingNeeds): Promise<FulfillmentOrder[]> {
  const orders = await readOrders(await needs.sales.read(order.saleId), needs);
  return orders.filter((other) => isSibling(other, order));
}

function isSibling(other: FulfillmentOrder, order: FulfillmentOrder): boolean {
  const leaves = other.status !== 'Cancelled' && !other.withdrawn;
  return other.reference !== order.reference && other.taskId === order.taskId && leaves;
}
