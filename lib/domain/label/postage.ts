import { cutText, enumerate } from '../text.ts';

/** What a shipping service would charge now for a label of an order. */
export interface Rate {
  /** The service's id of the offer; a label is bought with it soon after. */
  readonly id: string;
  /** As the service names them. */
  readonly carrier: string;
  readonly service: string;
  /** With all surcharges, in major units. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
  /** null where the carrier gives no estimate. */
  readonly deliveryDays: number | null;
}

/** The rates of an order, the cheapest first, as they were when they were asked for. */
export interface QuotedRates {
  /** ISO UTC. */
  readonly at: string;
  readonly rates: readonly Rate[];
}

/** What the shipping service offered for an order, and the label that was bought of it. */
export interface Postage {
  /** null until they were asked for. */
  readonly quoted: QuotedRates | null;
  /** The rates that DEAR's staff were last shown; ''. */
  readonly shownRates: string;
  /** null until one was requested. */
  readonly label: OrderLabel | null;
}

export const LABEL_STATES = [
  /** A person or a rule asked for it. */
  'requested',
  /** It is being bought: the call may have reached the service. */
  'claimed',
  /** The answer was lost. */
  'unknown',
  /** The service refused it, or no rate fits; a person decides. */
  'refused',
  'bought',
  /** A person asked to void it. */
  'void-requested',
  'voided',
] as const;

export const DOCUMENT_STATES = [
  'none',
  'stored',
  'attaching',
  'attached',
  'unattached',
  'to-remove',
] as const;

/** The latest label of an order that was bought here; those of the service's staff are only packages. */
export interface OrderLabel {
  readonly state: (typeof LABEL_STATES)[number];
  /** Counts the purchases that may have reached the service. */
  readonly attempt: number;
  /** Code of the shipping service that a person chose; '' where the rule of the connection chooses. */
  readonly service: string;
  /** An operator's name; `rule`. */
  readonly by: string;
  /** The offer of the last attempt; ''. */
  readonly rateId: string;
  /** The service's id of the label; '' until it is bought. */
  readonly labelId: string;
  /** `Package.id` of its parcel; ''. */
  readonly packageId: string;
  /** The service's ids of earlier labels of the order that were voided. */
  readonly voidedIds: readonly string[];
  /**
   * Of its PDF: kept in the bucket, being attached to the sale in DEAR, attached, not attached for good, or to be removed there
   * because the label was voided.
   */
  readonly document: (typeof DOCUMENT_STATES)[number];
  /** ISO UTC of the last change. */
  readonly at: string;
}

/** How a label is chosen where no person chooses. */
export type LabelRule = 'by-hand' | 'cheapest' | 'fastest' | 'mapped';

/** The settings of a connection that buys labels. */
export interface ShippingService {
  /** The connection whose provider sells the labels; '': its own. */
  readonly from: string;
  readonly buy: LabelRule;
  /** `cheapest` and `fastest` choose only what arrives within so many days; null: whatever its estimate. */
  readonly withinDays: number | null;
  /** Codes of the services that a rule may choose; none: any. */
  readonly services: readonly string[];
  /** `automatic`: rates are asked for as soon as the order is accepted. */
  readonly rates: 'on-request' | 'automatic';
  /** `AdditionalAttribute1` … `10` in which DEAR's staff see the rates; ''. */
  readonly ratesAttribute: `AdditionalAttribute${number}` | '';
  /** Whether the label's PDF is attached to the sale in DEAR. */
  readonly attachLabel: boolean;
}

/** Cheapest first; of one price the fastest. Rates in different currencies keep the order of their amounts. */
export function sortRates(rates: readonly Rate[]): Rate[] {
  return rates.toSorted((a, b) => a.amount - b.amount || getDays(a) - getDays(b));
}

/**
 * The rate of the service that a person named, or that the connection's rule chooses.
 * @param service code of the named service; '' for the rule
 * @param mapped the service that the sale's shipping method is mapped to
 * @returns a sentence where no rate fits
 */
export function chooseRate(
  rates: readonly Rate[],
  service: string,
  mapped: string,
  rule: Pick<ShippingService, 'buy' | 'withinDays' | 'services'>,
): Rate | string {
  if (rates.length === 0) return 'The shipping service offers no rate for it.';
  if (service !== '') return findService(rates, service);
  if (rule.buy === 'mapped') {
    return mapped === ''
      ? 'The sale names no shipping method, so none is mapped.'
      : findService(rates, mapped);
  }
  return chooseByRule(rates, rule);
}

function findService(rates: readonly Rate[], service: string): Rate | string {
  const wanted = service.toLowerCase();
  const [found] = sortRates(rates.filter((rate) => rate.service.toLowerCase() === wanted));
  return found ?? `There is no rate of the service '${service}'. ${offer(rates)}`;
}

function chooseByRule(
  rates: readonly Rate[],
  { buy, withinDays, services }: Pick<ShippingService, 'buy' | 'withinDays' | 'services'>,
): Rate | string {
  const allowed = rates.filter(({ service }) => services.length === 0 || services.includes(service));
  const inTime = allowed.filter((rate) => withinDays === null || getDays(rate) <= withinDays);
  const sorted = sortRates(inTime);
  const [found] = buy === 'fastest' ? sorted.toSorted((a, b) => getDays(a) - getDays(b)) : sorted;
  if (found !== undefined) return found;
  const what =
    withinDays === null ? 'that the rule allows' : `that the rule allows within ${countDays(withinDays)}`;
  return `There is no rate of a service ${what}. ${offer(rates)}`;
}

/** A rate without an estimate may take any time. */
function getDays({ deliveryDays }: Rate): number {
  return deliveryDays ?? Number.POSITIVE_INFINITY;
}

function offer(rates: readonly Rate[]): string {
  return `Offered: ${enumerate(sortRates(rates).map(({ service }) => service))}.`;
}

/** `8.42 USD, 3 days`. */
export function formatPrice({ amount, currency, deliveryDays }: Rate): string {
  return `${amount.toFixed(2)} ${currency}${deliveryDays === null ? '' : `, ${countDays(deliveryDays)}`}`;
}

function countDays(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** DEAR cuts an additional attribute at 256 characters. */
const MAX_ATTRIBUTE = 256;

/** The rates as DEAR's staff see them, the cheapest first: `ups_ground 8.42 USD, 3 days; …`. */
export function ratesInShort({ at, rates }: QuotedRates): string {
  const each = rates.map((rate) => `${rate.service} ${formatPrice(rate)}`).join('; ');
  return cutText(`${at.slice(0, 10)}: ${each || 'no rate'}`, MAX_ATTRIBUTE, '…');
}
