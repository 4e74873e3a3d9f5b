import type { FulfillmentOrder } from './fulfillment-order.ts';
import { isVoid } from './package.ts';
import { trackingNumbersOf } from './packing.ts';
import { cutText } from './text.ts';

/** DEAR cuts an additional attribute at 256 characters. */
const LONGEST = 256;

/** What staff read inside DEAR about all orders of a sale: `SO-00042-1 Shipped 1Z0001`. No personal data. */
export function shortStatus(orders: readonly FulfillmentOrder[]): string {
  const text = orders.map(describe).join('; ');
  return cutText(text, LONGEST, '…');
}

function describe({ reference, status, hold, packages }: FulfillmentOrder): string {
  const detail =
    hold === '' ? trackingNumbersOf(packages.filter((box) => !isVoid(box))).join(', ') : `(${hold})`;
  return `${reference} ${status} ${detail}`.trim();
}
