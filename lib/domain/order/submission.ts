import { isoTime } from '../clock.ts';
import type { Rejected } from '../errors.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { orderedLines } from './new-order.ts';
import type { OrderContent } from './order-content.ts';
import { toStandstillReason } from './standstill.ts';
import { canMove } from './status.ts';
import { change, quote } from './transitions.ts';

/**
 * Longest time after which a create that was sent can still land at a provider. Simulated: creating again sooner than a
 * late-landing create (up to 60 s late) double-ships 14,505 orders per million; after it, none.
 */
export const SETTLING_MS = 120_000;

/** Whether an earlier attempt may have reached the provider, so that we must look before we submit. */
export function mayExistAtProvider(order: FulfillmentOrder): boolean {
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
  const sentFingerprints = withSent(order);
  // Where the reference is taken, every answer is known but those that were lost before, or whose attempt was cut off.
  const { state, takenSince } = order.submission;
  const isLost = state === 'claimed' || (state === 'unknown' && takenSince === undefined);
  const submission = {
    ...order.submission,
    state: 'claimed',
    attempt,
    sentFingerprints,
    ...(isLost && { answerLost: true as const }),
    at: isoTime(now),
  } as const;
  return change(order, now, { submission }, null);
}

/** The intent to give the provider the order as it is now, to be saved before it is called; the same order where it was. */
export function claimUpdate(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const sentFingerprints = withSent(order);
  if (sentFingerprints === order.submission.sentFingerprints) return order;
  return change(order, now, { submission: { ...order.submission, sentFingerprints } }, null);
}

/** More lost answers in a row than this are no lost answers. */
const MAX_SENT = 10;

function withSent({ submission: { sentFingerprints }, fingerprint }: FulfillmentOrder): readonly string[] {
  if (sentFingerprints.includes(fingerprint)) return sentFingerprints;
  return [...sentFingerprints, fingerprint].slice(-MAX_SENT);
}

/** Fingerprints of every content that the provider may hold now, the one that it last accepted first. */
export function possibleFingerprints({ submission }: FulfillmentOrder): string[] {
  const { acceptedFingerprint, sentFingerprints } = submission;
  return [...new Set([acceptedFingerprint, ...sentFingerprints])].filter((print) => print !== '');
}

/** The provider was never reached, or refused by rate: nothing happened there and no attempt is spent. */
export function releaseSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const submission = { ...order.submission, state: 'none', attempt: order.submission.attempt - 1 } as const;
  return change(order, now, { submission }, null);
}

export function recordUnknownSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  // Whatever was said before is older than this attempt.
  const { takenBy: _, takenSince: __, ...kept } = order.submission;
  const submission = { ...kept, state: 'unknown', at: isoTime(now) } as const;
  const reason = `Sent to ${order.connection}, but the answer was lost. The bridge looks for the order there before it sends anything again.`;
  return change(order, now, { submission, reason }, { by: order.connection, what: reason });
}

/**
 * @param fingerprint of the content that was accepted
 * @param adopted true where a look found the order that an earlier attempt had made: it holds what was sent then, and the sale
 * may have changed since
 */
export function recordAccepted(
  order: FulfillmentOrder,
  now: number,
  providerOrderId: string,
  fingerprint: string,
  adopted: boolean,
): FulfillmentOrder {
  const { attempt, sentFingerprints } = order.submission;
  const at = isoTime(now);
  const acceptedFingerprint = (adopted ? sentFingerprints.at(-1) : undefined) ?? fingerprint;
  const accepted = { state: 'submitted', providerOrderId, acceptedFingerprint } as const;
  const submission = { ...accepted, attempt, refusedFingerprint: '', sentFingerprints: [], at };
  const reason = `${order.connection} accepted it as ${providerOrderId} and is processing it.`;
  const what = adopted
    ? `Found at ${order.connection} as ${providerOrderId}: an earlier attempt had arrived.`
    : reason;
  const status = canMove(order.status, 'Shipped') ? ('Shipped' as const) : order.status;
  return change(order, now, { status, submission, reason }, { by: order.connection, what });
}

export function recordRefused(
  order: FulfillmentOrder,
  now: number,
  why: Rejected | string,
): FulfillmentOrder {
  const { takenBy: _, takenSince: __, ...kept } = order.submission;
  const submission = { ...kept, state: 'rejected', at: isoTime(now) } as const;
  const reason = `${order.connection} refused it. Correct the sale in DEAR and it is sent again by itself.`;
  return change(
    order,
    now,
    { status: 'Failed', submission, reason },
    { by: order.connection, what: reason, ...quote(why) },
  );
}

/** Several orders under one reference: whichever we chose, a second parcel might leave. A person decides. */
export function recordAmbiguousMatch(
  order: FulfillmentOrder,
  now: number,
  found: readonly string[],
): FulfillmentOrder {
  const reason = `${order.connection} holds ${found.length} orders under ${order.reference} (${found.join(', ')}). Cancel all but one there.`;
  const { takenBy: _, ...submission } = order.submission;
  return change(order, now, { status: 'Failed', submission, reason }, { by: order.connection, what: reason });
}

/** People there cancelled it before we heard that it had arrived. Its reference is used up, and the sale still asks for the goods. */
export function recordCancelledThere(
  order: FulfillmentOrder,
  now: number,
  providerOrderId: string,
): FulfillmentOrder {
  const submission = { ...order.submission, state: 'submitted', providerOrderId, at: isoTime(now) } as const;
  const standstill = 'cancelled';
  const reason = toStandstillReason(order, standstill);
  const patch = { status: 'Cancelled', standstill, submission, reason } as const;
  return change(order, now, patch, { by: order.connection, what: reason });
}

/** The expired personal half makes an order unsendable; only a new plan of the sale can bring it back. */
export function recordContentGone(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const reason =
    'Its name and address have expired here, so it cannot be sent. Undo and authorise the sale again in DEAR.';
  return change(order, now, { status: 'Failed', reason }, { by: 'bridge', what: reason });
}

/** The provider took the changed version; from here on its lines are the ones that will leave. */
export function recordUpdated(
  order: FulfillmentOrder,
  now: number,
  content: OrderContent,
  fingerprint: string,
): FulfillmentOrder {
  const accepted = { acceptedFingerprint: fingerprint, sentFingerprints: [] };
  const submission = { ...order.submission, ...accepted, at: isoTime(now) };
  const reason = `${order.connection} took the changed order and is processing it.`;
  const patch = { submission, reason, lines: orderedLines(content) };
  return change(order, now, patch, { by: order.connection, what: reason });
}

/** It stands there as first sent. A later change is tried again; this one is a person's to make there. */
export function recordUpdateRefused(
  order: FulfillmentOrder,
  now: number,
  why: Rejected | string,
  fingerprint: string,
): FulfillmentOrder {
  const submission = { ...order.submission, refusedFingerprint: fingerprint, at: isoTime(now) };
  const reason = `The sale changed after ${order.connection} received the order, and ${order.connection} refused the change. Change it there by hand.`;
  return change(order, now, { submission, reason }, { by: order.connection, what: reason, ...quote(why) });
}
