import { isoTime } from '../../lib/domain/clock.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Cursors, JobRuns } from '../../lib/store/job-runs.ts';
import { OrderSearch } from '../../lib/store/order-search.ts';
import { Sales } from '../../lib/store/sales.ts';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import { probe } from '../../lib/workflows/probe.ts';
import { sweepSales } from '../../lib/workflows/sweep-sales.ts';
import { readBoard } from '../../operator/console/read-board.ts';
import { ANY_ORDER, type OrderQuery } from '../../operator/orders/order-query.ts';
import { searchOrders } from '../../operator/orders/search-orders.ts';
import { changedSale, PLACE } from '../builders/changed-sale.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { LOCATION } from '../builders/sale.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import type { Metrics } from './bench.ts';
import { EVERY_MS, START, type Stores, seedOrders, toNumber, toSaleId } from './growth/seed-orders.ts';
import { SortedTable } from './growth/sorted-table.ts';

const SIZES = [10, 1_000, 10_000, 100_000] as const;
/** As many as a sweep lists of a busy quarter of an hour. */
const CHANGED_SALES = 100;
const CONNECTIONS = [connection(), connection({ id: 'harbour' })];
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
 * What pages of orders, the board, the probe and the sweep cost while the table grows to 100,000 orders: requests to the table,
 * and ms of this process's CPU, as the time of a request is DynamoDB's and grows with what it returns.
 * @param isQuick up to 10,000 orders
 */
export async function growth(isQuick: boolean): Promise<Metrics> {
  const table = new SortedTable();
  const stores = {
    orders: new FulfillmentOrders(table, () => NOW, 90),
    search: new OrderSearch(table, () => NOW, 90),
    sales: new Sales(table),
  };
  let metrics: Metrics = {};
  let seeded = 0;
  for (const size of isQuick ? SIZES.slice(0, 3) : SIZES) {
    await seedOrders(stores, seeded, size);
    seeded = size;
    metrics = { ...metrics, ...(await measureAll(stores, table, size)) };
  }
  return metrics;
}

async function measureAll(stores: Stores, table: SortedTable, size: number): Promise<Metrics> {
  const settings = { connections: CONNECTIONS, alarms: { unshippedDays: 3 } };
  const bridge = { ...stores, settings, now: () => NOW } as unknown as Parameters<typeof readBoard>[0];
  const works: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
    ...Object.entries(QUERIES).map(
      ([name, query]) => [name, () => searchOrders(stores, { ...ANY_ORDER, ...query }, 1, 50)] as const,
    ),
    ['board', () => readBoard(bridge)],
    ['probe', () => runProbe(stores)],
    ['sweep', () => runSweep(stores, size)],
  ];
  const entries: Array<readonly [string, number]> = [];
  for (const [name, work] of works) {
    const { ms, requests } = await measure(work, table);
    entries.push([`${size} orders: ${name}, CPU ms`, ms], [`${size} orders: ${name}, requests`, requests]);
  }
  return Object.fromEntries(entries);
}

/** What does not depend on the orders, such as the runs of jobs, is in a table of its own. */
async function runProbe(stores: Stores): Promise<void> {
  const other = new InMemoryTable();
  await probe({
    ...stores,
    setAside: new SetAsideNews(other, () => NOW, 90),
    runs: new JobRuns(other),
    cursors: new Cursors(other),
    expectedJobs: [],
    countDeadLetters: async () => 0,
    holdHours: 24,
    stockTakeHours: 4,
    unshippedDays: 3,
    connections: CONNECTIONS,
    figures: { noteWaiting: async () => {} },
    dearBookedUntil: async () => 0,
    gauge: () => {},
    now: () => NOW,
  });
}

/** The latest sales, each of which was read since it changed. */
async function runSweep({ sales }: Stores, size: number): Promise<void> {
  const count = Math.min(CHANGED_SALES, size);
  const page = Array.from({ length: count }, (_, place) => {
    const index = size - count + place;
    const updatedAt = isoTime(START + index * EVERY_MS);
    return changedSale({ saleId: toSaleId(index), orderNumber: toNumber(index), updatedAt });
  });
  await sweepSales({
    dear: {
      changedSales: async function* () {
        yield page;
      },
      listLocations: async () => [{ id: PLACE.locationId, name: LOCATION, parentId: null }],
    },
    sales,
    cursors: new Cursors(new InMemoryTable()),
    saleEvents: { publish: async () => {} },
    connections: CONNECTIONS,
    // All rows are looked at, those of the last two minutes too.
    webhooks: 'off',
    hasTime: () => true,
    dueSince: NOW,
    now: () => NOW,
    count: () => {},
  });
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
