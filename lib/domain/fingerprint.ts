import { createHash } from 'node:crypto';
import type { OrderContent } from './fulfillment-order.ts';

/**
 * Changes exactly when something changes that a warehouse would have to do differently: goods, destination, method,
 * what the parcel says. DEAR marks a sale as updated for payments, invoices and our own writes too; those do not count.
 */
export function fingerprintOf(content: OrderContent): string {
  const { lines, shipTo, location, shippingMethod, email, phone, customerNotes, gift, giftMessage } = content;
  const goods = lines.map(({ productId, sku, quantity, batch, comment, options }) => [
    productId,
    sku,
    quantity,
    batch,
    comment,
    options,
  ]);
  const matters = [
    goods,
    Object.entries(shipTo).sort(),
    location,
    shippingMethod,
    email,
    phone,
    customerNotes,
    gift,
    giftMessage,
  ];
  return createHash('sha256').update(JSON.stringify(matters)).digest('hex').slice(0, 32);
}
