import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { nextDispatchStep } from '../domain/dispatch-step.ts';
import { Deferred, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';
import { trackingNumbersOf } from '../domain/packing.ts';
import { type Plan, planSale } from '../domain/plan.ts';
import type { Sale } from '../domain/sale.ts';
import { isReasonToRead } from '../domain/sale-events.ts';
import { change } from '../domain/transitions.ts';
import { needsConfirmation } from '../domain/unconfirmed.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import type { SaleRecord } from '../store/schemas.ts';
import { findKnownSale, firstOf, type KnownSale, readOrders } from './find-sale.ts';
import { type FindUnknownSkusNeeds, findUnknownSkus } from './find-unknown-skus.ts';
import type { LogEvent } from './log.ts';

export interface ReconcileSaleNeeds extends FindUnknownSkusNeeds {
  readonly dear: {
    readSale(saleId: string): Promise<Sale>;
    findSaleId(saleOrderNumber: string): Promise<string | null>;
  };
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    save(order: FulfillmentOrder, content?: OrderContent | null): Promise<void>;
    saveContent(order: FulfillmentOrder, content: OrderContent): Promise<void>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  readonly sales: {
    read(saleId: string): Promise<SaleRecord | null>;
    findByNumber(saleOrderNumber: string): Promise<SaleRecord | null>;
    save(record: SaleRecord, before: SaleRecord | null): Promise<void>;
  };
  readonly fulfillment: { publish(message: { reference: string }): Promise<void> };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly connections: readonly Connection[];
  readonly now: Clock;
  readonly log: LogEvent;
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
  const knownOrders = known.record === null ? null : known.orders;
  if (!events.some(({ event }) => isReasonToRead(event, knownOrders, needs.connections))) {
    return ignoreEvents(events, known, needs);
  }
  const saleId = await identify(events, known, needs);
  if (saleId === null) return;
  const record = known.record ?? (await needs.sales.read(saleId));
  const sale = await readSale(saleId, events, record, needs);
  if (sale === null) return;
  const orders = await readOrders(record, needs);
  const by = describeEvents(events);
  const { connections } = needs;
  const unknownSkus = await findUnknownSkus(sale, needs);
  const plan = planSale({ sale, connections, orders, unknownSkus, by, now: needs.now() });
  await carryOut(plan, sale, { record, orders }, by, needs);
  if (plan.lookAgainMs !== null) throw new Deferred(plan.reason, plan.lookAgainMs);
}

/** Costs DEAR no call. Tracking that is not ours was typed by a person: it is noted and never overwritten. */
async function ignoreEvents(
  events: readonly SaleEventMessage[],
  known: KnownSale,
  needs: ReconcileSaleNeeds,
): Promise<void> {
  const ours = new Set(trackingNumbersOf(known.orders.flatMap((order) => order.packages)));
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
  const what = `Tracking was entered in DEAR by hand: ${numbers.join(', ')}. It is left as it is.`;
  await needs.orders.update(order, (current) =>
    current.log.some((entry) => entry.what === what)
      ? current
      : change(current, needs.now(), {}, { by: 'DEAR Sale/ShipmentTrackingNumberChanged', what }),
  );
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
  try {
    return await needs.dear.readSale(saleId);
  } catch (error) {
    if (!(error instanceof Rejected) || (record !== null && record.references.length > 0)) throw error;
    const saleOrderNumber = firstOf(events, 'saleOrderNumber');
    const reason = `DEAR does not give the sale out: ${error.details.words ?? error.message}`;
    const by = describeEvents(events);
    const at = isoTime(needs.now());
    const outcome = 'ignored' as const;
    await needs.sales.save({ saleId, saleOrderNumber, outcome, reason, references: [], by, at }, record);
    needs.log('sale.reconciled', { saleId, saleOrderNumber, outcome: 'ignored' });
    return null;
  }
}

/** `DEAR Sale/OrderAuthorised`; several are told apart by commas. */
function describeEvents(events: readonly SaleEventMessage[]): string {
  const names = [...new Set(events.map(({ event }) => event))];
  return names.map((name) => (name.startsWith('Sale/') ? `DEAR ${name}` : name)).join(', ');
}

/**
 * The sale's record comes first: it lists the references, so an order that was stored when the process died is found
 * again. Queueing comes last, and is repeated for every order that still needs something.
 */
async function carryOut(plan: Plan, sale: Sale, before: KnownSale, by: string, needs: ReconcileSaleNeeds) {
  const orders = new Map(before.orders.map((order) => [order.reference, order]));
  for (const { order } of plan.changes) orders.set(order.reference, order);
  const { id: saleId, orderNumber: saleOrderNumber } = sale;
  const { outcome, reason } = plan;
  const record = { saleId, saleOrderNumber, outcome, reason, references: [...orders.keys()], by };
  await needs.sales.save({ ...record, at: isoTime(needs.now()) }, before.record);
  for (const { order, content } of plan.changes) await needs.orders.save(order, content);
  for (const { order, content } of plan.repriced) await needs.orders.saveContent(order, content);
  for (const order of orders.values()) await queue(order, needs);
  const changed = plan.changes.map(({ order }) => `${order.reference} ${order.status}`);
  needs.log('sale.reconciled', { saleId, saleOrderNumber, outcome, reason, changed, events: by });
}

async function queue(order: FulfillmentOrder, needs: ReconcileSaleNeeds): Promise<void> {
  const { reference } = order;
  if (nextDispatchStep(order) !== 'nothing') await needs.fulfillment.publish({ reference });
  const connection = needs.connections.find(({ id }) => id === order.connection);
  if (connection === undefined) return;
  if (needsConfirmation(order, connection) || connection.statusAttribute !== '') {
    await needs.confirmations.publish({ reference });
  }
}
