import { isoTime } from '../clock.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { change } from './transitions.ts';

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
