import type { FulfillmentOrder } from './fulfillment-order.ts';
import { canMove } from './status.ts';

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
