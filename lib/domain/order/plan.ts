import type { Demand, Demands } from '../sale/demand.ts';
import { findDemands, whyNotAdmitted } from '../sale/demands-of-sale.ts';
import { isOrderAuthorised, isVoided, type Sale } from '../sale/sale.ts';
import { buildContent } from './build-content.ts';
import { isCancellationPending, mayStillLeave, withdraw } from './cancellation.ts';
import type { FulfillmentOrder, WaitedFor } from './fulfillment-order.ts';
import { heldAsUnreadable, whyUnreadable } from './initial-state.ts';
import { newOrder, orderReference, type PlanningInput, withEdits } from './new-order.ts';
import { type OrderContent, toFingerprint } from './order-content.ts';
import { replan, sumByProduct, whyKept } from './replan.ts';
import { settleShadowed } from './takeover.ts';
import { isLive, nextDispatchStep } from './transitions.ts';

/** What has to be done for a sale now, given its existing orders. */
export interface Plan {
  readonly outcome: 'ordered' | 'waiting' | 'ignored';
  /** Why the sale was ordered, waits for goods or was ignored, as one sentence. */
  readonly reason: string;
  readonly changes: readonly PlannedChange[];
  /** Unchanged orders whose prices may have changed: their content is stored again for billing. */
  readonly repriced: ReadonlyArray<{ readonly order: FulfillmentOrder; readonly content: OrderContent }>;
  /** When to read the sale again, in ms, if planning depends on a provider call in progress; else null. */
  readonly readAgainMs: number | null;
  /** Goods on backorder are not ordered yet. DEAR sends no event when they come in. */
  readonly waitsFor: readonly WaitedFor[];
}

interface PlannedChange {
  /** New, as version 1, or one version later than it was. */
  readonly order: FulfillmentOrder;
  /** To be stored under the order's fingerprint; null if it is stored already. */
  readonly content: OrderContent | null;
}

/** A provider call and its settling take up to three minutes; an edit should not wait much longer. */
const FIRST_LOOK_MS = 60_000;
/**
 * During an outage the call may stay unsettled for hours. Each reading is one of DEAR's 60 calls a minute, so the sales of an
 * outage are read less and less often, by how long they have waited.
 */
const LAST_LOOK_MS = 5 * 60_000;

/**
 * Decides from the sale as it is now, never from the event. So events may be lost, repeated or re-ordered, and planning an
 * unchanged sale again changes nothing.
 */
export function planSale(input: PlanningInput): Plan {
  const why = whyUnreadable(input.sale);
  if (why === null) {
    const orders = settleAll(input);
    return withSettled(planReadable({ ...input, orders }), input.orders, orders);
  }
  if (input.orders.some(isLive)) return leaveAsItIs(`${why} So the orders of the sale stay as they are.`);
  return planOnHold(planReadable(input), why, input);
}

/** The orders, of which those that were planned in shadow mode are taken over where the sale says what became of them. */
function settleAll({ sale, connections, orders, now }: PlanningInput): readonly FulfillmentOrder[] {
  return orders.reduce<readonly FulfillmentOrder[]>((current, order) => {
    const connection = connections.find(({ id }) => id === order.connection);
    if (connection === undefined) return current;
    const others = current.filter((other) => other !== order);
    const settled = settleShadowed(order, { sale, connection, others, now });
    return current.map((one) => (one === order ? settled : one));
  }, orders);
}

/** The plan, which also stores the orders that were taken over. However many steps an order took, it is one write. */
function withSettled(
  plan: Plan,
  before: readonly FulfillmentOrder[],
  after: readonly FulfillmentOrder[],
): Plan {
  if (after === before || after.every((order, index) => order === before[index])) return plan;
  const versions = new Map(before.map(({ reference, version }) => [reference, version]));
  const inOneWrite = (order: FulfillmentOrder) => {
    const version = versions.get(order.reference);
    return version === undefined ? order : { ...order, version: version + 1 };
  };
  const planned = new Set(plan.changes.map(({ order }) => order.reference));
  const settled = after.filter((order, index) => order !== before[index] && !planned.has(order.reference));
  const changes = [...plan.changes, ...settled.map((order) => ({ order, content: null }))];
  return { ...plan, changes: changes.map((one) => ({ ...one, order: inOneWrite(one.order) })) };
}

/** A part that cannot be read must not look as if the sale no longer asked for it. */
function leaveAsItIs(reason: string): Plan {
  return { outcome: 'ordered', reason, changes: [], repriced: [], readAgainMs: null, waitsFor: [] };
}

