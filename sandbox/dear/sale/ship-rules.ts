import { Refusal } from '../call.ts';
import { publishShipment, publishTrackingChange } from '../events.ts';
import { locationById, packedBoxes, packedLines, shippedBoxes, type Task } from '../lookup.ts';
import type { ShipLineRequest, ShipRequest } from '../requests.ts';
import {
  type DearState,
  type FulfilmentRecord,
  isoNow,
  type SaleRecord,
  type ShipLineRecord,
  type ShipStatus,
  type World,
} from '../state.ts';
import { takeFromShelf } from '../stock/stock.ts';
import { requireUnlocked } from '../stock/stock-take-rules.ts';
import { toAddress } from './address.ts';
import { requireAuthorisedOrder } from './fulfilment-rules.ts';
import { trackingNumbers } from './status.ts';

/**
 * @param mode POST adds to a draft's lines; PUT replaces them and must name every packed box, per the blueprint. Only
 * a PUT with `AddTrackingNumbers` may change an authorised shipment; it may also ship the boxes that were left.
 */
export function writeShip(
  world: World,
  { sale, fulfilment }: Task,
  request: ShipRequest,
  mode: 'add' | 'replace',
): void {
  requireAuthorisedOrder(sale);
  const isCorrection = mode === 'replace' && request.AddTrackingNumbers === true;
  requireShippable(world.state, fulfilment, isCorrection);
  const shippedBefore = shippedBoxes(fulfilment);
  const added = request.Lines.map((line) => toShipLine(world, line, shippedBefore));
  const lines = mode === 'add' ? [...fulfilment.ship.lines, ...added] : added;
  requireBoxes(fulfilment, lines, mode);
  const numbersBefore = trackingNumbers(sale);
  const statusBefore = fulfilment.ship.status;
  fulfilment.ship.lines = lines;
  fulfilment.ship.status = statusAfter(fulfilment, request.Status, shippedBefore.size > 0);
  applyHeader(sale, fulfilment, request);
  shipBoxes(world, fulfilment, shippedBefore);
  for (const line of lines) addCarrier(world, line.carrier);
  sale.updatedAt = isoNow(world);
  if (fulfilment.ship.status === 'AUTHORISED' && statusBefore !== 'AUTHORISED')
    publishShipment(world, sale, fulfilment);
  publishTrackingChange(world, sale, fulfilment, numbersBefore);
}

function requireShippable(state: DearState, { pack, ship }: FulfilmentRecord, isCorrection: boolean): void {
  if (pack.status !== 'AUTHORISED') {
    throw new Refusal(`Pack is ${pack.status}; it has to be AUTHORISED before goods are shipped`);
  }
  const isAuthorised = ship.status === 'AUTHORISED' || ship.status === 'PARTIALLY AUTHORISED';
  if (isAuthorised && !isCorrection) {
    throw new Refusal(
      `Shipment is ${ship.status}; only its tracking may change, by PUT with AddTrackingNumbers`,
    );
  }
  if (pack.lines.some((line) => locationById(state, line.locationId).ownedByBuiltInIntegration)) {
    throw new Refusal('The task has goods at an external location, whose own integration ships them');
  }
}

function requireBoxes(
  fulfilment: FulfilmentRecord,
  lines: readonly ShipLineRecord[],
  mode: 'add' | 'replace',
): void {
  const packed = packedBoxes(fulfilment);
  const named = lines.flatMap((line) => line.boxes);
  const unknown = named.find((box) => !packed.has(box));
  if (unknown !== undefined) throw new Refusal(`Box '${unknown}' was not packed`);
  const twice = named.find((box, index) => named.indexOf(box) !== index);
  if (twice !== undefined) throw new Refusal(`Box '${twice}' is named by more than one line`);
  const missing = [...packed].find((box) => !named.includes(box));
  if (mode === 'replace' && missing !== undefined)
    throw new Refusal(`Box '${missing}' was packed but has no line`);
}

/** The lines decide: AUTHORISED where all boxes are shipped, PARTIALLY AUTHORISED where some are. A draft may stay one. */
function statusAfter(fulfilment: FulfilmentRecord, asked: ShipStatus, hasGone: boolean): ShipStatus {
  if (asked === 'DRAFT' && !hasGone) return 'DRAFT';
  const shipped = fulfilment.ship.lines.filter((line) => line.isShipped).flatMap((line) => line.boxes).length;
  if (shipped === 0) return 'DRAFT';
  return shipped === packedBoxes(fulfilment).size ? 'AUTHORISED' : 'PARTIALLY AUTHORISED';
}

function shipBoxes(world: World, fulfilment: FulfilmentRecord, shippedBefore: ReadonlySet<string>): void {
  const shipped = shippedBoxes(fulfilment);
  const leaving = packedLines(fulfilment).filter(({ box }) => shipped.has(box) && !shippedBefore.has(box));
  requireUnlocked(
    world,
    leaving.map(({ locationId }) => locationId),
  );
  for (const line of leaving) takeFromShelf(world.state, line, line.quantity);
}

/** A box that was shipped stays shipped, whatever a later line says. */
function toShipLine(world: World, line: ShipLineRequest, shippedBefore: ReadonlySet<string>): ShipLineRecord {
  const boxes = line.Box.split(',').map((box) => box.trim());
  const left = boxes.filter((box) => shippedBefore.has(box));
  if (line.IsShipped !== true && left.length > 0 && left.length < boxes.length) {
    throw new Refusal(`Box '${left[0]}' was shipped and cannot share a line with boxes that were not`);
  }
  return {
    id: world.newId(),
    date: line.ShipmentDate.slice(0, 10),
    carrier: line.Carrier,
    boxes,
    trackingNumber: line.TrackingNumber?.trim() ?? '',
    isShipped: line.IsShipped === true || left.length > 0,
  };
}

function applyHeader(sale: SaleRecord, { ship }: FulfilmentRecord, request: ShipRequest): void {
  if (request.RequireBy) sale.shipBy = request.RequireBy.slice(0, 10);
  if (request.ShippingAddress) ship.address = toAddress(request.ShippingAddress);
  if (typeof request.ShippingNotes === 'string') ship.notes = request.ShippingNotes;
}

function addCarrier({ state, newId }: World, name: string): void {
  if (state.carriers.some((carrier) => carrier.name.toLowerCase() === name.toLowerCase())) return;
  state.carriers.push({ id: newId(), name });
}
