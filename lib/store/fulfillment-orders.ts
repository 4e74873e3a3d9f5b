import * as z from 'zod';
import { DAY_SECONDS, toDayOrMoment } from '../domain/clock.ts';
import { getTrackingNumbers } from '../domain/confirmation/packing.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import { type WaitingFor, waitingFor } from '../domain/order/transitions.ts';
import type { OnLeftOut, OrderStore, Restore } from '../domain/ports/orders.ts';
import type { Upgrade } from '../domain/schema-version.ts';
import { isTrackingCode } from '../domain/shipment/package.ts';
import { copyTexts, putTogether, restoreMessages, takeApart } from './expiring-texts.ts';
import type { IndexName } from './indexes.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import type { ItemKey } from './large-items.ts';
import { OrderSearch, toLaneEntry, toTerms } from './order-search.ts';
import { putRecord } from './put-record.ts';
import { Restores } from './restores.ts';
import { storedContent, storedOrder } from './schemas.ts';
import { type ListRange, type Table, VersionConflict } from './table.ts';
import { isPersonal } from './terms.ts';

const asItIs: Upgrade = (order) => order;
export const ORDER = new ItemKind('order', storedOrder, [
  // Versions 2 to 4 added fields that may be left out: `listHolds` derives the cause of the hold of an older order.
  ...Array<Upgrade>(3).fill(asItIs),
  // Version 5 keeps a day of a package as a day; before, it was midnight in UTC.
  (order) => ({
    ...order,
    packages: Array.isArray(order.packages) ? order.packages.map(withDays) : order.packages,
  }),
  // Version 6 added `authorisedAt`, `method` and `confirmedAgain` of a package, which may be left out.
  asItIs,
]);
export const ORDER_CONTENT = new ItemKind('order content', storedContent);
export const ORDER_TEXTS = new ItemKind(
  'order texts',
  z.object({ texts: z.array(z.string()), expiresAt: z.number() }),
);
export const TRACKING_NUMBER = new ItemKind('tracking number', z.object({ reference: z.string() }));

/** @param box as it is stored, which is checked afterwards */
function withDays(box: object): object {
  const times = Object.entries(box).filter(([name]) => name === 'shippedAt' || name === 'deliveredAt');
  return { ...box, ...Object.fromEntries(times.map(([name, at]) => [name, toDayOrMoment(String(at))])) };
}

const ORDER_PREFIX = 'ORDER#';
const UPDATE_TRIES = 5;
/** Of a list: one after the other, each would wait for the answer to the one before. */
const READ_AT_ONCE = 25;

interface ListOptions {
  readonly range?: ListRange;
  /** Of the first ones, which are not read. */
  readonly skip?: number;
  readonly onLeftOut?: OnLeftOut | undefined;
}

/**
 * Fulfillment orders in two halves: the state, small and without personal data, kept for good; and the content under its
 * fingerprint, written once and deleted by the table's expiry. What the state quotes of others expires as the content does.
 */
export class FulfillmentOrders implements OrderStore {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #personalDataDays: number;
  readonly #onUnreadable: OnUnreadable;
  readonly #search: OrderSearch;

  /** @param onUnreadable receives each order that a list leaves out */
  constructor(
    table: Table,
    now: () => number,
    personalDataDays: number,
    onUnreadable: OnUnreadable = () => {},
  ) {
    this.#onUnreadable = onUnreadable;
    this.#table = table;
    this.#now = now;
    this.#personalDataDays = personalDataDays;
    this.#search = new OrderSearch(table, now, personalDataDays, onUnreadable);
  }

  /** @throws {UnreadableRecord} */
  async read(reference: string): Promise<FulfillmentOrder | null> {
    return await this.#readState(stateKey(reference));
  }

