import type { Demand } from '../sale/demand.ts';
import { noteAfterLeaving, tryConfirmationAgain } from './after-leaving.ts';
import { isSameShipping, toFingerprint } from './fingerprint.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { decideInitialState, type InitialState, remarksOnUnknown } from './initial-state.ts';
import { bearsCharges, orderedLines } from './new-order.ts';
import type { OrderContent } from './order-content.ts';
import type { PlanningInput } from './planning-input.ts';
import { change } from './transitions.ts';
import { remarksOnFractions } from './units.ts';
import { findUnknown } from './unknown-skus.ts';

interface Contents {
  /** As the sale has it. */
  readonly asked: OrderContent;
  /** As it has to be sent: with a person's edits. */
  readonly content: OrderContent;
}

/** The order after its sale was read again and still asks for it. Returns the same order if nothing changed. */
export function replan(
  order: FulfillmentOrder,
  contents: Contents,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const next = replanGoods(order, contents, demand, input);
  const bears = isStoredAnew(next, contents) ? bearsCharges(contents.content) : next.bearsCharges;
  const isSame =
    JSON.stringify(next.awaited) === JSON.stringify(demand.awaited) && next.bearsCharges === bears;
  return isSame ? next : change(next, input.now, { awaited: demand.awaited, bearsCharges: bears }, null);
}

/** The content for billing is stored at each reading of the sale, until the order is confirmed. */
function isStoredAnew({ fingerprint, confirmation }: FulfillmentOrder, { content }: Contents): boolean {
  return confirmation.packages.length === 0 && toFingerprint(content) === fingerprint;
}

function replanGoods(
  order: FulfillmentOrder,
  contents: Contents,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { asked, content } = contents;
  if (order.withdrawn) return reinstate(order, contents, demand, input);
  if (order.status === 'Cancelled') return order;
  if (order.packages.length > 0) return noteAfterLeaving(order, asked, demand, input);
  const again = tryConfirmationAgain(order, demand, input);
  if (toFingerprint(asked) === again.planned) return reconsiderHold(again, content, demand, input);
  if (isSent(again)) return changeSent(again, contents, input);
  const isNew = again.submission.state === 'none';
  if (!isNew || !isSameShipping(toFingerprint(asked), again.planned))
    return restart(again, contents, demand, input);
  return reconsiderHold(changeParticulars(again, contents, input), content, demand, input);
}

/** Undone and authorised again before anything was cancelled, or after the provider refused to cancel. */
function reinstate(
  order: FulfillmentOrder,
  contents: Contents,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  if (order.packages.length > 0) {
    const reason =
      'Authorised again after its goods had left: nothing is sent a second time, and nothing is confirmed to DEAR.';
    return order.reason === reason ? order : change(order, now, { reason }, { by, what: reason });
  }
  const reason = 'Authorised again; the order is unchanged.';
  const cancellation = { state: 'none', at: '' } as const;
  const patch = {
    withdrawn: false,
    desired: 'fulfilled',
    cancellation,
    reason,
    taskId: demand.taskId,
  } as const;
  return replan(change(order, now, patch, { by, what: reason }), contents, demand, input);
}

function isSent(order: FulfillmentOrder): boolean {
  return ['claimed', 'submitted', 'unknown'].includes(order.submission.state);
}

/** The content is unchanged, but what it waits for may have come: a payment, a mapped method. */
function reconsiderHold(
  order: FulfillmentOrder,
  content: OrderContent,
  { connection }: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  if (order.status !== 'On Hold' || isHeldByPeople(order) || order.fingerprint !== order.planned)
    return order;
  const unknown = findUnknown(content.lines, connection.id, input.unknownSkus);
  const start = decideInitialState(content, connection, false, unknown);
  // Fewer SKUs may be unknown now.
  if (start.hold === order.hold && (start.hold !== 'unknown-sku' || start.reason === order.reason))
    return order;
  return change(order, now, start, {
    by,
    what: start.hold === '' ? `No longer held. ${start.reason}` : start.reason,
  });
}

/** The provider has the order and nothing has left: the dispatcher sends the change. */
function changeSent(
  order: FulfillmentOrder,
  { asked, content }: Contents,
  { by, now }: PlanningInput,
): FulfillmentOrder {
  const planned = toFingerprint(asked);
  const what = isSameShipping(planned, order.planned) ? PARTICULARS : 'The sale changed in DEAR;';
  const when = order.hold === 'service' ? ' once it is released there' : '';
  const reason = `${what} ${order.connection} is updated${when}.`;
  return change(order, now, { planned, fingerprint: toFingerprint(content), reason }, { by, what: reason });
}

const PARTICULARS = 'Notes, dates, references or other details of the sale changed in DEAR;';

/** The shipped goods are unchanged, so the order stays held or released. */
function changeParticulars(
  order: FulfillmentOrder,
  { asked, content }: Contents,
  { by, now }: PlanningInput,
): FulfillmentOrder {
  const patch = {
    planned: toFingerprint(asked),
    fingerprint: toFingerprint(content),
    lines: orderedLines(content),
  };
  return change(order, now, patch, { by, what: `${PARTICULARS} it is sent with them.` });
}

function restart(
  order: FulfillmentOrder,
  { asked, content }: Contents,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  const { connection, taskId } = demand;
  const unknown = findUnknown(content.lines, connection.id, input.unknownSkus);
  const start =
    order.hold === 'person' ? heldByPerson(order) : decideInitialState(content, connection, false, unknown);
  const planned = toFingerprint(asked);
  const fingerprint = toFingerprint(content);
  const submission = { ...order.submission, state: 'none' } as const;
  const lines = orderedLines(content);
  const { partialShipments } = connection;
  const patch = { ...start, planned, fingerprint, submission, lines, taskId, partialShipments };
  const remarks = [
    ...remarksOnUnknown(start, connection.id, unknown),
    ...demand.remarks,
    ...remarksOnFractions(lines, connection.id),
  ];
  return change(order, now, patch, {
    by,
    what: [`The sale changed. ${start.reason}`, ...remarks].join(' '),
  });
}

/** Only a person releases an order that a person holds, even if the sale changes. */
function heldByPerson({ reason }: FulfillmentOrder): InitialState {
  return { status: 'On Hold', desired: 'held', hold: 'person', released: false, reason };
}

function isHeldByPeople({ hold }: FulfillmentOrder): boolean {
  return hold === 'person' || hold === 'service';
}
