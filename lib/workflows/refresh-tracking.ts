import { type Clock, DAY_MS, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { UpstreamError } from '../domain/errors.ts';
import type { JobResult } from '../domain/job/job-run.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type { CarrierNews, DeliveredPackage, NumberedPackage } from '../domain/shipment/package.ts';
import {
  completeIfSilent,
  correctNumbers,
  isTroubleNews,
  recordCarrierProblem,
  recordDeliveries,
} from '../domain/shipment/package-correction.ts';
import { needsConfirmation } from '../domain/shipment/still-to-ship.ts';
import type { OrderMessage } from '../messaging/messages.ts';
import { type Provider, type TracksDelivery, tracksDelivery } from '../providers/provider.ts';
import {
  type OrdersUnderWay,
  readPosition,
  readUnderWay,
  startPart,
  type TrackingPosition,
  toNumbersKey,
  writePosition,
} from './orders-under-way.ts';

interface RefreshTrackingDeps {
  readonly provider: Provider;
  readonly connection: Connection;
  readonly orders: Pick<OrderStore, 'readListed' | 'listShipped' | 'update'>;
  readonly cursors: CursorStore;
  readonly confirmations: Publisher<OrderMessage>;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
  readonly now: Clock;
  /** Orders that one run reads, or their packages if these are more. @default 20,000 */
  readonly partSize?: number;
}

const JOB = 'refresh-tracking';
/** A label may be bought some days before its parcel leaves. */
const LABEL_AHEAD_DAYS = 7;
/** Of each some 500 bytes are in memory: 10 MB of the function's 256, however many orders are under way. */
const PART_SIZE = 20_000;
/** An error in between costs no more than so many pages again. */
const PAGES_BETWEEN_SAVES = 20;

/**
 * Checks every order in Shipped: records what was delivered and which tracking numbers changed, and completes orders of which
 * no news has come for long. Writes only changes, and calls DEAR only to show a new status.
 *
 * Each run checks one part of the orders: first it records every delivery that the provider lists since the part began, then
 * it completes the orders without news. Each order is read again before it is written, so it may change in between.
 * @returns `unfinished` if more orders are left or time ran out; the next run continues
 */
export async function refreshTracking(deps: RefreshTrackingDeps): Promise<JobResult> {
  const { connection, cursors, now } = deps;
  const saved = await cursors.read(JOB, connection.id);
  const tally = { orders: 0, pages: 0, delivered: 0, troubled: 0, completed: 0, corrected: 0 };
  const position = readPosition(saved, now());
  const part = await readPart(position, deps);
  const here = { ...position, end: position.end ?? part.next ?? isoTime(now()) };
  const stoppedAt =
    (await recordArrivals(part, here, tally, deps)) ?? (await completeSilent(part, here, tally, deps));
  if (stoppedAt !== null) return stop(stoppedAt, tally, deps);
  tally.orders += part.orders;
  if (part.next !== null) return stop(startPart(part.next, position), tally, deps);
  if (tally.pages >= PAGES_BETWEEN_SAVES || (saved ?? '') !== '') await cursors.save(JOB, connection.id, '');
  return { outcome: 'finished', counts: tally };
}

function readPart({ from, end }: TrackingPosition, deps: RefreshTrackingDeps): Promise<OrdersUnderWay> {
  const { id, estimatedArrivalDays } = deps.connection;
  const until = end === null ? { limit: deps.partSize ?? PART_SIZE } : { madeBefore: end };
  return readUnderWay(deps.orders.listShipped(id, from), until, estimatedArrivalDays, deps.now());
}

type Tally = Record<'orders' | 'pages' | 'delivered' | 'troubled' | 'completed' | 'corrected', number>;

async function stop(
  position: TrackingPosition,
  tally: Tally,
  { cursors, connection }: RefreshTrackingDeps,
): Promise<JobResult> {
  await cursors.save(JOB, connection.id, writePosition(position));
  return { outcome: 'unfinished', counts: tally };
}

/**
 * Reads the provider's lists to the end, or until every package of the part was listed: later packages belong to later parts.
 * @returns the position at which time ran out; null at the end
 */
async function recordArrivals(
  part: OrdersUnderWay,
  position: TrackingPosition,
  tally: Tally,
  deps: RefreshTrackingDeps,
): Promise<TrackingPosition | null> {
  const { provider, cursors, connection, hasTime } = deps;
  if (position.arrivalsRead || part.packages.size === 0 || !tracksDelivery(provider)) return null;
  let reached = { ...position, since: position.since || madeSince(part, deps) };
  const unseen = new Set(part.packages.keys());
  const getNews = carrierNewsReader(provider);
  for await (const { packages, numbers, troubled = [], cursor } of provider.deliveries(
    reached.since,
    reached.page,
  )) {
    for (const [reference, corrected] of getCorrections(numbers, part)) {
      if (await correct(reference, corrected, deps)) tally.corrected += 1;
    }
    for (const id of troubled) tally.troubled += await noteProblem(id, part, getNews, deps);
    for (const [reference, arrivals] of getArrivals(await withTimes(packages, part, getNews), part)) {
      const change = (order: FulfillmentOrder) => recordDeliveries(order, arrivals, deps.now());
      if (await changed(reference, change, deps)) tally.delivered += 1;
    }
    tally.pages += 1;
    for (const { id } of [...packages, ...numbers]) unseen.delete(id);
    if (unseen.size === 0) return null;
    const isFurther = cursor !== reached.page;
    reached = { ...reached, page: cursor };
    if (isFurther && !hasTime()) return reached;
    if (tally.pages % PAGES_BETWEEN_SAVES === 0)
      await cursors.save(JOB, connection.id, writePosition(reached));
  }
  return null;
}

/** Older packages are of orders that are completed by now. A day is added because two clocks may differ. */
function madeSince({ firstMade }: OrdersUnderWay, { connection, now }: RefreshTrackingDeps): string {
  const oldestOfInterest = now() - (connection.estimatedArrivalDays + LABEL_AHEAD_DAYS) * DAY_MS;
  return isoTime(Math.max(oldestOfInterest, Date.parse(firstMade) - DAY_MS));
}

/** Order → its packages whose tracking numbers changed → the new numbers. */
function getCorrections(
  numbered: readonly NumberedPackage[],
  { packages, numbers }: OrdersUnderWay,
): Map<string, Map<string, readonly string[]>> {
  const corrections = new Map<string, Map<string, readonly string[]>>();
  for (const { id, trackingNumbers } of numbered) {
    if (numbers.get(id) === toNumbersKey(trackingNumbers)) continue;
    for (const reference of packages.get(id) ?? []) {
      const known = corrections.get(reference) ?? new Map<string, readonly string[]>();
      corrections.set(reference, known.set(id, trackingNumbers));
    }
  }
  return corrections;
}

async function correct(
  reference: string,
  numbers: ReadonlyMap<string, readonly string[]>,
  { orders, connection, confirmations, now }: RefreshTrackingDeps,
): Promise<boolean> {
  const order = await orders.readListed(reference);
  if (order === null) return false;
  const stored = await orders.update(order, (current) => correctNumbers(current, numbers, now()));
  if (stored === order) return false;
  if (needsConfirmation(stored, connection)) await confirmations.publish({ reference });
  return true;
}

type ReadNews = (packageId: string) => Promise<CarrierNews | null>;

/** Of 200 calls a minute, which orders need too. What a run does not ask for is recorded without the carrier's words or time. */
const MAX_NEWS = 100;

/** What it cannot read is not needed: a failure ends the asking of this run, and null is returned. */
function carrierNewsReader(provider: TracksDelivery): ReadNews {
  let left = provider.carrierNews === undefined ? 0 : MAX_NEWS;
  return async (packageId) => {
    if (left === 0) return null;
    left -= 1;
    try {
      return (await provider.carrierNews?.(packageId)) ?? null;
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      left = 0;
      return null;
    }
  };
}

/** The time of arrival of those of the part that the list gives without one. */
async function withTimes(
  delivered: readonly DeliveredPackage[],
  { packages }: OrdersUnderWay,
  getNews: ReadNews,
): Promise<DeliveredPackage[]> {
  const timed: DeliveredPackage[] = [];
  for (const one of delivered) {
    const isUnknown = one.deliveredAt === '' && packages.has(one.id);
    timed.push(isUnknown ? { ...one, deliveredAt: (await getNews(one.id))?.deliveredAt ?? '' } : one);
  }
  return timed;
}

/** @returns the number of orders on which the problem is new */
async function noteProblem(
  packageId: string,
  { packages }: OrdersUnderWay,
  getNews: ReadNews,
  { orders, now }: RefreshTrackingDeps,
): Promise<number> {
  let noted = 0;
  for (const reference of packages.get(packageId) ?? []) {
    const order = await orders.readListed(reference);
    if (order === null || !isTroubleNews(order, packageId)) continue;
    const problem = (await getNews(packageId))?.problem ?? '';
    await orders.update(order, (current) => recordCarrierProblem(current, packageId, problem, now()));
    noted += 1;
  }
  return noted;
}

/** Order → its packages that were delivered → when. */
function getArrivals(
  delivered: readonly DeliveredPackage[],
  { packages }: OrdersUnderWay,
): Map<string, Map<string, string>> {
  const arrivals = new Map<string, Map<string, string>>();
  for (const { id, deliveredAt } of delivered) {
    for (const reference of packages.get(id) ?? []) {
      arrivals.set(reference, (arrivals.get(reference) ?? new Map<string, string>()).set(id, deliveredAt));
    }
  }
  return arrivals;
}

/** @returns the position at which time ran out; null at the end */
async function completeSilent(
  { silent }: OrdersUnderWay,
  position: TrackingPosition,
  tally: Tally,
  deps: RefreshTrackingDeps,
): Promise<TrackingPosition | null> {
  const { estimatedArrivalDays } = deps.connection;
  for (const [index, reference] of silent.entries()) {
    const change = (order: FulfillmentOrder) => completeIfSilent(order, estimatedArrivalDays, deps.now());
    if (await changed(reference, change, deps)) tally.completed += 1;
    if (index + 1 < silent.length && !deps.hasTime()) return { ...position, arrivalsRead: true };
  }
  return null;
}

/** @returns whether the order has another status afterwards, which DEAR shows if the connection has a status attribute */
async function changed(
  reference: string,
  change: (order: FulfillmentOrder) => FulfillmentOrder,
  { orders, connection, confirmations }: RefreshTrackingDeps,
): Promise<boolean> {
  const order = await orders.readListed(reference);
  if (order === null) return false;
  const stored = await orders.update(order, change);
  if (stored.status === order.status) return false;
  if (connection.statusAttribute !== '') await confirmations.publish({ reference });
  return true;
}
