import { isoTime } from '../clock.ts';
import type { AttributeName, Connection, ShippingService } from '../connection.ts';
import type { Rejected } from '../errors.ts';
import type { FulfillmentOrder, OrderLabel, Postage, Rate } from '../order/fulfillment-order.ts';
import { SETTLING_MS } from '../order/submission.ts';
import { isAdopted } from '../order/takeover.ts';
import { change, quote } from '../order/transitions.ts';
import { formatNumbers, isVoid, type ReportedShipment } from '../shipment/package.ts';
import { recordShipments } from '../shipment/shipment.ts';
import { recordWithdrawnPackage } from '../shipment/withdrawals-and-returns.ts';
import { formatPrice, ratesInShort, sortRates } from './rates.ts';

const NO_POSTAGE: Postage = { quoted: null, shownRates: '', label: null };

export function getPostage({ postage }: FulfillmentOrder): Postage {
  return postage ?? NO_POSTAGE;
}

export function getLabel(order: FulfillmentOrder): OrderLabel | null {
  return getPostage(order).label;
}

/** The next call to the shipping service about an order, or about its label's document. */
export type LabelStep = 'quote' | 'buy' | 'store-document' | 'void' | 'nothing';

/** @param rules of the order's connection; null where it buys no labels */
export function nextLabelStep(order: FulfillmentOrder, rules: ShippingService | null): LabelStep {
  if (rules === null) return 'nothing';
  const { label, quoted } = getPostage(order);
  if (label !== null && BUYING.has(label.state)) return 'buy';
  if (label?.state === 'void-requested') return 'void';
  if (label?.state === 'bought' && label.document === 'none' && hasValidLabel(order)) return 'store-document';
  const mayQuote = rules.rates === 'automatic' && quoted === null && label === null;
  return mayQuote && whyNoLabel(order) === null ? 'quote' : 'nothing';
}

const BUYING: ReadonlySet<OrderLabel['state']> = new Set(['requested', 'claimed', 'unknown']);

/** Whether an attempt to buy may have reached the service, so that its label must be looked for first. */
export function mayHaveBought(order: FulfillmentOrder): boolean {
  const state = getLabel(order)?.state;
  return state === 'claimed' || state === 'unknown';
}

/** How long, in ms, until a look at the service is conclusive; 0 when it is. A purchase may land late, like a create. */
export function labelSettlingTimeLeft(order: FulfillmentOrder, now: number): number {
  return Math.max(0, Date.parse(getLabel(order)?.at ?? '') + SETTLING_MS - now) || 0;
}

/** Whether the label that was bought here still stands for a parcel. */
export function hasValidLabel(order: FulfillmentOrder): boolean {
  const label = getLabel(order);
  const isBought = label?.state === 'bought' || label?.state === 'void-requested';
  return isBought && order.packages.some((box) => box.id === label.packageId && !isVoid(box));
}

/** Why no label can be bought for the order now, as the end of a sentence; null if one can. */
export function whyNoLabel(order: FulfillmentOrder): string | null {
  const { connection, status, submission, desired, withdrawn, standstill } = order;
  if (mayHaveBought(order)) return 'the answer to an earlier purchase is not known yet';
  const left = order.packages.find((box) => !isVoid(box));
  if (left !== undefined) return `it has the label ${formatNumbers(left.trackingNumbers) || left.id} already`;
  if (desired !== 'fulfilled' || withdrawn) return 'its sale no longer asks for it';
  if (isAdopted(order)) return `the connector before sent it: buy its label at ${connection}`;
  if (submission.state !== 'submitted' || status !== 'Shipped') return `${connection} has not accepted it`;
  return standstill === '' ? null : `${connection} ships no more of it`;
}

/** Why the label cannot be voided now, as the end of a sentence; null if it can. */
export function whyNoVoid(order: FulfillmentOrder): string | null {
  if (getLabel(order)?.state === 'void-requested') return 'it is being voided now';
  return hasValidLabel(order) ? null : 'no label of it was bought here, or it is void already';
}

/**
 * @param order whose `whyNoLabel` is null
 * @param service code of the chosen service; '' where the rule of the connection chooses
 */
export function requestLabel(
  order: FulfillmentOrder,
  service: string,
  by: string,
  now: number,
): FulfillmentOrder {
  const before = getLabel(order);
  const label: OrderLabel = {
    state: 'requested',
    attempt: 0,
    service,
    by,
    rateId: '',
    labelId: '',
    packageId: '',
    voidedIds: before?.voidedIds ?? [],
    document: 'none',
    at: isoTime(now),
  };
  const what =
    service === '' ? 'A label is bought by the rule of the connection' : `A label of ${service} is bought`;
  return setLabel(order, label, now, { by, what: `${what}, requested by ${by}.` });
}

