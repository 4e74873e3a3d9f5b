import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { PlanningInput } from './plan.ts';
import { canMove } from './status-order.ts';
import { change } from './transitions.ts';

/**
 * The sale no longer wants the order: voided, undone, moved. What never reached the provider ends here; the rest is left to
 * the dispatcher, which asks the provider. Goods that have left are only noted.
 */
export function withdraw(order: FulfillmentOrder, why: string, { by, now }: PlanningInput): FulfillmentOrder {
  if (order.withdrawn) return order;
  if (order.packages.length > 0) {
    const reason = `${why} Its goods had already left: call them back, or keep the sale.`;
    return change(order, now, { withdrawn: true, reason }, { by, what: reason });
  }
  if (!canMove(order.status, 'Cancelled')) return change(order, now, { withdrawn: true }, { by, what: why });
  const untouched = order.submission.state === 'none' || order.submission.state === 'rejected';
  const status = untouched ? ('Cancelled' as const) : order.status;
  const patch = { withdrawn: true, desired: 'cancelled', hold: '', status, reason: why } as const;
  return change(order, now, patch, { by, what: why });
}

/**
 * Whether the order still stands for the sale's goods, so that no other may be made for them. One that a person or the
 * provider cancelled does, until the sale itself has been undone; goods that have left always do.
 */
export function isLive(order: FulfillmentOrder): boolean {
  return order.status !== 'Cancelled' || !order.withdrawn || order.packages.length > 0;
}

/** Its goods may still leave, or have left, although the sale does not want them: no order for the same goods may be made. */
export function mayStillLeave(order: FulfillmentOrder): boolean {
  return order.withdrawn && (order.status !== 'Cancelled' || order.packages.length > 0);
}

/** What comes of a call that is under way decides what may be planned. */
export function isUnsettled(order: FulfillmentOrder): boolean {
  const { desired, status, cancellation } = order;
  const isUnderWay = cancellation.state !== 'refused' && cancellation.state !== 'unknown';
  const cancelling = desired === 'cancelled' && status !== 'Cancelled' && isUnderWay;
  return cancelling && order.packages.length === 0;
}
