import type { Connection } from './connection.ts';
import { contentOf } from './content.ts';
import { connectionFor, type SortedLines, sortLines } from './deliverable-lines.ts';
import { Deferred } from './errors.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { FulfillmentOrder, OrderContent } from './fulfillment-order.ts';
import { newOrder } from './new-order.ts';
import { replan, withdraw } from './replan.ts';
import { isOrderAuthorised, isVoided, type Sale } from './sale.ts';

/** What a sale asks of us now, given what we have done for it so far. */
export interface Plan {
  /** One sentence: where the sale stands and why. Recorded for ignored sales as well, so that none vanishes. */
  readonly outcome: 'ordered' | 'ignored';
  readonly reason: string;
  readonly changes: readonly PlannedChange[];
}

export interface PlannedChange {
  /** `created`: a new order. `changed`: an order we had, one version later. */
  readonly kind: 'created' | 'changed';
  readonly order: FulfillmentOrder;
  /** Present where it has to be stored under the order's fingerprint. */
  readonly content: OrderContent | null;
}

export interface PlanningInput {
  readonly sale: Sale;
  readonly connections: readonly Connection[];
  /** Every fulfillment order made for this sale so far. */
  readonly orders: readonly FulfillmentOrder[];
  /** What made us look: `DEAR Sale/OrderAuthorised`. */
  readonly by: string;
  /** ms since the epoch. */
  readonly now: number;
}

/** Longer than a provider call and its settling take; short enough that an edit is not held up for long. */
const UNSETTLED_MS = 3 * 60_000;

/**
 * Decides from the sale as it is now, never from the event that announced it; so events may be lost, repeated and
 * re-ordered, and planning an unchanged sale again changes nothing.
 * @throws {Deferred} while a call to the provider is in flight whose outcome decides what may be planned
 */
export function planSale(input: PlanningInput): Plan {
  const connection = connectionFor(input.sale.location, input.connections);
  const lines = sortLines(input.sale);
  const refusal = whyNothingToOrder(input, connection, lines);
  if (refusal !== '' || connection === undefined) {
    const outcome = input.orders.length > 0 ? 'ordered' : 'ignored';
    return { outcome, reason: refusal, changes: withdrawals(input.orders, refusal, input) };
  }
  const elsewhere = input.orders.filter((order) => order.connection !== connection.id);
  const changes = [
    ...withdrawals(elsewhere, `The sale moved to ${input.sale.location}.`, input),
    ...planFor(connection, lines.toShip, input),
  ];
  const reason = `${connection.id} ships it from ${connection.location}.${describeLeftOut(lines)}`;
  return { outcome: 'ordered', reason, changes };
}

/** One sentence, or '' where there is something to order. */
function whyNothingToOrder(
  input: PlanningInput,
  connection: Connection | undefined,
  lines: SortedLines,
): string {
  const { sale } = input;
  if (isVoided(sale)) return 'The sale is voided.';
  if (connection === undefined) return `No connection ships from the sale's location, '${sale.location}'.`;
  if (sale.type === 'service') return 'A service sale has nothing to ship.';
  if (!isOrderAuthorised(sale))
    return `The sale's order is ${sale.orderStatus || 'not there'}, not authorised.`;
  if (connection.backorders === 'wait' && lines.backordered.length > 0) {
    return `Waiting for what is on backorder: ${lines.backordered.map((line) => line.sku).join(', ')}.`;
  }
  if (lines.toShip.length === 0) return `No line of the sale is to be shipped.${describeLeftOut(lines)}`;
  const ours = input.orders.some((order) => order.connection === connection.id && isLive(order));
  return !ours && shippedByOthers(sale)
    ? 'The sale was already shipped in DEAR, so it is not sent again.'
    : '';
}

/** As ShipStation's own connection does: what carries tracking has been shipped by somebody. */
function shippedByOthers(sale: Sale): boolean {
  const shipping = sale.fulfilments.some(({ ship }) =>
    ['AUTHORISED', 'PARTIALLY AUTHORISED'].includes(ship.status),
  );
  return shipping || sale.trackingNumbers.length > 0;
}

function describeLeftOut(lines: SortedLines): string {
  return lines.leftOut.map(({ line, why }) => ` ${line.sku || 'A line'} ${why}.`).join('');
}

/** Whether the order still stands for the sale's goods. Goods that have left are never sent a second time. */
function isLive(order: FulfillmentOrder): boolean {
  return order.status !== 'Cancelled' || order.packages.length > 0;
}

function withdrawals(
  orders: readonly FulfillmentOrder[],
  why: string,
  input: PlanningInput,
): PlannedChange[] {
  return orders.filter(isLive).flatMap((order) => asChange(order, withdraw(order, why, input), null));
}

function planFor(
  connection: Connection,
  lines: SortedLines['toShip'],
  input: PlanningInput,
): PlannedChange[] {
  const current = input.orders.find((order) => order.connection === connection.id && isLive(order));
  if (current === undefined) {
    const reference = `${input.sale.orderNumber}-${input.orders.length + 1}`;
    const content = contentOf(input.sale, connection, lines, reference);
    return [{ kind: 'created', order: newOrder(content, connection, input), content }];
  }
  const content = contentOf(input.sale, connection, lines, current.reference);
  const unsettled = ['claimed', 'unknown'].includes(current.submission.state);
  if (
    current.cancellation.state === 'claimed' ||
    (unsettled && fingerprintOf(content) !== current.fingerprint)
  ) {
    throw new Deferred(
      `${current.reference} is in flight; what comes of it decides what may be planned`,
      UNSETTLED_MS,
    );
  }
  return asChange(current, replan(current, content, input), content);
}

/** However many steps a transition took, it is one write: the version after the one we read. */
function asChange(
  before: FulfillmentOrder,
  after: FulfillmentOrder,
  content: OrderContent | null,
): PlannedChange[] {
  if (after === before) return [];
  const kept = after.fingerprint === before.fingerprint ? null : content;
  return [{ kind: 'changed', order: { ...after, version: before.version + 1 }, content: kept }];
}
