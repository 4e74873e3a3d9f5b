import type { Connection } from '../connection.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { change } from '../order/transitions.ts';
import { isChangeVisible } from '../sale/reasons-to-read.ts';
import type { Sale, SaleFulfilment } from '../sale/sale.ts';
import type { Package } from '../shipment/package.ts';
import { stillToShip, unconfirmedPackages } from '../shipment/still-to-ship.ts';
import { getLowerName, isShownInDear, isStanding } from '../shipment/withdrawals-and-returns.ts';
import { enumerate } from '../text.ts';
import { getInvoiceState, isInvoiceOpen, listLacking, listNotLeft } from './own-fulfilment.ts';

interface Reading {
  readonly sale: Sale;
  /** Every order of the sale. */
  readonly orders: readonly FulfillmentOrder[];
  readonly connection: Connection;
  /** When the read began, ISO UTC. */
  readonly readAt: string;
  readonly now: number;
}

/**
 * Compares DEAR with what was confirmed there. A person may undo a sale and ship it again between two readings: then DEAR lacks
 * the tracking numbers, or shows more or less than left. A shipment that stands without a number is confirmed again, once for the same
 * packages. One that is gone, or has another number, is for a person: the order is refused until DEAR shows its packages, or a
 * person acknowledges it. An invoice that was undone with the sale is a draft, for which the order is confirmed again too. Returns the
 * same order if DEAR shows what it was told.
 */
export function recordLoss(order: FulfillmentOrder, reading: Reading): FulfillmentOrder {
  const told = isJudged(order, reading) ? listTold(order) : [];
  const lost = told.filter((box) => findPlace(box, order, reading) === undefined);
  const found = listFound(told, order, reading);
  const placed = withPlaces(order, found);
  if (lost.length === 0) {
    const [first, ...others] = listUnbilled(placed, told, reading);
    if (first !== undefined) return confirmUnbilled(placed, [first, ...others], reading.now);
    return found.length === 0 ? order : endLoss(placed, found, reading.now);
  }
  const taskId = lost.every(isConfirmedAgain) ? null : findShippedAgain(lost, order, reading);
  return taskId === null
    ? refuse(placed, lost, reading.now)
    : confirmAgain(placed, lost, taskId, reading.now);
}

/** Packages that DEAR shows again, with the fulfilments that show them. */
function listFound(told: readonly Package[], order: FulfillmentOrder, reading: Reading): Package[] {
  return told.filter(isMissing).flatMap((box) => {
    const taskId = findPlace(box, order, reading);
    return taskId === undefined ? [] : [toShownIn(box, taskId)];
  });
}

function withPlaces(order: FulfillmentOrder, found: readonly Package[]): FulfillmentOrder {
  if (found.length === 0) return order;
  const byId = new Map(found.map((box) => [box.id, box]));
  return { ...order, packages: order.packages.map((box) => byId.get(box.id) ?? box) };
}

function isConfirmedAgain({ confirmedAgain }: Package): boolean {
  return confirmedAgain === true;
}

/** What was written moments before the reading may not be in it. */
function isJudged(order: FulfillmentOrder, { readAt }: Reading): boolean {
  const { confirmation, packages, takeover } = order;
  const { state, at } = confirmation;
  const isWritten = state === 'confirmed' || state === 'none' || isLossOpen(order);
  const isSettling = packages.some(({ voided }) => voided !== undefined);
  return isWritten && !isSettling && takeover?.state !== 'shipped' && isChangeVisible(at, readAt);
}

/** Not those that a correction is about, nor those that a person acknowledged. */
function listTold({ packages, confirmation: { state, packages: ids, corrections } }: FulfillmentOrder) {
  return packages.filter(
    (box) =>
      ids.includes(box.id) &&
      box.shownIn !== undefined &&
      (!isMissing(box) || state === 'refused') &&
      corrections.every(({ id }) => id !== box.id),
  );
}

