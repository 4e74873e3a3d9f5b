import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import {
  foldSearch,
  getSkus,
  isTravelling,
  type OrderSummary,
  toSummary,
} from '../../lib/domain/order/order-summary.ts';
import { getUpstreamWords, type Progress } from '../../lib/domain/order/progress.ts';
import { isVoid, type Package } from '../../lib/domain/shipment/package.ts';
import type { OrderQuery, Sort } from './order-query.ts';

export function matches(order: FulfillmentOrder, query: OrderQuery): boolean {
  return (
    matchesSummary({ ...toSummary(order), skus: getSkus(order) }, query) &&
    (!asksForPackages(query) ||
      order.packages.some((box) => !isVoid(box) && isPackageAskedFor(box, query))) &&
    (query.said === '' || getUpstreamWords(order) === query.said)
  );
}

export function asksForPackages({ leftSince, leftUntil, carrier }: OrderQuery): boolean {
  return [leftSince, leftUntil, carrier].some((asked) => asked !== '');
}

/** All of the query but the customer, and a SKU that the summary leaves out: those are of the list that was chosen, or read. */
export function matchesSummary(summary: OrderSummary, query: OrderQuery): boolean {
  const { progress, waitingFor, reasons, connection, channel, method = '', createdAt, skus } = summary;
  return (
    (query.since === '' || createdAt >= query.since) &&
    (query.until === '' || createdAt <= query.until) &&
    isAny(query.statuses, [progress]) &&
    isAny(query.waiting, [waitingFor, ...(isTravelling(summary) ? ['shipped'] : [])]) &&
    isAny(query.reasons, reasons) &&
    isAny(query.connections.map(foldSearch), [foldSearch(connection)]) &&
    (query.waitingSince === '' || (waitingFor !== '' && summary.waitingSince <= query.waitingSince)) &&
    matchesLeft(summary, query) &&
    isAny(query.channels.map(foldSearch), [foldSearch(channel)]) &&
    isAny(query.methods.map(foldSearch), [foldSearch(method)]) &&
    (query.sku === '' || skus === null || skus.includes(foldSearch(query.sku)))
  );
}

/** Of an order that an earlier version stored last, only the order itself says it. */
function matchesLeft(
  { left, progress }: OrderSummary,
  { leftSince, leftUntil, carrier }: OrderQuery,
): boolean {
  if (leftSince === '' && leftUntil === '' && carrier === '') return true;
  if (left === undefined) return !NOT_LEFT.has(progress);
  return (
    left.last.slice(0, DAY_LENGTH) >= leftSince &&
    (leftUntil === '' || left.first.slice(0, DAY_LENGTH) <= leftUntil) &&
    (carrier === '' || left.carriers.some((one) => one.includes(foldSearch(carrier))))
  );
}

const DAY_LENGTH = 'yyyy-mm-dd'.length;

const NOT_LEFT: ReadonlySet<Progress> = new Set(['Queued', 'On Hold', 'Failed', 'At warehouse']);

/** Whether a package is one that the query asks for: several of an order may have left on different days. */
export function isPackageAskedFor(
  { shippedAt, carrier }: Pick<Package, 'shippedAt' | 'carrier'>,
  query: Pick<OrderQuery, 'leftSince' | 'leftUntil' | 'carrier'>,
): boolean {
  const day = shippedAt.slice(0, DAY_LENGTH);
  return (
    day >= query.leftSince &&
    (query.leftUntil === '' || day <= query.leftUntil) &&
    foldSearch(carrier).includes(foldSearch(query.carrier))
  );
}

function isAny<Word>(wanted: readonly Word[], words: readonly unknown[]): boolean {
  return wanted.length === 0 || wanted.some((word) => words.includes(word));
}

export function sortMatches(found: readonly Match[], sort: Sort): readonly Match[] {
  const get = (one: Match, field: 'waitingSince' | 'shipBy') => one.summary?.[field] ?? '';
  // Orders that wait for nothing, or have no date, come last.
  const waits = (one: Match) => (one.summary?.waitingFor === '' ? LAST : get(one, 'waitingSince'));
  if (sort === 'waiting') return found.toSorted((a, b) => compare(waits(a), waits(b)));
  if (sort === 'left')
    return found.toSorted((a, b) => compare(b.summary?.left?.last ?? '', a.summary?.left?.last ?? ''));
  if (sort === 'ship-by')
    return found.toSorted((a, b) => compare(get(a, 'shipBy') || LAST, get(b, 'shipBy') || LAST));
  const newestFirst = found.toSorted((a, b) => compare(b.createdAt, a.createdAt));
  return sort === 'oldest' ? newestFirst.reverse() : newestFirst;
}

/** After every date. */
const LAST = '~';

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** An order that matches; without a summary where its list holds nothing else. */
export interface Match {
  readonly reference: string;
  readonly createdAt: string;
  readonly summary: OrderSummary | null;
}

export function toMatch(order: FulfillmentOrder): Match {
  const { reference, createdAt } = order;
  return { reference, createdAt, summary: toSummary(order) };
}
