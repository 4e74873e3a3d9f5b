import type { FulfillmentOrder, Status } from './fulfillment-order.ts';

/**
 * Where each status may lead. Forward only; the way back from Failed and On Hold is a new plan or a person's decision. People
 * at the provider hold what is Shipped.
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
 * Whether the order still stands for the sale's goods, so that no other may be made for them. One that a person or the
 * provider cancelled does, until the sale itself has been undone; goods that have left always do.
 */
export function isLive(order: FulfillmentOrder): boolean {
  return order.status !== 'Cancelled' || !order.withdrawn || order.packages.length > 0;
}
