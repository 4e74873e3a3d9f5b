import type { PackedGoods, PickedGoods, ShippedBox } from '../domain/packing.ts';
import { cutText } from '../domain/text.ts';
import { toCommaList } from './comma-list.ts';

/** What a stage becomes. A draft moves no stock and ships nothing: a person looks at it and authorises it. */
export type StageStatusToWrite = 'DRAFT' | 'AUTHORISED';

/** DEAR refuses an empty carrier; CartonCloud, a 3PL system in wide use with DEAR, writes this where it knows none. */
export const UNKNOWN_CARRIER = 'Undefined';
/** Of one ship line, all its numbers and commas together, per DEAR's blueprint. */
export const LONGEST_TRACKING_TEXT = 256;
/** Of a ship line, per DEAR's blueprint. */
const LONGEST_CARRIER = 256;

export function toDearPick(taskId: string, lines: readonly PickedGoods[]) {
  return { TaskID: taskId, Status: 'AUTHORISED', Lines: lines.map(toDearPickLine) };
}

/** Picks all that the order has allocated and authorises it (per DEAR's blueprint). */
export function toDearAutoPick(taskId: string) {
  return { TaskID: taskId, AutoPickMode: 'AUTOPICK' };
}

/** The whole set: whether a second POST adds to the first or replaces it is documented both ways. */
export function toDearPack(taskId: string, lines: readonly PackedGoods[]) {
  return {
    TaskID: taskId,
    Status: 'AUTHORISED',
    Lines: lines.map((line) => ({ ...toDearPickLine(line), Box: line.box })),
  };
}

/** Without `RequireBy`, which would overwrite the order's own date, even by a null (per DEAR's blueprint). */
export function toDearShip(taskId: string, lines: readonly ShippedBox[], status: StageStatusToWrite) {
  return { TaskID: taskId, Status: status, Lines: lines.map(toDearShipLine) };
}

/** The only change that DEAR takes after a shipment is authorised. All boxes, so that none is dropped. */
export function toDearTrackingNumbers(taskId: string, lines: readonly ShippedBox[]) {
  return { ...toDearShip(taskId, lines, 'AUTHORISED'), AddTrackingNumbers: true };
}

/** Boxes whose tracking numbers DEAR has no room for. */
export function boxesWithTooMuchTracking(lines: readonly ShippedBox[]): string[] {
  return lines
    .filter((line) => toCommaList(line.trackingNumbers).length > LONGEST_TRACKING_TEXT)
    .map((line) => line.box);
}

export function toDearPickLine(line: PickedGoods) {
  return {
    ProductID: line.productId,
    SKU: line.sku,
    Name: line.name,
    Location: line.location,
    Quantity: line.quantity,
    BatchSN: line.batch === '' ? null : line.batch,
    ExpiryDate: line.expiry === '' ? null : toDearDate(line.expiry),
  };
}

function toDearShipLine(line: ShippedBox) {
  return {
    // DEAR's dates are UTC (per its blueprint), so a parcel handed over on a late American evening bears the next day.
    ShipmentDate: toDearDate(new Date(line.shippedAt).toISOString()),
    Carrier: cutText(line.carrier.trim(), LONGEST_CARRIER) || UNKNOWN_CARRIER,
    Box: line.box,
    TrackingNumber: toCommaList(line.trackingNumbers),
    IsShipped: true,
  };
}

/** @param iso a date or a moment; the time of day is dropped */
export function toDearDate(iso: string): string {
  return `${iso.slice(0, 10)}T00:00:00`;
}
