import { DAY_MS, HOUR_MS, isoTime } from '../../lib/domain/clock.ts';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { whyNoLabel, whyNoVoid } from '../../lib/domain/label/order-label.ts';
import { allowedActions } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { cutText } from '../../lib/domain/text.ts';
import { getAbilities } from '../../lib/workflows/act-on-order.ts';
import { readListedOrders } from '../../lib/workflows/find-sale.ts';
import { listAudit } from '../audit.ts';
import type { Bridge } from '../bridge.ts';
import { readFigures } from '../figures.ts';
import { readJobs } from '../job-list.ts';
import { mapName, readMappings, readShippingCodes } from '../mappings.ts';
import type { ParkedMessage } from '../operated-queue.ts';
import { describeQuery, keepBulkAct, planBulkAct, readBulkAct, startBulkAct } from '../orders/bulk.ts';
import { changeOrder } from '../orders/change-order.ts';
import { exportOrders } from '../orders/export.ts';
import { findByText, findSales } from '../orders/find-by-text.ts';
import { buyOrderLabel, readLabelDocument, readRates, voidOrderLabel } from '../orders/labels.ts';
import { getLinks } from '../orders/list-orders.ts';
import { ANY_ORDER, type OrderQuery } from '../orders/order-query.ts';
import { listIgnoredSales, reconcileKnownSale } from '../orders/sale.ts';
import { type OrderPage, searchOrders } from '../orders/search-orders.ts';
import { findUnorderedSales, toSaleRow } from '../orders/unordered-sales.ts';
import type { PlannedWebhook } from '../provider-webhooks.ts';
import { peekQueue, REDRIVE_SAFETY, readQueueStatus, redriveSome, startJob, toQueueName } from '../queues.ts';
import { type Operator, recordReading } from '../record-act.ts';
import { listUnmappedMethods } from '../unmapped-methods.ts';
import {
  listPauses,
  pauseProvider,
  readBudgets,
  readDearBudget,
  resumeProvider,
} from '../upstream-access.ts';
import { Refused } from '../user-errors.ts';
import { planWebhooks } from '../webhooks.ts';
import { readCalls, readCallsFor } from './kept-calls.ts';
import { PAGE_SIZE, readBoard, readOrdersOn, readRecentOrders, readRow, readSalesOn } from './read-board.ts';
import { OrderCalls } from './read-calls.ts';
import type {
  ConsoleDeps,
  LabelChoices,
  MappingsDeps,
  OrderView,
  ParkedMessageView,
  QueueView,
  SaleView,
  SearchResult,
  WebhooksView,
} from './views.ts';

/**
 * Finds what a person typed or pasted. A text that names one order or one sale leads to it; one that names more, such as a
 * customer's e-mail address, leads to a list. It reads by key only, so its cost does not grow with the orders.
 */
export async function findAnything(
  bridge: Pick<Bridge, 'orders' | 'sales' | 'search' | 'saleContents'>,
  text: string,
): Promise<SearchResult> {
  const [sales, orders, unordered] = await Promise.all([
    findSales(bridge, text),
    findByText(bridge, text),
    findUnorderedSales(bridge, { ...ANY_ORDER, text }),
  ]);
  const isReference = orders[0]?.reference.toUpperCase() === text.trim().toUpperCase();
  const [sale, ...otherSales] = sales;
  if (isReference && orders[0] !== undefined) return { kind: 'order', reference: orders[0].reference };
  if (sale !== undefined && otherSales.length === 0) return { kind: 'sale', saleId: sale.saleId };
  if (orders.length + unordered.length > 1) return { kind: 'orders' };
  if (unordered[0] !== undefined) return { kind: 'sale', saleId: unordered[0].saleId };
  return orders[0] === undefined ? { kind: 'nothing' } : { kind: 'order', reference: orders[0].reference };
}

export async function readQueues(bridge: Pick<Bridge, 'queues'>): Promise<QueueView[]> {
  const status = await readQueueStatus(bridge);
  return status.map(({ queue, waiting, hidden, parked }) => {
    const { kind, why } = REDRIVE_SAFETY[queue];
    return { name: queue, waiting, inWork: hidden, parked, redrive: { safe: kind === 'looks', why } };
  });
}

const MAX_PARKED_SHOWN = 100;
const MAX_IGNORED_SHOWN = 200;
const MAX_BULK_SHOWN = 100;

export async function readParked(
  bridge: Pick<Bridge, 'queues'>,
  queue: string,
): Promise<ParkedMessageView[]> {
  const parked = await peekQueue(bridge, toQueueName(queue), MAX_PARKED_SHOWN);
  return parked.map((message) => ({ id: message.id, about: toAbout(message), parkedAt: message.parkedAt }));
}

/** A message holds identifiers only, so a parked one can be shown as it is. */
function toAbout({ body, group }: ParkedMessage): string {
  const text = group === '' || body.includes(group) ? body : `${group}: ${body}`;
  return cutText(text, 300, '…');
}

