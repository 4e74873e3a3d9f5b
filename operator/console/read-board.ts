import { DAY_MS, HOUR_MS } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { AT_WAREHOUSE, isTravelling, lanesOfProgress } from '../../lib/domain/order/order-summary.ts';
import { hasLeft, type Progress } from '../../lib/domain/order/progress.ts';
import { WAITING_FOR, type WaitingFor } from '../../lib/domain/order/transitions.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import type { ListedOrder } from '../../lib/store/order-search.ts';
import type { Bridge } from '../bridge.ts';
import type { BoardRow } from './views.ts';

type BoardDeps = Pick<Bridge, 'orders' | 'sales' | 'search' | 'settings' | 'now'>;

interface RowDefinition {
  /** In people's words; `Stopped` of orders that stand still. */
  readonly status: Progress | 'Stopped';
  readonly what: string;
  /** The age in ms from which a person has to act; 0: always. */
  readonly urgentAfterMs: number;
}

/** By then a retry after an outage has been made, and most temporary causes are over. */
const LATE_MS = HOUR_MS;

/** A row for each thing that an order can wait for. */
const WAITING_ROWS: Readonly<Record<WaitingFor, RowDefinition>> = {
  person: { status: 'Queued', what: 'Waiting for a person to process it', urgentAfterMs: 0 },
  submission: { status: 'Queued', what: 'Being sent to the service', urgentAfterMs: LATE_MS },
  hold: { status: 'On Hold', what: 'Waiting to be corrected or released', urgentAfterMs: 0 },
  'cut-over': { status: 'On Hold', what: 'In shadow mode, not sent', urgentAfterMs: Infinity },
  failed: { status: 'Failed', what: 'Refused by the service', urgentAfterMs: 0 },
  update: { status: 'At warehouse', what: 'Change being sent to the service', urgentAfterMs: LATE_MS },
  cancellation: {
    status: 'At warehouse',
    what: 'Cancellation being sent to the service',
    urgentAfterMs: LATE_MS,
  },
  'cancel-refused': { status: 'At warehouse', what: 'Shipping after cancellation', urgentAfterMs: 0 },
  // The settings decide how long this may take; `readBoard` applies them.
  departure: { status: 'At warehouse', what: 'Accepted by the service, not all has left', urgentAfterMs: 0 },
  label: { status: 'At warehouse', what: 'No label bought: refused, or no rate fits', urgentAfterMs: 0 },
  standstill: {
    status: 'Stopped',
    what: 'Incomplete, and the service ships no more',
    urgentAfterMs: 0,
  },
  confirmation: { status: 'Shipped', what: 'Goods left, being written to DEAR', urgentAfterMs: LATE_MS },
  'confirmation-refused': { status: 'Shipped', what: 'Goods left, refused by DEAR', urgentAfterMs: 0 },
  'stock-take': {
    status: 'Shipped',
    what: 'Goods left, location locked by a stock take',
    urgentAfterMs: LATE_MS,
  },
};

/** The row of orders that have left and wait for nothing at the warehouse. */
const TRAVELLING_KEY = 'shipped';
/** The row of sales with goods on backorder. */
const GOODS_KEY = 'goods';
/** The list of orders that were made lately. */
export const RECENT_KEY = 'recent';
/** The board counts so far only, because it is read every few seconds. */
const MAX_COUNTED = 500;
/** A list counts so far: ten queries. */
const MAX_TOTAL = 10_000;
export const PAGE_SIZE = 100;
const MAX_RECENT = 25;

/** Counts by the indexes alone, and reads one order for each row. */
export async function readBoard(bridge: BoardDeps): Promise<BoardRow[]> {
  const waiting = WAITING_FOR.map((key) => readWaiting(bridge, key));
  return [...(await Promise.all(waiting)), await readAwaited(bridge), await readTravelling(bridge)];
}

async function readWaiting(bridge: BoardDeps, key: WaitingFor, atMost = MAX_COUNTED): Promise<BoardRow> {
  const { status, what } = WAITING_ROWS[key];
  const urgentAfterMs =
    key === 'departure' ? bridge.settings.alarms.unshippedDays * DAY_MS : WAITING_ROWS[key].urgentAfterMs;
  const [count, [first]] = await Promise.all([
    bridge.orders.countWaiting(key, atMost),
    take(bridge.orders.listWaiting(key), 1),
  ]);
  const oldest = first?.waitingSince ?? '';
  const urgent = oldest !== '' && bridge.now() - Date.parse(oldest) >= urgentAfterMs;
  return { key, status, what, count, more: count === atMost, oldest, urgent };
}

async function readAwaited({ sales }: BoardDeps, atMost = MAX_COUNTED): Promise<BoardRow> {
  const count = await sales.countAwaitingGoods(atMost);
  const [first] = await take(sales.listAwaitingGoods(), 1);
  return {
    key: GOODS_KEY,
    status: 'Waiting for goods',
    what: 'Sales of which not all is in stock',
    count,
    more: count === atMost,
    oldest: first?.goodsAwaitedSince ?? '',
    urgent: false,
  };
}

/** The row of a list, counted further than on the board; null for an unknown key. */
export async function readRow(bridge: BoardDeps, key: string): Promise<BoardRow | null> {
  if (key === RECENT_KEY) return await readRecentRow(bridge);
  if (key === GOODS_KEY) return await readAwaited(bridge, MAX_TOTAL);
  if (key === TRAVELLING_KEY) return await readTravelling(bridge, MAX_TOTAL);
  const waiting = WAITING_FOR.find((one) => one === key);
  return waiting === undefined ? null : await readWaiting(bridge, waiting, MAX_TOTAL);
}

