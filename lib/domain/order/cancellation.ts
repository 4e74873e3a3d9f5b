import { isoTime } from '../clock.ts';
import type { Rejected } from '../errors.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { PlanningInput } from './new-order.ts';
import { hasLeft } from './progress.ts';
import { isLongUnseen, mayExistAtProvider, recordAccepted } from './submission.ts';
import { canMove, change, quote } from './transitions.ts';

/**
 * The sale no longer asks for the order: it was voided, undone or moved. An order that never reached the provider ends here;
 * the dispatcher cancels any other at the provider. Goods that have left are only noted.
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

/** Its goods have left or may leave although the sale no longer asks for them, so no other order may be made for them. */
export function mayStillLeave(order: FulfillmentOrder): boolean {
  return order.withdrawn && (order.status !== 'Cancelled' || order.packages.length > 0);
}

/** Whether a cancellation is in progress, on whose result further planning depends. */
export function isCancellationPending(order: FulfillmentOrder): boolean {
  const { desired, status, cancellation } = order;
  const isUnderWay = cancellation.state !== 'refused' && cancellation.state !== 'unknown';
  const cancelling = desired === 'cancelled' && status !== 'Cancelled' && isUnderWay;
  return cancelling && order.packages.length === 0;
}

/** Saved before the provider is called. */
export function claimCancellation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const cancellation = { state: 'claimed', at: isoTime(now), why: order.reason } as const;
  return change(order, now, { cancellation }, null);
}

/** An order whose answer was lost was found at the provider: noted before it is cancelled there. */
export function recordFoundToCancel(
  order: FulfillmentOrder,
  now: number,
  providerOrderId: string,
): FulfillmentOrder {
  const found = recordAccepted(order, now, providerOrderId, order.fingerprint, true);
  const reason = whyCancelled(order);
  const cancellation = { ...order.cancellation, state: 'claimed', at: isoTime(now) } as const;
  return { ...found, cancellation, reason };
}

/**
 * The provider may have the order but does not list it, so it cannot be Cancelled: the bridge looks for it until it is found,
 * or until a person voids it. After an hour the order asks for a person. Returns the same order if nothing changed.
 */
export function recordUnfound(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const { connection: by, reference } = order;
  const isLong = isLongUnseen(order, now);
  const unknown = `It is not known whether ${by} has ${reference}: an answer was lost, and ${by} does not list the order.`;
  const next = isLong
    ? `Look for it there: cancel it there, or void it here if it is missing. The bridge keeps looking.`
    : 'The bridge looks again, and cancels it when it is found.';
  const what = `${unknown} ${next}`;
  const reason = `${whyCancelled(order)} ${what}`;
  if (order.reason === reason) return order;
  const state = isLong ? ('unknown' as const) : ('claimed' as const);
  const cancellation = { why: order.reason, ...order.cancellation, state, at: isoTime(now) };
  return change(order, now, { cancellation, reason }, { by, what });
}

function whyCancelled({ cancellation, reason }: FulfillmentOrder): string {
  return cancellation.why ?? reason;
}

const UNACKNOWLEDGED = 'without an acknowledgement';

/**
 * How far the cancellation of an order came, in a few words; '' where nothing of it was to be cancelled. An order that ended
 * otherwise says `ended at the service`: its staff cancelled it, or a person closed what stood still there.
 */
export function describeCancellation(order: FulfillmentOrder): string {
  const { status, desired, withdrawn, standstill, closedShort } = order;
  if (status !== 'Cancelled' && desired !== 'cancelled' && !withdrawn) return '';
  if (standstill !== '' || closedShort !== null) return 'ended at the service';
  return hasLeft(order) ? 'left before' : describeState(order);
}

function describeState(order: FulfillmentOrder): string {
  const { status, reason, cancellation, submission } = order;
  if (cancellation.state === 'refused') return 'refused by the service';
  if (cancellation.state === 'unknown') return 'not known whether the service has it';
  if (status !== 'Cancelled') return 'being cancelled';
  if (submission.state === 'none') return 'never sent';
  if (submission.state === 'rejected') return 'never accepted';
  // A person looked there, and ended it here.
  if (mayExistAtProvider(order)) return 'settled by a person';
  return reason.includes(UNACKNOWLEDGED)
    ? 'not acknowledged by the service'
    : 'cancelled at the service in time';
}

/** @param isAcknowledged false: the service is told at its next call, and never says that it obeys */
export function recordCancelled(
  order: FulfillmentOrder,
  now: number,
  by: string,
  isAcknowledged = true,
): FulfillmentOrder {
  const { connection } = order;
  const unsure = ` ${connection} has the order and reads the cancellation at its next call, ${UNACKNOWLEDGED}: look there whether it is cancelled.`;
  const note = isAcknowledged ? '' : unsure;
  const reason = `Cancelled at ${connection}: ${whyCancelled(order)}${note}`;
  const cancellation = { state: 'done', at: isoTime(now) } as const;
  const patch = { status: 'Cancelled', cancellation, reason } as const;
  return change(order, now, patch, { by, what: `Cancelled at ${connection}.${note}` });
}

/**
 * The goods will leave. If the sale still asks for them, an operator's cancellation is dropped and the order continues.
 * @param why the provider's refusal, or why it could not be called
 */
export function recordCancelRefused(
  order: FulfillmentOrder,
  now: number,
  why: Rejected | string,
): FulfillmentOrder {
  const cancellation = { state: 'refused', at: isoTime(now) } as const;
  const reason = order.withdrawn
    ? `The sale no longer asks for it, but ${order.connection} will not cancel it. Stop it there by hand if you can.`
    : `${order.connection} will not cancel it, so it continues.`;
  const desired = order.withdrawn ? order.desired : ('fulfilled' as const);
  return change(
    order,
    now,
    { cancellation, desired, reason },
    { by: order.connection, what: reason, ...quote(why) },
  );
}
