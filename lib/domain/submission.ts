import { isoTime } from './clock.ts';
import { Rejected } from './errors.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { canMove, change } from './transitions.ts';

/**
 * Longest time after which a create that was sent can still land at a provider. Simulated: creating again sooner than a
 * late-landing create (up to 60 s late) double-ships 14,505 orders per million; after it, none.
 */
export const SETTLING_MS = 120_000;

/** What an order needs from its provider next. */
export type DispatchStep = 'submit' | 'cancel' | 'nothing';

export function nextDispatchStep(order: FulfillmentOrder): DispatchStep {
  const { state } = order.submission;
  if (order.desired === 'cancelled') return isCancellable(order) ? 'cancel' : 'nothing';
  const unsent = state === 'none' || state === 'claimed' || state === 'unknown';
  return order.desired === 'fulfilled' && order.status === 'Queued' && unsent ? 'submit' : 'nothing';
}

function isCancellable(order: FulfillmentOrder): boolean {
  const settled = order.cancellation.state === 'done' || order.cancellation.state === 'refused';
  return !settled && order.packages.length === 0 && canMove(order.status, 'Cancelled');
}

/** Whether an earlier attempt may have reached the provider, so that we must look before we submit. */
export function mayAlreadyBeThere(order: FulfillmentOrder): boolean {
  return order.submission.state === 'claimed' || order.submission.state === 'unknown';
}

/**
 * How long until a look at the provider is conclusive, in ms; 0 when it is. A create that was sent may land late, and
 * looking before it has landed would find nothing and create a second one.
 */
export function settlingTimeLeft(order: FulfillmentOrder, now: number): number {
  return Math.max(0, Date.parse(order.submission.at) + SETTLING_MS - now);
}

/** The intent, to be saved before the provider is called. */
export function claimSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const attempt = order.submission.attempt + 1;
  const submission = { ...order.submission, state: 'claimed', attempt, at: isoTime(now) } as const;
  return change(order, now, { submission }, null);
}

/** The provider was never reached, or refused by rate: nothing happened there and no attempt is spent. */
export function releaseSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const submission = { ...order.submission, state: 'none', attempt: order.submission.attempt - 1 } as const;
  return change(order, now, { submission }, null);
}

export function recordUnknownSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const submission = { ...order.submission, state: 'unknown', at: isoTime(now) } as const;
  const reason = `Sent to ${order.connection}, whose answer was lost; it will be asked before anything is sent again.`;
  return change(order, now, { submission, reason }, { by: order.connection, what: reason });
}

/** @param adopted true where a look found the order that an earlier attempt had made */
export function recordAccepted(
  order: FulfillmentOrder,
  now: number,
  providerOrderId: string,
  fingerprint: string,
  adopted: boolean,
): FulfillmentOrder {
  const { attempt } = order.submission;
  const submission = {
    state: 'submitted',
    attempt,
    providerOrderId,
    acceptedFingerprint: fingerprint,
    at: isoTime(now),
  } as const;
  const reason = `${order.connection} accepted it as ${providerOrderId} and is processing it.`;
  const what = adopted
    ? `Found at ${order.connection} as ${providerOrderId}: an earlier attempt had arrived.`
    : reason;
  const status = canMove(order.status, 'Shipped') ? ('Shipped' as const) : order.status;
  return change(order, now, { status, submission, reason }, { by: order.connection, what });
}

export function recordRefused(order: FulfillmentOrder, now: number, words: string): FulfillmentOrder {
  const submission = { ...order.submission, state: 'rejected', at: isoTime(now) } as const;
  const reason = `${order.connection} refused it. Correct the sale in DEAR and it is sent again by itself.`;
  return change(
    order,
    now,
    { status: 'Failed', submission, reason },
    { by: order.connection, what: reason, words },
  );
}

/** Several orders under one reference: whichever we chose, a second parcel might leave. A person decides. */
export function recordAmbiguousMatch(
  order: FulfillmentOrder,
  now: number,
  found: readonly string[],
): FulfillmentOrder {
  const reason = `${order.connection} holds ${found.length} orders under ${order.reference} (${found.join(', ')}). Cancel all but one there.`;
  return change(order, now, { status: 'Failed', reason }, { by: order.connection, what: reason });
}

/** Somebody withdrew it there before we heard that it had arrived. Its reference is used up; a new plan gets a new one. */
export function recordCancelledThere(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const reason = `Somebody cancelled it at ${order.connection}. Undo and authorise the sale again in DEAR to send it once more.`;
  return change(order, now, { status: 'Cancelled', reason }, { by: order.connection, what: reason });
}

/** The expired personal half makes an order unsendable; only a new plan of the sale can bring it back. */
export function recordContentGone(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const reason =
    'Its name and address have expired here, so it cannot be sent. Undo and authorise the sale again in DEAR.';
  return change(order, now, { status: 'Failed', reason }, { by: 'bridge', what: reason });
}

export function claimCancellation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  return change(order, now, { cancellation: { state: 'claimed', at: isoTime(now) } }, null);
}

export function recordCancelled(order: FulfillmentOrder, now: number, by: string): FulfillmentOrder {
  const reason = `Cancelled at ${order.connection}: ${order.reason}`;
  const cancellation = { state: 'done', at: isoTime(now) } as const;
  return change(
    order,
    now,
    { status: 'Cancelled', cancellation, reason },
    { by, what: `Cancelled at ${order.connection}.` },
  );
}

/** @param why a refusal by the provider, or what keeps us from asking */
export function recordCancelRefused(
  order: FulfillmentOrder,
  now: number,
  why: Rejected | string,
): FulfillmentOrder {
  const cancellation = { state: 'refused', at: isoTime(now) } as const;
  const reason = `The sale no longer wants it, but ${order.connection} will not cancel it. Stop it there by hand if you can.`;
  const words = why instanceof Rejected ? (why.details.words ?? why.message) : why;
  return change(order, now, { cancellation, reason }, { by: order.connection, what: reason, words });
}
