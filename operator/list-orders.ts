import type { DeliveryAddress } from '../lib/domain/address/address.ts';
import { DAY_MS } from '../lib/domain/clock.ts';
import { type Action, allowedActions, REMAINDER_OF_ACTION } from '../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder, Status } from '../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../lib/domain/order/holds.ts';
import { listNextSteps, type NamedStep } from '../lib/domain/order/next-steps.ts';
import { type Progress, toProgress } from '../lib/domain/order/progress.ts';
import { reasonInFull, type WaitingFor, waitingFor } from '../lib/domain/order/transitions.ts';
import type { SaleRecord } from '../lib/domain/ports/sales.ts';
import { getAbilities } from '../lib/workflows/act-on-order.ts';
import { readListedOrders } from '../lib/workflows/find-sale.ts';
import type { Bridge } from './bridge.ts';
import { readOrder } from './change-order.ts';

type Stores = Pick<Bridge, 'orders' | 'sales'>;
type FindDeps = Pick<Bridge, 'orders' | 'sales' | 'search'>;
type ListDeps = Pick<Bridge, 'orders' | 'sales' | 'connection'>;

/** An order on one line. */
export interface OrderRow {
  readonly reference: string;
  readonly connection: string;
  readonly status: Status;
  /** The same in people's words: `At warehouse` until something of it has left. */
  readonly progress: Progress;
  /** '' where it waits for nothing. */
  readonly waitingFor: WaitingFor | '';
  /** One sentence: the reason of its status. */
  readonly reason: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A sale with goods on backorder, of which no order was made yet. */
export interface AwaitingSaleRow {
  readonly saleOrderNumber: string;
  /** One sentence: for which goods it waits, and what was ordered of it. */
  readonly reason: string;
  /** ISO UTC. */
  readonly since: string;
}

export interface OrderFilter {
  /** Those that wait for something, longest first; null: those created in the window, latest first. */
  readonly waiting: readonly WaitingFor[] | null;
  /** Whether sales that wait for goods are listed as well, longest first. */
  readonly goods: boolean;
  /** Of those that wait to leave, only those that have waited since then (ISO UTC); '': all. */
  readonly departureUntil: string;
  /** ISO UTC; orders are listed by the days on which they were created. */
  readonly since: string;
  /** ISO UTC. */
  readonly until: string;
  /** Ids; none: every one. */
  readonly connections: readonly string[];
  /** DEAR's statuses, or people's words; none: any. */
  readonly statuses: readonly Progress[];
  readonly limit: number;
  /** From 1; left out: the first. */
  readonly page?: number;
}

export interface OrderList {
  readonly orders: readonly OrderRow[];
  readonly sales: readonly AwaitingSaleRow[];
  /** There are more after these. */
  readonly more: boolean;
  /** How many orders and sales there are on all pages, in a list that is not filtered; null where only reading all would tell. */
  readonly total: number | null;
}

/** @throws {NotFound} a connection is neither in the settings nor on the list */
export async function listOrders(bridge: ListDeps, filter: OrderFilter): Promise<OrderList> {
  const list = await readList(bridge, filter);
  // An order may be of a connection that is no longer in the settings.
  const found = new Set(list.orders.map(({ connection }) => connection));
  for (const id of filter.connections) if (!found.has(id)) bridge.connection(id);
  return list;
}

async function readList(bridge: Stores, filter: OrderFilter): Promise<OrderList> {
  const total = await countAll(bridge, filter);
  const skip = ((filter.page ?? 1) - 1) * filter.limit;
  const rows: OrderRow[] = [];
  const { sales, more } = filter.goods
    ? await listAwaitingSales(bridge, filter.limit, skip)
    : { sales: [], more: false };
  let passed = 0;
  for await (const order of findCandidates(bridge, filter)) {
    if (!matches(order, filter)) continue;
    if (passed++ < skip) continue;
    if (rows.length === filter.limit) return { orders: rows, sales, more: true, total };
    rows.push(toRow(order));
  }
  return { orders: rows, sales, more, total };
}

/** By the indexes, which know no connection and no status, and of the days no hours. */
async function countAll({ orders, sales }: Stores, filter: OrderFilter): Promise<number | null> {
  if (filter.waiting === null || filter.connections.length + filter.statuses.length > 0) return null;
  const until = (what: WaitingFor) => (what === 'departure' && filter.departureUntil) || undefined;
  const counts = await Promise.all(
    filter.waiting.map((what) => orders.countWaiting(what, Infinity, until(what))),
  );
  const awaiting = filter.goods ? await sales.countAwaitingGoods(Infinity) : 0;
  return counts.reduce((sum, one) => sum + one, awaiting);
}

async function listAwaitingSales(
  { sales }: Stores,
  limit: number,
  skip: number,
): Promise<Pick<OrderList, 'sales' | 'more'>> {
  const rows: AwaitingSaleRow[] = [];
  for await (const { saleOrderNumber, reason, goodsAwaitedSince } of sales.listAwaitingGoods(skip)) {
    if (rows.length === limit) return { sales: rows, more: true };
    rows.push({ saleOrderNumber, reason, since: goodsAwaitedSince });
  }
  return { sales: rows, more: false };
}

/**
 * The orders that a text names, at most some hundred: a reference, a sale's number, its last digits or its id, a tracking number,
 * the provider's id of the order, an e-mail address, a customer's name, or a SKU. Costs some reads by key.
 */
export async function findByText(bridge: FindDeps, text: string): Promise<FulfillmentOrder[]> {
  const typed = text.trim();
  if (typed === '' || typed.length > MAX_TEXT) return [];
  const spellings = [...new Set([typed, typed.toUpperCase()])];
  const [own, sales, tracked, terms] = await Promise.all([
    Promise.all(spellings.map((reference) => bridge.orders.read(reference))),
    findSales(bridge, typed),
    bridge.orders.findByTracking(typed),
    findTerms(bridge, typed),
  ]);
  const ofSales = await Promise.all(sales.map((sale) => readListedOrders(sale, bridge)));
  const found = [...own, tracked, ...ofSales.flat(), ...terms].filter((order) => order !== null);
  return [...new Map(found.map((order) => [order.reference, order])).values()];
}

/** No number or id is longer, and DynamoDB accepts no key of more than 2,048 bytes. */
const MAX_TEXT = 500;

/** The sales that a text names: a number, its last digits, or an id. */
export async function findSales({ sales }: Pick<Bridge, 'sales'>, text: string): Promise<SaleRecord[]> {
  const typed = text.trim();
  if (typed === '' || typed.length > MAX_TEXT) return [];
  const found = await Promise.all([
    sales.findByNumber(typed),
    sales.findByNumber(typed.toUpperCase()),
    sales.read(typed.toLowerCase()),
    sales.findByDigits(typed),
  ]);
  const records = found.flat().filter((sale) => sale !== null);
  return [...new Map(records.map((sale) => [sale.saleId, sale])).values()];
}

const MAX_OF_A_TERM = 200;

async function findTerms(bridge: FindDeps, text: string): Promise<FulfillmentOrder[]> {
  const kinds = ['provider-order', 'customer', 'sku'] as const;
  const between = { since: '', until: '', oldestFirst: false };
  const found = await Promise.all(
    kinds.map((kind) => bridge.search.find({ kind, text }, between, MAX_OF_A_TERM)),
  );
  return await readAll(
    bridge,
    found.flat().map(({ reference }) => reference),
  );
}

export const READ_AT_ONCE = 50;

/** In the given order, without those that cannot be read. */
export async function readAll(
  { orders }: Pick<Bridge, 'orders'>,
  references: readonly string[],
): Promise<FulfillmentOrder[]> {
  const found: FulfillmentOrder[] = [];
  for (let start = 0; start < references.length; start += READ_AT_ONCE) {
    const some = references.slice(start, start + READ_AT_ONCE);
    const read = await Promise.all(some.map((reference) => orders.readListed(reference)));
    found.push(...read.filter((order) => order !== null));
  }
  return found;
}

export function toRow(order: FulfillmentOrder): OrderRow {
  const { reference, connection, status, reason, createdAt, updatedAt } = order;
  const progress = toProgress(order);
  return {
    reference,
    connection,
    status,
    progress,
    waitingFor: waitingFor(order),
    reason,
    createdAt,
    updatedAt,
  };
}

async function* findCandidates({ orders }: Stores, filter: OrderFilter): AsyncIterable<FulfillmentOrder> {
  if (filter.waiting !== null) {
    for (const what of filter.waiting) {
      const until = what === 'departure' ? filter.departureUntil : '';
      yield* until === '' ? orders.listWaiting(what) : orders.listWaiting(what, until);
    }
    return;
  }
  for (const day of listDays(filter.since, filter.until)) yield* orders.listMadeOn(day);
}

function matches(order: FulfillmentOrder, filter: OrderFilter): boolean {
  const { connection, status, createdAt } = order;
  const words = [status, toProgress(order)];
  const inWindow = filter.waiting !== null || (createdAt >= filter.since && createdAt <= filter.until);
  return (
    inWindow &&
    (filter.connections.length === 0 || filter.connections.includes(connection)) &&
    (filter.statuses.length === 0 || words.some((word) => filter.statuses.includes(word)))
  );
}

/** `yyyy-mm-dd` in UTC, the last one first. */
function listDays(since: string, until: string): string[] {
  const first = Date.parse(`${since.slice(0, 10)}T00:00:00Z`);
  const last = Date.parse(`${until.slice(0, 10)}T00:00:00Z`);
  const count = Math.max(0, Math.floor((last - first) / DAY_MS) + 1);
  return Array.from({ length: count }, (_, index) =>
    new Date(last - index * DAY_MS).toISOString().slice(0, 10),
  );
}

/** An order, and the actions that are allowed now. */
export interface ShownOrder {
  readonly order: FulfillmentOrder;
  readonly waitingFor: WaitingFor | '';
  readonly progress: Progress;
  readonly allowed: readonly Action[];
  /** Quotes the questioned address where personal data was asked for. */
  readonly reason: string;
  /** What ends each thing that it waits for, in sentences with commands; none where it waits for nothing. */
  readonly next: readonly string[];
  /** Where it is delivered, where personal data was asked for; null otherwise, and once it has expired. */
  readonly deliverTo: DeliveryAddress | null;
}

/**
 * @param personal whether the reason may quote the delivery address
 * @throws {NotFound}
 */
export async function showOrder(bridge: Bridge, reference: string, personal: boolean): Promise<ShownOrder> {
  const order = await bridge.orders.withWords(await readOrder(bridge, reference));
  const isQuestioned = isHeldFor(order, 'shipping-method') || personal;
  const content = isQuestioned ? await bridge.orders.readContent(order) : null;
  const allowed = allowedActions(order, await getAbilities(bridge, order));
  return {
    order,
    waitingFor: waitingFor(order),
    progress: toProgress(order),
    allowed,
    reason: reasonInFull(order, content, personal),
    next: listNextSteps(order, allowed, (step) => toCommand(step, order)),
    deliverTo: personal ? (content?.shipTo ?? null) : null,
  };
}

/** How the command line calls a step. */
function toCommand(step: NamedStep, { reference, saleOrderNumber }: FulfillmentOrder): string {
  if (step === 'read-again') return `bridge sale reconcile ${saleOrderNumber}`;
  if (step === 'map-method') return 'bridge mappings set';
  const rest = REMAINDER_OF_ACTION[step];
  return `bridge orders ${rest === undefined ? `${step} ${reference}` : `close ${reference} --rest ${rest}`}`;
}
