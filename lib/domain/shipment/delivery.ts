import { DAY_MS } from '../duration.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { change } from '../order/transitions.ts';
import { enumerate } from '../text.ts';
import { isTrackingCode, isVoid } from './package.ts';
import { isConfirmationBlocked, stillToShip } from './still-to-ship.ts';

/**
 * Records arrived packages. The order is Delivered once all of it has left and every package with goods has arrived.
 * @param arrivals package id → when (ISO UTC), or '' if the time is not known
 */
export function recordDeliveries(
  order: FulfillmentOrder,
  arrivals: ReadonlyMap<string, string>,
  now: number,
): FulfillmentOrder {
  const news = order.packages.filter(({ id, deliveredAt }) => deliveredAt === '' && arrivals.has(id));
  if (news.length === 0) return order;
  const seen = new Date(now).toISOString();
  const packages = order.packages.map((box) =>
    news.includes(box) ? { ...box, deliveredAt: arrivals.get(box.id) || seen } : box,
  );
  const names = enumerate(news.map((box) => enumerate(box.trackingNumbers.filter(isTrackingCode)) || box.id));
  const arrived = isComplete({ ...order, packages });
  const patch = arrived
    ? ({ packages, status: 'Delivered', reason: unlessRefused(order, 'Everything has arrived.') } as const)
    : { packages };
  return change(order, now, patch, { by: order.connection, what: `Delivered: ${names}.` });
}

function isComplete(order: FulfillmentOrder): boolean {
  const boxes = order.packages.filter((box) => box.contents.length > 0 && !isVoid(box));
  return stillToShip(order).length === 0 && boxes.every(({ deliveredAt }) => deliveredAt !== '');
}

/**
 * Completes an order that left long enough ago and whose arrival was not reported.
 * @param estimatedArrivalDays from the last package's departure
 */
export function completeIfSilent(
  order: FulfillmentOrder,
  estimatedArrivalDays: number,
  now: number,
): FulfillmentOrder {
  if (order.status !== 'Shipped' || order.packages.length === 0 || stillToShip(order).length > 0)
    return order;
  const lastLeft = Math.max(...order.packages.map(({ shippedAt }) => Date.parse(shippedAt)));
  if (now < lastLeft + estimatedArrivalDays * DAY_MS) return order;
  const reason = `No news of its arrival came within ${estimatedArrivalDays} days; it is assumed to be complete.`;
  const patch = { status: 'Completed', reason: unlessRefused(order, reason) } as const;
  return change(order, now, patch, { by: 'schedule', what: reason });
}

/** A refused confirmation stays the order's reason, because a person still has to act. */
function unlessRefused(order: FulfillmentOrder, reason: string): string {
  return isConfirmationBlocked(order) ? order.reason : reason;
}
