import { isoTime } from '../clock.ts';
import type { Rejected } from '../errors.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { orderedLines } from './new-order.ts';
import type { OrderContent } from './order-content.ts';
import { toStandstillReason } from './standstill.ts';
import { canMove, change, quote } from './transitions.ts';

/**
 * Longest time after which a create that was sent can still land at a provider. Simulated: creating again sooner than a
 * late-landing create (up to 60 s late) double-ships 14,505 orders per million; after it, none.
 */
export const SETTLING_MS = 120_000;

/** Whether an earlier attempt may have reached the provider, so that it must be looked for before submitting. */
export function mayExistAtProvider(order: FulfillmentOrder): boolean {
  return order.submission.state === 'claimed' || order.submission.state === 'unknown';
}

/**
 * How long until looking at the provider is conclusive, in ms; 0 when it is. A create may land late, and an earlier look would
 * find nothing and cause a second create.
 */
export function settlingTimeLeft(order: FulfillmentOrder, now: number): number {
  return Math.max(0, Date.parse(order.submission.at) + SETTLING_MS - now);
}

/**
 * How long ago its sale was authorised, in ms; null where that is not known, and for an order that has waited for anything else
 * than to be sent: a person, a payment, a hold, a refusal. A pause and an outage count, and so does a change of the sale.
 */
export function timeSinceAuthorised(order: FulfillmentOrder, now: number): number | null {
  const { authorisedAt, waitingSince, createdAt } = order;
  if (authorisedAt === undefined || waitingSince !== createdAt) return null;
  return Math.max(0, now - Date.parse(authorisedAt));
}

/** Saved before the provider is called. */
export function claimSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const attempt = order.submission.attempt + 1;
  const sentFingerprints = withSent(order);
  // If the reference is taken, the answer to the last attempt is known, unless it was cut off.
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

/** Saved before an update is sent; the same order if the content was sent before. */
export function claimUpdate(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const sentFingerprints = withSent(order);
  if (sentFingerprints === order.submission.sentFingerprints) return order;
  return change(order, now, { submission: { ...order.submission, sentFingerprints } }, null);
}

/** No order loses more answers in a row than this. */
const MAX_SENT = 10;

function withSent({ submission: { sentFingerprints }, fingerprint }: FulfillmentOrder): readonly string[] {
  if (sentFingerprints.includes(fingerprint)) return sentFingerprints;
  return [...sentFingerprints, fingerprint].slice(-MAX_SENT);
}

/** Fingerprints of every content that the provider may have now, the last accepted one first. */
export function possibleFingerprints({ submission }: FulfillmentOrder): string[] {
  const { acceptedFingerprint, sentFingerprints } = submission;
  return [...new Set([acceptedFingerprint, ...sentFingerprints])].filter((print) => print !== '');
}

/** The provider was not reached, or limited the rate: nothing happened there, and the attempt does not count. */
export function releaseSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const submission = { ...order.submission, state: 'none', attempt: order.submission.attempt - 1 } as const;
  return change(order, now, { submission }, null);
}

export function recordUnknownSubmission(order: FulfillmentOrder, now: number): FulfillmentOrder {
  // These facts are older than this attempt.
  const { takenBy: _, takenSince: __, ...kept } = order.submission;
  const submission = { ...kept, state: 'unknown', at: isoTime(now) } as const;
  const reason = `Sent to ${order.connection}, but the answer was lost. The bridge looks for the order there before it sends anything again.`;
  return change(order, now, { submission, reason }, { by: order.connection, what: reason });
}

/**
 * The table was restored to an earlier moment: what it has as never sent may have been sent since.
 * @param to that moment, ISO UTC
 */
export function recordMayBeSent(order: FulfillmentOrder, to: string, now: number): FulfillmentOrder {
  if (order.submission.state !== 'none') return order;
  const submission = { ...order.submission, state: 'unknown', at: isoTime(now) } as const;
  const what = `The table was restored to ${to}: it may have been sent since, so it is looked up at ${order.connection} first.`;
  return change(order, now, { submission }, { by: 'bridge', what });
}

/**
 * @param fingerprint of the content that was accepted
 * @param adopted true if the order of an earlier attempt was found: it has the content that was sent then, and the sale
 * may have changed since
 * @param remarks sentences about what the provider did not take
 */
