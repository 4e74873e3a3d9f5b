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

/** The next call to the order's provider. */
type DispatchStep = 'submit' | 'update' | 'cancel' | 'nothing';

export function nextDispatchStep(order: FulfillmentOrder): DispatchStep {
  if (order.packages.length > 0) return 'nothing';
  if (order.desired === 'cancelled') return isCancellable(order) ? 'cancel' : 'nothing';
  if (order.desired !== 'fulfilled' || !order.released) return 'nothing';
  if ((order.status === 'Queued' && isUnsent(order)) || isReferenceTaken(order)) return 'submit';
  return isOutdated(order) ? 'update' : 'nothing';
}

function isCancellable(order: FulfillmentOrder): boolean {
  const settled = order.cancellation.state === 'done' || order.cancellation.state === 'refused';
  return !settled && order.status !== 'Cancelled' && canMove(order.status, 'Cancelled');
}

function isUnsent({ submission: { state } }: FulfillmentOrder): boolean {
  return state === 'none' || state === 'claimed' || state === 'unknown';
}

/** An order from elsewhere has its reference at the provider: it is submitted again until that one is gone. */
export function isReferenceTaken({ status, submission }: FulfillmentOrder): boolean {
  return status === 'Failed' && submission.takenBy !== undefined;
}

/** The provider has an earlier version, and has not refused this one. */
function isOutdated({ status, submission, fingerprint }: FulfillmentOrder): boolean {
  const told = [submission.acceptedFingerprint, submission.refusedFingerprint];
  return status === 'Shipped' && submission.state === 'submitted' && !told.includes(fingerprint);
}
