import { type Action, act, endsStandstill, type OrderEdit } from '../domain/actions.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { cancels, reportsOrders } from '../providers/capabilities.ts';
import { actOnOrder } from './act-on-order.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';
import { NotFound } from './refusals.ts';

/**
 * What an operator asks of an order, done and written down.
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
  const openParts = await openPartsOf(bridge, order, action);
  const needs = { ...bridge, canCancel: () => canCancel, openParts };
  const changed = await actOnOrder(reference, action, by.name, needs, edit);
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
  const openParts = await openPartsOf(bridge, order, action);
  return act(action, { order, content, by: by.name, now: bridge.now(), canCancel, openParts }, edit).order;
}

/** That nothing of it will leave may be an hour old, and what is ordered again must not leave twice: two calls. */
async function openPartsOf(bridge: Bridge, order: FulfillmentOrder, action: Action): Promise<number> {
  if (!endsStandstill(action) || order.standstill === '') return 0;
  const provider = await bridge.providerFor(order.connection);
  if (!reportsOrders(provider)) return 0;
  const parts = await provider.orderParts(order.submission.providerOrderId, order.reference);
  return parts.filter(({ state }) => state === 'open' || state === 'held').length;
}

/** @throws {NotFound} */
export async function readOrder(
  bridge: Pick<Bridge, 'orders'>,
  reference: string,
): Promise<FulfillmentOrder> {
  const order = await bridge.orders.read(reference);
  if (order !== null) return order;
  throw new NotFound(
    `There is no fulfillment order ${reference}. Orders are named by their sale and a number: SO-00042-1; see the sale's: bridge sale show SO-00042`,
  );
}

/** Only the cancel of an order that its provider has needs that; one that cannot be opened cannot be told to cancel either. */
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
