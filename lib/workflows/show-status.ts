import type { AttributeName } from '../domain/connection.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { shortStatus } from '../domain/short-status.ts';
import { change } from '../domain/transitions.ts';
import type { ConfirmShipmentNeeds } from './confirm-shipment.ts';
import { readOrders } from './find-sale.ts';

/** Shows DEAR's staff how the sale's orders stand, in an additional attribute. Costs DEAR two calls, and none where it is shown. */
export async function showStatus(
  order: FulfillmentOrder,
  attribute: AttributeName,
  needs: ConfirmShipmentNeeds,
): Promise<void> {
  const record = await needs.sales.read(order.saleId);
  const orders = (await readOrders(record, needs)).map((one) =>
    one.reference === order.reference ? order : one,
  );
  const text = shortStatus(orders.length > 0 ? orders : [order]);
  if (text === order.shownStatus) return;
  await needs.dear.setAdditionalAttribute(order.saleId, attribute, text, order.reference);
  await needs.orders.update(order, (current) => change(current, needs.now(), { shownStatus: text }, null));
}
