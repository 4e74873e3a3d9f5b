import { DAY_MS, toDayOrMoment } from '../clock.ts';
import type { FulfillmentOrder, PackageCorrection } from '../order/fulfillment-order.ts';
import { change, quote } from '../order/transitions.ts';
import { enumerate } from '../text.ts';
import {
  formatNumbers,
  isTrackingCode,
  isVoid,
  type Package,
  type PackedLine,
  type ReportedShipment,
  toTrackingNumbers,
} from './package.ts';
import { isConfirmationBlocked, stillToShip } from './still-to-ship.ts';
import { getName } from './withdrawals-and-returns.ts';

/**
 * Applies a later report to a known package: its numbers, carrier, service, date and cost. Empty fields of the report change
 * nothing. Contents change only if they were assumed.
 * @param contents of the report, matched with the order's lines; null if it has none
 * @returns the same order if nothing changed
 */
export function correctPackage(
  order: FulfillmentOrder,
  known: Package,
  reported: ReportedShipment,
  contents: readonly PackedLine[] | null,
  now: number,
): FulfillmentOrder {
  const news = findNews(known, reported, contents);
  if (news.length === 0) return order;
  let corrected = known;
  for (const { patch } of news) corrected = { ...corrected, ...patch };
  const packages = order.packages.map((box) =>
    box.id === known.id ? withoutAssumption(corrected, contents) : box,
  );
  const what = `${getName(known)}: ${news.map((one) => one.what).join('; ')}.`;
  const noted = change(order, now, { packages }, { by: order.connection, what });
  if (!order.confirmation.packages.includes(known.id)) return noted;
  if (news.some(({ contradictsDear }) => contradictsDear)) return recordContradiction(noted, known, now);
  return news.some(({ concernsDear }) => concernsDear)
    ? requestCorrection(noted, known, corrected, now)
    : noted;
}

/** Applies a list of tracking numbers to known packages. Returns the same order if nothing changed. */
export function correctNumbers(
  order: FulfillmentOrder,
  numbers: ReadonlyMap<string, readonly string[]>,
  now: number,
): FulfillmentOrder {
  const { reference } = order;
  return order.packages.reduce((current, box) => {
    const listed = numbers.get(box.id);
    if (listed === undefined) return current;
    const trackingNumbers = toTrackingNumbers(listed);
    const reported = { ...box, reference, providerOrderId: '', contents: [], trackingNumbers };
    return correctPackage(current, box, reported, null, now);
  }, order);
}

interface News {
  readonly patch: Partial<Package>;
  readonly what: string;
  /** DEAR shows it and accepts a correction. */
  readonly concernsDear?: boolean;
  /** DEAR shows it and accepts no correction. */
  readonly contradictsDear?: boolean;
}

function findNews(
  known: Package,
  reported: ReportedShipment,
  contents: readonly PackedLine[] | null,
): News[] {
  return [
    ...newsOfNumbers(known, reported),
    ...newsOfText('carrier', known, reported),
    ...newsOfText('service', known, reported),
    ...newsOfDeparture(known, reported),
    ...newsOfCost(known, reported),
    ...newsOfContents(known, contents),
  ];
}

function newsOfNumbers(known: Package, { trackingNumbers }: ReportedShipment): News[] {
  const before = known.trackingNumbers;
  const same =
    before.length === trackingNumbers.length && before.every((one) => trackingNumbers.includes(one));
  const expired = known.textsKey !== undefined && before.length === 0;
  if (same || expired || trackingNumbers.length === 0) return [];
  const added = trackingNumbers.filter((one) => !before.includes(one));
  const gone = before.filter((one) => !trackingNumbers.includes(one));
  const what =
    gone.length === 0
      ? `its tracking number came: ${formatNumbers(added)}`
      : `${formatNumbers(gone)} is no longer its number; it is ${formatNumbers(trackingNumbers)}`;
  return [{ patch: { trackingNumbers }, what, concernsDear: true }];
}

function newsOfText(field: 'carrier' | 'service', known: Package, reported: ReportedShipment): News[] {
  const value = reported[field];
  if (value === '' || value === known[field]) return [];
  return [{ patch: { [field]: value }, what: `its ${field} is ${value}`, concernsDear: true }];
}

function newsOfDeparture(known: Package, { shippedAt }: ReportedShipment): News[] {
  if (Date.parse(shippedAt) === Date.parse(known.shippedAt)) return [];
  const patch = { shippedAt: toDayOrMoment(shippedAt) };
  return [{ patch, what: `it left on ${shippedAt.slice(0, 10)}`, concernsDear: true }];
}

function newsOfCost(known: Package, { cost }: ReportedShipment): News[] {
  const same = cost?.amount === known.cost?.amount && cost?.currency === known.cost?.currency;
  if (cost === null || same) return [];
  return [{ patch: { cost }, what: `it costs ${cost.amount} ${cost.currency}` }];
}

function newsOfContents(known: Package, contents: readonly PackedLine[] | null): News[] {
  if (contents === null || known.isAssumed !== true) return [];
  const same = toContentsKey(known.contents) === toContentsKey(contents);
  return [
    {
      patch: { contents },
      what: same ? 'its contents are known now' : 'it holds other goods than assumed',
      contradictsDear: !same,
    },
  ];
}

function withoutAssumption({ isAssumed, ...box }: Package, contents: readonly PackedLine[] | null): Package {
  return contents === null && isAssumed === true ? { ...box, isAssumed } : box;
}

