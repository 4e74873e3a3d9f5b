import { DAY_MS, MINUTE_MS } from '../../lib/domain/duration.ts';
import type { FulfillmentOrder, Status } from '../../lib/domain/order/fulfillment-order.ts';
import { WAITING_FOR, type WaitingFor } from '../../lib/domain/order/waiting.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import type { Bridge } from '../bridge.ts';
import type { BoardRow } from './views.ts';

type BoardDeps = Pick<Bridge, 'orders' | 'sales' | 'settings' | 'now'>;

interface RowDefinition {
  readonly status: Status;
  readonly what: string;
  /** From which age on somebody has to look at it, in ms; 0: always. */
  readonly urgentAfterMs: number;
}

/** By then a retry after an outage has been made, and most causes that mend themselves are over. */
const LATE_MS = 60 * MINUTE_MS;

/** What an order can wait for. */
const WAITING_ROWS: Readonly<Record<WaitingFor, RowDefinition>> = {
  person: { status: 'Queued', what: 'waits for a person to process it', urgentAfterMs: 0 },
  submission: { status: 'Queued', what: 'on its way to its service', urgentAfterMs: LATE_MS },
  hold: { status: 'On Hold', what: 'waits to be corrected or released', urgentAfterMs: 0 },
  failed: { status: 'Failed', what: 'refused by its service', urgentAfterMs: 0 },
  update: { status: 'Shipped', what: 'a change is on its way to its service', urgentAfterMs: LATE_MS },
  cancellation: { status: 'Shipped', what: 'its service is asked to stop it', urgentAfterMs: LATE_MS },
  'cancel-refused': {
    status: 'Shipped',
    what: 'leaves, or may leave, and nobody wants it',
    urgentAfterMs: 0,
  },
  // How long that may take is a setting, so its age is judged below.
  departure: { status: 'Shipped', what: 'accepted by its service, and still to leave', urgentAfterMs: 0 },
  standstill: {
    status: 'Shipped',
    what: 'its service ships no more of it, and the sale still asks for the goods',
    urgentAfterMs: 0,
  },
  confirmation: { status: 'Shipped', what: 'has left, and DEAR is being updated', urgentAfterMs: LATE_MS },
  'confirmation-refused': {
    status: 'Shipped',
    what: 'has left, and DEAR does not take it',
    urgentAfterMs: 0,
  },
  'stock-take': {
    status: 'Shipped',
    what: "has left, and a stock take locks DEAR's location",
    urgentAfterMs: LATE_MS,
  },
};

/** The place of those that wait for nothing. They are Shipped as well as the others, so both are counted there. */
const TRAVELLING_KEY = 'shipped';
/** The place of sales of which something is on backorder: what is there was ordered, or waits with the rest. */
const GOODS_KEY = 'goods';
/** Beyond it a person has learnt enough, and counting goes on to cost. */
const MAX_COUNTED = 500;
const MAX_LISTED = 100;
const MAX_RECENT = 25;

/** Counts by the indexes alone, and reads one order for each place. */
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
    what: 'sales that wait for goods',
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
    what: 'on the way to the customer',
    count,
    more: counts.includes(MAX_COUNTED),
    oldest: first?.createdAt ?? '',
    urgent: false,
  };
}

/** Longest there first, 100 at most. @param key of a row of the board; another one has none */
export async function readOrdersOn(bridge: BoardDeps, key: string): Promise<FulfillmentOrder[]> {
  if (key === TRAVELLING_KEY) return await listTravelling(bridge, MAX_LISTED);
  const waiting = WAITING_FOR.find((one) => one === key);
  return waiting === undefined ? [] : await take(bridge.orders.listWaiting(waiting), MAX_LISTED);
}

/** Those made last, newest first: of today and yesterday, in UTC. */
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
