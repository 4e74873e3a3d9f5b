import { fingerprintOf, isSameShipping } from './fingerprint.ts';
import type { FulfillmentOrder, OrderContent } from './fulfillment-order.ts';

/**
 * What the order is to be sent with: as the sale has it, save for what a person corrected here. That stands until the sale
 * itself asks for other goods, another method or another destination.
 * @param edited by reference: the contents of orders that a person edited
 */
export function withEdits(
  order: FulfillmentOrder,
  asked: OrderContent,
  edited: ReadonlyMap<string, OrderContent> | undefined,
): OrderContent {
  const before = isEdited(order) ? edited?.get(order.reference) : undefined;
  if (before === undefined || !isSameShipping(fingerprintOf(asked), order.planned)) return asked;
  const { shipTo, shippingMethod, customerNotes, email, phone } = before;
  return { ...asked, shipTo, shippingMethod, customerNotes, email, phone };
}

/** A person edited what the sale gave it, and none of it has left. */
export function isEdited({ fingerprint, planned, packages }: FulfillmentOrder): boolean {
  return fingerprint !== planned && packages.length === 0;
}
