import type { ShippingService } from '../connection.ts';
import type { QuotedRates, Rate } from '../order/fulfillment-order.ts';
import { cutText, enumerate } from '../text.ts';

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
