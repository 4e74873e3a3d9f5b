import { isoTime } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../lib/domain/order/holds.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { INDEXES, type IndexName } from '../../lib/store/indexes.ts';
import type { Versioned } from '../../lib/store/item-kinds.ts';
import type { ItemKey } from '../../lib/store/large-items.ts';
import { OrderSearch } from '../../lib/store/order-search.ts';
import { Sales } from '../../lib/store/sales.ts';
import type { ItemRange, ListedKey, ListRange, Table } from '../../lib/store/table.ts';
import { readBoard } from '../../operator/console/read-board.ts';
import { ANY_ORDER, type OrderQuery } from '../../operator/orders/order-query.ts';
import { searchOrders } from '../../operator/orders/search-orders.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../builders/order.ts';
import type { Metrics } from './bench.ts';

const SIZES = [10, 1_000, 10_000, 100_000] as const;
const WRITES_AT_ONCE = 100;
/** 100,000 in 12 days. */
const EVERY_MS = 10_000;
const START = NOW - 100_000 * EVERY_MS;
/** Of a thousand orders 10 are held, 20 at the warehouse, and the rest has arrived. */
const CYCLE = 1_000;
const HELD = 10;
const AT_WAREHOUSE = 20;
const TRIES = 5;

const QUERIES: Readonly<Record<string, Partial<OrderQuery>>> = {
  'all, newest': {},
  'all, second half': { until: isoTime(START + 50_000 * EVERY_MS) },
  'held, longest first': { statuses: ['On Hold'], sort: 'waiting' },
  'held for one reason on one channel': { reasons: ['unknown-sku'], channels: ['eBay'] },
  delivered: { statuses: ['Delivered'] },
  'one rare SKU': { sku: 'RARE-3' },
  'a channel of each second order': { channels: ['Shopify'] },
  'one connection of two': { connections: ['harbour'] },
  'a connection of few orders': { connections: ['lake'] },
  'a shipping method of each third order': { methods: ['ups_ground'] },
  'a shipping method of few orders': { methods: ['by_boat'] },
  'connection, channel and method': { connections: ['harbour'], channels: ['eBay'], methods: ['ups_ground'] },
  'a reference': { text: 'SO-000003-1' },
};

/**
 * What pages of orders and the board cost while the table grows to 100,000 orders: requests to the table, and ms of this
 * process's CPU, as the time of a request is DynamoDB's and grows with what it returns.
 */
export async function growth(): Promise<Metrics> {
  const table = new SortedTable();
  const stores = {
    orders: new FulfillmentOrders(table, () => NOW, 90),
    search: new OrderSearch(table, () => NOW, 90),
    sales: new Sales(table),
  };
  let metrics: Metrics = {};
  let seeded = 0;
  for (const size of SIZES) {
    await seed(stores, seeded, size);
    seeded = size;
    metrics = { ...metrics, ...(await measureAll(stores, table, size)) };
  }
  return metrics;
}

type Stores = {
  readonly orders: FulfillmentOrders;
  readonly search: OrderSearch;
  readonly sales: Sales;
};

async function measureAll(stores: Stores, table: SortedTable, size: number): Promise<Metrics> {
  const settings = { connections: [{ id: 'lantern' }, { id: 'harbour' }], alarms: { unshippedDays: 3 } };
  const bridge = { ...stores, settings, now: () => NOW } as unknown as Parameters<typeof readBoard>[0];
  const works = Object.entries(QUERIES).map(
    ([name, query]) => [name, () => searchOrders(stores, { ...ANY_ORDER, ...query }, 1, 50)] as const,
  );
  const entries: Array<readonly [string, number]> = [];
  for (const [name, work] of [...works, ['board', () => readBoard(bridge)] as const]) {
    const { ms, requests } = await measure(work, table);
    entries.push([`${size} orders: ${name}, CPU ms`, ms], [`${size} orders: ${name}, requests`, requests]);
  }
  return Object.fromEntries(entries);
}

/** Of the median try. */
async function measure(work: () => Promise<unknown>, table: SortedTable) {
  const times: number[] = [];
  const before = table.requests;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const began = process.cpuUsage();
    await work();
    times.push(process.cpuUsage(began).user / 1_000);
  }
  const ms = times.toSorted((a, b) => a - b)[Math.floor(TRIES / 2)] ?? 0;
  return { ms: Math.round(ms), requests: (table.requests - before) / TRIES };
}

