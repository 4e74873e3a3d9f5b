import type { Demand } from './demand.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { FulfillmentOrder, OrderContent } from './fulfillment-order.ts';
import { orderedLines } from './new-order.ts';
import type { PlanningInput } from './plan.ts';
import { remarksOnUnknown, type Start, startOf } from './start.ts';
import { isFinal } from './status-order.ts';
import { change } from './transitions.ts';
import { unknownOf } from './unknown-skus.ts';

/** The sale wants the order, perhaps again, perhaps changed. The same order comes back where nothing is different. */
export function replan(
  order: FulfillmentOrder,
  content: OrderContent,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  if (order.withdrawn) return wantAgain(order, content, demand, input);
  if (isOver(order)) return order;
  const again = tryConfirmationAgain(order, input);
  if (fingerprintOf(content) === again.planned) return reconsiderHold(again, content, demand, input);
  return isSent(again) ? changeSent(again, content, input) : startAfresh(again, content, demand, input);
}

/** Undone and authorised again before anything was cancelled, or after the provider refused to cancel. */
function wantAgain(
  order: FulfillmentOrder,
  content: OrderContent,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  if (order.packages.length > 0) {
    const reason =
      'Authorised again after its goods had left: nothing is sent a second time, and DEAR is not written to.';
    return order.reason === reason ? order : change(order, now, { reason }, { by, what: reason });
  }
  const reason = 'Authorised again; the order stands as it was.';
  const cancellation = { state: 'none', at: '' } as const;
  const patch = {
    withdrawn: false,
    desired: 'fulfilled',
    cancellation,
    reason,
    taskId: demand.taskId,
  } as const;
  return replan(change(order, now, patch, { by, what: reason }), content, demand, input);
}

/** Delivered goods that DEAR does not take yet are worth another try like any others. */
function isOver({ status, confirmation }: FulfillmentOrder): boolean {
  return isFinal(status) && (status === 'Cancelled' || confirmation.state !== 'refused');
}

/** DEAR refused what we wrote; somebody has touched the sale since, so it is worth another try. */
function tryConfirmationAgain(order: FulfillmentOrder, { now }: PlanningInput): FulfillmentOrder {
  if (order.confirmation.state !== 'refused') return order;
  return change(order, now, { confirmation: { ...order.confirmation, state: 'none' } }, null);
}

function isSent(order: FulfillmentOrder): boolean {
  return ['claimed', 'submitted', 'unknown'].includes(order.submission.state) || order.packages.length > 0;
}

/** The content is the same; what it was waiting for may have come: a payment, a mapped method. */
function reconsiderHold(
  order: FulfillmentOrder,
  content: OrderContent,
  { connection }: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  if (order.status !== 'On Hold' || order.hold === 'person' || order.fingerprint !== order.planned)
    return order;
  const unknown = unknownOf(content.lines, connection.id, input.unknownSkus);
  const start = startOf(content, connection, false, unknown);
  // What is unknown may have become less.
  if (start.hold === order.hold && (start.hold !== 'unknown-sku' || start.reason === order.reason))
    return order;
  return change(order, now, start, {
    by,
    what: start.hold === '' ? `No longer held. ${start.reason}` : start.reason,
  });
}

/** The provider has it. Before anything leaves, the dispatcher takes the change there; afterwards it is only noted. */
function changeSent(
  order: FulfillmentOrder,
  content: OrderContent,
  { by, now }: PlanningInput,
): FulfillmentOrder {
  const planned = fingerprintOf(content);
  if (order.packages.length > 0) return abandonConfirmation(order, planned, by, now);
  const what = `The sale changed in DEAR; ${order.connection} is told.`;
  return change(order, now, { planned, fingerprint: planned, reason: what }, { by, what });
}

/** What left was the sale as it was: its tracking stays in the log, and DEAR is not told what the sale no longer says. */
function abandonConfirmation(
  order: FulfillmentOrder,
  planned: string,
  by: string,
  now: number,
): FulfillmentOrder {
  if (order.confirmation.state === 'confirmed') {
    const what =
      'The sale changed in DEAR after it had been told of the shipment; that changes nothing here.';
    return change(order, now, { planned }, { by, what });
  }
  const reason =
    'The sale changed after its goods had begun to leave, so DEAR is not told of them. Ship it in DEAR by hand.';
  const confirmation = { ...order.confirmation, state: 'abandoned' } as const;
  return change(order, now, { planned, confirmation, reason }, { by, what: reason });
}

function startAfresh(
  order: FulfillmentOrder,
  content: OrderContent,
  { connection, taskId }: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  const unknown = unknownOf(content.lines, connection.id, input.unknownSkus);
  const start = order.hold === 'person' ? heldByPerson(order) : startOf(content, connection, false, unknown);
  const planned = fingerprintOf(content);
  const submission = { ...order.submission, state: 'none' } as const;
  const lines = orderedLines(content);
  const { partialShipments } = connection;
  const patch = { ...start, planned, fingerprint: planned, submission, lines, taskId, partialShipments };
  const remarks = remarksOnUnknown(start, connection.id, unknown);
  return change(order, now, patch, {
    by,
    what: [`The sale changed. ${start.reason}`, ...remarks].join(' '),
  });
}

/** What a person holds a person releases, however the sale changes meanwhile. */
function heldByPerson({ reason }: FulfillmentOrder): Start {
  return { status: 'On Hold', desired: 'held', hold: 'person', released: false, reason };
}
