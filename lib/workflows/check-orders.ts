import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { UnexpectedAnswer } from '../domain/errors.ts';
import type { JobResult } from '../domain/job/job-run.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import {
  type OrderPart,
  type ProviderOrderState,
  recordLateToLeave,
  recordProviderState,
} from '../domain/order/standstill.ts';
import { referenceAtProvider } from '../domain/order/takeover.ts';
import {
  lateToLeaveSince,
  nextDispatchStep,
  type WaitingFor,
  waitingFor,
} from '../domain/order/transitions.ts';
import type { JobRunStore } from '../domain/ports/jobs.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type { OrderMessage, SaleEventMessage } from '../messaging/messages.ts';
import { type Provider, type ReportsOrders, reportsOrders } from '../providers/provider.ts';

interface CheckOrdersDeps {
  readonly provider: Provider;
  readonly connection: Connection;
  readonly orders: Pick<OrderStore, 'listWaiting' | 'update'>;
  readonly runs: Pick<JobRunStore, 'read'>;
  readonly saleEvents: Publisher<SaleEventMessage>;
  readonly confirmations: Publisher<OrderMessage>;
  /** Days after which an order of which nothing has left is late. */
  readonly unshippedDays: number;
  /** Whether there is time for another order. */
  readonly hasTime: () => boolean;
  readonly now: Clock;
}

/** What orders wait for that their provider has. */
const WATCHED: readonly WaitingFor[] = ['departure', 'hold', 'standstill', 'cancel-refused'];
/** An order may be found only some moments after it was accepted. */
const SETTLING_MS = 10 * 60_000;
/** Of two calls each, out of 200 a minute that orders use too. The next run continues with the others. */
const MAX_LOOKUPS = 100;

/**
 * Compares the orders that have not left with their state at the provider, because no webhook reports changes that people make
 * there. Reads one list of all open orders, and looks up each order that is not on it, as it has just left, or was cancelled,
 * deleted or merged, and each that the list shows in another state. Also records which orders are late to leave.
 */
export async function checkOrders(deps: CheckOrdersDeps): Promise<JobResult> {
  const { provider, connection, runs } = deps;
  const tally = { open: 0, orders: 0, lookedUp: 0, unknown: 0, changed: 0, leftOver: 0 };
  const began = deps.now();
  const collected = await runs.read('collect-shipments', connection.id);
  const open = reportsOrders(provider) ? await readOpen(provider) : null;
  tally.open = open?.size ?? 0;
  const check: OrderCheck = { open, began, shipmentsReadUntil: collected?.succeededAt ?? '', tally };
  for (const what of WATCHED) {
    for await (const order of deps.orders.listWaiting(what)) {
      if (order.connection !== connection.id || !isAtProvider(order)) continue;
      tally.orders += 1;
      if (deps.hasTime()) await checkOrder(order, check, deps);
      else tally.leftOver += 1;
    }
  }
  return { outcome: 'finished', counts: tally };
}

interface OrderCheck {
  /** Reference → its parts that are still to be shipped; null if the provider cannot list them. */
  readonly open: ReadonlyMap<string, readonly OrderPart[]> | null;
  readonly began: number;
  readonly shipmentsReadUntil: string;
  readonly tally: Record<'lookedUp' | 'unknown' | 'changed' | 'leftOver', number>;
}

/** Some 200 bytes an order. */
async function readOpen(provider: ReportsOrders): Promise<Map<string, OrderPart[]>> {
  const open = new Map<string, OrderPart[]>();
  for await (const page of provider.openOrders()) {
    for (const { reference, part } of page) open.set(reference, [...(open.get(reference) ?? []), part]);
  }
  return open;
}

/** An order that is held for a reason of ours was never sent. */
function isAtProvider({ hold, submission }: FulfillmentOrder): boolean {
  return submission.state === 'submitted' && (hold === '' || hold === 'service');
}

async function checkOrder(order: FulfillmentOrder, check: OrderCheck, deps: CheckOrdersDeps): Promise<void> {
  const { now, orders, unshippedDays } = deps;
  const parts = await getParts(order, check, deps);
  if (parts?.some(({ state }) => state === 'unknown')) check.tally.unknown += 1;
  const providerState: ProviderOrderState | null =
    parts === null ? null : { parts, shipmentsReadUntil: check.shipmentsReadUntil };
  const stored = await orders.update(order, (current) => {
    const seen = providerState === null ? current : recordProviderState(current, providerState, now());
    return recordLateToLeave(seen, lateToLeaveSince(unshippedDays, now()), unshippedDays, now());
  });
  if (stored === order) return;
  check.tally.changed += 1;
  await publishChange(order, stored, deps);
}

/** null if the state at the provider is not known now. */
async function getParts(
  order: FulfillmentOrder,
  check: OrderCheck,
  { provider, now }: CheckOrdersDeps,
): Promise<readonly OrderPart[] | null> {
  const { open, began, tally } = check;
  if (open === null || !reportsOrders(provider)) return null;
  const listed = open.get(referenceAtProvider(order));
  if (listed !== undefined && isBelievable(order, listed, check, now())) return listed;
  // It stands still because nothing is open. It is looked up again when a person acts.
  if (listed === undefined && waitingFor(order) === 'standstill') return null;
  if (tally.lookedUp >= MAX_LOOKUPS) {
    tally.leftOver += 1;
    return null;
  }
  tally.lookedUp += 1;
  const parts = await lookUp(order, provider);
  if (parts === null) tally.leftOver += 1;
  const isNew = Date.parse(order.submission.at) > began - SETTLING_MS;
  return parts?.length === 0 && isNew ? null : parts;
}

/**
 * A list may show for some minutes what an order was before it was held, released, cancelled or restored. So a change is
 * recorded only after a look-up, which is current. Only the list tells of a merged order.
 */
function isBelievable(
  order: FulfillmentOrder,
  parts: readonly OrderPart[],
  { shipmentsReadUntil }: OrderCheck,
  now: number,
): boolean {
  if (parts.some(({ mergedWith }) => mergedWith.length > 0)) return true;
  return recordProviderState(order, { parts, shipmentsReadUntil }, now) === order;
}

/** null if the provider's answer about this order cannot be read: the other orders are still checked. */
async function lookUp(
  order: FulfillmentOrder,
  provider: ReportsOrders,
): Promise<readonly OrderPart[] | null> {
  try {
    return await provider.orderParts(order.submission.providerOrderId, referenceAtProvider(order));
  } catch (error) {
    if (error instanceof UnexpectedAnswer) return null;
    throw error;
  }
}

/** Queues a new status for DEAR, and a step that waited for the provider's release. */
async function publishChange(
  before: FulfillmentOrder,
  after: FulfillmentOrder,
  { connection, confirmations, saleEvents, now }: CheckOrdersDeps,
): Promise<void> {
  const { reference, saleId, saleOrderNumber } = after;
  if (connection.statusAttribute !== '' && after.status !== before.status)
    await confirmations.publish({ reference });
  if (nextDispatchStep(after) === 'nothing') return;
  const event = { saleTaskId: '', event: 'service', trackingNumbers: [], receivedAt: isoTime(now()) };
  await saleEvents.publish({ saleId, saleOrderNumber, ...event });
}