/** A page of the sales that wait for goods, longest first; none for another row of the board. @param page from 1 */
export async function readSalesOn({ sales }: BoardDeps, key: string, page = 1): Promise<SaleRecord[]> {
  return key === GOODS_KEY ? await take(sales.listAwaitingGoods(toSkip(page)), PAGE_SIZE) : [];
}

/**
 * Those that have left: all in DEAR's Shipped but those that the provider still has. Counted by the indexes, except that the
 * few orders that are being cancelled are read, because not all of them are Shipped.
 */
async function readTravelling(bridge: BoardDeps, atMost = MAX_COUNTED): Promise<BoardRow> {
  const { orders, settings } = bridge;
  const shipped = await Promise.all(settings.connections.map(({ id }) => orders.countShipped(id, atMost)));
  const atProvider = await Promise.all(AT_WAREHOUSE.map((what) => orders.countWaiting(what, atMost)));
  const ending = await Promise.all(ENDING.map((what) => take(orders.listWaiting(what), PAGE_SIZE)));
  const notLeft = ending.flat().filter((order) => order.status === 'Shipped' && !hasLeft(order)).length;
  const more = [...shipped, ...atProvider].includes(atMost);
  const first = await findOldestTravelling(bridge);
  return {
    key: TRAVELLING_KEY,
    status: 'Shipped',
    what: 'On the way to the customer',
    count: Math.max(first === undefined ? 0 : 1, sum(shipped) - sum(atProvider) - notLeft),
    more,
    oldest: first?.createdAt ?? '',
    urgent: false,
  };
}

const ENDING = ['cancellation', 'cancel-refused', 'standstill'] as const;

function sum(counts: readonly number[]): number {
  return counts.reduce((total, one) => total + one, 0);
}

/** A page of a row's orders, longest there first; none for any other key. @param page from 1 */
export async function readOrdersOn(bridge: BoardDeps, key: string, page = 1): Promise<FulfillmentOrder[]> {
  const skip = toSkip(page);
  if (key === RECENT_KEY) return await readMade(bridge, skip, PAGE_SIZE);
  if (key === TRAVELLING_KEY) return (await take(listTravelling(bridge), skip + PAGE_SIZE)).slice(skip);
  const waiting = WAITING_FOR.find((one) => one === key);
  return waiting === undefined ? [] : await take(bridge.orders.listWaiting(waiting, '', skip), PAGE_SIZE);
}

/** The newest orders of today and yesterday in UTC, newest first. */
export async function readRecentOrders(bridge: BoardDeps): Promise<FulfillmentOrder[]> {
  return await readMade(bridge, 0, MAX_RECENT);
}

async function readRecentRow({ orders, now }: BoardDeps): Promise<BoardRow> {
  const counts = await Promise.all(lastDays(now()).map((day) => orders.countMadeOn(day, MAX_TOTAL)));
  return {
    key: RECENT_KEY,
    status: 'Made',
    what: 'Today and yesterday (UTC)',
    count: sum(counts),
    more: counts.includes(MAX_TOTAL),
    oldest: '',
    urgent: false,
  };
}

async function readMade({ orders, now }: BoardDeps, skip: number, limit: number) {
  const [today = '', yesterday = ''] = lastDays(now());
  const first = await take(orders.listMadeOn(today, skip), limit);
  if (first.length === limit) return first;
  const before = Math.max(0, skip - (await orders.countMadeOn(today, skip)));
  return [...first, ...(await take(orders.listMadeOn(yesterday, before), limit - first.length))];
}

/** Today and yesterday, `yyyy-mm-dd` in UTC. */
function lastDays(now: number): string[] {
  return [toDay(now), toDay(now - DAY_MS)];
}

function toSkip(page: number): number {
  return (page - 1) * PAGE_SIZE;
}

/** Those that wait for a person first, then the oldest first. By the lists, so that none is read that the provider still has. */
async function* listTravelling({ orders, search }: BoardDeps): AsyncIterable<FulfillmentOrder> {
  for (const lane of lanesOfProgress('Shipped')) {
    for await (const page of search.listLane(lane, OLDEST_FIRST, PAGE_SIZE)) {
      for (const { reference } of page.filter(isOnItsWay)) {
        const order = await orders.readListed(reference);
        if (order !== null) yield order;
      }
    }
  }
}

const OLDEST_FIRST = { since: '', until: '', oldestFirst: true };

/** Among the oldest orders; the board shows no age where none of them has left. */
async function findOldestTravelling({ search }: BoardDeps): Promise<ListedOrder | undefined> {
  const lanes = lanesOfProgress('Shipped').map(async (lane) => {
    for await (const page of search.listLane(lane, OLDEST_FIRST, MAX_COUNTED)) return page.find(isOnItsWay);
    return undefined;
  });
  const found = (await Promise.all(lanes)).filter((one) => one !== undefined);
  return found.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1))[0];
}

function isOnItsWay({ summary }: ListedOrder): boolean {
  return summary !== null && isTravelling(summary);
}

async function take<Item>(items: AsyncIterable<Item>, limit: number): Promise<Item[]> {
  const taken: Item[] = [];
  if (limit <= 0) return taken;
  for await (const item of items) {
    taken.push(item);
    if (taken.length === limit) break;
  }
  return taken;
}

function toDay(moment: number): string {
  return new Date(moment).toISOString().slice(0, 'yyyy-mm-dd'.length);
}
