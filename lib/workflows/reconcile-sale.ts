import { type Clock, isoTime } from '../domain/clock.ts';
import { getTrackingNumbers } from '../domain/confirmation/packing.ts';
import type { Connection } from '../domain/connection.ts';
import { Deferred, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { isEdited } from '../domain/order/new-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import { type Plan, planSale } from '../domain/order/plan.ts';
import { isShadowed } from '../domain/order/takeover.ts';
import { change, nextDispatchStep, quote } from '../domain/order/transitions.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { FigureCounter, OrderStore } from '../domain/ports/orders.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type {
  SaleContent,
  SaleContentStore,
  SaleRecord,
  SaleStore,
  SalesInDear,
} from '../domain/ports/sales.ts';
import {
  getCoverage,
  isAuthorised,
  isChangeVisible,
  isComplete,
  isReasonToRead,
  timeUntilCovered,
} from '../domain/sale/reasons-to-read.ts';
import type { Sale } from '../domain/sale/sale.ts';
import { isTrackingCode, trackingToken } from '../domain/shipment/package.ts';
import { needsConfirmation } from '../domain/shipment/still-to-ship.ts';
import type { OrderMessage, SaleEventMessage } from '../messaging/messages.ts';
import { findKnownSale, getFirst, type KnownSale, readOrders } from './find-sale.ts';
import {
  type FindUnknownSkusDeps,
  findUnknownSkus,
  type ReadReferenceBooksDeps,
  readReferenceBooks,
} from './read-reference-books.ts';

export interface ReconcileSaleDeps
  extends CarryOutPlanDeps,
    FindUnknownSkusDeps,
    Omit<ReadReferenceBooksDeps, 'dear'> {
  readonly count: (metric: 'FieldUnreadable') => void;
  readonly dear: ReadReferenceBooksDeps['dear'] & Pick<SalesInDear, 'readSale' | 'findSaleId'>;
  readonly orders: Pick<OrderStore, 'read' | 'readContent' | 'save' | 'saveContent' | 'update'>;
  readonly sales: Pick<SaleStore, 'read' | 'findByNumber' | 'save'>;
  /** The connections with the mode in which each works now. Left out where none is in shadow mode. */
  readonly readConnections?: () => Promise<readonly Connection[]>;
}

/**
 * Brings the orders of one sale up to date: reads the sale once for all of its events, plans its orders, stores the changes,
 * and queues each order that has a step to take at its provider or in DEAR.
 * @param events of the same sale, oldest first, at least one
 * @throws {Deferred} while a call to a provider is in progress whose outcome decides the plan
 */
export async function reconcileSale(
  events: readonly SaleEventMessage[],
  deps: ReconcileSaleDeps,
): Promise<void> {
  const known = await findKnownSale(events, deps);
  const news = events.filter((event) => isNews(event, known, deps));
  if (news.length === 0) return ignoreEvents(events, known, deps);
  deferUnclearEvents(news, known, deps);
  const saleId = await resolveSaleId(events, known, deps);
  if (saleId === null) return;
  const record = known.record ?? (await deps.sales.read(saleId));
  const readAt = isoTime(deps.now());
  const sale = await readSale(saleId, events, record, deps);
  if (sale === null) return;
  reportUnreadable(sale, deps);
  const by = describeEvents(events);
  const told = { sinceMs: getTimeSince(events, deps.now()), toldAt: getToldAt(events, deps) };
  const plan = await planReading({ sale, record, by, readAt, ...told }, deps);
  const live = await findCutOver(plan, deps);
  if (live !== null) {
    const latest = await deps.sales.read(saleId);
    await planReading({ sale, record: latest, by, readAt, ...told }, { ...deps, connections: live });
  }
  if (plan.readAgainMs !== null) throw new Deferred(plan.reason, plan.readAgainMs);
}

/** Plans the orders of a sale that was read, and stores and queues them. */
async function planReading(
  { toldAt, ...reading }: Omit<SaleReading, 'plan' | 'orders'> & { readonly toldAt: string | null },
  deps: ReconcileSaleDeps,
): Promise<Plan> {
  const { sale, record, by, readAt } = reading;
  const orders = await readOrders(record, deps);
  const books = await readReferenceBooks(sale, deps, deps.now());
  const unknownSkus = await findUnknownSkus(sale, books, orders, deps);
  const { connections } = deps;
  const stored = await readStored(orders, deps);
  const now = deps.now();
  const wasAuthorised = record?.isAuthorised ?? false;
  const input = { sale, readAt, connections, orders, books, unknownSkus, stored, by, now, wasAuthorised };
  const plan = planSale({ ...input, ...(toldAt !== null && { toldAt }) });
  await carryOutPlan({ ...reading, plan, orders }, deps);
  return plan;
}

/**
 * The connections, if one was cut over while the sale was planned for its shadow: the cut-over may have missed the order that
 * was stored after it had listed them. null otherwise.
 */
async function findCutOver(
  { changes }: Plan,
  { readConnections }: ReconcileSaleDeps,
): Promise<readonly Connection[] | null> {
  const shadowed = changes.filter(({ order }) => isShadowed(order)).map(({ order }) => order.connection);
  if (shadowed.length === 0 || readConnections === undefined) return null;
  const now = await readConnections();
  return now.some(({ id, mode }) => mode === 'live' && shadowed.includes(id)) ? now : null;
}

function getTimeSince(events: readonly SaleEventMessage[], now: number): number | null {
  const moments = listMoments(events);
  return moments.length === 0 ? null : Math.max(0, now - Math.min(...moments));
}

/** Of the first webhook that is a trigger, or else of the first event; null where no event has a time. */
function getToldAt(events: readonly SaleEventMessage[], { connections }: CarryOutPlanDeps): string | null {
  const triggers = new Set(connections.map(({ trigger }) => `Sale/${trigger}`));
  const authorisations = listMoments(events.filter(({ event }) => triggers.has(event)));
  const moments = authorisations.length > 0 ? authorisations : listMoments(events);
  return moments.length === 0 ? null : isoTime(Math.min(...moments));
}

/** A sweep's event carries the time of the change, which is earlier than that of its receipt. In ms since the epoch. */
function listMoments(events: readonly SaleEventMessage[]): number[] {
  return events
    .filter((message) => isWebhook(message) || message.updatedAt !== undefined)
    .map(({ updatedAt, receivedAt }) => Date.parse(updatedAt ?? receivedAt))
    .filter((moment) => !Number.isNaN(moment));
}

/** The contents of the orders that a person edited or that have left, by reference. */
async function readStored(
  orders: readonly FulfillmentOrder[],
  deps: ReconcileSaleDeps,
): Promise<ReadonlyMap<string, OrderContent>> {
  const stored = new Map<string, OrderContent>();
  for (const order of orders.filter((one) => isEdited(one) || one.packages.length > 0)) {
    const content = await deps.orders.readContent(order);
    if (content !== null) stored.set(order.reference, content);
  }
  return stored;
}

/**
 * A sweep's event carries the time of the change, and a webhook the time of its receipt: a later reading covers both. Other
 * events, such as an operator's command, are always news.
 */
function isNews(
  message: SaleEventMessage,
  { record, orders }: KnownSale,
  { connections }: ReconcileSaleDeps,
): boolean {
  const { event, updatedAt, receivedAt } = message;
  if (record === null) return isReasonToRead(event, null, connections);
  if (updatedAt !== undefined && isChangeVisible(updatedAt, record.readAt)) return false;
  if (isWebhook(message) && getCoverage(receivedAt, record.readAt) === 'shown') return false;
  return isReasonToRead(event, orders, connections);
}

function isWebhook({ event }: SaleEventMessage): boolean {
  return event.startsWith('Sale/');
}

/**
 * The last reading may or may not cover a webhook that came within moments of it. After a short wait one reading covers all
 * repetitions in the queue; without the wait each batch of them would cost a reading.
 * @throws {Deferred} until a reading covers all events
 */
function deferUnclearEvents(
  events: readonly SaleEventMessage[],
  { record }: KnownSale,
  deps: ReconcileSaleDeps,
): void {
  const readAt = record?.readAt ?? '';
  const unclear = events.filter(
    (message) => isWebhook(message) && getCoverage(message.receivedAt, readAt) === 'unclear',
  );
  const waitMs = Math.max(0, ...unclear.map(({ receivedAt }) => timeUntilCovered(receivedAt, deps.now())));
  if (waitMs > 0) throw new Deferred('The sale was read while its webhook arrived', waitMs);
}

/** Costs DEAR no call. Tracking numbers that are not ours were typed by a person: they are noted and never overwritten. */
async function ignoreEvents(
  events: readonly SaleEventMessage[],
  known: KnownSale,
  deps: ReconcileSaleDeps,
): Promise<void> {
  const ours = new Set(
    getTrackingNumbers(known.orders.flatMap((order) => order.packages)).map(trackingToken),
  );
  const foreign = events.flatMap((event) => event.trackingNumbers).filter((number) => !ours.has(number));
  const [order] = known.orders;
  if (order !== undefined && foreign.length > 0)
    await noteForeignTracking(order, [...new Set(foreign)], deps);
  deps.log('sale.skipped', {
    saleId: known.record?.saleId ?? getFirst(events, 'saleId'),
    saleOrderNumber: known.record?.saleOrderNumber ?? getFirst(events, 'saleOrderNumber'),
    events: events.map(({ event }) => event),
    outcome: foreign.length > 0 ? 'foreign tracking noted' : 'no news',
  });
}

async function noteForeignTracking(
  order: FulfillmentOrder,
  numbers: readonly string[],
  deps: ReconcileSaleDeps,
) {
  const codes = numbers.filter(isTrackingCode);
  const which = codes.length === 0 ? '' : `: ${codes.join(', ')}`;
  const what = `Tracking was entered in DEAR by hand${which}. It is left as it is.`;
  await deps.orders.update(order, (current) =>
    current.log.some((entry) => entry.what === what)
      ? current
      : change(current, deps.now(), {}, { by: 'DEAR Sale/ShipmentTrackingNumberChanged', what }),
  );
}

/** Logs paths only: a value may hold personal data. */
function reportUnreadable({ id: saleId, orderNumber, unreadable = [] }: Sale, deps: ReconcileSaleDeps): void {
  if (unreadable.length === 0) return;
  deps.count('FieldUnreadable');
  deps.log('sale.unreadable', { saleId, saleOrderNumber: orderNumber, paths: unreadable.slice(0, 20) });
}

async function resolveSaleId(
  events: readonly SaleEventMessage[],
  known: KnownSale,
  deps: ReconcileSaleDeps,
): Promise<string | null> {
  const given = known.record?.saleId ?? getFirst(events, 'saleId');
  if (given !== '') return given;
  const saleOrderNumber = getFirst(events, 'saleOrderNumber');
  const found =
    saleOrderNumber === '' ? getFirst(events, 'saleTaskId') : await deps.dear.findSaleId(saleOrderNumber);
  if (found === null)
    deps.log('sale.notFound', { saleOrderNumber, events: events.map(({ event }) => event) });
  return found;
}

/** null if DEAR refuses to return the sale. The refusal is recorded, because the sale is not shipped. */
async function readSale(
  saleId: string,
  events: readonly SaleEventMessage[],
  record: SaleRecord | null,
  deps: ReconcileSaleDeps,
): Promise<Sale | null> {
  const at = isoTime(deps.now());
  try {
    return await deps.dear.readSale(saleId);
  } catch (error) {
    if (!(error instanceof Rejected) || (record !== null && record.references.length > 0)) throw error;
    const saleOrderNumber = getFirst(events, 'saleOrderNumber');
    const { code = 'Check the sale in DEAR.' } = quote(error);
    const reason = `DEAR does not return the sale: ${code}`;
    const seen = { readAt: at, isAuthorised: false, isComplete: false, goodsAwaitedSince: '' };
    const ignored = { outcome: 'ignored', reason, by: describeEvents(events), at } as const;
    await deps.sales.save({ saleId, saleOrderNumber, ...ignored, references: [], ...seen }, record);
    deps.log('sale.reconciled', { saleId, saleOrderNumber, outcome: 'ignored' });
    return null;
  }
}

/** `DEAR Sale/OrderAuthorised`; several are separated by commas. */
function describeEvents(events: readonly SaleEventMessage[]): string {
  const names = [...new Set(events.map(({ event }) => event))];
  return names.map((name) => (name.startsWith('Sale/') ? `DEAR ${name}` : name)).join(', ');
}

interface CarryOutPlanDeps {
  readonly orders: Pick<OrderStore, 'save' | 'saveContent'>;
  readonly sales: Pick<SaleStore, 'save'>;
  readonly saleContents: SaleContentStore;
  readonly fulfillment: Publisher<OrderMessage>;
  readonly confirmations: Publisher<OrderMessage>;
  readonly connections: readonly Connection[];
  readonly figures: FigureCounter;
  readonly now: Clock;
  readonly log: LogEvent;
}

/** A reading of a sale, and the plan made from it. */
interface SaleReading {
  readonly plan: Plan;
  readonly sale: Sale;
  /** Before the plan. */
  readonly orders: readonly FulfillmentOrder[];
  /** null if the sale was never read before. */
  readonly record: SaleRecord | null;
  /** The events that caused the reading. */
  readonly by: string;
  /** When the read began, ISO UTC. */
  readonly readAt: string;
  /** Since the first of the events; null for a reading that an operator asked for. */
  readonly sinceMs: number | null;
}

/**
 * Stores the changes, and queues every order that has a step to take, also one that was queued before.
 *
 * The references of new orders are stored first, so that an order that was stored before the process died is found again; the
 * sale is `planned` until all orders are stored. The time of the reading is stored last, so that an interrupted reading is
 * repeated.
 */
async function carryOutPlan(reading: SaleReading, deps: CarryOutPlanDeps): Promise<void> {
  const { plan, sale, orders: before, record, by } = reading;
  const orders = new Map(before.map((order) => [order.reference, order]));
  for (const { order } of plan.changes) orders.set(order.reference, order);
  const { id: saleId, orderNumber: saleOrderNumber } = sale;
  const { outcome, reason } = plan;
  const at = isoTime(deps.now());
  const planned = { saleId, saleOrderNumber, outcome, reason, references: [...orders.keys()], by, at };
  const unread = { ...planned, ...previousSnapshot(record) };
  const isListed = orders.size === before.length;
  const listed = isListed ? record : { ...unread, outcome: 'planned' as const, reason: NOT_STORED_YET };
  if (listed !== record && listed !== null) await deps.sales.save(listed, record);
  for (const { order, content } of plan.changes) {
    await deps.orders.save(order, content);
    if (order.version === 1) await deps.figures.count(order.connection, { made: reading.sinceMs });
  }
  for (const { order, content } of plan.repriced) await deps.orders.saveContent(order, content);
  for (const order of orders.values()) await publishSteps(order, deps);
  const done = { ...planned, ...toSnapshot(reading, [...orders.values()]) };
  if (orders.size === 0) await deps.saleContents.save(saleId, toSaleContent(sale));
  await deps.sales.save(plan.readAgainMs === null ? done : unread, listed);
  const changed = plan.changes.map(({ order }) => `${order.reference} ${order.status}`);
  deps.log('sale.reconciled', { saleId, saleOrderNumber, outcome, reason, changed, events: by });
}

function toSaleContent(sale: Sale): SaleContent {
  const { customer, email, customerReference, sourceChannel: channel, shippingAddress, lines } = sale;
  const skus = [...new Set(lines.map(({ sku }) => sku))].filter((sku) => sku !== '');
  return { customer, contact: shippingAddress.contact, email, customerReference, channel, skus };
}

/** Stands for some milliseconds, unless storing the orders fails. */
const NOT_STORED_YET =
  'Its fulfillment orders are not stored yet, so nothing was sent. If this persists, find out why: bridge queues peek sale-events';

type SaleSnapshot = Pick<
  SaleRecord,
  'readAt' | 'isAuthorised' | 'isComplete' | 'goodsAwaitedSince' | 'waitsFor'
>;

function previousSnapshot(record: SaleRecord | null): SaleSnapshot {
  const { readAt = '', isAuthorised = false, isComplete = false, goodsAwaitedSince = '' } = record ?? {};
  return { readAt, isAuthorised, isComplete, goodsAwaitedSince };
}

function toSnapshot(
  { plan, sale, record, readAt }: SaleReading,
  orders: readonly FulfillmentOrder[],
): SaleSnapshot {
  const { waitsFor } = plan;
  const isWaiting = waitsFor.length > 0;
  return {
    readAt,
    isAuthorised: isAuthorised(sale),
    isComplete: !isWaiting && isComplete(sale, orders),
    goodsAwaitedSince: isWaiting ? record?.goodsAwaitedSince || readAt : '',
    ...(isWaiting && { waitsFor }),
  };
}

async function publishSteps(order: FulfillmentOrder, deps: CarryOutPlanDeps): Promise<void> {
  const { reference } = order;
  if (nextDispatchStep(order) !== 'nothing') await deps.fulfillment.publish({ reference });
  const connection = deps.connections.find(({ id }) => id === order.connection);
  if (connection === undefined) return;
  if (needsConfirmation(order, connection) || connection.statusAttribute !== '') {
    await deps.confirmations.publish({ reference });
  }
}
