import { addressVersions } from './address.ts';
import type { FulfillmentOrder, OrderContent } from './fulfillment-order.ts';

/**
 * Why the order is where it is, for a person who may see personal data: an address that is in question is shown in both of
 * its versions. The order's own `reason` says the same without them.
 */
export function reasonInFull(order: FulfillmentOrder, content: OrderContent | null): string {
  if (order.hold !== 'address' || content === null) return order.reason;
  const { fields, shown } = addressVersions(content.shipTo);
  return `${order.reason} Separate fields: ${fields || 'none'}. As DEAR shows it: ${shown || 'none'}.`;
}