function planOnHold(plan: Plan, why: string, { by, now }: PlanningInput): Plan {
  const changes = plan.changes.map(({ order, content }) => ({
    order: order.version === 1 ? heldAsUnreadable(order, why, by, now) : order,
    content,
  }));
  return { ...plan, changes, reason: `${why} ${plan.reason}` };
}

function planReadable(input: PlanningInput): Plan {
  const { demands, reasons, waitsFor = [] } = wanted(input);
  const answered = new Map(demands.map((demand) => [demand.key, orderFor(demand, input)]));
  const kept = new Set([...answered.values()]);
  const withdrawn = input.orders
    .filter((order) => isLive(order) && !kept.has(order))
    .map((order) => asChange(order, withdraw(order, whyWithdrawn(order, demands, reasons), input), null));
  const planned: Planned[] = [];
  for (const demand of demands) {
    planned.push(planFor(demand, answered.get(demand.key), withdrawn, planned, input));
  }
  const changes = [...withdrawn, ...planned.map(({ change }) => change)].filter((change) => change !== null);
  const allReasons = new Set([...planned.flatMap((one) => one.reasons), ...reasons]);
  const hasOrders = input.orders.length + changes.length > 0;
  const repriced = planned.flatMap((one) => one.repriced ?? []);
  return {
    outcome: hasOrders ? 'ordered' : waitsFor.length > 0 ? 'waiting' : 'ignored',
    reason: [...allReasons].join(' '),
    changes,
    repriced,
    readAgainMs: untilNextLook(planned, input.now),
    waitsFor,
  };
}

function untilNextLook(planned: readonly Planned[], now: number): number | null {
  const waits = planned.flatMap(({ waitsFor }) => waitsFor ?? []);
  if (waits.length === 0) return null;
  const waited = Math.min(...waits.map(({ waitingSince }) => now - Date.parse(waitingSince)));
  return Math.min(Math.max(waited, FIRST_LOOK_MS), LAST_LOOK_MS);
}

/** Another connection of its location ships it, or the sale does not ask for it. */
function whyWithdrawn(
  order: FulfillmentOrder,
  demands: readonly Demand[],
  reasons: readonly string[],
): string {
  const successor = demands.find(
    ({ connection, chosenBy, lines }) =>
      chosenBy !== '' &&
      connection.id !== order.connection &&
      lines.some(({ line }) => order.lines.some(({ productId }) => productId === line.productId)),
  );
  if (successor === undefined) return reasons[0] ?? 'The sale no longer asks for it.';
  return `${successor.connection.id} ships it instead. ${successor.chosenBy}`;
}

/** What the sale asks for, or why it asks for nothing. */
function wanted({ sale, connections, orders, books }: PlanningInput): Demands {
  const refusal = whyNothing(sale);
  return refusal === null
    ? findDemands(sale, connections, orders, books)
    : { demands: [], reasons: [refusal] };
}

export const SALE_VOIDED = 'The sale was voided in DEAR.';

function whyNothing(sale: Sale): string | null {
  if (isVoided(sale)) return SALE_VOIDED;
  if (sale.type === 'service') return 'A service sale has nothing to ship.';
  return isOrderAuthorised(sale)
    ? null
    : `The sale's order is ${sale.orderStatus || 'not there'}, not authorised.`;
}

function orderFor(demand: Demand, { orders }: PlanningInput): FulfillmentOrder | undefined {
  return orders.find((order) => order.demand === demand.key && isLive(order));
}

interface Planned {
  readonly change: PlannedChange | null;
  /** Sentences. */
  readonly reasons: readonly string[];
  /** The order whose call decides the plan. */
  readonly waitsFor?: FulfillmentOrder;
  readonly repriced?: Plan['repriced'];
}

function planFor(
  demand: Demand,
  current: FulfillmentOrder | undefined,
  withdrawn: readonly (PlannedChange | null)[],
  earlier: readonly Planned[],
  input: PlanningInput,
): Planned {
  const refusal = current === undefined ? whyRefused(demand, input) : null;
  if (refusal !== null) return { change: null, reasons: [refusal] };
  const latest = withChanges(input.orders, withdrawn);
  const leaving = findLeaving(demand, current, latest);
  if (leaving !== undefined) return blockedBy(leaving);
  if (current !== undefined) {
    const reasons = listReasons(demand, whyKept(current, demand));
    return { ...replanned(demand, current, input), reasons };
  }
  const changing = latest.find((order) => demand.completes.includes(order.reference) && isChanging(order));
  if (changing !== undefined) return waitFor(`${changing.connection} to take a change of`, changing);
  const created = earlier.filter(({ change }) => change?.order.version === 1).length;
  const reference = orderReference(input.sale.orderNumber, input.orders.length + created + 1);
  const content = buildContent(input.sale, demand, reference);
  return { change: { order: newOrder(content, demand, input), content }, reasons: listReasons(demand, '') };
}

