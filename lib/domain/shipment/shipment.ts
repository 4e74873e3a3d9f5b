import { subtract } from '../decimal.ts';
import type { Confirmation, FulfillmentOrder } from '../order/fulfillment-order.ts';
import { recordAccepted } from '../order/submission.ts';
import { change, type OrderPatch } from '../order/transitions.ts';
import { getRounding, toDearUnits } from '../order/units.ts';
import { sameSku } from '../sale/catalogue.ts';
import { enumerate } from '../text.ts';
import {
  isVoid,
  type Package,
  type PackedLine,
  type ReportedLine,
  type ReportedShipment,
  spokenNumbers,
} from './package.ts';
import { arrayField, correctPackage, withCorrection } from './package-correction.ts';
import { type PartlyOut, stillToShip } from './still-to-ship.ts';

/**
 * Records what a provider reports as shipped. The same report may come any number of times and in any order: of a package
 * that is known, only what is said otherwise counts.
 * @param now ms since the epoch
 */
export function recordShipments(
  order: FulfillmentOrder,
  reported: readonly ReportedShipment[],
  now: number,
): FulfillmentOrder {
  return reported.reduce((current, shipment) => recordShipment(current, shipment, now), order);
}

function recordShipment(order: FulfillmentOrder, shipment: ReportedShipment, now: number): FulfillmentOrder {
  const known = order.packages.find(({ id }) => id === shipment.id);
  if (known !== undefined) return recordAgain(order, known, shipment, now);
  const { contents, unmatched } = matchContents(order, shipment.contents);
  const voided = order.packages.find(
    (box) => box.voided !== undefined && arrayField(box.contents) === arrayField(contents),
  );
  if (voided !== undefined) return replaceVoided(order, voided, shipment, now);
  const { reference: _, providerOrderId, contents: __, ...travel } = shipment;
  const accepted = provesAcceptance(order)
    ? recordAccepted(order, now, providerOrderId, order.fingerprint, true)
    : order;
  const assumed = shipment.contents === 'remaining' && { isAssumed: true };
  const own = providerOrderId !== '' && { providerOrderId };
  const box: Package = { ...travel, contents, ...othersIn(unmatched), deliveredAt: '', ...assumed, ...own };
  const packages = [...accepted.packages, box];
  const what = describe(shipment, contents, order);
  const patch = { packages, confirmation: reopened(accepted.confirmation), ...movesOn(accepted) };
  const noted = change(accepted, now, patch, { by: order.connection, what });
  return getWarn(explain(noted, now), unmatched, now);
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
  return getWarn(noted.confirmation.state === 'refused' ? noted : explain(noted, now), says.unmatched, now);
}

