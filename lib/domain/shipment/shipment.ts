import { toDayOrMoment } from '../clock.ts';
import type { Confirmation, FulfillmentOrder, LogEntry } from '../order/fulfillment-order.ts';
import { recordAccepted } from '../order/submission.ts';
import { change, type OrderPatch } from '../order/transitions.ts';
import { enumerate } from '../text.ts';
import {
  formatNumbers,
  isTakenBack,
  isVoid,
  type Package,
  type PackedLine,
  type ReportedLine,
  type ReportedShipment,
  type ShippedPart,
  toTrackingNumbers,
} from './package.ts';
import { correctPackage, toContentsKey, withCorrection } from './package-correction.ts';
import { matchContents, stillToShip } from './still-to-ship.ts';
import { getName, recordWithdrawnPackage, reviseVoidedReason } from './withdrawals-and-returns.ts';

/**
 * Records reported shipments. The same report may come any number of times and in any order: for a known package only
 * differences are recorded.
 * @param now ms since the epoch
 */
export function recordShipments(
  order: FulfillmentOrder,
  reported: readonly ReportedShipment[],
  now: number,
): FulfillmentOrder {
  return reported.reduce((current, shipment) => {
    const trackingNumbers = toTrackingNumbers(shipment.trackingNumbers);
    return recordShipment(current, { ...shipment, trackingNumbers }, now);
  }, order);
}

function recordShipment(order: FulfillmentOrder, shipment: ReportedShipment, now: number): FulfillmentOrder {
  const known = order.packages.find(({ id }) => id === shipment.id) ?? findLabelled(order, shipment);
  if (known !== undefined) return recordAgain(order, known, { ...shipment, id: known.id }, now);
  const { contents, unmatched } = matchContents(order, shipment.contents);
  const voided = order.packages.find(
    (box) => box.voided !== undefined && toContentsKey(box.contents) === toContentsKey(contents),
  );
  if (voided !== undefined) return replaceVoided(order, voided, shipment, now);
  const { reference: _, providerOrderId, contents: __, note, ...travel } = shipment;
  const accepted = provesAcceptance(order)
    ? recordAccepted(order, now, providerOrderId, order.fingerprint, true)
    : order;
  const assumed = shipment.contents === 'remaining' && { isAssumed: true };
  const own = providerOrderId !== '' && { providerOrderId };
  const box: Package = {
    ...travel,
    ...leftAt(travel),
    contents,
    ...othersIn(unmatched),
    deliveredAt: '',
    ...assumed,
    ...own,
  };
  const packages = [...accepted.packages, box];
  const what = describe(shipment, contents, order);
  const patch = {
    packages,
    confirmation: reopenConfirmation(accepted.confirmation),
    ...resumePatch(accepted),
  };
  const noted = change(accepted, now, patch, { by: order.connection, ...withNote(what, note) });
  return warnOfUnmatched(withReason(noted, now), unmatched, now);
}

function leftAt({ shippedAt }: Pick<ReportedShipment, 'shippedAt'>): Pick<Package, 'shippedAt'> {
  return { shippedAt: toDayOrMoment(shippedAt) };
}

/**
 * Records all that a part has shipped now: a package that is not named was taken back, and one that was taken back and is named
 * again has left after all. Before the part's shipments, whose goods the former would hold.
 */
export function recordShippedPart(order: FulfillmentOrder, part: ShippedPart, now: number): FulfillmentOrder {
  const own = order.packages.filter(({ providerOrderId }) => providerOrderId === part.providerOrderId);
  const restored = own
    .filter((box) => box.voided !== undefined && !isTakenBack(box, part))
    .reduce((current, box) => restoreVoided(current, box, now), order);
  return own
    .filter((box) => isTakenBack(box, part))
    .reduce((current, { id }) => recordWithdrawnPackage(current, { id, cause: 'voided' }, now), restored);
}

/** DEAR shows the package, so nothing is left to be written unless more has left since. */
function restoreVoided(order: FulfillmentOrder, known: Package, now: number): FulfillmentOrder {
  const { voided: _, ...box } = known;
  const others = order.packages.filter((one) => one.id !== known.id);
  const packages = order.packages.map((one) => (one.id === known.id ? box : one));
  const what = `${getName(box)} was not voided after all: ${order.connection} shows it as shipped again.`;
  const isRefused = others.some(isVoid) || order.confirmation.state !== 'refused';
  const state = isRefused ? order.confirmation.state : getState(order, packages, order.confirmation.packages);
  const patch = { packages, confirmation: { ...order.confirmation, state }, reason: what };
  return change(order, now, patch, { by: order.connection, what });
}

/**
 * The package of a label that was bought at another connection of the account: the order's own provider reports the same
 * parcel under an id of its own.
 */
function findLabelled(
  { packages, postage }: FulfillmentOrder,
  { trackingNumbers }: ReportedShipment,
): Package | undefined {
  const labelled = packages.find(({ id }) => id === postage?.label?.packageId);
  return labelled?.trackingNumbers.some((number) => trackingNumbers.includes(number)) === true
    ? labelled
    : undefined;
}

function recordAgain(
  order: FulfillmentOrder,
  known: Package,
  shipment: ReportedShipment,
  now: number,
): FulfillmentOrder {
  const others = { lines: order.lines, packages: order.packages.filter((box) => box !== known) };
  const says = shipment.contents === 'remaining' ? null : matchContents(others, shipment.contents);
  const corrected = correctPackage(order, known, shipment, says?.contents ?? null, now);
  if (known.isAssumed !== true || says === null) return corrected;
  const packages = corrected.packages.map((box) =>
    box.id === known.id ? { ...box, ...othersIn(says.unmatched) } : box,
  );
  const noted = { ...corrected, packages };
  return warnOfUnmatched(
    noted.confirmation.state === 'refused' ? noted : withReason(noted, now),
    says.unmatched,
    now,
  );
}

