import { createHash } from 'node:crypto';
import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import type { JobResult } from '../domain/job/job-run.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { ADOPTED_PARCELS } from '../domain/order/takeover.ts';
import type { CursorStore, SetAsideStore } from '../domain/ports/jobs.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { OrderStore, TakeoverStore } from '../domain/ports/orders.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import {
  isTakenBack,
  joinNews,
  type NewsSetAside,
  newsByReference,
  type OrderNews,
} from '../domain/shipment/package.ts';
import { recordShipments, recordShippedPart } from '../domain/shipment/shipment.ts';
import { needsConfirmation } from '../domain/shipment/still-to-ship.ts';
import {
  dueReturns,
  recordReturn,
  recordWithdrawnPackage,
} from '../domain/shipment/withdrawals-and-returns.ts';
import type { OrderMessage } from '../messaging/messages.ts';
import type { Provider } from '../providers/provider.ts';

interface SetAsideDeps {
  readonly setAside: SetAsideStore;
  readonly connection: Connection;
  readonly now: Clock;
}

/** The news of a connection that could not be recorded yet, during one run of `collect-shipments`. */
class SetAside {
  readonly #deps: SetAsideDeps;
  readonly #entries: Map<string, NewsSetAside>;
  #version: number;
  #changed = false;

  static async read(deps: SetAsideDeps): Promise<SetAside> {
    const { entries, version } = await deps.setAside.read(deps.connection.id);
    return new SetAside(deps, entries, version);
  }

  private constructor(deps: SetAsideDeps, entries: Map<string, NewsSetAside>, version: number) {
    this.#deps = deps;
    this.#entries = entries;
    this.#version = version;
  }

  get size(): number {
    return this.#entries.size;
  }

