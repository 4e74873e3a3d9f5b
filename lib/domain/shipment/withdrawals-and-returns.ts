import { isoTime } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { Rejected } from '../errors.ts';
import type { FulfillmentOrder, ReturnedGoods } from '../order/fulfillment-order.ts';
import { change, quote } from '../order/transitions.ts';
import type { Sale } from '../sale/sale.ts';
import { enumerate } from '../text.ts';
import {
  isTrackingCode,
  isVoid,
  type Package,
  type PackedLine,
  type ReportedReturn,
  type WithdrawnPackage,
} from './package.ts';
import { matchContents, stillToShip } from './still-to-ship.ts';

/**
 * Records a voided label, whose package did not leave. A package that is not confirmed is removed from the order. One that DEAR
 * shows stays and waits for a person, because DEAR cannot take a shipment back: its goods are still to come, and a new label
 * with the same goods takes its place.
 * @param reported of a package that may or may not be known
 */
export function recordWithdrawnPackage(
  order: FulfillmentOrder,
  { id, cause }: Omit<WithdrawnPackage, 'reference'>,
  now: number,
): FulfillmentOrder {
  const box = order.packages.find((one) => one.id === id);
  if (box === undefined || box.voided !== undefined) return order;
  if (cause === 'refunded') return noteRefund(order, box, now);
  return order.confirmation.packages.includes(id)
    ? recordVoidedInDear(order, box, now)
    : removeVoided(order, box, now);
}

function noteRefund(order: FulfillmentOrder, box: Package, now: number): FulfillmentOrder {
  const what = `${order.connection} shows the label of ${getLowerName(box)} as voided, but so late, or after its carrier had seen it, that only its postage was taken back: it is assumed to have left. If it did not, undo the shipment in DEAR by hand.`;
  if (order.log.some((entry) => entry.what === what)) return order;
  return change(order, now, {}, { by: order.connection, what });
}

function removeVoided(order: FulfillmentOrder, box: Package, now: number): FulfillmentOrder {
  const packages = order.packages.filter(({ id }) => id !== box.id);
  const missing = stillToShip({ lines: order.lines, packages }).map(
    ({ quantity, sku }) => `${quantity} × ${sku}`,
  );
  const reason =
    missing.length === 0
      ? 'A label was voided; everything has left by the others.'
      : `A label was voided; still to come: ${enumerate(missing)}.`;
  return change(
    order,
    now,
    // The decision was about what had left, which has changed.
    { packages, closedShort: null, reason },
    { by: order.connection, what: `${getName(box)} was voided and did not leave.` },
  );
}

function recordVoidedInDear(order: FulfillmentOrder, box: Package, now: number): FulfillmentOrder {
  const voided = { at: isoTime(now), settledBy: '' };
  const packages = order.packages.map((one) => (one.id === box.id ? { ...one, voided } : one));
  if (order.withdrawn) {
    const reason = `${toVoidFact(box)} The sale no longer asks for its goods.`;
    return change(order, now, { packages, reason }, { by: order.connection, what: reason });
  }
  const { state } = order.confirmation;
  const confirmation = { ...order.confirmation, state: state === 'abandoned' ? state : ('refused' as const) };
  const reason = toVoidedReason(box);
  const patch = { packages, closedShort: null, confirmation, reason };
  return change(order, now, patch, { by: order.connection, what: reason });
}

function toVoidFact(box: Package): string {
  return `${getName(box)} was voided after DEAR showed it as shipped.`;
}

function toVoidedReason(box: Package): string {
  return `${toVoidFact(box)} ${WHAT_TO_DO}`;
}

/** The order after a package with other goods than those of its voided label has left. */
export function reviseVoidedReason(order: FulfillmentOrder): FulfillmentOrder {
  const box = order.packages.find((one) => isVoid(one) && order.reason === toVoidedReason(one));
  return box === undefined ? order : { ...order, reason: `${toVoidFact(box)} ${WHAT_TO_DO_REPACKED}` };
}

const WHAT_TO_DO_REPACKED =
  'A package with other goods has left since, and is not confirmed yet. Undo the shipment in DEAR, and what left is confirmed by itself; or, if DEAR is right as it stands, acknowledge the order here.';
const WHAT_TO_DO =
  'A new label for the same goods updates DEAR by itself. If they are packed otherwise or not at all, undo the shipment in DEAR; if DEAR is right as it stands, acknowledge the order here.';

/**
 * Removes voided packages that DEAR no longer shows: a person has undone the shipment there, or corrected its number. Returns
 * the same order if DEAR shows them all.
 */