/** DEAR showed it once, and showed it no longer when its sale was read last. */
function isMissing({ shownIn }: Package): boolean {
  return shownIn?.taskId === '';
}

/** The fulfilment that shows it; undefined if none does, or one that holds more or less than left. */
function findPlace(box: Package, order: FulfillmentOrder, reading: Reading): string | undefined {
  const { sale, connection } = reading;
  const isNumbered = box.trackingNumbers.length > 0;
  const taskIds = isNumbered || isMissing(box) ? sale.fulfilments.map(({ taskId }) => taskId) : [];
  const places = [...new Set([box.shownIn?.taskId ?? '', ...taskIds])];
  const shown = places.find((taskId) =>
    isShownInDear(toShownIn(box, taskId), order, sale, connection.shipStage),
  );
  const fulfilment = sale.fulfilments.find(({ taskId }) => taskId === shown);
  const isWrong =
    fulfilment === undefined ||
    holdsMore(fulfilment, box, order, reading) ||
    holdsLess(fulfilment, [box], order, reading);
  return isWrong ? undefined : shown;
}

/** A pack with our box in it is as the bridge wrote it. */
function holdsMore(
  fulfilment: SaleFulfilment,
  { shownIn }: Package,
  order: FulfillmentOrder,
  { orders, connection }: Reading,
): boolean {
  if (fulfilment.pack.lines.some(({ box }) => box === shownIn?.box)) return false;
  const moved = { ...order, packages: order.packages.map((box) => toMoved(box, fulfilment)) };
  return listNotLeft(fulfilment, [{ order: moved, packages: [], connection }], orders).length > 0;
}

/** Staff may ship what was confirmed in one fulfilment by another one, under its number. */
function toMoved(box: Package, { taskId, ship }: SaleFulfilment): Package {
  const shown = new Set(ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers));
  return box.trackingNumbers.some((number) => shown.has(number)) ? toShownIn(box, taskId) : box;
}

function holdsLess(
  fulfilment: SaleFulfilment,
  boxes: readonly Package[],
  order: FulfillmentOrder,
  { sale, orders, connection }: Reading,
): boolean {
  return listLacking(fulfilment, sale, [{ order, packages: boxes, connection }], orders).length > 0;
}

/** The fulfilment that a person shipped again with all that left and without a number of another parcel; null if there is none. */
function findShippedAgain(
  lost: readonly Package[],
  order: FulfillmentOrder,
  reading: Reading,
): string | null {
  const { sale, orders, connection } = reading;
  const taskIds = new Set(lost.map(({ shownIn }) => shownIn?.taskId));
  const ours = new Set(order.packages.flatMap(({ trackingNumbers }) => trackingNumbers));
  const taken = new Set(
    orders.flatMap((one) => one.packages.flatMap(({ shownIn }) => shownIn?.taskId ?? [])),
  );
  const again = sale.fulfilments.filter(
    (one) =>
      (taskIds.has(one.taskId) || !taken.has(one.taskId)) &&
      isStanding(one.ship.status, connection.shipStage) &&
      one.ship.lines.every(({ trackingNumbers }) => trackingNumbers.every((number) => ours.has(number))) &&
      // What is packed elsewhere is not shipped again by this one.
      !holdsLess(one, lost, order, { ...reading, sale: { ...sale, fulfilments: [] } }),
  );
  return (again.find(({ taskId }) => taskIds.has(taskId)) ?? again[0])?.taskId ?? null;
}

/** As they are now, those of whose invoice DEAR has no more than a draft. */
function listUnbilled(
  order: FulfillmentOrder,
  told: readonly Package[],
  { sale, connection }: Reading,
): Package[] {
  const ids = new Set(told.map(({ id }) => id));
  return order.packages.filter((box) => {
    const fulfilment = sale.fulfilments.find(({ taskId }) => taskId === box.shownIn?.taskId);
    const consignment = { order, packages: [box], connection };
    const isOpen = (number: number) =>
      isInvoiceOpen(getInvoiceState(sale, number, [consignment]), [order], connection);
    return ids.has(box.id) && fulfilment !== undefined && isOpen(fulfilment.number);
  });
}