async function seed({ orders, search }: Stores, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += WRITES_AT_ONCE) {
    const some = Array.from({ length: Math.min(WRITES_AT_ONCE, to - first) }, (_, index) => first + index);
    await Promise.all(
      some.map(async (index) => {
        const order = makeOrder(index);
        await orders.save(order);
        const sku = { kind: 'sku', text: index % 10_000 === 3 ? 'RARE-3' : 'MUG' } as const;
        await search.add(order, [sku, { kind: 'channel', text: order.channel ?? '' }]);
      }),
    );
  }
}

const queued = queuedOrder();
const accepted = acceptedOrder();

function makeOrder(index: number): FulfillmentOrder {
  const at = isoTime(START + index * EVERY_MS);
  const reference = `SO-${String(index).padStart(6, '0')}-1`;
  const channel = index % 2 === 0 ? 'Shopify' : 'eBay';
  // Few orders are of a connection and a method that a page does not meet among those it looks at.
  const isRare = index % 40_000 === 7;
  const connection = isRare ? 'lake' : index % 4 < 2 ? 'lantern' : 'harbour';
  const method = isRare ? 'by_boat' : index % 3 === 0 ? 'ups_ground' : 'ups_2nd_day_air';
  const same = {
    reference,
    channel,
    connection,
    method,
    createdAt: at,
    updatedAt: at,
    waitingSince: at,
    version: 1,
  };
  const place = index % CYCLE;
  if (place < HELD) {
    const kind = place % 3 === 0 ? 'unknown-sku' : 'payment';
    return { ...queued, ...toHeld([{ kind, why: 'It waits.' }]), ...same };
  }
  if (place < HELD + AT_WAREHOUSE) return { ...accepted, ...same };
  const contents = accepted.lines.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' }));
  const packages = [box({ id: `label:${index}`, contents })];
  const confirmation = {
    ...accepted.confirmation,
    state: 'confirmed',
    packages: [`label:${index}`],
  } as const;
  return { ...accepted, status: 'Delivered', packages, confirmation, ...same };
}

type Item = ItemKey & Record<string, unknown>;
const PAGE = 1_000;

/** A table in memory whose lists are kept in order, as DynamoDB keeps them: what it costs does not hide what the code costs. */
class SortedTable implements Table {
  readonly #items = new Map<string, Item>();
  readonly #lists = new Map<string, Array<{ readonly place: string; readonly item: Item }>>();
  requests = 0;

  async read({ pk, sk }: ItemKey): Promise<Item | undefined> {
    this.requests += 1;
    return structuredClone(this.#items.get(`${pk}\n${sk}`));
  }

  /** Items are put once, in the order of their lists. */
  async put(key: ItemKey, value: Versioned): Promise<void> {
    const item: Item = { ...value, ...key };
    this.#items.set(`${key.pk}\n${key.sk}`, item);
    this.#append(key.pk, key.sk, item);
    for (const [name, { partition, sort }] of Object.entries(INDEXES)) {
      if (item[partition] !== undefined) this.#append(`${name}#${item[partition]}`, String(item[sort]), item);
    }
  }

  #append(list: string, place: string, item: Item): void {
    const entries = this.#lists.get(list) ?? [];
    entries.push({ place, item });
    this.#lists.set(list, entries);
  }

  #between(list: string, { from = '', until, backwards }: ListRange): Item[] {
    const entries = this.#lists.get(list) ?? [];
    const first = bisect(entries, (place) => place < from);
    const end = until === undefined ? entries.length : bisect(entries, (place) => place <= until);
    const items = entries.slice(first, end).map(({ item }) => item);
    return backwards === true ? items.reverse() : items;
  }

  async *list(index: IndexName, partition: string, range: ListRange = {}) {
    const items = this.#between(`${index}#${partition}`, range);
    let size = range.firstPage ?? PAGE;
    for (let start = 0; start === 0 || start < items.length; start += size, size = PAGE) {
      this.requests += 1;
      yield items.slice(start, start + size).map(({ pk, sk, summary }): ListedKey => {
        return 'carries' in INDEXES[index] ? { pk, sk, summary: String(summary) } : { pk, sk };
      });
    }
  }

  async *items(partition: string): AsyncIterable<Item[]> {
    this.requests += 1;
    yield structuredClone(this.#between(partition, { backwards: true }));
  }

  async range(partition: string, range: ItemRange): Promise<Item[]> {
    this.requests += 1;
    return structuredClone(this.#between(partition, range).slice(0, range.limit));
  }
}

/** How many of the sorted entries come before the place. */
function bisect(
  entries: ReadonlyArray<{ readonly place: string }>,
  isBefore: (place: string) => boolean,
): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(entries[middle]?.place ?? '')) low = middle + 1;
    else high = middle;
  }
  return low;
}