/** Costs one call of DEAR's, and one of each provider's that has webhooks. */
export async function readWebhooks(bridge: Bridge): Promise<WebhooksView> {
  const mode = bridge.settings.dear.webhooks;
  try {
    return { mode, rows: (await planWebhooks(bridge)).map(toRow), problem: null };
  } catch (error) {
    if (error instanceof UpstreamError || error instanceof Refused) {
      return { mode, rows: [], problem: `${error.message}.` };
    }
    throw error;
  }
}

const STATES = { keep: 'active', create: 'missing', replace: 'wrong', leave: 'wrong' } as const;

function toRow({ system, event, url, action, now }: PlannedWebhook): WebhooksView['rows'][number] {
  return { system, event, url, state: STATES[action], sentence: now };
}

/** The board is refreshed every three seconds, and charts of days need not be. */
function keepForAMinute<Value>(read: () => Promise<Value>, now: () => number): () => Promise<Value> {
  let kept: { readonly at: number; readonly value: Promise<Value> } | null = null;
  return async () => {
    if (kept === null || now() - kept.at >= 60_000) kept = { at: now(), value: read() };
    const { value } = kept;
    return await value.catch((error: unknown) => {
      kept = null;
      throw error;
    });
  };
}

/** A page reads itself again every few seconds: that is one reading an hour. */
class NotedReadings {
  readonly #bridge: Bridge;
  readonly #operator: Operator;
  readonly #noted = new Map<string, number>();

  constructor(bridge: Bridge, operator: Operator) {
    this.#bridge = bridge;
    this.#operator = operator;
  }

