import { isoTime } from '../clock.ts';
import { isLossOpen, recordLoss } from '../confirmation/loss-in-dear.ts';
import type { Connection } from '../connection.ts';
import { subtract, sumAll } from '../decimal.ts';
import type { Demand } from '../sale/demand.ts';
import { isVoid } from '../shipment/package.ts';
import {
  coveredLines,
  isConfirmationBlocked,
  shippedQuantities,
  stillToShip,
  toPartialShipments,
} from '../shipment/still-to-ship.ts';
import { forgetUndonePackages, isShownInDear } from '../shipment/withdrawals-and-returns.ts';
import { enumerate } from '../text.ts';
import type { FulfillmentOrder, OrderedLine } from './fulfillment-order.ts';
import { isByHand, isHeldFor, isOfTakeover, joinCauses, listHolds, toHeld } from './holds.ts';
import { decideInitialState, type InitialState, remarksOnUnknown } from './initial-state.ts';
import { bearsCharges, findUnknown, listedFields, orderedLines, type PlanningInput } from './new-order.ts';
import { isSameShipping, listChangedFields, type OrderContent, toFingerprint } from './order-content.ts';
import { change } from './transitions.ts';
import { remarksOnFractions } from './units.ts';

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
  const { awaited, chosenBy } = demand;
  const kept = whyKept(next, demand);
  const isNews = kept !== '' && next.log.every(({ what }) => what !== kept);
  const isSame =
    JSON.stringify(next.awaited) === JSON.stringify(awaited) &&
    next.bearsCharges === bears &&
    (next.chosenBy ?? '') === chosenBy;
  if (isSame && !isNews) return next;
  const entry = isNews ? { by: input.by, what: kept } : null;
  return change(next, input.now, { awaited, bearsCharges: bears, chosenBy }, entry);
}

/** Why its connection keeps goods that the rules of the location would send elsewhere now; ''. */
export function whyKept(order: FulfillmentOrder, { connection: { id }, keptFrom }: Demand): string {
  if (keptFrom.length === 0 || order.status === 'Cancelled') return '';
  const fact = `The rules of ${order.location} would choose ${enumerate(keptFrom)} now, but ${order.reference} stays at ${id}`;
  if (order.packages.length > 0) return `${fact}, because goods have left.`;
  const why = isSent(order) ? 'which has it' : 'because a person acted on it';
  return `${fact}, ${why}. To move it, undo the sale in DEAR, and authorise it again once the order is Cancelled.`;
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
  if (isSent(again)) return changeSent(again, contents, demand, input);
  const isNew = again.submission.state === 'none';
  if (!isNew || !isSameShipping(toFingerprint(asked), again.planned))
    return restart(again, contents, demand, input);
  return reconsiderHold(changeParticulars(again, contents, demand, input), content, demand, input);
}