/** A new label for the same goods. DEAR shows them in the box of the old label, so it needs the new number. */
function replaceVoided(
  order: FulfillmentOrder,
  voided: Package,
  { reference: _, providerOrderId, contents: __, note, ...travel }: ReportedShipment,
  now: number,
): FulfillmentOrder {
  const { contents, shownIn = { taskId: order.confirmation.taskId, box: '' } } = voided;
  const own = providerOrderId !== '' && { providerOrderId };
  const box: Package = { ...travel, ...leftAt(travel), contents, deliveredAt: '', shownIn, ...own };
  const packages = order.packages.map((one) => (one === voided ? box : one));
  const told = order.confirmation.packages.map((id) => (id === voided.id ? box.id : id));
  const kept = order.confirmation.corrections.filter(({ id }) => id !== voided.id);
  const stale = { id: box.id, staleNumbers: voided.trackingNumbers };
  const isRefused = packages.some(isVoid) && order.confirmation.state === 'refused';
  const state = isRefused ? ('refused' as const) : getState(order, packages, told);
  const corrections = withCorrection(kept, stale, box);
  const confirmation = { ...order.confirmation, state, packages: told, corrections };
  const names = [voided, box].map(({ id, trackingNumbers }) => formatNumbers(trackingNumbers) || id);
  const what = `The goods of ${names[0]}, which was voided, leave by ${names[1]} instead.`;
  const reason = isRefused ? order.reason : `${what} DEAR is being updated.`;
  const patch = { packages, confirmation, standstill: '', reason } as const;
  return change(order, now, patch, { by: order.connection, ...withNote(what, note) });
}

/** A log entry. The note expires, as the messages of other systems do. */
function withNote(what: string, note = ''): Pick<LogEntry, 'what' | 'upstreamMessage'> {
  return note === '' ? { what } : { what: `${what} With a note.`, upstreamMessage: note };
}

function getState(
  { lines, confirmation }: FulfillmentOrder,
  packages: readonly Package[],
  told: readonly string[],
): Confirmation['state'] {
  if (confirmation.state === 'abandoned' || confirmation.state === 'claimed') return confirmation.state;
  const all = packages.every(({ id }) => told.includes(id)) && stillToShip({ lines, packages }).length === 0;
  return all ? 'confirmed' : 'none';
}

function othersIn(unmatched: readonly ReportedLine[]): Pick<Package, 'others'> {
  return unmatched.length === 0 ? {} : { others: unmatched.map(({ sku, quantity }) => ({ sku, quantity })) };
}

/** Goods have left, so the provider processes the order, whatever its staff did before. */
function resumePatch({
  status,
  standstill,
  hold,
}: FulfillmentOrder): Pick<OrderPatch, 'status' | 'standstill' | 'hold'> {
  const isBack =
    (status === 'Cancelled' && standstill !== '') || (status === 'On Hold' && hold === 'service');
  return { standstill: '', ...(isBack && { status: 'Shipped', hold: '' }) };
}

/** A late parcel has to be confirmed too. */
function reopenConfirmation(confirmation: Confirmation): Confirmation {
  return confirmation.state === 'confirmed' ? { ...confirmation, state: 'none' } : confirmation;
}

/** Goods have left, so the order was accepted, even if the answer was lost. */
function provesAcceptance(order: FulfillmentOrder): boolean {
  return order.submission.state !== 'submitted' && order.status !== 'Cancelled';
}

function withReason(order: FulfillmentOrder, now: number): FulfillmentOrder {
  if (order.status === 'Cancelled' || order.withdrawn) {
    const reason = `${order.connection} shipped it although the sale no longer asks for it. Call the parcel back, or keep the sale.`;
    return change(order, now, { reason }, { by: order.connection, what: reason });
  }
  // A person has to settle a voided label that DEAR shows, whatever else leaves.
  if (order.confirmation.state === 'refused') return reviseVoidedReason(order);
  const missing = stillToShip(order).map((line) => `${line.quantity} × ${line.sku}`);
  const reason =
    missing.length === 0
      ? 'Everything has left; DEAR is being updated.'
      : `Partly shipped; still to come: ${enumerate(missing)}.`;
  return { ...order, reason };
}

function warnOfUnmatched(
  order: FulfillmentOrder,
  unmatched: readonly ReportedLine[],
  now: number,
): FulfillmentOrder {
  if (unmatched.length === 0) return order;
  const skus = enumerate(unmatched.map((line) => `${line.quantity} × ${line.sku}`));
  return change(
    order,
    now,
    {},
    { by: order.connection, what: `The package also holds what is not on the order: ${skus}.` },
  );
}

function describe(
  shipment: ReportedShipment,
  contents: readonly PackedLine[],
  order: FulfillmentOrder,
): string {
  const tracking =
    shipment.trackingNumbers.length === 0 ? 'without tracking' : enumerate(shipment.trackingNumbers);
  const goods = enumerate(contents.map((line) => `${line.quantity} × ${getSku(order, line.key)}`));
  const cost = shipment.cost === null ? '' : ` for ${shipment.cost.amount} ${shipment.cost.currency}`;
  return `Package ${tracking} left by ${shipment.carrier || 'an unnamed carrier'}${cost}${goods === '' ? '' : `: ${goods}`}.`;
}

function getSku(order: FulfillmentOrder, key: string): string {
  return order.lines.find((line) => line.key === key)?.sku ?? key;
}