export function toContentsKey(contents: readonly PackedLine[]): string {
  return contents
    .map(({ key, quantity }) => `${key} ${quantity}`)
    .sort()
    .join();
}

function recordContradiction(order: FulfillmentOrder, box: Package, now: number): FulfillmentOrder {
  const reason = `${getName(box)} holds other goods than DEAR shows. Correct the shipment in DEAR by hand, then acknowledge it here.`;
  const confirmation = { ...order.confirmation, state: 'refused' as const };
  return change(order, now, { confirmation, reason }, { by: order.connection, what: reason });
}

function requestCorrection(
  order: FulfillmentOrder,
  before: Package,
  after: Package,
  now: number,
): FulfillmentOrder {
  const stale = before.trackingNumbers.filter((number) => !after.trackingNumbers.includes(number));
  const reason = `${getName(after)} was corrected after DEAR showed it; DEAR is being updated.`;
  const corrections = withCorrection(
    order.confirmation.corrections,
    { id: before.id, staleNumbers: stale },
    after,
  );
  return change(order, now, { confirmation: { ...order.confirmation, corrections }, reason }, null);
}

/** Joined with earlier corrections of the package that are not written to DEAR yet; a number that came back is not stale. */
export function withCorrection(
  corrections: readonly PackageCorrection[],
  { id, staleNumbers }: PackageCorrection,
  { trackingNumbers }: Pick<Package, 'trackingNumbers'>,
): PackageCorrection[] {
  const before = corrections.find((one) => one.id === id)?.staleNumbers ?? [];
  const all = [...new Set([...before, ...staleNumbers])];
  const stale = all.filter((number) => !trackingNumbers.includes(number));
  return [...corrections.filter((one) => one.id !== id), { id, staleNumbers: stale }];
}

/**
 * Records arrived packages. The order is Delivered once all of it has left and every package with goods has arrived.
 * @param arrivals package id → when (ISO UTC), or '' if the time is not known
 */
export function recordDeliveries(
  order: FulfillmentOrder,
  arrivals: ReadonlyMap<string, string>,
  now: number,
): FulfillmentOrder {
  const news = order.packages.filter(({ id, deliveredAt }) => deliveredAt === '' && arrivals.has(id));
  if (news.length === 0) return order;
  const seen = new Date(now).toISOString();
  const packages = order.packages.map((box) =>
    news.includes(box) ? { ...box, deliveredAt: toDayOrMoment(arrivals.get(box.id) || seen) } : box,
  );
  const names = enumerate(news.map((box) => enumerate(box.trackingNumbers.filter(isTrackingCode)) || box.id));
  const arrived = isComplete({ ...order, packages });
  const patch = arrived
    ? ({ packages, status: 'Delivered', reason: unlessRefused(order, 'Everything has arrived.') } as const)
    : { packages };
  return change(order, now, patch, { by: order.connection, what: `Delivered: ${names}.` });
}

/**
 * Notes that the carrier has a problem with a package, once. It stays under way: most problems are solved, and the order is
 * Delivered or Completed as without one.
 * @param problem the carrier's words; ''
 * @returns the same order where it is noted already, or the package has arrived or is void
 */
export function recordCarrierProblem(
  order: FulfillmentOrder,
  packageId: string,
  problem: string,
  now: number,
): FulfillmentOrder {
  const box = order.packages.find(({ id }) => id === packageId);
  if (box === undefined || !isTroubleNews(order, packageId)) return order;
  const what = toProblemNote(box);
  const patch = { reason: unlessRefused(order, `${what} Ask the carrier.`) };
  return change(order, now, patch, {
    by: order.connection,
    what,
    ...(problem !== '' && quote(problem)),
  });
}

/** Whether a carrier's problem with the package would be news. */
export function isTroubleNews({ packages, log }: FulfillmentOrder, packageId: string): boolean {
  const box = packages.find(({ id }) => id === packageId);
  if (box === undefined || box.deliveredAt !== '' || isVoid(box)) return false;
  return !log.some(({ what }) => what === toProblemNote(box));
}

function toProblemNote(box: Package): string {
  const name = enumerate(box.trackingNumbers.filter(isTrackingCode)) || box.id;
  return `The carrier reports a problem with ${name}.`;
}

function isComplete(order: FulfillmentOrder): boolean {
  const boxes = order.packages.filter((box) => box.contents.length > 0 && !isVoid(box));
  return stillToShip(order).length === 0 && boxes.every(({ deliveredAt }) => deliveredAt !== '');
}

/**
 * Completes an order that left long enough ago and whose arrival was not reported.
 * @param estimatedArrivalDays from the last package's departure
 */
export function completeIfSilent(
  order: FulfillmentOrder,
  estimatedArrivalDays: number,
  now: number,
): FulfillmentOrder {
  if (order.status !== 'Shipped' || order.packages.length === 0 || stillToShip(order).length > 0)
    return order;
  const lastLeft = Math.max(...order.packages.map(({ shippedAt }) => Date.parse(shippedAt)));
  if (now < lastLeft + estimatedArrivalDays * DAY_MS) return order;
  const reason = `No news of its arrival came within ${estimatedArrivalDays} days; it is assumed to be complete.`;
  const patch = { status: 'Completed', reason: unlessRefused(order, reason) } as const;
  return change(order, now, patch, { by: 'schedule', what: reason });
}

/** A refused confirmation stays the order's reason, because a person still has to act. */
function unlessRefused(order: FulfillmentOrder, reason: string): string {
  return isConfirmationBlocked(order) ? order.reason : reason;
}
