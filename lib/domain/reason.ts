import { addressVersions } from './address.ts';
import type { FulfillmentOrder, OrderContent } from './fulfillment-order.ts';

/**
 * Why the order is where it is, with what the sale says: a shipping method that no service is named for, and to a person who
 * may see personal data an address that is in question, in both of its versions. The order's own `reason` says the same
 * without them, as it is kept for good.
 * @param content null once it has expired
 */
export function reasonInFull(
  order: FulfillmentOrder,
  content: OrderContent | null,
  personal: boolean,
): string {
  if (content === null) return order.reason;
  if (order.hold === 'shipping-method') return `${order.reason} The sale says: '${content.chosenMethod}'.`;
  if (order.hold !== 'address' || !personal) return order.reason;
  const { fields, shown } = addressVersions(content.shipTo);
  return `${order.reason} Separate fields: ${fields || 'none'}. As DEAR shows it: ${shown || 'none'}.`;
}
