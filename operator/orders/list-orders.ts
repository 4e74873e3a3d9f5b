import type { DeliveryAddress } from '../../lib/domain/address/address.ts';
import { DAY_MS } from '../../lib/domain/clock.ts';
import { type Action, allowedActions, REMAINDER_OF_ACTION } from '../../lib/domain/order/allowed-actions.ts';
import { describeCancellation } from '../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder, Status } from '../../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../../lib/domain/order/holds.ts';
import { listNextSteps, type NamedStep } from '../../lib/domain/order/next-steps.ts';
import { describeShippingMethod, type OrderContent } from '../../lib/domain/order/order-content.ts';
import { getUpstreamWords, type Progress, toProgress } from '../../lib/domain/order/progress.ts';
import { referenceAtProvider } from '../../lib/domain/order/takeover.ts';
import { reasonInFull, type WaitingFor, waitingFor } from '../../lib/domain/order/transitions.ts';
import { getProviderDefinition } from '../../lib/providers/registry.ts';
import type { ConnectionSettings } from '../../lib/settings/connection.ts';
import { getAbilities } from '../../lib/workflows/act-on-order.ts';
import type { Bridge } from '../bridge.ts';
import { readOrder } from './change-order.ts';
import { maskUpstreamTexts } from './evidence.ts';
import { type SaleRow, toSaleRow } from './unordered-sales.ts';

type Stores = Pick<Bridge, 'orders' | 'sales' | 'saleContents'>;
type ListDeps = Stores & Pick<Bridge, 'connection'>;

/** An order on one line. */
export interface OrderRow {
  readonly reference: string;
  readonly connection: string;
  readonly status: Status;
  /** The same in people's words: `At warehouse` until something of it has left. */
  readonly progress: Progress;
  /** '' where it waits for nothing. */
  readonly waitingFor: WaitingFor | '';
  /** How far its cancellation came, in a few words; '' where nothing of it was to be cancelled. */
  readonly cancellation: string;
  /** One sentence: the reason of its status. */
  readonly reason: string;
  /** What the other system said when it caused the reason, the customer masked; ''. */
  readonly upstreamMessage: string;
  /** The sales channel; ''. */
  readonly channel: string;
  /** The service that its shipping method is mapped to, or `unmapped`; ''. */
  readonly method: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface OrderFilter {
  /** Those that wait for something, longest first; null: those created in the window, latest first. */
  readonly waiting: readonly WaitingFor[] | null;
  /** Whether sales that wait for goods are listed as well, longest first. */
  readonly goods: boolean;
  /** Of those that wait to leave, only those that have waited since then (ISO UTC); '': all. */
  readonly departureUntil: string;
  /** ISO UTC, when they were created; of those that wait also '': any time. */
  readonly since: string;
  /** The same. */
  readonly until: string;
  /** Ids; none: every one. */
  readonly connections: readonly string[];
  /** None: any. */
  readonly statuses: readonly Progress[];
  readonly limit: number;
  /** From 1; left out: the first. */
  readonly page?: number;
}

export interface OrderList {
  readonly orders: readonly OrderRow[];
  /** That wait for goods, or have no order and match. */
  readonly sales: readonly SaleRow[];
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
    rows.push(...(await toRows(bridge, [await bridge.orders.withReasonWords(order)])));
  }
  return { orders: rows, sales, more, total };
}

/** By the indexes, which know no connection and no status, and of the days no hours. */
async function countAll({ orders, sales }: Stores, filter: OrderFilter): Promise<number | null> {
  const isNarrowed =
    filter.connections.length + filter.statuses.length > 0 || filter.since + filter.until !== '';
  if (filter.waiting === null || isNarrowed) return null;
  const until = (what: WaitingFor) => (what === 'departure' && filter.departureUntil) || undefined;
  const counts = await Promise.all(
    filter.waiting.map((what) => orders.countWaiting(what, Infinity, until(what))),
  );
  const awaiting = filter.goods ? await sales.countAwaitingGoods(Infinity) : 0;
  return counts.reduce((sum, one) => sum + one, awaiting);
}

async function listAwaitingSales(
  bridge: Stores,
  limit: number,
  skip: number,
): Promise<Pick<OrderList, 'sales' | 'more'>> {
  const rows: SaleRow[] = [];
  for await (const record of bridge.sales.listAwaitingGoods(skip)) {
    if (rows.length === limit) return { sales: rows, more: true };
    rows.push(await toSaleRow(bridge, record));
  }
  return { sales: rows, more: false };
}