  entries(): readonly NewsSetAside[] {
    return [...this.#entries.values()];
  }

  /** Joins news with earlier news of the order, so that a voided label is recorded after its parcel. */
  joinWith(news: OrderNews): OrderNews {
    return joinNews(this.#entries.get(news.reference)?.news, news);
  }

  /** @param failure name of the error's class */
  add(news: OrderNews, failure: string): void {
    const { reference } = news;
    const known = this.#entries.get(reference);
    const since = known?.since ?? isoTime(this.#deps.now());
    const reason = `What ${this.#deps.connection.id} shipped of ${reference} could not be recorded (${failure}), so it is not confirmed in DEAR. It is tried again at each run of collect-shipments.`;
    this.#entries.set(reference, { news, since, reason });
    this.#changed ||= JSON.stringify(known?.news) !== JSON.stringify(news);
  }

  remove(reference: string): void {
    this.#changed = this.#entries.delete(reference) || this.#changed;
  }

  /** Writes only if something changed. */
  async save(): Promise<void> {
    if (!this.#changed) return;
    const { setAside, connection } = this.#deps;
    this.#version = await setAside.save(connection.id, this.#entries.values(), this.#version);
    this.#changed = false;
  }
}

interface CollectShipmentsDeps extends SetAsideDeps {
  readonly provider: Provider;
  readonly orders: Pick<OrderStore, 'read' | 'readRestore' | 'update'>;
  readonly cursors: CursorStore;
  readonly takeovers: Pick<TakeoverStore, 'findAdopted'>;
  readonly connection: Connection;
  readonly confirmations: Publisher<OrderMessage>;
  /** Of earlier readings. */
  readonly recorded: RecordedNews;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'FieldUnreadable') => void;
}

const JOB = 'collect-shipments';

/** More than this is not the fault of single orders: the job fails, its cursor stays, and its alarm fires. */
const MAX_SET_ASIDE = 200;

/**
 * Reads what the provider has shipped since the last reading, records each package on its order, and queues the orders that
 * have to be confirmed in DEAR. The cursor moves only after a page is recorded and queued, so nothing is skipped. News that
 * cannot be recorded is set aside and tried again at each reading, and the other orders continue.
 * @returns `unfinished` if time ran out; the next run continues
 */
export async function collectShipments(deps: CollectShipmentsDeps): Promise<JobResult> {
  const connection = deps.connection.id;
  // What was recorded before a restore of the table is not in the restored one.
  deps.recorded.forgetBefore((await deps.orders.readRestore())?.begunAt ?? '');
  const tally = {
    pages: 0,
    shipments: 0,
    packages: 0,
    withdrawn: 0,
    returns: 0,
    unmatched: 0,
    otherConnections: 0,
    queued: 0,
    setAside: 0,
    unreadable: 0,
  };
  const aside = await SetAside.read(deps);
  for (const { news } of aside.entries()) await tryToRecord(news, aside, tally, deps);
  await aside.save();
  tally.setAside = aside.size;
  const start = await deps.cursors.read(JOB, connection);
  let cursor = start;
  for await (const page of deps.provider.shipmentsSince(start)) {
    for (const news of newsByReference(page)) await tryToRecord(news, aside, tally, deps);
    await aside.save();
    tally.setAside = aside.size;
    await deps.cursors.save(JOB, connection, page.cursor);
    for (const { id, why } of page.unreadable) {
      deps.count('FieldUnreadable');
      deps.log('parcel.unreadable', { connection, parcel: id, why });
    }
    tally.unreadable += page.unreadable.length;
    tally.pages += 1;
    tally.shipments += page.shipments.length;
    const isFurther = page.cursor !== cursor;
    cursor = page.cursor;
    if ((page.shipments.length > 0 || isFurther) && !deps.hasTime()) {
      return { outcome: 'unfinished', counts: tally };
    }
  }
  return { outcome: 'finished', counts: tally };
}

/**
 * Reads once more, since the moment that was asked for, what left with orders of the connector before that were adopted since.
 * Known parcels change nothing. It begins anew where time runs out, and where another order was adopted meanwhile.
 */
export async function collectAdopted(deps: CollectShipmentsDeps): Promise<JobResult> {
  const { cursors, connection } = deps;
  const since = await cursors.read(ADOPTED_PARCELS, connection.id);
  if (since === null || since === '') return { outcome: 'finished', counts: {} };
  const own = { read: async () => since, save: async () => {} };
  const result = await collectShipments({ ...deps, cursors: own });
  const isSame = (await cursors.read(ADOPTED_PARCELS, connection.id)) === since;
  if (result.outcome === 'finished' && isSame) await cursors.save(ADOPTED_PARCELS, connection.id, '');
  return result;
}

/** `unmatched` are parcels of no order of ours; `otherConnections` those of orders that another connection of the account has. */
type Tally = Record<
  'packages' | 'withdrawn' | 'returns' | 'unmatched' | 'otherConnections' | 'queued',
  number
>;

/** @throws the error that kept the news from being recorded, if too much is set aside already */
async function tryToRecord(
  news: OrderNews,
  aside: SetAside,
  tally: Tally,
  deps: CollectShipmentsDeps,
): Promise<void> {
  const all = aside.joinWith(news);
  const { recorded, connection } = deps;
  if (recorded.has(connection.id, all)) return;
  try {
    if (await record(all, tally, deps)) recorded.add(connection.id, all);
    aside.remove(news.reference);
  } catch (error) {
    if (aside.size >= MAX_SET_ASIDE) throw error;
    const failure = error instanceof Error ? error.name : typeof error;
    aside.add(all, failure);
    deps.log('shipment.setAside', { reference: news.reference, connection: deps.connection.id, failure });
  }
}

/** @returns false if no order of this connection has the reference */
async function record(news: OrderNews, tally: Tally, deps: CollectShipmentsDeps): Promise<boolean> {
  const { reference } = news;
  const order = reference === '' ? null : await readByReference(reference, deps);
  if (order === null || order.connection !== deps.connection.id) {
    tally[order === null ? 'unmatched' : 'otherConnections'] += news.shipments.length;
    return false;
  }
  const recorded = await deps.orders.update(order, (current) => applyNews(current, news, deps));
  const gone = order.packages.filter(({ id }) => !recorded.packages.some((box) => box.id === id)).length;
  tally.withdrawn += gone;
  tally.packages += recorded.packages.length - order.packages.length + gone;
  tally.returns += recorded.returns.length - order.returns.length;
  if (!needsConfirmation(recorded, deps.connection) && dueReturns(recorded).length === 0) return true;
  await deps.confirmations.publish({ reference: order.reference });
  tally.queued += 1;
  return true;
}

/**
 * Our order under the reference, or the one that adopted what the provider has under it. Some services write every text in small
 * letters, which DEAR's numbers do not have.
 */
async function readByReference(
  reference: string,
  { orders, takeovers, connection }: CollectShipmentsDeps,
): Promise<FulfillmentOrder | null> {
  const own = await orders.read(reference);
  if (own !== null) return own;
  const adopted = await takeovers.findAdopted(connection.id, reference);
  if (adopted !== null) return await orders.read(adopted);
  const inCapitals = reference.trim().toUpperCase();
  return inCapitals === reference ? null : await orders.read(inCapitals);
}

function applyNews(
  order: FulfillmentOrder,
  { shipments, withdrawn, returns, shippedParts = [] }: OrderNews,
  deps: CollectShipmentsDeps,
): FulfillmentOrder {
  const now = deps.now();
  const current = shippedParts.reduce((one, part) => recordShippedPart(one, part, now), order);
  const left = shipments.filter((one) => !shippedParts.some((part) => isTakenBack(one, part)));
  const shipped = recordShipments(current, left, now);
  const gone = withdrawn.reduce((one, report) => recordWithdrawnPackage(one, report, now), shipped);
  return returns.reduce((one, report) => recordReturn(one, report, deps.connection, now), gone);
}

/** Ten minutes of a warehouse that ships 60,000 parcels an hour; some 100 bytes each. */
const MAX_DIGESTS = 10_000;

/**
 * Remembers, for the life of the process, which news was recorded and queued. Every reading repeats the last ten minutes of
 * shipments and a month of voided ones; identical news then costs the table nothing. Recording it again would change nothing.
 */
export class RecordedNews {
  readonly #digests = new Set<string>();
  #restoredAt = '';

  /** Forgets everything once for each moment. @param restoredAt when the table was restored, ISO UTC; '' */
  forgetBefore(restoredAt: string): void {
    if (restoredAt !== this.#restoredAt) this.#digests.clear();
    this.#restoredAt = restoredAt;
  }

  has(connection: string, news: OrderNews): boolean {
    return this.#digests.has(toDigest(connection, news));
  }

  add(connection: string, news: OrderNews): void {
    this.#digests.add(toDigest(connection, news));
    const [oldest] = this.#digests;
    if (this.#digests.size > MAX_DIGESTS && oldest !== undefined) this.#digests.delete(oldest);
  }
}

function toDigest(connection: string, news: OrderNews): string {
  return createHash('sha256')
    .update(JSON.stringify([connection, news]))
    .digest('base64');
}