/** The same goods by a new label. DEAR shows them already, in the box of the old one, so it is to be told the new number. */
function replaceVoided(
  order: FulfillmentOrder,
  voided: Package,
  { reference: _, providerOrderId: __, contents: ___, ...travel }: ReportedShipment,
  now: number,
): FulfillmentOrder {
  const { contents, shownIn = { taskId: order.confirmation.taskId, box: '' } } = voided;
  const box: Package = { ...travel, contents, deliveredAt: '', shownIn };
  const packages = order.packages.map((one) => (one === voided ? box : one));
  const told = order.confirmation.packages.map((id) => (id === voided.id ? box.id : id));
  const kept = order.confirmation.corrections.filter(({ id }) => id !== voided.id);
  const stale = { id: box.id, staleNumbers: voided.trackingNumbers };
  const isRefused = packages.some(isVoid) && order.confirmation.state === 'refused';
  const state = isRefused ? ('refused' as const) : getState(order, packages, told);
  const corrections = withCorrection(kept, stale, box);
  const confirmation = { ...order.confirmation, state, packages: told, corrections };
  const names = [voided, box].map(({ id, trackingNumbers }) => spokenNumbers(trackingNumbers) || id);
  const what = `The goods of ${names[0]}, which was voided, leave by ${names[1]} instead.`;
  const reason = isRefused ? order.reason : `${what} DEAR is being told.`;
  const patch = { packages, confirmation, standstill: '', reason } as const;
  return change(order, now, patch, { by: order.connection, what });
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

/** Goods have left, so the provider goes on with it, whatever its people had done before. */
function movesOn({
  status,
  standstill,
  hold,
}: FulfillmentOrder): Pick<OrderPatch, 'status' | 'standstill' | 'hold'> {
  const isBack =
    (status === 'Cancelled' && standstill !== '') || (status === 'On Hold' && hold === 'service');
  return { standstill: '', ...(isBack && { status: 'Shipped', hold: '' }) };
}

/** DEAR was told everything so far; a late parcel is news to it. */
function reopened(confirmation: Confirmation): Confirmation {
  return confirmation.state === 'confirmed' ? { ...confirmation, state: 'none' } : confirmation;
}

/** Goods have left, so the order was accepted, whatever became of the answer. */
function provesAcceptance(order: FulfillmentOrder): boolean {
  return order.submission.state !== 'submitted' && order.status !== 'Cancelled';
}

function explain(order: FulfillmentOrder, now: number): FulfillmentOrder {
  if (order.status === 'Cancelled' || order.withdrawn) {
    const reason = `${order.connection} shipped it although the sale no longer wants it. Call the parcel back or keep the sale.`;
    return change(order, now, { reason }, { by: order.connection, what: reason });
  }
  // A voided label that DEAR shows stays a person's to settle, whatever else leaves.
  if (order.confirmation.state === 'refused') return order;
  const missing = stillToShip(order).map((line) => `${line.quantity} × ${line.sku}`);
  const reason =
    missing.length === 0
      ? 'Everything has left; DEAR is being told.'
      : `Partly shipped; still to come: ${enumerate(missing)}.`;
  return { ...order, reason };
}

function getWarn(order: FulfillmentOrder, unmatched: readonly ReportedLine[], now: number): FulfillmentOrder {
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

interface Matched {
  readonly contents: PackedLine[];
  /** Reported lines that are on no line of the order. */
  readonly unmatched: ReportedLine[];
}

/**
 * By our own line key where the provider echoes it with the line's SKU; else by SKU, filling lines that are not out yet first.
 * Another SKU under a line's key is a stranger: people have put another product into the parcel.
 */
export function matchContents(order: PartlyOut, reported: ReportedShipment['contents']): Matched {
  const open = stillToShip(order);
  if (reported === 'remaining') {
    return {
      contents: open.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' })),
      unmatched: [],
    };
  }
  const left = new Map(open.map((line) => [line.key, line.quantity]));
  const matched: Matched = { contents: [], unmatched: [] };
  for (const line of reported) {
    const keys = keysFor(order, line, left);
    if (keys.length === 0) matched.unmatched.push(line);
    else matched.contents.push(...spread(inDearUnits(order, line, keys), keys, left));
  }
  return matched;
}

function keysFor(
  order: Pick<FulfillmentOrder, 'lines'>,
  line: ReportedLine,
  left: Map<string, number>,
): string[] {
  const isOpen = (key: string) => (left.get(key) ?? 0) > 0;
  const own = order.lines.find((ordered) => ordered.key === line.key);
  const meant = skuMeant(order, line, own?.sku);
  const alike = order.lines.filter(({ sku }) => sku === meant).map(({ key }) => key);
  // What is more than its line wants is of another line of the product, where one waits for it.
  if (own !== undefined && own.sku === meant)
    return [own.key, ...alike.filter((key) => key !== own.key && isOpen(key))];
  return alike.sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)));
}

/** The SKU of the order that a reported line stands for: that of the line whose key it carries, where it can be that. */
function skuMeant(
  { lines }: Pick<PartlyOut, 'lines'>,
  line: ReportedLine,
  own: string | undefined,
): string | undefined {
  if (own !== undefined && (line.sku.trim() === '' || sameSku(line.sku, [own]) !== undefined)) return own;
  return sameSku(
    line.sku,
    lines.map(({ sku }) => sku),
  );
}

/** A reported line in DEAR's units, by the units that the order was sent with. */
interface CountedLine extends ReportedLine {
  /** How far a line may be from being out and still be out: what is a third of DEAR's units is never three times 0.3333. */
  readonly rounding: number;
}

function inDearUnits(
  { lines }: Pick<FulfillmentOrder, 'lines'>,
  line: ReportedLine,
  [key]: readonly string[],
): CountedLine {
  const ratio = lines.find((ordered) => ordered.key === key)?.units;
  return { ...line, quantity: toDearUnits(line.quantity, ratio), rounding: getRounding(ratio) };
}

/** What is more than every line wants stays on the last one: it did leave. */
function spread(line: CountedLine, keys: readonly string[], left: Map<string, number>): PackedLine[] {
  let rest = line.quantity;
  const parts = keys.map((key, index) => {
    const wanted = left.get(key) ?? 0;
    const closes = Math.abs(rest - wanted) < line.rounding;
    const part = index === keys.length - 1 ? rest : Math.min(rest, wanted);
    const quantity = closes ? wanted : part;
    rest = closes ? 0 : subtract(rest, quantity);
    left.set(key, subtract(wanted, quantity));
    return { key, quantity, batch: line.batch, expiry: line.expiry };
  });
  return parts.filter((part) => part.quantity > 0);
}