function whyRefused(demand: Demand, { sale, orders }: PlanningInput): string | null {
  if (demand.completes.length > 0) return null;
  return whyNotAdmitted(sale, demand.connection, demand.taskId, orders);
}

/** @param kept why the connection keeps goods that the rules would send elsewhere; '' */
function listReasons({ connection, chosenBy, remarks }: Demand, kept: string): string[] {
  const where = `${connection.id} ships it from ${connection.location}.`;
  return [where, chosenBy, kept, ...remarks].filter((sentence) => sentence !== '');
}

/** The orders as they are after the changes. */
function withChanges(
  orders: readonly FulfillmentOrder[],
  changes: readonly (PlannedChange | null)[],
): FulfillmentOrder[] {
  const changed = changes.flatMap((change) => (change === null ? [] : [change.order]));
  return orders.map((order) => changed.find(({ reference }) => reference === order.reference) ?? order);
}

/** Another order that may still leave with goods which the demand's order would gain. */
function findLeaving(
  demand: Demand,
  current: FulfillmentOrder | undefined,
  orders: readonly FulfillmentOrder[],
): FulfillmentOrder | undefined {
  const others = orders.filter((order) => order.reference !== current?.reference && mayStillLeave(order));
  if (others.length === 0) return undefined;
  const gained = findGained(demand, current);
  return others.find((order) => isInTheWay(order, demand, gained));
}

/** Products of which the demand asks for more than its order has. */
function findGained({ lines }: Demand, current: FulfillmentOrder | undefined): Set<string> {
  const had = sumByProduct(current?.lines ?? []);
  const asked = sumByProduct(
    lines.map(({ line: { productId, sku }, quantity }) => ({ productId, sku, quantity })),
  );
  const gained = [...asked].filter(([id, { quantity }]) => quantity > (had.get(id)?.quantity ?? 0));
  return new Set(gained.map(([id]) => id));
}

/**
 * A demand for the rest of a sale already excludes what the orders that it completes ship.
 * @param products those that are to be sent
 */
function isInTheWay(order: FulfillmentOrder, demand: Demand, products: ReadonlySet<string>): boolean {
  if (demand.completes.includes(order.reference)) return false;
  return order.lines.some(({ productId }) => products.has(productId));
}

/** Two orders for the same goods must never be able to leave. */
function blockedBy(leaving: FulfillmentOrder): Planned {
  if (isCancellationPending(leaving)) return waitFor(`${leaving.connection} to cancel`, leaving);
  return {
    change: null,
    reasons: [
      `${leaving.reference} left, or may leave, from ${leaving.location}; nothing is sent a second time.`,
    ],
  };
}

/** An update is being sent to its service: until that is accepted or refused, it is not known what the order ships. */
function isChanging(order: FulfillmentOrder): boolean {
  return nextDispatchStep(order) === 'update';
}

function waitFor(what: string, order: FulfillmentOrder): Planned {
  return { change: null, waitsFor: order, reasons: [`Waiting for ${what} ${order.reference}.`] };
}

function replanned(
  demand: Demand,
  current: FulfillmentOrder,
  input: PlanningInput,
): Omit<Planned, 'reasons'> {
  const asked = buildContent(input.sale, demand, current.reference);
  const content = withEdits(current, asked, input.stored);
  const unknown = ['claimed', 'unknown'].includes(current.submission.state);
  const differs = toFingerprint(asked) !== current.planned;
  // What has left is no longer cancelled, so nothing would ever settle that claim.
  const cancelling = current.cancellation.state === 'claimed' && current.packages.length === 0;
  if (cancelling || (unknown && differs)) return { change: null, waitsFor: current };
  const change = asChange(current, replan(current, { asked, content }, demand, input), content);
  const sameGoods = toFingerprint(content) === current.fingerprint;
  const billed = demand.connection.invoice !== 'none' && sameGoods && !change?.content;
  return { change, repriced: billed ? [{ order: current, content }] : [] };
}

/**
 * However many steps a transition took, it is one write, with the version after the one that was read. The content of a held
 * order is stored again, because what released it (a payment) is part of what the provider receives.
 */
function asChange(
  before: FulfillmentOrder,
  after: FulfillmentOrder,
  content: OrderContent | null,
): PlannedChange | null {
  if (after === before) return null;
  const kept = after.fingerprint !== before.fingerprint || before.status === 'On Hold' ? content : null;
  return { order: { ...after, version: before.version + 1 }, content: kept };
}