export function recordAccepted(
  order: FulfillmentOrder,
  now: number,
  providerOrderId: string,
  fingerprint: string,
  adopted: boolean,
  remarks: readonly string[] = [],
): FulfillmentOrder {
  const { attempt, sentFingerprints } = order.submission;
  const at = isoTime(now);
  const acceptedFingerprint = (adopted ? sentFingerprints.at(-1) : undefined) ?? fingerprint;
  const accepted = { state: 'submitted', providerOrderId, acceptedFingerprint } as const;
  const submission = { ...accepted, attempt, refusedFingerprint: '', sentFingerprints: [], at };
  const reason = `${order.connection} accepted it as ${providerOrderId} and is processing it.`;
  const what = adopted
    ? `Found at ${order.connection} as ${providerOrderId}: an earlier attempt had arrived.`
    : [reason, ...remarks].join(' ');
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
  const reason = `${order.connection} refused it.`;
  return change(
    order,
    now,
    { status: 'Failed', submission, reason },
    { by: order.connection, what: reason, ...quote(why) },
  );
}

/** Several orders have one reference. A second parcel might leave whichever is chosen, so a person decides. */
export function recordAmbiguousMatch(
  order: FulfillmentOrder,
  now: number,
  found: readonly string[],
): FulfillmentOrder {
  const reason = `${order.connection} holds ${found.length} orders under ${order.reference} (${found.join(', ')}). Cancel all but one there.`;
  const { takenBy: _, ...submission } = order.submission;
  return change(order, now, { status: 'Failed', submission, reason }, { by: order.connection, what: reason });
}

/** Staff of the provider cancelled it before its arrival was known. Its reference cannot be used again. */
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

/** The content has expired, so the order cannot be sent; only a new plan of its sale can restore it. */
export function recordContentGone(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const reason =
    'Its name and address have expired here, so it cannot be sent. Undo and authorise the sale again in DEAR.';
  return change(order, now, { status: 'Failed', reason }, { by: 'bridge', what: reason });
}

/** The provider accepted the update, so the updated lines will leave. */
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

/** The provider keeps the version that it had. A person has to make this change there; a later one is sent again. */
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

/**
 * How long to wait, in ms, before looking again for an order that its provider does not list: as long as that has lasted, from a
 * minute to half an hour.
 */
export function nextLookupDelay(order: FulfillmentOrder, now: number): number {
  return Math.min(MAX_RETRY_MS, Math.max(MIN_RETRY_MS, now - Date.parse(unseenSince(order))));
}

/** ISO UTC. */
function unseenSince({ submission: { takenSince, at } }: FulfillmentOrder): string {
  return takenSince ?? at;
}

/** A list that lacks an order for so long is not just late. */
const LONG_UNSEEN_MS = 60 * 60_000;

/** Whether the order has been missing for so long that a person has to look. */
export function isLongUnseen(order: FulfillmentOrder, now: number): boolean {
  return now - Date.parse(unseenSince(order)) >= LONG_UNSEEN_MS;
}

/**
 * Whether our reference is taken by orders from elsewhere alone: the answer to each create of ours is known, so ours cannot be
 * at the provider.
 */
export function isTakenByOthersOnly(order: FulfillmentOrder, others: readonly string[]): boolean {
  return others.length > 0 && order.submission.answerLost === undefined;
}

/**
 * The provider refused the create because an order has our reference, but lists none of ours. If an order from elsewhere has it,
 * ours is Failed until that one is gone: at once if ours cannot be there, after an hour if an answer was lost. Otherwise ours
 * exists: the bridge looks again and does not send it again; after an hour a person has to look. Returns the same order if
 * nothing changed.
 * @param others the provider's ids of orders from elsewhere under our reference
 */
export function recordTaken(
  order: FulfillmentOrder,
  now: number,
  others: readonly string[],
): FulfillmentOrder {
  const takenSince = order.submission.takenSince ?? isoTime(now);
  const { takenBy: _, ...kept } = order.submission;
  const seen = { ...kept, takenSince, ...(others.length > 0 && { takenBy: others }) };
  const isFailed = isTakenByOthersOnly(order, others) || (others.length > 0 && isLongUnseen(order, now));
  const state = isTakenByOthersOnly(order, others) ? ('rejected' as const) : ('unknown' as const);
  // A cancelled order keeps its reason.
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
  const taken = `${connection} reports that ${reference} exists there`;
  return isLong
    ? `${taken}, but has not listed it since ${since}. Look for it there, and contact its support if it is missing. The bridge keeps looking.`
    : `${taken}, but does not list it yet; the bridge looks again.`;
}

function sentenceOnOthers(order: FulfillmentOrder, others: readonly string[]): string {
  const { connection, reference, submission } = order;
  const lost =
    submission.answerLost === undefined
      ? ''
      : ' An answer was lost: check there first that ours did not arrive.';
  return `${connection} already has an order from elsewhere under ${reference} (${others.join(', ')}), so this one cannot be sent.${lost} Rename or delete the other order there, and this one is sent by itself. Or cancel this one here, then undo and authorise the sale in DEAR, which orders it under another reference.`;
}

const MIN_RETRY_MS = 60_000;

const MAX_RETRY_MS = 30 * 60_000;
