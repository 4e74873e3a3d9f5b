import { type Action, act, type OrderEdit } from '../domain/actions.ts';
import type { Clock } from '../domain/clock.ts';
import { nextDispatchStep } from '../domain/dispatch-step.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';
import { needsConfirmation } from '../domain/unconfirmed.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import { lookAgain } from './look-again.ts';

export interface ActOnOrderNeeds {
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    save(order: FulfillmentOrder, content?: OrderContent | null): Promise<void>;
  };
  readonly fulfillment: { publish(message: { reference: string }): Promise<void> };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  /** Whether the provider of a connection can be told to cancel. */
  readonly canCancel: (connection: string) => boolean;
  /** How many parts of the order its provider would still ship, asked just now; left out where nobody asked. */
  readonly openParts?: number;
  readonly now: Clock;
}

/**
 * Does what a person asks of an order, notes who it was, and queues what has to hear of it: the order where its provider or
 * DEAR has, the sale where goods went back to it. Asked again, what is done already is only queued again.
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
  const acting = {
    order,
    content,
    by,
    now: needs.now(),
    canCancel: needs.canCancel(order.connection),
    openParts: needs.openParts ?? 0,
  };
  const acted = act(action, acting, edit);
  if (acted.order !== order) await needs.orders.save(acted.order, acted.content);
  await queue(acted.order, needs);
  return acted.order;
}

async function queue(order: FulfillmentOrder, needs: ActOnOrderNeeds): Promise<void> {
  const { reference, saleId, saleOrderNumber, closedShort } = order;
  if (nextDispatchStep(order) !== 'nothing') await needs.fulfillment.publish({ reference });
  if (needsConfirmation(order, order)) await needs.confirmations.publish({ reference });
  if (closedShort?.rest === 'reorder') {
    await needs.saleEvents.publish(lookAgain(saleId, saleOrderNumber, needs.now()));
  }
}