  async note(what: 'address' | 'label' | 'methods', reference: string): Promise<void> {
    const now = this.#bridge.now();
    const key = `${what} ${reference}`;
    if (now - (this.#noted.get(key) ?? -HOUR_MS) < HOUR_MS) return;
    await recordReading(this.#bridge, this.#operator, what, reference);
    this.#noted.set(key, now);
  }
}

/** A bridge for the console. Changes are made and recorded as by the command line. */
export function consoleDeps(bridge: Bridge, operator: Operator): ConsoleDeps {
  const calls = new OrderCalls(bridge);
  const readings = new NotedReadings(bridge, operator);
  return {
    name: bridge.name,
    operator: operator.name,
    connections: bridge.settings.connections,
    now: bridge.now,
    leftOut: bridge.leftOut,
    board: () => readBoard(bridge),
    row: (key) => readRow(bridge, key),
    listOrders: (query, page) => listOrdersPage(bridge, query, page),
    ...bulkDeps(bridge, operator),
    contentsOf: async (orders) => {
      await Promise.all(orders.map(({ reference }) => readings.note('address', reference)));
      return await readContents(bridge, orders);
    },
    exportOrders: async (kind, query, personal) => {
      if (personal) await recordReading(bridge, operator, 'export', `${kind} (${describeQuery(query)})`);
      return exportOrders(bridge, kind, query, personal);
    },
    salesOn: async (row, page) =>
      await Promise.all((await readSalesOn(bridge, row, page)).map((record) => toSaleRow(bridge, record))),
    unorderedSales: (query) => findUnorderedSales(bridge, query),
    channels: () => bridge.search.listChannels(),
    recentOrders: () => readRecentOrders(bridge),
    search: (text) => findAnything(bridge, text),
    order: async (reference) => {
      const view = await readOrderView(bridge, reference);
      if (view?.content) await readings.note('address', reference);
      return view;
    },
    calls: (order) => calls.read(order),
    keptCalls: (order) => readCalls(bridge, order),
    act: async (reference, action, details) => {
      await changeOrder(bridge, reference, action, operator, details);
    },
    readRates: async (reference) => void (await readRates(bridge, reference)),
    buyLabel: async (reference, service) => void (await buyOrderLabel(bridge, reference, service, operator)),
    voidLabel: async (reference) => void (await voidOrderLabel(bridge, reference, operator)),
    labelDocument: async (reference) => {
      await readings.note('label', reference);
      return await readLabelDocument(bridge, reference);
    },
    ...saleDeps(bridge, operator, calls),
    queues: () => readQueues(bridge),
    parked: (queue) => readParked(bridge, queue),
    redrive: (queue, ids) => redriveSome(bridge, toQueueName(queue), ids, operator),
    jobs: () => readJobs(bridge),
    startJob: (job, connection) => startJob(bridge, job, connection, operator),
    ...budgetDeps(bridge),
    ignoredSales: ({ since, until }) =>
      listIgnoredSales(bridge, { since, until: `${until}T23:59:59.999Z` }, MAX_IGNORED_SHOWN),
    figures: keepForAMinute(() => readFigures(bridge, isoTime(bridge.now() - 13 * DAY_MS)), bridge.now),
    mappings: mappingsDeps(bridge, operator, readings),
    webhooks: () => readWebhooks(bridge),
    drift: (connection) => bridge.driftReports.read(connection),
    paused: async () => (await listPauses(bridge)).flatMap(({ pause }) => pause ?? []),
    pause: async (connection, paused, why) => {
      if (paused) await pauseProvider(bridge, connection, operator, why);
      else await resumeProvider(bridge, connection, operator);
    },
    audit: (query) => listAudit(bridge, query, PAGE_SIZE),
  };
}

function mappingsDeps(bridge: Bridge, operator: Operator, readings: NotedReadings): MappingsDeps {
  return {
    read: () => readMappings(bridge),
    unmapped: async () => {
      const found = await listUnmappedMethods(bridge, undefined, true);
      if (found.length > 0) await readings.note('methods', '');
      return found;
    },
    codes: async (connection) => await readShippingCodes(bridge, connection).catch(() => null),
    change: async (key, value, isChecked) => void (await mapName(bridge, key, value, operator, isChecked)),
  };
}

function saleDeps(
  bridge: Bridge,
  operator: Operator,
  calls: OrderCalls,
): Pick<ConsoleDeps, 'sale' | 'reconcile' | 'callsOfSale' | 'keptCallsOfSale'> {
  return {
    sale: (saleId) => readSale(bridge, saleId),
    reconcile: (saleId) => reconcileKnownSale(bridge, saleId, operator),
    callsOfSale: async ({ saleOrderNumber, at, orders }) => {
      const createdAt = [at, ...orders.map((order) => order.createdAt)].sort()[0] ?? at;
      return saleOrderNumber === '' ? [] : await calls.read({ reference: '', saleOrderNumber, createdAt });
    },
    keptCallsOfSale: ({ saleId, orders }) =>
      readCallsFor(bridge, [saleId, ...orders.map(({ reference }) => reference)]),
  };
}

function budgetDeps(bridge: Bridge): Pick<ConsoleDeps, 'budgets' | 'dearBudget'> {
  return { budgets: () => readBudgets(bridge), dearBudget: () => readDearBudget(bridge) };
}

function bulkDeps(
  bridge: Bridge,
  operator: Operator,
): Pick<ConsoleDeps, 'planBulk' | 'bulk' | 'startBulk' | 'bulkActs'> {
  return {
    planBulk: async (action, chosen) => {
      const planned = await planBulkAct(bridge, action, chosen, operator);
      await keepBulkAct(bridge, planned);
      return planned.act.id;
    },
    bulk: (id) => readBulkAct(bridge, id),
    startBulk: (id, note) => startBulkAct(bridge, id, operator, note),
    bulkActs: () => bridge.bulkActs.listSummaries(MAX_BULK_SHOWN),
  };
}

/** What only waits for one thing is read from the index of what waits, which knows them all in the order of their waiting. */
async function listOrdersPage(bridge: Bridge, query: OrderQuery, page: number): Promise<OrderPage> {
  const [what, ...others] = query.waiting;
  const plain = { ...ANY_ORDER, waiting: query.waiting, sort: 'waiting' as const };
  if (what === undefined || others.length > 0 || JSON.stringify(plain) !== JSON.stringify(query))
    return await searchOrders(bridge, query, page, PAGE_SIZE);
  const [listed, row] = await Promise.all([readOrdersOn(bridge, what, page), readRow(bridge, what)]);
  const orders = await Promise.all(listed.map((order) => bridge.orders.withReasonWords(order)));
  const found = await searchOrders(bridge, query, 1, 1);
  return { ...found, orders, total: row?.count ?? 0, lookedTo: '' };
}

async function readContents({ orders: store }: Bridge, orders: readonly FulfillmentOrder[]) {
  const read = await Promise.all(
    orders.map(async (order) => [order.reference, await store.readContent(order)] as const),
  );
  return new Map(read.flatMap(([reference, content]) => (content === null ? [] : [[reference, content]])));
}

async function readOrderView(bridge: Bridge, reference: string): Promise<OrderView | null> {
  const stored = await bridge.orders.read(reference);
  if (stored === null) return null;
  const order = await bridge.orders.withWords(stored);
  const [content, abilities] = await Promise.all([
    bridge.orders.readContent(order),
    getAbilities(bridge, order),
  ]);
  const labels = readLabelChoices(bridge, order);
  const pause = waitsForPause(order) ? await bridge.pauses.read(order.connection) : null;
  return {
    order,
    content,
    actions: allowedActions(order, abilities),
    links: getLinks(bridge, order),
    labels,
    whyPaused: pause?.why ?? '',
  };
}

/** The pause is read only for an order that says that it waits for one. */
function waitsForPause({ reason, connection }: FulfillmentOrder): boolean {
  return reason.startsWith('Waiting: ') && reason.includes(` paused ${connection} at `);
}

function readLabelChoices({ settings }: Bridge, order: FulfillmentOrder): LabelChoices | null {
  const connection = settings.connections.find(({ id }) => id === order.connection);
  const rules = connection?.shippingService ?? null;
  if (rules === null) return null;
  const hasRule = rules.buy !== 'by-hand';
  return { whyNoLabel: whyNoLabel(order), whyNoVoid: whyNoVoid(order), hasRule };
}

async function readSale(bridge: Bridge, saleId: string): Promise<SaleView | null> {
  const record = await bridge.sales.read(saleId);
  if (record === null) return null;
  const orders = await readListedOrders(record, bridge);
  return { ...record, orders: await Promise.all(orders.map((order) => bridge.orders.withWords(order))) };
}