/** The order with a label requested by the rule of its connection, if it is due; the same order otherwise. */
export function requestByRule(
  order: FulfillmentOrder,
  rules: ShippingService | null,
  now: number,
): FulfillmentOrder {
  const isDue = rules !== null && rules.buy !== 'by-hand' && getLabel(order) === null;
  return isDue && whyNoLabel(order) === null ? requestLabel(order, '', 'rule', now) : order;
}

/** Repeated answers replace earlier ones. A person sees the offers on the order. */
export function recordRates(order: FulfillmentOrder, rates: readonly Rate[], now: number): FulfillmentOrder {
  const kept = sortRates(rates).slice(0, MAX_RATES);
  const postage = { ...getPostage(order), quoted: { at: isoTime(now), rates: kept } };
  const [first] = kept;
  const what =
    first === undefined ? 'No rates.' : `${kept.length} rates, from ${first.service} ${formatPrice(first)}.`;
  return change(order, now, { postage }, { by: order.connection, what });
}

/** Accounts with many carriers are offered some 60 rates; a person reads the cheap ones. */
const MAX_RATES = 30;

/** Rates that were asked for automatically are refused: noted, so that they are not asked for again and again. */
export function recordNoRates(
  order: FulfillmentOrder,
  why: Rejected | string,
  now: number,
): FulfillmentOrder {
  const postage = { ...getPostage(order), quoted: { at: isoTime(now), rates: [] } };
  const what = `There are no rates.${typeof why === 'string' ? ` ${why}` : ''}`;
  const quoted = typeof why === 'string' ? {} : quote(why);
  return change(order, now, { postage }, { by: order.connection, what, ...quoted });
}

/** Saved before the label is bought. */
export function claimLabel(order: FulfillmentOrder, rate: Rate, now: number): FulfillmentOrder {
  return updateLabel(order, now, (label) => ({
    state: 'claimed',
    attempt: label.attempt + 1,
    rateId: rate.id,
  }));
}

/** The service was not reached, or limited the rate: nothing was bought, and the attempt does not count. */
export function releaseLabel(order: FulfillmentOrder, now: number): FulfillmentOrder {
  return updateLabel(order, now, (label) => ({ state: 'requested', attempt: label.attempt - 1 }));
}

export function recordUnknownLabel(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const reason = `A label was ordered from ${order.connection}, but the answer was lost. The bridge looks for it there before it buys another.`;
  const isNew = getLabel(order)?.state !== 'unknown';
  return updateLabel(order, now, () => ({ state: 'unknown' }), reason, isNew ? {} : null);
}

/** The label, and its parcel as a package of the order. */
export function recordLabelBought(
  order: FulfillmentOrder,
  labelId: string,
  shipments: readonly [ReportedShipment, ...ReportedShipment[]],
  isAdopted: boolean,
  now: number,
): FulfillmentOrder {
  const label = getLabel(order);
  if (label === null || (label.state === 'bought' && label.labelId === labelId)) return order;
  const [{ id: packageId, service }] = shipments;
  const what = isAdopted
    ? `The label ${labelId} of ${service} was found at ${order.connection}.`
    : `The label ${labelId} of ${service} was bought, as ${label.by === 'rule' ? 'the rule of the connection chose' : `${label.by} requested`}.`;
  const bought = {
    ...label,
    state: 'bought',
    labelId,
    packageId,
    document: 'none',
    at: isoTime(now),
  } as const;
  return recordShipments(setLabel(order, bought, now, { by: order.connection, what }), shipments, now);
}

/** A person has to decide: change what is wrong and buy again, or buy at the service. */
export function recordLabelRefused(
  order: FulfillmentOrder,
  why: Rejected | string,
  now: number,
): FulfillmentOrder {
  const said =
    typeof why === 'string' ? ` ${why}` : ` ${order.connection} refused it; the log has its reason.`;
  const reason = `No label was bought.${said} Correct that and buy it again, or buy it at ${order.connection}.`;
  const quoted = typeof why === 'string' ? {} : quote(why);
  return updateLabel(order, now, () => ({ state: 'refused' }), reason, quoted);
}

