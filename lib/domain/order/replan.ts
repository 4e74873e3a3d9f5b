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
  /** As it is to be sent: with what a person corrected here. */
  readonly content: OrderContent;
}

/** The sale wants the order, perhaps again, perhaps changed. The same order comes back where nothing is different. */
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

/** What will be billed is stored with every look at the sale, until DEAR was told. */
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

/** The content is the same; what it was waiting for may have come: a payment, a mapped method. */
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
  // What is unknown may have become less.
  if (start.hold === order.hold && (start.hold !== 'unknown-sku' || start.reason === order.reason))
    return order;
  return change(order, now, start, {
    by,
    what: start.hold === '' ? `No longer held. ${start.reason}` : start.reason,
  });
}

/** The provider has it and nothing has left: the dispatcher takes the change there. */
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

/** Nothing that is shipped is different, so what holds or released the order stays as it is. */
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

/** What a person holds a person releases, however the sale changes meanwhile. */
function heldByPerson({ reason }: FulfillmentOrder): InitialState {
  return { status: 'On Hold', desired: 'held', hold: 'person', released: false, reason };
}

function isHeldByPeople({ hold }: FulfillmentOrder): boolean {
  return hold === 'person' || hold === 'service';
}
