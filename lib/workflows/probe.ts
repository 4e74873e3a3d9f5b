import { type Clock, HOUR_MS, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { ageOfJob, type ExpectedJob, expectJobs, type JobResult, keyOfJob } from '../domain/job/job-run.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { lateToLeaveSince, WAITING_FOR, type WaitingFor } from '../domain/order/transitions.ts';
import type { CursorStore, JobRunStore, SetAsideStore } from '../domain/ports/jobs.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { SaleStore } from '../domain/ports/sales.ts';
import { needsConfirmation, stillToShip } from '../domain/shipment/still-to-ship.ts';
import { findSiblings, type SiblingDeps } from './find-sale.ts';
import { readOpenStockTake } from './inventory/write-stock-take.ts';

interface OldestShipmentDeps {
  readonly orders: Pick<OrderStore, 'readListed' | 'listWaiting'>;
  readonly sales: Pick<SaleStore, 'readListed'>;
  readonly connections: readonly Connection[];
}

/** Orders that wait for other orders of their fulfilment come first in the list; so many are skipped at most. */
const MAX_ORDERS_READ = 1_000;

/** Since when the oldest shipment waits that should have been confirmed in DEAR, ISO UTC; null if none does. */
async function oldestUnconfirmedShipment(deps: OldestShipmentDeps): Promise<string | null> {
  let oldest: string | null = null;
  let checked = 0;
  for await (const order of deps.orders.listWaiting('confirmation')) {
    // Listed longest first, and none is due before it waits.
    if (oldest !== null && order.waitingSince >= oldest) break;
    const since = await findDueSince(order, deps);
    if (since !== null && (oldest === null || since < oldest)) oldest = since;
    checked += 1;
    if (checked === MAX_ORDERS_READ) break;
  }
  return oldest;
}

/** null while the confirmation is not due: the connection waits for the rest, or for the fulfilment's other orders to leave. */
async function findDueSince(order: FulfillmentOrder, deps: OldestShipmentDeps): Promise<string | null> {
  const connection = deps.connections.find(({ id }) => id === order.connection);
  // The connection was removed from the settings, so the shipment is never confirmed: the metric has to show it.
  if (connection === undefined) return order.waitingSince;
  if (!needsConfirmation(order, connection)) return null;
  if (connection.trigger === 'OrderAuthorised') return order.waitingSince;
  const siblings = await findSiblings(order, toReadableRecords(deps));
  if (siblings.some((other) => stillToShip(other).length > 0)) return null;
  const moments = [order, ...siblings].map(({ waitingSince }) => waitingSince);
  return moments.sort().at(-1) ?? order.waitingSince;
}

/** A level is measured without the records that cannot be read; these are counted by themselves. */
function toReadableRecords({ orders, sales }: OldestShipmentDeps): SiblingDeps {
  return {
    orders: { read: (reference) => orders.readListed(reference) },
    sales: { read: (saleId) => sales.readListed(saleId) },
  };
}

interface ProbeDeps extends OldestShipmentDeps {
  readonly orders: Pick<OrderStore, 'readListed' | 'listWaiting' | 'countWaiting'>;
  readonly runs: Pick<JobRunStore, 'read' | 'readExpected' | 'saveExpected'>;
  readonly setAside: Pick<SetAsideStore, 'read'>;
  /** Every job that the settings schedule. */
  readonly expectedJobs: readonly ExpectedJob[];
  /** The number of messages in all dead-letter queues. */
  readonly countDeadLetters: () => Promise<number>;
  /** Hours that an order may be On Hold, or wait for a person to process it. */
  readonly holdHours: number;
  /** Hours that a stock take in DEAR may lock a location. */
  readonly stockTakeHours: number;
  readonly cursors: Pick<CursorStore, 'read'>;
  /** Days after which an order that a provider accepted, and that has not left, is late. */
  readonly unshippedDays: number;
  readonly connections: readonly Connection[];
  /** Keeps what waits, for charts. */
  readonly figures: { noteWaiting(waiting: Readonly<Record<string, number>>): Promise<void> };
  readonly dearBookedUntil: () => Promise<number>;
  readonly gauge: (
    metric: LevelName | 'JobAgeSeconds',
    value: number,
    dimensions?: Readonly<Record<string, string>>,
  ) => void;
  readonly now: Clock;
}

type LevelName =
  | 'OldestUnsubmittedSaleSeconds'
  | 'OldestUnconfirmedShipmentSeconds'
  | 'OrdersFailed'
  | 'OrdersOnHoldTooLong'
  | 'StockTakesOpenTooLong'
  | 'OrdersCancelRefused'
  | 'OrdersStandingStill'
  | 'OrdersUnshippedTooLong'
  | 'OrdersConfirmationRefused'
  | 'OrdersSetAside'
  | 'DeadLetterMessages';

/** Stands beside what orders wait for: seconds for which calls of DEAR are booked ahead. */
export const BOOKED_SECONDS = 'dearBookedSeconds';

/** Counting further would cost reads and change no decision: 1,000 stands for as many or more. */
const MAX_COUNT = 1_000;
/** Two runs of `collect-shipments` and a little more. */
const SET_ASIDE_GRACE_MS = 12 * 60_000;

/**
 * Measures the service levels: how long the oldest sale and the oldest shipment have waited, how many orders wait for a person,
 * how long ago each job succeeded, and how many messages were parked. Reads indexes, never the whole table. A sale that no
 * event reported is found by the sweep.
 */
export async function probe(deps: ProbeDeps): Promise<JobResult> {
  const { gauge } = deps;
  const levels = await measureLevels(deps);
  for (const [name, value] of Object.entries(levels)) gauge(name as LevelName, value);
  for (const { age, ...of } of await measureJobs(deps)) gauge('JobAgeSeconds', toSeconds(age), of);
  await deps.figures.noteWaiting(await countWaiting(deps));
  const deadLetters = await deps.countDeadLetters();
  gauge('DeadLetterMessages', deadLetters);
  // The logger would take the metric's own name for a message and hide it.
  return { outcome: 'finished', counts: { ...levels, deadLetters } };
}

/** For the charts: what waits, by what it waits for, and how far ahead calls of DEAR are booked. */
async function countWaiting({ orders, dearBookedUntil, now }: ProbeDeps): Promise<Record<string, number>> {
  const counts = await Promise.all(
    WAITING_FOR.map(async (what) => [what, await orders.countWaiting(what, MAX_COUNT)] as const),
  );
  const booked = Math.max(0, (await dearBookedUntil()) - now());
  return {
    ...Object.fromEntries(counts.filter(([, count]) => count > 0)),
    [BOOKED_SECONDS]: toSeconds(booked),
  };
}

async function measureLevels(
  deps: ProbeDeps,
): Promise<Record<Exclude<LevelName, 'DeadLetterMessages'>, number>> {
  const { orders, now } = deps;
  const count = (what: WaitingFor, until?: string) => orders.countWaiting(what, MAX_COUNT, until);
  return {
    OldestUnsubmittedSaleSeconds: getAge(await oldestUnsubmitted(deps), deps),
    OldestUnconfirmedShipmentSeconds: getAge(await oldestUnconfirmedShipment(deps), deps),
    OrdersFailed: await count('failed'),
    OrdersOnHoldTooLong: await countHeld(deps),
    StockTakesOpenTooLong: await countStockTakes(deps),
    OrdersCancelRefused: await count('cancel-refused'),
    OrdersStandingStill: await count('standstill'),
    OrdersUnshippedTooLong: await count('departure', lateToLeaveSince(deps.unshippedDays, now())),
    OrdersConfirmationRefused: await count('confirmation-refused'),
    OrdersSetAside: await countSetAside(deps),
  };
}

/** Orders that a person has to release, to process or to get a label for. */
async function countHeld({ orders, now, holdHours }: ProbeDeps): Promise<number> {
  const until = isoTime(now() - holdHours * HOUR_MS);
  const kinds = ['hold', 'person', 'label'] as const;
  const counts = await Promise.all(kinds.map((what) => orders.countWaiting(what, MAX_COUNT, until)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Connections with an open stock take and orders that wait for one, each for longer than allowed. */
async function countStockTakes(deps: ProbeDeps): Promise<number> {
  const { orders, connections, cursors, now, stockTakeHours } = deps;
  const until = isoTime(now() - stockTakeHours * HOUR_MS);
  const ours = await Promise.all(connections.map(({ id }) => readOpenStockTake(id, cursors)));
  const tooOld = ours.filter((take) => take !== null && take.since <= until).length;
  return tooOld + (await orders.countWaiting('stock-take', MAX_COUNT, until));
}

/** Those that a later run did not record either. */
async function countSetAside({ setAside, connections, now }: ProbeDeps): Promise<number> {
  const before = isoTime(now() - SET_ASIDE_GRACE_MS);
  const lists = await Promise.all(connections.map(({ id }) => setAside.read(id)));
  return lists.flatMap(({ entries }) => [...entries.values()]).filter(({ since }) => since <= before).length;
}

async function oldestUnsubmitted({ orders }: ProbeDeps): Promise<string | null> {
  for await (const { waitingSince } of orders.listWaiting('submission')) return waitingSince;
  return null;
}

/** 0 if nothing waits. */
function getAge(since: string | null, { now }: ProbeDeps): number {
  return since === null ? 0 : toSeconds(Math.max(0, now() - Date.parse(since)));
}

/** In ms. */
interface JobAge {
  readonly job: string;
  readonly connection?: string;
  readonly age: number;
}

/** The age of each job, of the connection where it is oldest; and of `collect-shipments` for each connection. */
async function measureJobs({ runs, expectedJobs, now }: ProbeDeps): Promise<JobAge[]> {
  const before = await runs.readExpected();
  const since = expectJobs(before, expectedJobs, now());
  if (since !== before) await runs.saveExpected(since);
  const oldest = new Map<string, number>();
  const collections: JobAge[] = [];
  for (const { job, connection } of expectedJobs) {
    const run = await runs.read(job, connection);
    const age = ageOfJob(since[keyOfJob({ job, connection })], run, now());
    oldest.set(job, Math.max(age, oldest.get(job) ?? 0));
    if (job === 'collect-shipments') collections.push({ job, connection, age });
  }
  return [...[...oldest].map(([job, age]) => ({ job, age })), ...collections];
}

function toSeconds(ms: number): number {
  return Math.round(ms / 1000);
}