export function forgetUndonePackages(
  order: FulfillmentOrder,
  sale: Sale,
  { shipStage }: Pick<Connection, 'shipStage'>,
  now: number,
): FulfillmentOrder {
  const undone = order.packages.filter((box) => isVoid(box) && !isShownInDear(box, order, sale, shipStage));
  if (undone.length === 0) return order;
  const ids = new Set(undone.map(({ id }) => id));
  const left = <One extends { readonly id: string }>(all: readonly One[]) =>
    all.filter(({ id }) => !ids.has(id));
  const confirmation = {
    ...order.confirmation,
    packages: order.confirmation.packages.filter((id) => !ids.has(id)),
    corrections: left(order.confirmation.corrections),
  };
  const what = `DEAR no longer shows ${undone.map(getLowerName).join(', ')}; its goods are still to come.`;
  const patch = { packages: left(order.packages), confirmation, reason: what };
  return change(order, now, patch, { by: 'DEAR', what });
}

/** A package without numbers is shown as long as its shipment is authorised; any other, while one of its numbers is shown. */
export function isShownInDear(
  box: Package,
  { confirmation }: FulfillmentOrder,
  { fulfilments }: Sale,
  shipStage: Connection['shipStage'],
): boolean {
  const taskId = box.shownIn?.taskId ?? confirmation.taskId;
  const ship = fulfilments.find((fulfilment) => fulfilment.taskId === taskId)?.ship;
  if (ship === undefined || !isStanding(ship.status, shipStage)) return false;
  const shown = ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers);
  return box.trackingNumbers.length === 0 || box.trackingNumbers.some((number) => shown.includes(number));
}

/** Whether a shipment of this status in DEAR says that its goods left. */
export function isStanding(status: string, shipStage: Connection['shipStage']): boolean {
  const standing = ['AUTHORISED', 'PARTIALLY AUTHORISED', ...(shipStage === 'DRAFT' ? ['DRAFT'] : [])];
  return standing.includes(status);
}

/** A constant name without typed texts, which must not be stored in sentences. */
export function getName(box: Package): string {
  return `Package ${enumerate(box.trackingNumbers.filter(isTrackingCode)) || box.id}`;
}

export function getLowerName(box: Package): string {
  return getName(box).replace('Package', 'package');
}

/**
 * Records a return. Unless the connection is set otherwise, it begins when a carrier has scanned it, because a return label that
 * was put into the parcel may never be used. If the connection drafts credit notes, one is then due.
 */
export function recordReturn(
  order: FulfillmentOrder,
  reported: ReportedReturn,
  { returns, returnsBegin }: Pick<Connection, 'returns' | 'returnsBegin'>,
  now: number,
): FulfillmentOrder {
  const known = order.returns.find(({ id }) => id === reported.id);
  const begins = reported.progress === 'under-way' || returnsBegin === 'label';
  if (known !== undefined && (known.creditNote !== 'announced' || !begins)) return order;
  const contents = knownGoods(order, reported);
  const begun = returns === 'draft-credit-note' ? ('due' as const) : ('logged' as const);
  const entry: ReturnedGoods = { id: reported.id, contents, creditNote: begins ? begun : 'announced' };
  const goods = enumerate(contents.map(({ key, quantity }) => `${quantity} × ${getSku(order, key)}`));
  const fact = begins ? 'A return is on its way' : 'A label for a return was made';
  const what = `${fact}${goods === '' ? '; which goods come back is not known' : `: ${goods}`}.`;
  const others = order.returns.filter(({ id }) => id !== reported.id);
  return change(order, now, { returns: [...others, entry] }, { by: order.connection, what });
}

/** What the provider reports, or the only piece that was shipped. */
function knownGoods(order: FulfillmentOrder, { contents }: ReportedReturn): PackedLine[] {
  if (contents.length > 0) return matchContents({ lines: order.lines, packages: [] }, contents).contents;
  const left = order.packages.filter((box) => !isVoid(box)).flatMap((box) => box.contents);
  const [only, ...more] = left;
  return only !== undefined && more.length === 0 && only.quantity === 1 ? [only] : [];
}

export function dueReturns(order: FulfillmentOrder): ReturnedGoods[] {
  return order.returns.filter(({ creditNote }) => creditNote === 'due');
}

/** @param why DEAR refused the draft; null if DEAR has it */
export function recordCreditNote(
  order: FulfillmentOrder,
  now: number,
  id: string,
  why: Rejected | string | null,
): FulfillmentOrder {
  const creditNote = why === null ? ('drafted' as const) : ('refused' as const);
  const returns = order.returns.map((one) => (one.id === id ? { ...one, creditNote } : one));
  if (why === null) {
    const isEmpty = returns.some((one) => one.id === id && one.contents.length === 0);
    const what = isEmpty
      ? 'A credit note was drafted for the return, without goods, as it is not known which come back. Complete it in DEAR.'
      : 'A credit note was drafted for the return.';
    return change(order, now, { returns }, { by: 'DEAR', what });
  }
  const what = 'DEAR does not take a credit note for the return. Make one by hand.';
  return change(order, now, { returns }, { by: 'DEAR', what, ...quote(why) });
}

function getSku(order: FulfillmentOrder, key: string): string {
  return order.lines.find((line) => line.key === key)?.sku ?? key;
}