/** Rows of orders, the customer masked in what other systems said. */
export async function toRows(
  { orders: store }: Pick<Bridge, 'orders'>,
  orders: readonly FulfillmentOrder[],
): Promise<OrderRow[]> {
  return await Promise.all(orders.map(async (order) => toRow(await maskUpstreamTexts(order, store))));
}

function toRow(order: FulfillmentOrder): OrderRow {
  const { reference, connection, status, reason, channel = '', method = '', createdAt, updatedAt } = order;
  const progress = toProgress(order);
  return {
    reference,
    connection,
    status,
    progress,
    waitingFor: waitingFor(order),
    cancellation: describeCancellation(order),
    reason,
    upstreamMessage: getUpstreamWords(order),
    channel,
    method,
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
  const { connection, createdAt } = order;
  return (
    createdAt >= filter.since &&
    (filter.until === '' || createdAt <= filter.until) &&
    (filter.connections.length === 0 || filter.connections.includes(connection)) &&
    (filter.statuses.length === 0 || filter.statuses.includes(toProgress(order)))
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

const DEAR_HOST = 'inventory.dearsystems.com';

/** An order in the screens of DEAR and of its service; null where no address is known, and in a sandbox, which has no screens. */
export interface OrderLinks {
  readonly saleUrl: string | null;
  readonly serviceUrl: string | null;
}

export function getLinks({ settings }: Pick<Bridge, 'settings'>, order: FulfillmentOrder): OrderLinks {
  if (new URL(settings.dear.baseUrl).hostname !== DEAR_HOST) return { saleUrl: null, serviceUrl: null };
  const connection = settings.connections.find(({ id }) => id === order.connection);
  const isThere = connection !== undefined && order.submission.providerOrderId !== '';
  return {
    saleUrl: `https://${DEAR_HOST}/Sale#${encodeURIComponent(order.saleId)}`,
    serviceUrl: isThere ? getServiceUrl(connection, referenceAtProvider(order)) : null,
  };
}

function getServiceUrl(connection: ConnectionSettings, number: string): string | null {
  return getProviderDefinition(connection.provider).getOrderUrl?.(connection, number) ?? null;
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
  readonly links: OrderLinks;
  /** That of the sale, with what it is at the service; its own text only to a person who may or must read it. '': none, or expired. */
  readonly shippingMethod: string;
  /** Where it is delivered, where personal data was asked for; null otherwise, and once it has expired. */
  readonly deliverTo: DeliveryAddress | null;
}

/**
 * @param personal whether the reason may quote the delivery address, and the log the customer
 * @throws {NotFound}
 */
export async function showOrder(bridge: Bridge, reference: string, personal: boolean): Promise<ShownOrder> {
  const whole = await bridge.orders.withWords(await readOrder(bridge, reference));
  const order = personal ? whole : await maskUpstreamTexts(whole, bridge.orders);
  const isQuestioned = isHeldFor(order, 'shipping-method') || personal;
  const content = await bridge.orders.readContent(order);
  const allowed = allowedActions(order, await getAbilities(bridge, order));
  return {
    order,
    waitingFor: waitingFor(order),
    progress: toProgress(order),
    allowed,
    reason: reasonInFull(order, isQuestioned ? content : null, personal),
    next: listNextSteps(order, allowed, (step) => toCommand(step, order)),
    links: getLinks(bridge, order),
    shippingMethod: content === null ? '' : toShownMethod(content, isQuestioned),
    deliverTo: personal ? (content?.shipTo ?? null) : null,
  };
}

/** A method that is not mapped is a text of the sale, which may name the customer. */
function toShownMethod(content: OrderContent, mayQuote: boolean): string {
  const { chosenMethod, shippingMethod } = content;
  if (mayQuote) return describeShippingMethod(content);
  const isQuoted = shippingMethod !== '' && shippingMethod === chosenMethod;
  return isQuoted ? 'as the sale names it, which is not mapped (--personal shows the name)' : shippingMethod;
}

/** How the command line calls a step. */
function toCommand(step: NamedStep, { reference, saleOrderNumber }: FulfillmentOrder): string {
  if (step === 'read-again') return `bridge sale reconcile ${saleOrderNumber}`;
  if (step === 'map-method') return 'bridge mappings set';
  const rest = REMAINDER_OF_ACTION[step];
  return `bridge orders ${rest === undefined ? `${step} ${reference}` : `close ${reference} --rest ${rest}`}`;
}
