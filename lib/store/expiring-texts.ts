import { createHash } from 'node:crypto';
import type { FulfillmentOrder, LogEntry } from '../domain/order/fulfillment-order.ts';
import { isTrackingCode } from '../domain/shipment/package.ts';

/** What stands in a sentence for a text that expires. */
const STAND_IN = '(text that is kept apart)';

/** An order as it is kept for good, and the texts that it refers to and that are not stored yet, by key. */
interface Apart {
  readonly state: FulfillmentOrder;
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

/**
 * Takes out of an order's state whatever may be personal data: the words of refusals, and what was typed into a field for
 * tracking numbers that is none. A sentence that quotes such a text is kept without it.
 */
export function takeApart(order: FulfillmentOrder): Apart {
  const texts = new Map<string, readonly string[]>();
  const keep = (about: string, values: readonly string[], known: string | undefined): string => {
    const key = toKey(order.reference, about, values);
    if (key !== known) texts.set(key, values);
    return key;
  };
  const typed = typedTexts(order);
  const without = (sentence: string) =>
    typed.reduce((rest, text) => rest.replaceAll(text, STAND_IN), sentence);
  const packages = order.packages.map((box) => {
    if (box.trackingNumbers.every(isTrackingCode)) return withoutOldTexts(box, box.trackingNumbers);
    return { ...box, trackingNumbers: [], textsKey: keep(box.id, box.trackingNumbers, box.textsKey) };
  });
  const corrections = order.confirmation.corrections.map((one) => {
    if (one.staleNumbers.every(isTrackingCode)) return withoutOldTexts(one, one.staleNumbers);
    return { ...one, staleNumbers: [], textsKey: keep(`stale ${one.id}`, one.staleNumbers, one.textsKey) };
  });
  const log = order.log.map(({ upstreamMessage, ...entry }): LogEntry => {
    const own = { ...entry, what: without(entry.what) };
    return upstreamMessage === undefined
      ? own
      : { ...own, upstreamMessageKey: keep(entry.at, [upstreamMessage], entry.upstreamMessageKey) };
  });
  const sentences = { reason: without(order.reason), shownStatus: without(order.shownStatus) };
  const confirmation = { ...order.confirmation, corrections };
  return { state: { ...order, ...sentences, packages, confirmation, log }, texts };
}

/** Codes have come in place of the texts. Where there are none the texts have expired, and that stays to be seen. */
function withoutOldTexts<Of extends { readonly textsKey?: string }>(of: Of, codes: readonly string[]): Of {
  if (of.textsKey === undefined || codes.length === 0) return of;
  const { textsKey: _, ...rest } = of;
  return rest as Of;
}

function typedTexts({ packages, confirmation: { corrections } }: FulfillmentOrder): string[] {
  const numbers = packages.flatMap(({ trackingNumbers }) => trackingNumbers);
  const stale = corrections.flatMap(({ staleNumbers }) => staleNumbers);
  return [...new Set([...numbers, ...stale])].filter((text) => text !== '' && !isTrackingCode(text));
}

/** What was just stored, as the next read gives it. */
export function copyTexts(state: FulfillmentOrder, order: FulfillmentOrder): FulfillmentOrder {
  const packages = state.packages.map((box, index) => {
    const trackingNumbers = order.packages[index]?.trackingNumbers ?? box.trackingNumbers;
    return { ...box, trackingNumbers };
  });
  const corrections = state.confirmation.corrections.map((one, index) => {
    const staleNumbers = order.confirmation.corrections[index]?.staleNumbers ?? one.staleNumbers;
    return { ...one, staleNumbers };
  });
  return { ...state, packages, confirmation: { ...state.confirmation, corrections } };
}

/** The order with the texts of its packages again, as far as they have not expired. */
export async function putTogether(order: FulfillmentOrder, read: ReadTexts): Promise<FulfillmentOrder> {
  const { packages, confirmation } = order;
  const { corrections } = confirmation;
  if ([...packages, ...corrections].every(({ textsKey }) => textsKey === undefined)) return order;
  const boxes = packages.map(async (box) => {
    const texts = await read(box.textsKey);
    return texts === null ? box : { ...box, trackingNumbers: texts };
  });
  const stale = corrections.map(async (one) => {
    const texts = await read(one.textsKey);
    return texts === null ? one : { ...one, staleNumbers: texts };
  });
  return {
    ...order,
    packages: await Promise.all(boxes),
    confirmation: { ...confirmation, corrections: await Promise.all(stale) },
  };
}

/** null where there is no key, or its texts have expired. */
type ReadTexts = (key: string | undefined) => Promise<readonly string[] | null>;

/** The order with the words that its log quotes. */
export async function restoreMessages(order: FulfillmentOrder, read: ReadTexts): Promise<FulfillmentOrder> {
  const log = order.log.map(async (entry): Promise<LogEntry> => {
    const [upstreamMessage] = (await read(entry.upstreamMessageKey)) ?? [];
    return upstreamMessage === undefined ? entry : { ...entry, upstreamMessage };
  });
  return { ...order, log: await Promise.all(log) };
}

/** Short, so that it says nothing about the text to anyone who has not got it. */
function toKey(reference: string, about: string, values: readonly string[]): string {
  return createHash('sha256')
    .update(JSON.stringify([reference, about, values]))
    .digest('hex')
    .slice(0, 8);
}
