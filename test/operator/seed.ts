import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { planSale } from '../../lib/domain/order/plan.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import { ORDER } from '../../lib/store/fulfillment-orders.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import type { InMemoryBridge } from '../fakes/in-memory-bridge.ts';

/** Stores a sale and the order made from it, with the overrides. */
export async function seedOrder(
  { bridge }: InMemoryBridge,
  overrides: Partial<FulfillmentOrder> = {},
  from: Sale = sale(),
): Promise<FulfillmentOrder> {
  const plan = planSale({ sale: from, connections: [connection()], orders: [], by: 'DEAR', now: NOW });
  const [created] = plan.changes;
  if (created === undefined) throw new Error(`The sale makes no order: ${plan.reason}`);
  const order = { ...created.order, ...overrides, version: 1 };
  await bridge.orders.save(order, created.content);
  await seedSale({ bridge }, from, [order.reference]);
  return order;
}

/** Makes a stored order unreadable. @returns mends it */
export async function breakOrder(
  { table }: Pick<InMemoryBridge, 'table'>,
  { reference }: Pick<FulfillmentOrder, 'reference'>,
): Promise<() => Promise<void>> {
  const key = { pk: `ORDER#${reference}`, sk: 'STATE' };
  const stored = table.stored().find(({ pk, sk }) => pk === key.pk && sk === key.sk);
  const put = (item: object) => table.put(key, ORDER.toItem(item), { kind: 'none' });
  await put({ ...stored, packages: null });
  return async () => await put({ ...stored });
}

export async function seedSale(
  { bridge }: Pick<InMemoryBridge, 'bridge'>,
  { id, orderNumber }: Sale,
  references: readonly string[] = [],
): Promise<void> {
  const record = {
    saleId: id,
    saleOrderNumber: orderNumber,
    outcome: references.length > 0 ? ('ordered' as const) : ('ignored' as const),
    reason: references.length > 0 ? 'lantern ships it.' : 'No connection ships from its location.',
    references: [...references],
    by: 'DEAR Sale/OrderAuthorised',
    at: new Date(NOW).toISOString(),
    readAt: new Date(NOW).toISOString(),
    isAuthorised: true,
    isComplete: false,
    goodsAwaitedSince: '',
  };
  await bridge.sales.save(record, null);
}
