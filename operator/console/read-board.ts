import { DAY_MS, HOUR_MS } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder, Status } from '../../lib/domain/order/fulfillment-order.ts';
import { WAITING_FOR, type WaitingFor } from '../../lib/domain/order/transitions.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import type { Bridge } from '../bridge.ts';
import type { BoardRow } from './views.ts';

type BoardDeps = Pick<Bridge, 'orders' | 'sales' | 'settings' | 'now'>;

interface RowDefinition {
  readonly status: Status;
  readonly what: string;
  /** The age in ms from which a person has to act; 0: always. */
  readonly urgentAfterMs: number;
}

/** By then a retry after an outage has been made, and most temporary causes are over. */
const LATE_MS = HOUR_MS;

/** A row for each thing that an order can wait for. */
const WAITING_ROWS: Readonly<Record<WaitingFor, RowDefinition>> = {
  person: { status: 'Queued', what: 'Waiting for a person to process it', urgentAfterMs: 0 },
  submission: { status: 'Queued', what: 'Being sent to the provider', urgentAfterMs: LATE_MS },
  hold: { status: 'On Hold', what: 'Waiting to be corrected or released', urgentAfterMs: 0 },
  failed: { status: 'Failed', what: 'Refused by the provider', urgentAfterMs: 0 },
  update: { status: 'Shipped', what: 'Change being sent to the provider', urgentAfterMs: LATE_MS },
  cancellation: {
    status: 'Shipped',
    what: 'Cancellation being sent to the provider',
    urgentAfterMs: LATE_MS,
  },
  'cancel-refused': { status: 'Shipped', what: 'Shipping after cancellation', urgentAfterMs: 0 },
  // The settings decide how long this may take; `readBoard` applies them.
  departure: { status: 'Shipped', what: 'Accepted by the provider, goods not left yet', urgentAfterMs: 0 },
  label: { status: 'Shipped', what: 'No label bought: refused, or no rate fits', urgentAfterMs: 0 },
  standstill: {
    status: 'Shipped',
    what: 'Incomplete, and the provider ships no more',
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

/** The row of orders that wait for nothing. All Shipped orders are counted there, also those that wait. */
const TRAVELLING_KEY = 'shipped';
/** The row of sales with goods on backorder. */
const GOODS_KEY = 'goods';
/** Counting stops here, because each further count costs a read. */
const MAX_COUNTED = 500;
const MAX_LISTED = 100;
const MAX_RECENT = 25;

/** Counts by the indexes alone, and reads one order for each row. */
export async function readBoard(bridge: BoardDeps): Promise<BoardRow[]> {
  const waiting = WAITING_FOR.map(async (key): Promise<BoardRow> => {
    const { status, what } = WAITING_ROWS[key];
    const urgentAfterMs =
      key === 'departure' ? bridge.settings.alarms.unshippedDays * DAY_MS : WAITING_ROWS[key].urgentAfterMs;
    const [count, [first]] = await Promise.all([
      bridge.orders.countWaiting(key, MAX_COUNTED),
      take(bridge.orders.listWaiting(key), 1),
    ]);
    const oldest = first?.waitingSince ?? '';
    const urgent = oldest !== '' && bridge.now() - Date.parse(oldest) >= urgentAfterMs;
    return { key, status, what, count, more: count === MAX_COUNTED, oldest, urgent };
  });
  return [...(await Promise.all(waiting)), await readAwaited(bridge), await readTravelling(bridge)];
}

async function readAwaited({ sales }: BoardDeps): Promise<BoardRow> {
  const count = await sales.countAwaitingGoods(MAX_COUNTED);
  const [first] = await take(sales.listAwaitingGoods(), 1);
  return {
    key: GOODS_KEY,
    status: 'Backordered',
    what: 'Sales that wait for goods',
    count,
    more: count === MAX_COUNTED,
    oldest: first?.goodsAwaitedSince ?? '',
    urgent: false,
  };
}

/** The sales that wait for goods, longest first, 100 at most; none for another row of the board. */
export async function readSalesOn({ sales }: BoardDeps, key: string): Promise<SaleRecord[]> {
  return key === GOODS_KEY ? await take(sales.listAwaitingGoods(), MAX_LISTED) : [];
}

async function readTravelling(bridge: BoardDeps): Promise<BoardRow> {
  const ids = bridge.settings.connections.map(({ id }) => id);
  const counts = await Promise.all(ids.map((id) => bridge.orders.countShipped(id, MAX_COUNTED)));
  const count = counts.reduce((sum, one) => sum + one, 0);
  const [first] = await listTravelling(bridge, 1);
  return {
    key: TRAVELLING_KEY,
    status: 'Shipped',
    what: 'On the way to the customer',
    count,
    more: counts.includes(MAX_COUNTED),
    oldest: first?.createdAt ?? '',
    urgent: false,
  };
}

/** Longest there first, 100 at most. @param key of a row of the board; none for any other key */
export async function readOrdersOn(bridge: BoardDeps, key: string): Promise<FulfillmentOrder[]> {
  if (key === TRAVELLING_KEY) return await listTravelling(bridge, MAX_LISTED);
  const waiting = WAITING_FOR.find((one) => one === key);
  return waiting === undefined ? [] : await take(bridge.orders.listWaiting(waiting), MAX_LISTED);
}

/** The newest orders of today and yesterday in UTC, newest first. */
export async function readRecentOrders({ orders, now }: BoardDeps): Promise<FulfillmentOrder[]> {
  const today = await take(orders.listMadeOn(toDay(now())), MAX_RECENT);
  const before = await take(orders.listMadeOn(toDay(now() - DAY_MS)), MAX_RECENT - today.length);
  return [...today, ...before];
}

async function listTravelling({ orders, settings }: BoardDeps, limit: number): Promise<FulfillmentOrder[]> {
  const lists = await Promise.all(settings.connections.map(({ id }) => take(orders.listShipped(id), limit)));
  return lists
    .flat()
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt))
    .slice(0, limit);
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
