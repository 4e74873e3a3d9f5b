import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { type ActionDetails, performAction, previewAction } from '../../lib/workflows/act-on-order.ts';
import type { Bridge } from '../bridge.ts';
import { type Operator, recordAct } from '../record-act.ts';
import { NotFound } from '../user-errors.ts';

/**
 * Performs an operator's action on an order and records it in the audit.
 * @throws {NotFound | ActionRefused | VersionConflict}
 * @throws {UpstreamError} the provider refused, or was not reached
 */
export async function changeOrder(
  bridge: Bridge,
  reference: string,
  action: Action,
  by: Operator,
  details: ActionDetails = {},
): Promise<FulfillmentOrder> {
  const order = await readOrder(bridge, reference);
  const changed = await performAction(order, action, by.name, bridge, details);
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
  details: ActionDetails = {},
): Promise<FulfillmentOrder> {
  return await previewAction(await readOrder(bridge, reference), action, by.name, bridge, details);
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
    `A reference is a sale order number and a number: SO-00042-1. See the orders of a sale: bridge sale show ${toSaleNumber(reference)}`,
  );
}

/** The sale of a text that looks like its number or a reference of it; else that of the example. */
function toSaleNumber(reference: string): string {
  return /^\p{L}{1,10}-\d{1,15}(?=(-\d+)?$)/u.exec(reference.trim())?.[0] ?? 'SO-00042';
}