/** Undone and authorised again before anything was cancelled, or after the provider refused to cancel. */
function reinstate(
  order: FulfillmentOrder,
  contents: Contents,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  if (order.packages.length > 0) return reinstateAfterLeaving(order, contents, demand, input);
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

/**
 * What left belongs to the sale again. What DEAR showed before a person undid it there is that person's to show again, but an
 * order of which more is to leave must not end with it.
 */
function reinstateAfterLeaving(
  order: FulfillmentOrder,
  { asked }: Contents,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  const fact = 'Authorised again after its goods had left: nothing is sent a second time,';
  const isUndone = isUndoneInDear(order, demand, input);
  if (order.status === 'Cancelled' || (isUndone && stillToShip(order).length === 0)) {
    const reason = `${fact} and nothing is confirmed to DEAR.`;
    return order.reason === reason ? order : change(order, now, { reason }, { by, what: reason });
  }
  const isTold = order.confirmation.packages.length > 0;
  const inDear = isTold ? 'DEAR shows what left.' : 'what left is confirmed in DEAR.';
  const reason = `${fact} and ${isUndone ? 'the rest of it is awaited.' : inDear}`;
  const patch = {
    withdrawn: false,
    desired: 'fulfilled',
    cancellation: { state: 'none', at: '' },
    ...(!isTold && { confirmation: { ...order.confirmation, state: 'none' as const } }),
    reason,
    taskId: demand.taskId,
  } as const;
  return noteAfterLeaving(change(order, now, patch, { by, what: reason }), asked, demand, input);
}

/** Whether a person has undone a shipment in DEAR that the bridge had written. */
function isUndoneInDear(order: FulfillmentOrder, { connection }: Demand, { sale }: PlanningInput): boolean {
  const told = new Set(order.confirmation.packages);
  const boxes = order.packages.filter(({ id }) => told.has(id));
  return boxes.some((box) => !isShownInDear(box, order, sale, connection.shipStage));
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
  if (order.status !== 'On Hold' || order.hold === 'service') return order;
  // The content with a person's edits has expired.
  if (toFingerprint(content) !== order.fingerprint) return order;
  const start = decideAgain(order, content, connection, input);
  if (JSON.stringify(start.holds) === JSON.stringify(listHolds(order))) return order;
  return change(order, now, start, {
    by,
    what: start.hold === '' ? `No longer held. ${start.reason}` : start.reason,
  });
}

/** What the sale holds it for now, and what a person holds it for. */
function decideAgain(
  order: FulfillmentOrder,
  content: OrderContent,
  connection: Connection,
  { unknownSkus }: PlanningInput,
): InitialState {
  const unknown = findUnknown(content.lines, connection.id, unknownSkus);
  const start = decideInitialState(content, connection, false, unknown);
  const kept = listHolds(order).filter((cause) => isByHand(cause) || isOfTakeover(cause));
  return kept.length === 0 ? start : toHeld(joinCauses(kept, start.holds));
}

/** The provider has the order and nothing has left: the dispatcher sends the change. */
function changeSent(
  order: FulfillmentOrder,
  { asked, content }: Contents,
  { connection }: Demand,
  { by, now }: PlanningInput,
): FulfillmentOrder {
  const planned = toFingerprint(asked);
  const what = isSameShipping(planned, order.planned) ? PARTICULARS : 'The sale changed in DEAR;';
  const when = order.hold === 'service' ? ' once it is released there' : '';
  const reason = `${what} ${order.connection} is updated${when}.`;
  const patch = {
    planned,
    fingerprint: toFingerprint(content),
    ...listedFields(content, connection),
    reason,
  };
  return change(order, now, patch, { by, what: reason });
}

const PARTICULARS = 'Notes, dates, references or other details of the sale changed in DEAR;';

/** The shipped goods are unchanged, so the order stays held or released. */
function changeParticulars(
  order: FulfillmentOrder,
  { asked, content }: Contents,
  { connection }: Demand,
  { by, now }: PlanningInput,
): FulfillmentOrder {
  const patch = {
    planned: toFingerprint(asked),
    fingerprint: toFingerprint(content),
    lines: orderedLines(content),
    ...listedFields(content, connection),
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
  const decided = decideInitialState(content, connection, false, unknown);
  // Only a person releases an order that a person holds, even if the sale changes. An edit ends with the change.
  const kept = listHolds(order).filter((cause) => cause.kind === 'person' || isOfTakeover(cause));
  const start = kept.length === 0 ? decided : toHeld(joinCauses(kept, decided.holds));
  const planned = toFingerprint(asked);
  const fingerprint = toFingerprint(content);
  const submission = { ...order.submission, state: 'none' } as const;
  const lines = orderedLines(content);
  const patch = {
    ...start,
    ...listedFields(content, connection),
    planned,
    fingerprint,
    submission,
    lines,
    taskId,
    partialShipments: toPartialShipments(connection),
  };
  const isMapped = isHeldFor(order, 'shipping-method') && !isHeldFor(start, 'shipping-method');
  const cause = isMapped ? 'Its shipping method has a service now.' : 'The sale changed.';
  const remarks = [
    ...(demand.chosenBy === '' ? [] : [demand.chosenBy]),
    ...remarksOnUnknown(start, connection.id, unknown),
    ...demand.remarks,
    ...remarksOnFractions(lines, connection.id),
  ];
  return change(order, now, patch, {
    by,
    what: [`${cause} ${start.reason}`, ...remarks].join(' '),
  });
}

/**
 * Goods have left, so a changed sale is not sent to the service, and DEAR gets what left. Goods that the sale no longer asks
 * for cannot be confirmed: a person has to act, and the confirmation is tried again once the sale asks for them.
 */
function noteAfterLeaving(
  before: FulfillmentOrder,
  content: OrderContent,
  demand: Demand,
  input: PlanningInput,
): FulfillmentOrder {
  const { by, now } = input;
  const planned = toFingerprint(content);
  const surplus = getSurplus(
    before.closedShort === null ? coveredLines(before) : shippedQuantities(before),
    content.lines,
  );
  const added = demand.connection.trigger === 'OrderAuthorised' ? [] : listAdded(before, content);
  const isBlocked = surplus.length + added.length > 0 && before.confirmation.state !== 'confirmed';
  const order = isBlocked ? before : compareWithDear(before, demand, input);
  const { state } = order.confirmation;
  const isOpen = state === 'none' || state === 'refused';
  // One that a person acknowledged is not judged again.
  const isChanged = state === 'confirmed' && planned !== order.planned;
  const reason = toMismatch(isOpen ? surplus : [], isOpen || isChanged ? added : []);
  if (reason !== null) {
    if (state === 'refused' && order.reason === reason) return order;
    const confirmation = { ...order.confirmation, state: 'refused' } as const;
    return change(order, now, { planned, confirmation, reason }, { by, what: reason });
  }
  const again = isLossOpen(order) ? order : tryConfirmationAgain(order, demand, input);
  if (planned === order.planned) return again;
  const fact =
    state === 'confirmed'
      ? 'The sale changed in DEAR after the shipment was confirmed there; nothing changes here.'
      : `The sale changed in DEAR after goods had left; ${order.connection} is not updated.`;
  const what = `${fact}${describeChange(input.stored?.get(order.reference), content)}`;
  // An order that was closed short always differs from its sale, so a difference is not logged.
  return change(again, now, { planned }, order.closedShort === null ? { by, what } : null);
}

/** Why DEAR cannot show what left; null where it can. */
function toMismatch(surplus: readonly string[], added: readonly string[]): string | null {
  if (surplus.length > 0)
    return `It left with ${enumerate(surplus)}, which the sale no longer asks for, so the shipment is not confirmed to DEAR. Put the goods on the sale again, or ship them in DEAR by hand.`;
  if (added.length > 0)
    return `It left without ${enumerate(added)}, which its fulfilment in DEAR has now, so the shipment is not confirmed to DEAR. Undo the fulfilment's pack and pick in DEAR, enter there what left, and give the rest a fulfilment of its own; or ship the rest by hand, then acknowledge it here.`;
  return null;
}

/** Products that a person added to the fulfilment of which the order was made. */
function listAdded({ lines }: FulfillmentOrder, content: OrderContent): string[] {
  const known = new Set(lines.map(({ productId }) => productId));
  return getSurplus(
    content.lines.filter(({ productId }) => !known.has(productId)),
    [],
  );
}

function compareWithDear(
  order: FulfillmentOrder,
  { connection }: Demand,
  { sale, orders, now, readAt = isoTime(now) }: PlanningInput,
): FulfillmentOrder {
  return recordLoss(order, { sale, orders, connection, readAt, now });
}

/** Names of fields only: the log is kept, and their values are personal data. */
function describeChange(sent: OrderContent | undefined, content: OrderContent): string {
  const fields = sent === undefined ? [] : listChangedFields(sent, content);
  return fields.length === 0 ? '' : ` It differs from what was sent in: ${fields.join(', ')}.`;
}

/** `2 × QUILL-01`: goods of the order that the sale no longer asks for. */
function getSurplus(ordered: readonly OrderedLine[], asked: readonly OrderedLine[]): string[] {
  const wanted = sumByProduct(asked);
  return [...sumByProduct(ordered)].flatMap(([productId, { sku, quantity }]) => {
    const surplus = subtract(quantity, wanted.get(productId)?.quantity ?? 0);
    return surplus > 0 ? [`${surplus} × ${sku}`] : [];
  });
}

/** Product → its SKU, and how much of it all lines have. */
export function sumByProduct(
  lines: ReadonlyArray<Pick<OrderedLine, 'productId' | 'sku' | 'quantity'>>,
): Map<string, { sku: string; quantity: number }> {
  const sums = new Map<string, { sku: string; quantity: number }>();
  for (const { productId, sku, quantity } of lines) {
    sums.set(productId, { sku, quantity: sumAll([sums.get(productId)?.quantity ?? 0, quantity]) });
  }
  return sums;
}

/**
 * The sale was changed since DEAR refused the confirmation, so it is tried again; so is one that was given up because the sale
 * was undone just then, where a reading finds it authorised again and never found it undone. A voided label that DEAR still shows is not
 * a refusal: a person has to settle it.
 */
function tryConfirmationAgain(
  before: FulfillmentOrder,
  { connection }: Demand,
  { sale, now }: PlanningInput,
): FulfillmentOrder {
  const order = forgetUndonePackages(before, sale, connection, now);
  if (order.confirmation.state === 'abandoned') return takeUpConfirmation(order, now);
  if (!isConfirmationBlocked(order) || order.packages.some(isVoid)) return order;
  return change(order, now, { confirmation: { ...order.confirmation, state: 'none' } }, null);
}

function takeUpConfirmation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const reason = 'Its sale is authorised again; what left is confirmed in DEAR.';
  const patch = { confirmation: { ...order.confirmation, state: 'none' }, reason } as const;
  return change(order, now, patch, { by: 'DEAR', what: reason });
}