/** @param order whose `whyNoVoid` is null */
export function requestVoid(order: FulfillmentOrder, by: string, now: number): FulfillmentOrder {
  const reason = `${by} requested that the label is voided; waiting for ${order.connection}.`;
  return updateLabel(order, now, () => ({ state: 'void-requested' }), reason, { by });
}

/** Its parcel did not leave, so its goods are still to come. */
export function recordLabelVoided(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const label = getLabel(order);
  if (label === null) return order;
  const { labelId, packageId, voidedIds, document } = label;
  const ids = voidedIds.includes(labelId) ? voidedIds : [...voidedIds, labelId];
  const isShown = document === 'attached' || document === 'attaching';
  const left = isShown ? ('to-remove' as const) : ('unattached' as const);
  const voided = { ...label, state: 'voided', voidedIds: ids, document: left, at: isoTime(now) } as const;
  const what = `The label ${labelId} was voided.`;
  const noted = setLabel(order, voided, now, { by: order.connection, what });
  return cancelWithdrawn(recordWithdrawnPackage(noted, { id: packageId, cause: 'voided' }, now), now);
}

/** The sale no longer asks for the order, and now nothing of it has left. */
function cancelWithdrawn(order: FulfillmentOrder, now: number): FulfillmentOrder {
  if (!order.withdrawn || !order.packages.every(isVoid)) return order;
  const what = `Its label was voided before the goods left, so the order is cancelled at ${order.connection}.`;
  return change(order, now, { desired: 'cancelled' }, { by: 'bridge', what });
}

/** The label stays valid. */
export function recordVoidRefused(order: FulfillmentOrder, why: Rejected, now: number): FulfillmentOrder {
  const reason = `${order.connection} does not take the label back; the log has its reason. Its parcel counts as left.`;
  return updateLabel(order, now, () => ({ state: 'bought' }), reason, quote(why));
}

/** @param what a sentence for the log; null: nothing to say */
export function recordDocument(
  order: FulfillmentOrder,
  document: OrderLabel['document'],
  now: number,
  what: string | null = null,
): FulfillmentOrder {
  const label = getLabel(order);
  if (label === null || label.document === document) return order;
  return setLabel(order, { ...label, document }, now, what === null ? null : { by: 'bridge', what });
}

/** Whether the label's document is kept and not attached to the sale in DEAR yet. */
export function hasDocumentToAttach(
  order: FulfillmentOrder,
  { shippingService }: Pick<Connection, 'shippingService'>,
): boolean {
  const document = getLabel(order)?.document;
  const isOpen = document === 'stored' || document === 'attaching';
  return shippingService?.attachLabel === true && isOpen && hasValidLabel(order);
}

/** Whether DEAR shows the document of a label that was voided, which would be printed by mistake. */
export function hasDocumentToRemove(order: FulfillmentOrder): boolean {
  return getLabel(order)?.document === 'to-remove';
}

/** The rates that DEAR's staff are to see; null where they see them already, or none are shown. */
export function ratesToShow(
  order: FulfillmentOrder,
  { shippingService }: Pick<Connection, 'shippingService'>,
): { readonly attribute: AttributeName; readonly text: string } | null {
  const { quoted, shownRates } = getPostage(order);
  const attribute = shippingService?.ratesAttribute ?? '';
  if (attribute === '' || quoted === null) return null;
  const text = ratesInShort(quoted);
  return text === shownRates ? null : { attribute, text };
}

export function recordRatesShown(order: FulfillmentOrder, text: string, now: number): FulfillmentOrder {
  return change(order, now, { postage: { ...getPostage(order), shownRates: text } }, null);
}

type Entry = NonNullable<Parameters<typeof change>[3]>;

function setLabel(
  order: FulfillmentOrder,
  label: OrderLabel,
  now: number,
  entry: Entry | null,
): FulfillmentOrder {
  return change(order, now, { postage: { ...getPostage(order), label } }, entry);
}

/** @param entry of the log, with the reason as its sentence; null: none */
function updateLabel(
  order: FulfillmentOrder,
  now: number,
  update: (label: OrderLabel) => Partial<OrderLabel>,
  reason: string | null = null,
  entry: Partial<Entry> | null = null,
): FulfillmentOrder {
  const label = getLabel(order);
  if (label === null) return order;
  const postage = { ...getPostage(order), label: { ...label, ...update(label), at: isoTime(now) } };
  const logged = reason === null || entry === null ? null : { by: order.connection, ...entry, what: reason };
  return change(order, now, { postage, ...(reason !== null && { reason }) }, logged);
}
