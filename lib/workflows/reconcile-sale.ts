import { isoTime } from '../domain/clock.ts';
import { trackingNumbersOf } from '../domain/confirmation/packing.ts';
import { Deferred, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/order/fulfillment-order.ts';
import { isEdited } from '../domain/order/new-order.ts';
import { planSale } from '../domain/order/plan.ts';
import { change, quotationOf } from '../domain/order/transitions.ts';
import { coverageOf, isShown, timeUntilCovered } from '../domain/sale/changed-sale.ts';
import type { Sale } from '../domain/sale/sale.ts';
import { isReasonToRead } from '../domain/sale/sale-events.ts';
import { isTrackingCode, trackingToken } from '../domain/shipment/package.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import type { SaleRecord } from '../store/schemas.ts';
import { type CarryOutPlanNeeds, carryOutPlan } from './carry-out-plan.ts';
import { findKnownSale, firstOf, type KnownSale, readOrders } from './find-sale.ts';
import {
  type FindUnknownSkusNeeds,
  findUnknownSkus,
  type ReadReferenceBooksNeeds,
  readReferenceBooks,
} from './read-reference-books.ts';

export interface ReconcileSaleNeeds
  extends CarryOutPlanNeeds,
    FindUnknownSkusNeeds,
    Omit<ReadReferenceBooksNeeds, 'dear'> {
  readonly count: (metric: 'FieldUnreadable') => void;
  readonly dear: ReadReferenceBooksNeeds['dear'] & {
    readSale(saleId: string): Promise<Sale>;
    findSaleId(saleOrderNumber: string): Promise<string | null>;
  };
  readonly orders: CarryOutPlanNeeds['orders'] & {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  readonly sales: CarryOutPlanNeeds['sales'] & {
    read(saleId: string): Promise<SaleRecord | null>;
    findByNumber(saleOrderNumber: string): Promise<SaleRecord | null>;
  };
}

/**
 * Looks at one sale because something happened to it: reads it once, however many events there are, plans, stores what
 * changed, and queues the orders that need their provider or DEAR.
 * @param events all of the same sale, oldest first, at least one
 * @throws {Deferred} where a call to a provider is under way whose outcome decides what may be planned
 */
export async function reconcileSale(
  events: readonly SaleEventMessage[],
  needs: ReconcileSaleNeeds,
): Promise<void> {
  const known = await findKnownSale(events, needs);
  const news = events.filter((event) => isNews(event, known, needs));
  if (news.length === 0) return ignoreEvents(events, known, needs);
  waitUntilClear(news, known, needs);
  const saleId = await identify(events, known, needs);
  if (saleId === null) return;
  const record = known.record ?? (await needs.sales.read(saleId));
  const readAt = isoTime(needs.now());
  const sale = await readSale(saleId, events, record, needs);
  if (sale === null) return;
  noteUnreadable(sale, needs);
  const orders = await readOrders(record, needs);
  const by = describeEvents(events);
  const books = await readReferenceBooks(sale, needs, needs.now());
  const unknownSkus = await findUnknownSkus(sale, books, needs);
  const { connections } = needs;
  const edited = await readEdited(orders, needs);
  const plan = planSale({ sale, connections, orders, books, unknownSkus, edited, by, now: needs.now() });
  await carryOutPlan({ plan, sale, orders, record, by, readAt }, needs);
  if (plan.lookAgainMs !== null) throw new Deferred(plan.reason, plan.lookAgainMs);
}

/** The contents of orders that a person edited, by reference; few have any. */
async function readEdited(
  orders: readonly FulfillmentOrder[],
  needs: ReconcileSaleNeeds,
): Promise<ReadonlyMap<string, OrderContent>> {
  const edited = new Map<string, OrderContent>();
  for (const order of orders.filter(isEdited)) {
    const content = await needs.orders.readContent(order);
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
  { connections }: ReconcileSaleNeeds,
): boolean {
  const { event, updatedAt, receivedAt } = message;
  if (record === null) return isReasonToRead(event, null, connections);
  if (updatedAt !== undefined && isShown(updatedAt, record.readAt)) return false;
  if (isWebhook(message) && coverageOf(receivedAt, record.readAt) === 'shown') return false;
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
function waitUntilClear(
  events: readonly SaleEventMessage[],
  { record }: KnownSale,
  needs: ReconcileSaleNeeds,
): void {
  const readAt = record?.readAt ?? '';
  const unclear = events.filter(
    (message) => isWebhook(message) && coverageOf(message.receivedAt, readAt) === 'unclear',
  );
  const waitMs = Math.max(0, ...unclear.map(({ receivedAt }) => timeUntilCovered(receivedAt, needs.now())));
  if (waitMs > 0) throw new Deferred('The sale was read as its webhook came', waitMs);
}

/** Costs DEAR no call. Tracking that is not ours was typed by a person: it is noted and never overwritten. */
async function ignoreEvents(
  events: readonly SaleEventMessage[],
  known: KnownSale,
  needs: ReconcileSaleNeeds,
): Promise<void> {
  const ours = new Set(trackingNumbersOf(known.orders.flatMap((order) => order.packages)).map(trackingToken));
  const foreign = events.flatMap((event) => event.trackingNumbers).filter((number) => !ours.has(number));
  const [order] = known.orders;
  if (order !== undefined && foreign.length > 0)
    await noteForeignTracking(order, [...new Set(foreign)], needs);
  needs.log('sale.skipped', {
    saleId: known.record?.saleId ?? firstOf(events, 'saleId'),
    saleOrderNumber: known.record?.saleOrderNumber ?? firstOf(events, 'saleOrderNumber'),
    events: events.map(({ event }) => event),
    outcome: foreign.length > 0 ? 'noted' : 'echo or of no concern',
  });
}

async function noteForeignTracking(
  order: FulfillmentOrder,
  numbers: readonly string[],
  needs: ReconcileSaleNeeds,
) {
  const codes = numbers.filter(isTrackingCode);
  const which = codes.length === 0 ? '' : `: ${codes.join(', ')}`;
  const what = `Tracking was entered in DEAR by hand${which}. It is left as it is.`;
  await needs.orders.update(order, (current) =>
    current.log.some((entry) => entry.what === what)
      ? current
      : change(current, needs.now(), {}, { by: 'DEAR Sale/ShipmentTrackingNumberChanged', what }),
  );
}

/** By the paths alone: a value may be anything. */
function noteUnreadable({ id: saleId, orderNumber, unreadable = [] }: Sale, needs: ReconcileSaleNeeds): void {
  if (unreadable.length === 0) return;
  needs.count('FieldUnreadable');
  needs.log('sale.unreadable', { saleId, saleOrderNumber: orderNumber, paths: unreadable.slice(0, 20) });
}

async function identify(
  events: readonly SaleEventMessage[],
  known: KnownSale,
  needs: ReconcileSaleNeeds,
): Promise<string | null> {
  const given = known.record?.saleId ?? firstOf(events, 'saleId');
  if (given !== '') return given;
  const saleOrderNumber = firstOf(events, 'saleOrderNumber');
  const found =
    saleOrderNumber === '' ? firstOf(events, 'saleTaskId') : await needs.dear.findSaleId(saleOrderNumber);
  if (found === null)
    needs.log('sale.notFound', { saleOrderNumber, events: events.map(({ event }) => event) });
  return found;
}

/** null where DEAR does not give the sale out; that is recorded, as a sale that we cannot see is one we do not ship. */
async function readSale(
  saleId: string,
  events: readonly SaleEventMessage[],
  record: SaleRecord | null,
  needs: ReconcileSaleNeeds,
): Promise<Sale | null> {
  const at = isoTime(needs.now());
  try {
    return await needs.dear.readSale(saleId);
  } catch (error) {
    if (!(error instanceof Rejected) || (record !== null && record.references.length > 0)) throw error;
    const saleOrderNumber = firstOf(events, 'saleOrderNumber');
    const { code = 'Look at the sale in DEAR.' } = quotationOf(error);
    const reason = `DEAR does not give the sale out: ${code}`;
    const seen = { readAt: at, isAuthorised: false, isThrough: false, goodsAwaitedSince: '' };
    const ignored = { outcome: 'ignored', reason, by: describeEvents(events), at } as const;
    await needs.sales.save({ saleId, saleOrderNumber, ...ignored, references: [], ...seen }, record);
    needs.log('sale.reconciled', { saleId, saleOrderNumber, outcome: 'ignored' });
    return null;
  }
}

/** `DEAR Sale/OrderAuthorised`; several are told apart by commas. */
function describeEvents(events: readonly SaleEventMessage[]): string {
  const names = [...new Set(events.map(({ event }) => event))];
  return names.map((name) => (name.startsWith('Sale/') ? `DEAR ${name}` : name)).join(', ');
}
