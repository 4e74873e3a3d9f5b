import type { Clock } from '../lib/domain/clock.ts';
import { act, type OrderEdit } from '../lib/domain/order/actions.ts';
import { type Action, endsStandstill } from '../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../lib/domain/order/order-content.ts';
import { nextDispatchStep } from '../lib/domain/order/transitions.ts';
import { needsConfirmation } from '../lib/domain/shipment/still-to-ship.ts';
import type { SaleEventMessage } from '../lib/messaging/messages.ts';
import { cancels, reportsOrders } from '../lib/providers/provider.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { toReconcileMessage } from './sale.ts';
import { NotFound } from './user-errors.ts';

export interface ActOnOrderDeps {
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    save(order: FulfillmentOrder, content?: OrderContent | null): Promise<void>;
  };
  readonly fulfillment: { publish(message: { reference: string }): Promise<void> };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  /** Whether the provider of a connection accepts cancellations. */
  readonly canCancel: (connection: string) => boolean;
  /** How many parts of the order its provider would still ship, read just now; left out where it was not read. */
  readonly openParts?: number;
  readonly now: Clock;
}

/**
 * Performs an operator's action on an order and records who did it. It queues the order where its provider or DEAR has to be
 * written to, and the sale where goods went back to it. Repeating a completed action only queues it again.
 * @param by the operator's name
 * @throws {ActionRefused} where the order's status does not allow it, saying what it does
 * @throws {VersionConflict} where the order was changed at the same moment
 */
export async function actOnOrder(
  reference: string,
  action: Action,
  by: string,
  deps: ActOnOrderDeps,
  edit: OrderEdit = {},
): Promise<FulfillmentOrder> {
  const order = await deps.orders.read(reference);
  if (order === null) throw new Error(`There is no fulfillment order ${reference}`);
  const content = await deps.orders.readContent(order);
  const acting = {
    order,
    content,
    by,
    now: deps.now(),
    canCancel: deps.canCancel(order.connection),
    openParts: deps.openParts ?? 0,
  };
  const acted = act(action, acting, edit);
  if (acted.order !== order) await deps.orders.save(acted.order, acted.content);
  await queue(acted.order, deps);
  return acted.order;
}

async function queue(order: FulfillmentOrder, deps: ActOnOrderDeps): Promise<void> {
  const { reference, saleId, saleOrderNumber, closedShort } = order;
  if (nextDispatchStep(order) !== 'nothing') await deps.fulfillment.publish({ reference });
  if (needsConfirmation(order, order)) await deps.confirmations.publish({ reference });
  if (closedShort?.rest === 'reorder') {
    await deps.saleEvents.publish(toReconcileMessage(saleId, saleOrderNumber, deps.now()));
  }
}

/**
 * Performs an operator's action on an order and records it in the audit.
 * @throws {NotFound | ActionRefused | VersionConflict}
 */
export async function changeOrder(
  bridge: Bridge,
  reference: string,
  action: Action,
  by: Operator,
  edit: OrderEdit = {},
): Promise<FulfillmentOrder> {
  const order = await readOrder(bridge, reference);
  const canCancel = await canCancelAt(bridge, order);
  const openParts = await getOpenParts(bridge, order, action);
  const deps = { ...bridge, canCancel: () => canCancel, openParts };
  const changed = await actOnOrder(reference, action, by.name, deps, edit);
  await recordAct(bridge, by, `${action}: ${changed.reason}`, reference);
  return changed;
}

/**
 * The order as the action would leave it. Nothing is written.
 * @throws {NotFound | ActionRefused}
 */
export async function previewChange(
  bridge: Bridge,
  reference: string,
  action: Action,
  by: Operator,
  edit: OrderEdit = {},
): Promise<FulfillmentOrder> {
  const order = await readOrder(bridge, reference);
  const content = await bridge.orders.readContent(order);
  const canCancel = await canCancelAt(bridge, order);
  const openParts = await getOpenParts(bridge, order, action);
  return act(action, { order, content, by: by.name, now: bridge.now(), canCancel, openParts }, edit).order;
}

/** The stored standstill may be an hour old, and goods that are ordered again must not leave twice, so the provider is read: two calls. */
async function getOpenParts(bridge: Bridge, order: FulfillmentOrder, action: Action): Promise<number> {
  if (!endsStandstill(action) || order.standstill === '') return 0;
  const provider = await bridge.providerFor(order.connection);
  if (!reportsOrders(provider)) return 0;
  const parts = await provider.orderParts(order.submission.providerOrderId, order.reference);
  return parts.filter(({ state }) => state !== 'left' && state !== 'cancelled').length;
}

/** @throws {NotFound} */
export async function readOrder(
  bridge: Pick<Bridge, 'orders'>,
  reference: string,
): Promise<FulfillmentOrder> {
  const order = await bridge.orders.read(reference);
  if (order !== null) return order;
  throw new NotFound(
    `There is no fulfillment order ${reference}`,
    'A reference is a sale order number and a number: SO-00042-1. See the orders of a sale: bridge sale show SO-00042',
  );
}

/** Only to cancel an order that its provider has. A provider that cannot be opened cannot cancel. */
export async function canCancelAt(
  bridge: Bridge,
  { connection, status, hold }: FulfillmentOrder,
): Promise<boolean> {
  if (status !== 'Shipped' && hold !== 'service') return false;
  try {
    return cancels(await bridge.providerFor(connection));
  } catch {
    return false;
  }
}