/** Those of one fulfilment, as an attempt writes to one alone. */
function confirmUnbilled(
  order: FulfillmentOrder,
  [first, ...others]: readonly [Package, ...Package[]],
  now: number,
): FulfillmentOrder {
  const taskId = first.shownIn?.taskId ?? order.taskId;
  const boxes = [first, ...others.filter(({ shownIn }) => shownIn?.taskId === taskId)];
  const what = `DEAR has a draft where ${nameAll(boxes)} was billed.`;
  return reopen(order, boxes, taskId, now, what);
}

function confirmAgain(
  order: FulfillmentOrder,
  lost: readonly Package[],
  taskId: string,
  now: number,
): FulfillmentOrder {
  const what = `DEAR no longer shows ${nameAll(lost)} as confirmed; it is confirmed there again.`;
  return reopen(order, lost, taskId, now, what);
}

/** With the other packages of their fulfilments, because DEAR may replace its numbers by those that are written. */
function reopen(
  order: FulfillmentOrder,
  boxes: readonly Package[],
  taskId: string,
  now: number,
  what: string,
): FulfillmentOrder {
  const places = new Set([taskId, ...boxes.map(({ shownIn }) => shownIn?.taskId)]);
  const isOpen = ({ shownIn }: Package) => shownIn !== undefined && places.has(shownIn.taskId);
  const open = new Set(order.packages.filter(isOpen).map(({ id }) => id));
  const packages = order.packages.map((box) => (open.has(box.id) ? toConfirmAgain(box) : box));
  const told = order.confirmation.packages.filter((id) => !open.has(id));
  const confirmation = { ...order.confirmation, state: 'none', packages: told } as const;
  return change(order, now, { packages, confirmation, taskId, reason: what }, { by: 'DEAR', what });
}

function toConfirmAgain({ shownIn: _, ...box }: Package): Package {
  return { ...box, confirmedAgain: true };
}

function toShownIn(box: Package, taskId: string): Package {
  return { ...box, shownIn: { taskId, box: box.shownIn?.box ?? '' } };
}

/** Whether a person has to show a package in DEAR again. */
export function isLossOpen({ packages, confirmation: { state, packages: told } }: FulfillmentOrder): boolean {
  return state === 'refused' && packages.some((box) => isMissing(box) && told.includes(box.id));
}

/** DEAR shows again what it was told. */
function endLoss(order: FulfillmentOrder, found: readonly Package[], now: number): FulfillmentOrder {
  const isComplete = stillToShip(order).length === 0 && unconfirmedPackages(order).length === 0;
  const state = isComplete ? ('confirmed' as const) : ('none' as const);
  const what = `DEAR shows ${nameAll(found)} again.`;
  const reason = isComplete ? 'Shipped, and confirmed to DEAR.' : what;
  const patch = { confirmation: { ...order.confirmation, state }, reason };
  return change(order, now, patch, { by: 'DEAR', what });
}

function refuse(order: FulfillmentOrder, lost: readonly Package[], now: number): FulfillmentOrder {
  const reason = `It has left, but DEAR no longer shows ${nameAll(lost)} as confirmed. Ship it in DEAR by hand, with its tracking number and what left; or, if DEAR is right as it stands, acknowledge it here.`;
  if (order.confirmation.state === 'refused' && order.reason === reason) return order;
  const ids = new Set(lost.map(({ id }) => id));
  const packages = order.packages.map((box) => (ids.has(box.id) ? toShownIn(box, '') : box));
  const confirmation = { ...order.confirmation, state: 'refused' } as const;
  return change(order, now, { packages, confirmation, reason }, { by: 'DEAR', what: reason });
}

function nameAll(boxes: readonly Package[]): string {
  return enumerate(boxes.map(getLowerName));
}
