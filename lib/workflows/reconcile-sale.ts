import { isoTime } from '../domain/clock.ts';
import { getTrackingNumbers } from '../domain/confirmation/packing.ts';
import { Deferred, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { isEdited } from '../domain/order/new-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import { planSale } from '../domain/order/plan.ts';
import { change, quote } from '../domain/order/transitions.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { SaleRecord, SaleStore, SalesInDear } from '../domain/ports/sales.ts';
import { getCoverage, isChangeVisible, timeUntilCovered } from '../domain/sale/changed-sale.ts';
import type { Sale } from '../domain/sale/sale.ts';
import { isReasonToRead } from '../domain/sale/sale-events.ts';
import { isTrackingCode, trackingToken } from '../domain/shipment/package.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import { type CarryOutPlanDeps, carryOutPlan } from './carry-out-plan.ts';
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
}

/**
 * Looks at one sale because something happened to it: reads it once, however many events there are, plans, stores what
 * changed, and queues the orders that need their provider or DEAR.
 * @param events all of the same sale, oldest first, at least one
 * @throws {Deferred} where a call to a provider is under way whose outcome decides what may be planned
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
  const orders = await readOrders(record, deps);
  const by = describeEvents(events);
  const books = await readReferenceBooks(sale, deps, deps.now());
  const unknownSkus = await findUnknownSkus(sale, books, deps);
  const { connections } = deps;
  const edited = await readEdited(orders, deps);
  const plan = planSale({ sale, connections, orders, books, unknownSkus, edited, by, now: deps.now() });
  await carryOutPlan({ plan, sale, orders, record, by, readAt }, deps);
  if (plan.lookAgainMs !== null) throw new Deferred(plan.reason, plan.lookAgainMs);
}

/** The contents of orders that a person edited, by reference; few have any. */
async function readEdited(
  orders: readonly FulfillmentOrder[],
  deps: ReconcileSaleDeps,
): Promise<ReadonlyMap<string, OrderContent>> {
  const edited = new Map<string, OrderContent>();
  for (const order of orders.filter(isEdited)) {
    const content = await deps.orders.readContent(order);
    if (content !== null) edited.set(order.reference, content);
  }
  return edited;
}

/**
 * The sweep says how late a change it saw, and a webhook when it was received: a read since then has seen what it tells of.
 * Other events, such as a person's wish, are about more than DEAR's change.
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
 * A webhook that came within moments of the last read may be shown by it or not. One read, once that is certain of all of
 * them, answers for every repetition that is still queued; without the wait each batch of them would cost a read.
 * @throws {Deferred} where it is too early
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
  if (waitMs > 0) throw new Deferred('The sale was read as its webhook came', waitMs);
}

/** Costs DEAR no call. Tracking that is not ours was typed by a person: it is noted and never overwritten. */
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
    outcome: foreign.length > 0 ? 'noted' : 'echo or irrelevant',
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

/** By the paths alone: a value may be anything. */
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

/** null where DEAR does not give the sale out; that is recorded, as a sale that we cannot see is one we do not ship. */
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
    const { code = 'Look at the sale in DEAR.' } = quote(error);
    const reason = `DEAR does not give the sale out: ${code}`;
    const seen = { readAt: at, isAuthorised: false, isComplete: false, goodsAwaitedSince: '' };
    const ignored = { outcome: 'ignored', reason, by: describeEvents(events), at } as const;
    await deps.sales.save({ saleId, saleOrderNumber, ...ignored, references: [], ...seen }, record);
    deps.log('sale.reconciled', { saleId, saleOrderNumber, outcome: 'ignored' });
    return null;
  }
}

/** `DEAR Sale/OrderAuthorised`; several are told apart by commas. */
function describeEvents(events: readonly SaleEventMessage[]): string {
  const names = [...new Set(events.map(({ event }) => event))];
  return names.map((name) => (name.startsWith('Sale/') ? `DEAR ${name}` : name)).join(', ');
}
