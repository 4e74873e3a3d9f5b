import { type Action, act, type OrderEdit } from '../domain/actions.ts';
import type { Clock } from '../domain/clock.ts';
import { nextDispatchStep } from '../domain/dispatch-step.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';

export interface ActOnOrderNeeds {
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    save(order: FulfillmentOrder, content?: OrderContent | null): Promise<void>;
  };
  readonly fulfillment: { publish(message: { reference: string }): Promise<void> };
  /** Whether the provider of a connection can be told to cancel. */
  readonly canCancel: (connection: string) => boolean;
  readonly now: Clock;
}

/**
 * Does what a person asks of an order, notes who it was, and queues the order where its provider has to hear of it.
 * @param by the operator's name
 * @throws {ActionRefused} where the order's status does not allow it, saying what it does
 * @throws {VersionConflict} where somebody else changed the order at this moment
 */
export async function actOnOrder(
  reference: string,
  action: Action,
  by: string,
  needs: ActOnOrderNeeds,
  edit: OrderEdit = {},
): Promise<FulfillmentOrder> {
  const order = await needs.orders.read(reference);
  if (order === null) throw new Error(`There is no fulfillment order ${reference}`);
  const content = await needs.orders.readContent(order);
  const acting = { order, content, by, now: needs.now(), canCancel: needs.canCancel(order.connection) };
  const acted = act(action, acting, edit);
  await needs.orders.save(acted.order, acted.content);
  if (nextDispatchStep(acted.order) !== 'nothing') await needs.fulfillment.publish({ reference });
  return acted.order;
}
