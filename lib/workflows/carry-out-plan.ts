import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { Plan } from '../domain/order/plan.ts';
import { nextDispatchStep } from '../domain/order/transitions.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type { SaleRecord, SaleStore } from '../domain/ports/sales.ts';
import { isAuthorised, isComplete } from '../domain/sale/reasons-to-read.ts';
import type { Sale } from '../domain/sale/sale.ts';
import { needsConfirmation } from '../domain/shipment/still-to-ship.ts';
import type { OrderMessage } from '../messaging/messages.ts';

export interface CarryOutPlanDeps {
  readonly orders: Pick<OrderStore, 'save' | 'saveContent'>;
  readonly sales: Pick<SaleStore, 'save'>;
  readonly fulfillment: Publisher<OrderMessage>;
  readonly confirmations: Publisher<OrderMessage>;
  readonly connections: readonly Connection[];
  readonly now: Clock;
  readonly log: LogEvent;
}

/** A reading of a sale, and the plan made from it. */
interface SaleReading {
  readonly plan: Plan;
  readonly sale: Sale;
  /** Before the plan. */
  readonly orders: readonly FulfillmentOrder[];
  /** null if the sale was never read before. */
  readonly record: SaleRecord | null;
  /** The events that caused the reading. */
  readonly by: string;
  /** When the read began, ISO UTC. */
  readonly readAt: string;
}

/**
 * Stores the changes, and queues every order that has a step to take, also one that was queued before.
 *
 * The references of new orders are stored first, so that an order that was stored before the process died is found again; the
 * sale is `planned` until all orders are stored. The time of the reading is stored last, so that an interrupted reading is
 * repeated.
 */
export async function carryOutPlan(reading: SaleReading, deps: CarryOutPlanDeps): Promise<void> {
  const { plan, sale, orders: before, record, by } = reading;
  const orders = new Map(before.map((order) => [order.reference, order]));
  for (const { order } of plan.changes) orders.set(order.reference, order);
  const { id: saleId, orderNumber: saleOrderNumber } = sale;
  const { outcome, reason } = plan;
  const at = isoTime(deps.now());
  const planned = { saleId, saleOrderNumber, outcome, reason, references: [...orders.keys()], by, at };
  const unread = { ...planned, ...previousSnapshot(record) };
  const isListed = orders.size === before.length;
  const listed = isListed ? record : { ...unread, outcome: 'planned' as const, reason: NOT_STORED_YET };
  if (listed !== record && listed !== null) await deps.sales.save(listed, record);
  for (const { order, content } of plan.changes) await deps.orders.save(order, content);
  for (const { order, content } of plan.repriced) await deps.orders.saveContent(order, content);
  for (const order of orders.values()) await publishSteps(order, deps);
  const done = { ...planned, ...toSnapshot(reading, [...orders.values()]) };
  await deps.sales.save(plan.readAgainMs === null ? done : unread, listed);
  const changed = plan.changes.map(({ order }) => `${order.reference} ${order.status}`);
  deps.log('sale.reconciled', { saleId, saleOrderNumber, outcome, reason, changed, events: by });
}

/** Stands for some milliseconds, unless storing the orders fails. */
const NOT_STORED_YET =
  'Its fulfillment orders are not stored yet, so nothing was sent. If this persists, find out why: bridge queues peek sale-events';

type SaleSnapshot = Pick<SaleRecord, 'readAt' | 'isAuthorised' | 'isComplete' | 'goodsAwaitedSince'>;

function previousSnapshot(record: SaleRecord | null): SaleSnapshot {
  const { readAt = '', isAuthorised = false, isComplete = false, goodsAwaitedSince = '' } = record ?? {};
  return { readAt, isAuthorised, isComplete, goodsAwaitedSince };
}

function toSnapshot(
  { plan, sale, record, readAt }: SaleReading,
  orders: readonly FulfillmentOrder[],
): SaleSnapshot {
  const goodsAwaitedSince = plan.waitsForGoods ? record?.goodsAwaitedSince || readAt : '';
  const isDone = !plan.waitsForGoods && isComplete(sale, orders);
  return { readAt, isAuthorised: isAuthorised(sale), isComplete: isDone, goodsAwaitedSince };
}

async function publishSteps(order: FulfillmentOrder, deps: CarryOutPlanDeps): Promise<void> {
  const { reference } = order;
  if (nextDispatchStep(order) !== 'nothing') await deps.fulfillment.publish({ reference });
  const connection = deps.connections.find(({ id }) => id === order.connection);
  if (connection === undefined) return;
  if (needsConfirmation(order, connection) || connection.statusAttribute !== '') {
    await deps.confirmations.publish({ reference });
  }
}