  /** The order with the words that its log quotes, as far as they have not expired. Costs a read for each. */
  async withWords(order: FulfillmentOrder): Promise<FulfillmentOrder> {
    return await restoreMessages(order, (key) => this.#readTexts(order.reference, key));
  }

  /** The order with the words that caused its reason, for lists. Costs a read where there are any. */
  async withReasonWords(order: FulfillmentOrder): Promise<FulfillmentOrder> {
    const cause = order.log.findLast(({ what }) => what === order.reason);
    const [upstreamMessage] = (await this.#readTexts(order.reference, cause?.upstreamMessageKey)) ?? [];
    if (upstreamMessage === undefined) return order;
    return {
      ...order,
      log: order.log.map((entry) => (entry === cause ? { ...entry, upstreamMessage } : entry)),
    };
  }

  /**
   * The connection's orders that are Shipped, oldest first, each as it is when its turn comes. One that has left that status
   * by then, or is gone, is skipped: the index follows the table by some moments.
   * @param connection its id
   * @param madeFrom ISO UTC: only those made then or later; '': all
   * @param onLeftOut receives the reference of each one that cannot be read
   */
  async *listShipped(
    connection: string,
    madeFrom = '',
    onLeftOut?: OnLeftOut,
  ): AsyncIterable<FulfillmentOrder> {
    const range = madeFrom === '' ? {} : { from: madeFrom };
    for await (const order of this.#list('shipped', connection, { range, onLeftOut })) {
      if (order.status === 'Shipped') yield order;
    }
  }

  /**
   * The orders that wait for something, longest first, of all connections, each as it is when its turn comes.
   * @param until ISO UTC: only those that have waited since then or longer; '': all
   * @param skip of the first ones, which are not read
   * @param onLeftOut receives the reference of each one that cannot be read
   */
  async *listWaiting(
    what: WaitingFor,
    until = '',
    skip = 0,
    onLeftOut?: OnLeftOut,
  ): AsyncIterable<FulfillmentOrder> {
    const range = until === '' ? {} : { until };
    for await (const order of this.#list('waiting', what, { range, skip, onLeftOut })) {
      if (waitingFor(order) === what) yield order;
    }
  }

  /**
   * How many orders wait for something, by the index alone; `atMost` where there are as many or more, so that the answer
   * costs little however many there are.
   * @param until ISO UTC: only those that have waited since then or longer
   */
  async countWaiting(what: WaitingFor, atMost: number, until?: string): Promise<number> {
    return await this.#count('waiting', what, atMost, until === undefined ? {} : { until });
  }

  /** The same of the connection's orders that are Shipped. */
  async countShipped(connection: string, atMost: number): Promise<number> {
    return await this.#count('shipped', connection, atMost);
  }

  async #count(index: IndexName, partition: string, atMost: number, range?: ListRange): Promise<number> {
    let count = 0;
    for await (const page of this.#table.list(index, partition, range)) {
      count += page.length;
      if (count >= atMost) return atMost;
    }
    return count;
  }

  /** @param day `yyyy-mm-dd`, in UTC. Latest first. @param skip of the first ones, which are not read */
  listMadeOn(day: string, skip = 0): AsyncIterable<FulfillmentOrder> {
    return this.#list('recent', day, { range: { backwards: true }, skip });
  }

  /** How many orders were made on a day in UTC, by the index alone. */
  async countMadeOn(day: string, atMost: number): Promise<number> {
    return await this.#count('recent', day, atMost);
  }

  /** The order that last had a package under the number, typed with blanks and capitals or without. */
  async findByTracking(number: string): Promise<FulfillmentOrder | null> {
    const item = await this.#table.read(trackingKey(number));
    return item === undefined ? null : await this.read(TRACKING_NUMBER.parse(item).reference);
  }

  /** The first order is read alone, as many callers need no more. */
  async *#list(
    index: IndexName,
    partition: string,
    { range, skip = 0, onLeftOut }: ListOptions,
  ): AsyncIterable<FulfillmentOrder> {
    let atOnce = 1;
    let toSkip = skip;
    for await (const page of this.#table.list(index, partition, range)) {
      const first = Math.min(toSkip, page.length);
      toSkip -= first;
      for (let start = first; start < page.length; ) {
        const keys = page.slice(start, start + atOnce);
        const orders = await Promise.all(keys.map((key) => this.#readListed(key, onLeftOut)));
        yield* orders.filter((order) => order !== null);
        start += keys.length;
        atOnce = READ_AT_ONCE;
      }
    }
  }

  async readRestore(): Promise<Restore | null> {
    const restore = await new Restores(this.#table).read();
    return restore === null || Date.parse(restore.until) <= this.#now() ? null : restore;
  }

  /** null once it has expired. */
  async readContent(order: FulfillmentOrder): Promise<OrderContent | null> {
    const item = await this.#table.read(contentKey(order.reference, order.fingerprint));
    return item === undefined || this.#isExpired(item.expiresAt)
      ? null
      : ORDER_CONTENT.parse(item, order.reference);
  }

  /**
   * Stores an order that is one version ahead of the stored one (or new, as version 1).
   * @param content to be stored first, so that no order ever points to content that is not there; null if unchanged
   * @throws {VersionConflict} where the stored order is not the one that was read
   */
  async save(order: FulfillmentOrder, content: OrderContent | null = null): Promise<void> {
    if (content !== null) {
      await this.#putContent(order, content);
      await this.#search.add(order, toTerms(order, content));
      await this.#search.seeChannel(order.channel ?? '');
    }
    await this.#store(order);
    // At the write that records the provider's answer, and at no later one.
    if (order.submission.at === order.updatedAt) await this.#saveProviderOrder(order, '');
  }

  /**
   * The texts that expire come first, so that no order refers to one that is not there.
   * @returns the order as the next read gives it
   */
  async #store(order: FulfillmentOrder): Promise<FulfillmentOrder> {
    const { state, texts } = takeApart(order);
    const { reference } = order;
    for (const [key, values] of texts) {
      const item = { texts: values, expiresAt: this.#expiry() };
      await putRecord(this.#table, ORDER_TEXTS, textsKey(reference, key), item);
    }
    const condition =
      order.version === 1
        ? ({ kind: 'absent' } as const)
        : ({ kind: 'version', version: order.version - 1 } as const);
    await putRecord(this.#table, ORDER, stateKey(reference), { ...state, ...toListings(state) }, condition);
    return copyTexts(state, order);
  }

  /**
   * Applies a pure change to the order as it is now, again if someone wrote meanwhile.
   * @param change returns the order it was given where there is nothing to do; nothing is written then
   * @returns the order as stored afterwards
   */
  async update(
    order: FulfillmentOrder,
    change: (order: FulfillmentOrder) => FulfillmentOrder,
  ): Promise<FulfillmentOrder> {
    let current = order;
    for (let tries = 1; ; tries += 1) {
      const next = change(current);
      if (next === current) return current;
      const written = { ...next, version: current.version + 1 };
      await this.#saveTracking(written, current);
      await this.#saveProviderOrder(written, current.submission.providerOrderId);
      try {
        return await this.#store(written);
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries === UPDATE_TRIES) throw error;
        current = (await this.read(order.reference)) ?? current;
      }
    }
  }

  /** Before the order itself, so that no number that it shows is unknown. Numbers that it had already cost nothing. */
  async #saveTracking({ reference, packages }: FulfillmentOrder, before: FulfillmentOrder): Promise<void> {
    const known = new Set(getTrackingNumbers(before.packages));
    for (const number of getTrackingNumbers(packages)) {
      if (known.has(number)) continue;
      const item = isTrackingCode(number) ? { reference } : { reference, expiresAt: this.#expiry() };
      await putRecord(this.#table, TRACKING_NUMBER, trackingKey(number), item);
    }
  }

  async #saveProviderOrder(order: FulfillmentOrder, known: string): Promise<void> {
    const { providerOrderId: text } = order.submission;
    if (text !== known) await this.#search.add(order, [{ kind: 'provider-order', text }]);
  }

  async #readState(key: ItemKey): Promise<FulfillmentOrder | null> {
    const item = await this.#table.read(key);
    return item === undefined ? null : await this.#addTexts(ORDER.parse(item, toReference(key)));
  }

  #addTexts(order: FulfillmentOrder): Promise<FulfillmentOrder> {
    return putTogether(order, (text) => this.#readTexts(order.reference, text));
  }

  /** null where there is no key, or its texts have expired or cannot be read. */
  async #readTexts(reference: string, key: string | undefined): Promise<readonly string[] | null> {
    const item = key === undefined ? undefined : await this.#table.read(textsKey(reference, key));
    if (item === undefined) return null;
    const found = ORDER_TEXTS.parseRow(item, this.#onUnreadable, reference);
    return found === null || this.#isExpired(found.expiresAt) ? null : found.texts;
  }

  /** DynamoDB deletes late, so an expired item that is still there counts as gone. */
  #isExpired(expiresAt: unknown): boolean {
    return Number(expiresAt) * 1000 <= this.#now();
  }

  /** Seconds since the epoch, as DynamoDB wants them. */
  #expiry(): number {
    return Math.floor(this.#now() / 1000) + this.#personalDataDays * DAY_SECONDS;
  }

  /** The same as `read`, for lists, which go on without it: null, and reported, where the order cannot be read. */
  async readListed(reference: string): Promise<FulfillmentOrder | null> {
    return await this.#readListed(stateKey(reference));
  }

  async #readListed(key: ItemKey, onLeftOut?: OnLeftOut): Promise<FulfillmentOrder | null> {
    const item = await this.#table.read(key);
    if (item === undefined) return null;
    const order = ORDER.parseRow(item, this.#onUnreadable, toReference(key));
    if (order !== null) return await this.#addTexts(order);
    onLeftOut?.(toReference(key));
    return null;
  }

  /** Stores the content under the order's fingerprint, over what is there; its expiry begins anew, and that of its customer's terms. */
  async saveContent(order: FulfillmentOrder, content: OrderContent): Promise<void> {
    await this.#putContent(order, content);
    const customers = toTerms(order, content).filter(isPersonal);
    await this.#search.add(order, customers);
  }

  async #putContent(order: FulfillmentOrder, content: OrderContent): Promise<void> {
    const key = contentKey(order.reference, order.fingerprint);
    const item = { ...content, expiresAt: this.#expiry() };
    await putRecord(this.#table, ORDER_CONTENT, key, item);
  }
}

/**
 * What puts an order on the lists that it belongs to now, and on no other. Sparse, so that reading a list costs what is under
 * way, however many orders there ever were. And of keys only, which stay the same while the order is on the list: so a list
 * costs two index writes, one to come and one to leave, and not one for each of the order's own writes. Only the list of all
 * orders carries more, and costs a write whenever a list would show something else.
 */
function toListings(order: FulfillmentOrder) {
  const { status, connection, createdAt } = order;
  const what = waitingFor(order);
  return {
    madeOn: createdAt.slice(0, 'yyyy-mm-dd'.length),
    ...(status === 'Shipped' && { shippedFor: connection, shippedSince: createdAt }),
    ...(what !== '' && { waitingFor: what }),
    ...toLaneEntry(order),
  };
}

function toReference({ pk }: ItemKey): string {
  return pk.slice(ORDER_PREFIX.length);
}

function stateKey(reference: string): ItemKey {
  return { pk: `${ORDER_PREFIX}${reference}`, sk: 'STATE' };
}

/** As people copy it: carriers print blanks that their systems do not have. More than 500 characters may not fit into a key. */
function trackingKey(number: string): ItemKey {
  const plain = number.replaceAll(/\s/g, '').toUpperCase().slice(0, 500).toWellFormed();
  return { pk: `TRACKING#${plain}`, sk: 'TRACKING' };
}

function textsKey(reference: string, key: string): ItemKey {
  return { pk: `${ORDER_PREFIX}${reference}`, sk: `TEXTS#${key}` };
}

function contentKey(reference: string, fingerprint: string): ItemKey {
  return { pk: `${ORDER_PREFIX}${reference}`, sk: `CONTENT#${fingerprint}` };
}
