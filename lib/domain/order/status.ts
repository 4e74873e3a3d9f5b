import type { FulfillmentOrder, Status } from './fulfillment-order.ts';

/**
 * The statuses that may follow each one. Only forward, except that a new plan or a person revives Failed and On Hold, and staff
 * of the provider may hold a Shipped order.
 */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  Queued: ['On Hold', 'Shipped', 'Failed', 'Cancelled'],
  'On Hold': ['Queued', 'Shipped', 'Failed', 'Cancelled'],
  Failed: ['Queued', 'On Hold', 'Shipped', 'Cancelled'],
  Shipped: ['On Hold', 'Completed', 'Delivered', 'Cancelled'],
  Completed: ['Delivered'],
  Delivered: [],
  Cancelled: [],
};

export function canMove(from: Status, to: Status): boolean {
  return from === to || NEXT[from].includes(to);
}

export function isFinal(status: Status): boolean {
  return NEXT[status].length === 0;
}

/**
 * Whether the order still covers goods of the sale, so that no other order may be made for them. One that a person or the
 * provider cancelled does until the sale is undone; goods that have left always do.
 */
export function isLive(order: FulfillmentOrder): boolean {
  return order.status !== 'Cancelled' || !order.withdrawn || order.packages.length > 0;
}
