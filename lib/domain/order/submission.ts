import { isoTime } from '../clock.ts';
import type { Rejected } from '../errors.ts';
import type { FulfillmentOrder, OrderContent } from './fulfillment-order.ts';
import { orderedLines } from './new-order.ts';
import { sentenceOn } from './standstill.ts';
import { canMove } from './status.ts';
import { change, quote } from './transitions.ts';

/**
 * Longest time after which a create that was sent can still land at a provider. Simulated: creating again sooner than a
 * late-landing create (up to 60 s late) double-ships 14,505 orders per million; after it, none.
 */
export const SETTLING_MS = 120_000;

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

const SHORTEST_LOOK_MS = 60_000;
const MAX_LOOK_MS = 30 * 60_000;

/**
 * How long to wait, in ms, before an order is looked for again that its provider may have and does not show: as long as that
 * has lasted, from a minute to half an hour.
 */
export function nextLookAfter(order: FulfillmentOrder, now: number): number {
  return Math.min(MAX_LOOK_MS, Math.max(SHORTEST_LOOK_MS, now - Date.parse(unseenSince(order))));
}

/** ISO UTC. */
function unseenSince({ submission: { takenSince, at } }: FulfillmentOrder): string {
  return takenSince ?? at;
}

/** A list that has not shown an order for so long is not merely late. */
const LONG_UNSEEN_MS = 60 * 60_000;

/** Whether the order has been looked for without success for so long that a person is to look. */
export function isLongUnseen(order: FulfillmentOrder, now: number): boolean {
  return now - Date.parse(unseenSince(order)) >= LONG_UNSEEN_MS;
}

/**
 * Whether nothing of ours can be at the provider although it says that our reference is taken: an order of others has it, and
 * the answer to each create of ours is known.
 */
export function isOnlyOthers(order: FulfillmentOrder, others: readonly string[]): boolean {
  return others.length > 0 && order.submission.answerLost === undefined;
}

/**
 * The provider refused the create because it has an order under our reference, and shows none of ours. Where an order of others
 * has it, ours is Failed until that one is gone: at once where ours cannot be there, and after an hour where an answer was lost.
 * Else it exists, is looked for again, and is neither sent again nor given up; after an hour a person is asked to look.
 * The same order where that was said.
 * @param others the provider's ids of orders of others under our reference
 */
export function recordTaken(
  order: FulfillmentOrder,
  now: number,
  others: readonly string[],
): FulfillmentOrder {
  const takenSince = order.submission.takenSince ?? isoTime(now);
  const { takenBy: _, ...kept } = order.submission;
  const seen = { ...kept, takenSince, ...(others.length > 0 && { takenBy: others }) };
  const isFailed = isOnlyOthers(order, others) || (others.length > 0 && isLongUnseen(order, now));
  const state = isOnlyOthers(order, others) ? ('rejected' as const) : ('unknown' as const);
  // What is cancelled meanwhile says why.
  if (order.desired === 'cancelled') return change(order, now, { submission: { ...seen, state } }, null);
  const status = isFailed ? ('Failed' as const) : ('Queued' as const);
  const reason = isFailed
    ? sentenceOnOthers(order, others)
    : sentenceOnUnseen(order, takenSince, isLongUnseen(order, now));
  const isSame = order.reason === reason && order.status === status && order.submission.state === state;
  if (isSame) return order;
  const isSaid = order.log.some(({ what }) => what === reason);
  const patch = { status, submission: { ...seen, state }, reason };
  return change(order, now, patch, isSaid ? null : { by: order.connection, what: reason });
}

function sentenceOnUnseen(
  { connection, reference }: FulfillmentOrder,
  since: string,
  isLong: boolean,
): string {
  const taken = `${connection} says that ${reference} is taken there`;
  return isLong
    ? `${taken}, and has not shown it since ${since}. Look for it there by hand, and tell its support if it is not there; it is still looked for.`
    : `${taken}, and does not show it yet; it is looked for again.`;
}

function sentenceOnOthers(order: FulfillmentOrder, others: readonly string[]): string {
  const { connection, reference, submission } = order;
  const lost =
    submission.answerLost === undefined
      ? ''
      : ' An answer was lost: look there first that ours did not arrive.';
  return `${connection} has ${reference} already as an order that is not ours (${others.join(', ')}), so this one cannot be sent.${lost} Rename or delete that one there, and this one is sent by itself. Or cancel this one here, then undo and authorise the sale in DEAR, which orders it under another reference.`;
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
export function mayBeHeld({ submission }: FulfillmentOrder): string[] {
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
  const reason = `Sent to ${order.connection}, whose answer was lost; it will be asked before anything is sent again.`;
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

/** People there cancelled it before we heard that it had arrived. Its reference is used up, and the sale still wants the goods. */
export function recordCancelledThere(
  order: FulfillmentOrder,
  now: number,
  providerOrderId: string,
): FulfillmentOrder {
  const submission = { ...order.submission, state: 'submitted', providerOrderId, at: isoTime(now) } as const;
  const standstill = 'cancelled';
  const reason = sentenceOn(order, standstill);
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
  const reason = `The sale changed after ${order.connection} had the order, which stands there as first sent. Change it there by hand.`;
  return change(order, now, { submission, reason }, { by: order.connection, what: reason, ...quote(why) });
}
