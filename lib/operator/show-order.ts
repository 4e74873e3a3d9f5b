import { type Action, allowedActions } from '../domain/actions.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { reasonInFull } from '../domain/reason.ts';
import { type WaitingFor, waitingFor } from '../domain/waiting.ts';
import type { Bridge } from './bridge.ts';
import { canCancelAt, readOrder } from './change-order.ts';

/** An order with everything that is not personal, and what a person may do with it now. */
export interface ShownOrder {
  readonly order: FulfillmentOrder;
  readonly waitingFor: WaitingFor | '';
  readonly allowed: readonly Action[];
  /** With the address in question where there is one, if personal data was asked for. */
  readonly reason: string;
}

/**
 * @param personal whether the reason may quote the delivery address
 * @throws {NotFound}
 */
export async function showOrder(bridge: Bridge, reference: string, personal: boolean): Promise<ShownOrder> {
  const order = await bridge.orders.withWords(await readOrder(bridge, reference));
  const isQuestioned = order.hold === 'shipping-method' || personal;
  const content = isQuestioned ? await bridge.orders.readContent(order) : null;
  return {
    order,
    waitingFor: waitingFor(order),
    allowed: allowedActions(order, await canCancelAt(bridge, order)),
    reason: reasonInFull(order, content, personal),
  };
}
