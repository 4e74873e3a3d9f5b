import { isoTime } from './clock.ts';
import type { Rejected } from './errors.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { quotationOf } from './quotation.ts';
import { change } from './transitions.ts';

/** The intent, to be saved before the provider is asked. */
export function claimCancellation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  return change(order, now, { cancellation: { state: 'claimed', at: isoTime(now) } }, null);
}

export function recordCancelled(order: FulfillmentOrder, now: number, by: string): FulfillmentOrder {
  const reason = `Cancelled at ${order.connection}: ${order.reason}`;
  const cancellation = { state: 'done', at: isoTime(now) } as const;
  const patch = { status: 'Cancelled', cancellation, reason } as const;
  return change(order, now, patch, { by, what: `Cancelled at ${order.connection}.` });
}

/**
 * It will leave all the same. Where the sale itself still wants it, a person's wish is given up and the order goes on.
 * @param why a refusal by the provider, or what keeps us from asking
 */
export function recordCancelRefused(
  order: FulfillmentOrder,
  now: number,
  why: Rejected | string,
): FulfillmentOrder {
  const cancellation = { state: 'refused', at: isoTime(now) } as const;
  const reason = order.withdrawn
    ? `The sale no longer wants it, but ${order.connection} will not cancel it. Stop it there by hand if you can.`
    : `${order.connection} will not cancel it, so it goes on.`;
  const desired = order.withdrawn ? order.desired : ('fulfilled' as const);
  return change(
    order,
    now,
    { cancellation, desired, reason },
    { by: order.connection, what: reason, ...quotationOf(why) },
  );
}
