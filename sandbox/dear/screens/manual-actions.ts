import { round4 } from '../../kit/numbers.ts';
import { billedQuantities, priceLine } from '../billing/amounts.ts';
import type { BilledAmounts } from '../billing/billing-records.ts';
import { finishNote } from '../billing/credit-note-rules.ts';
import { findOrCreateInvoice, finishInvoice } from '../billing/invoice-rules.ts';
import { Refusal } from '../call.ts';
import {
  findLocation,
  fullName,
  locationById,
  NO_ID,
  packedBoxes,
  pickedLines,
  productById,
  productBySku,
  shippedBoxes,
  type Task,
} from '../lookup.ts';
import type { ShipLineRequest, StageLineRequest } from '../requests.ts';
import {
  findTaskAfter,
  findTaskAwaiting,
  isAuthorised,
  requireAuthorisedOrder,
} from '../sale/fulfilment-rules.ts';
import { outstandingLines, writePack, writePick } from '../sale/pick-pack-rules.ts';
import { writeShip } from '../sale/ship-rules.ts';
import {
  type DearState,
  isoNow,
  type OrderLineRecord,
  type SaleRecord,
  type ShipLineRecord,
  type World,
} from '../state.ts';
import type { StageLineRecord } from '../stock/stock-records.ts';
import type { HandLine, HandPack, HandPick, HandShip, TrackingInput } from './screen-inputs.ts';

/** The default terms of a sale: 30 days. */
const DUE_AFTER_MS = 30 * 24 * 60 * 60_000;

/** Authorises the draft as it stands. Without a draft it invoices everything that is not invoiced yet. */
export function invoiceByHand(world: World, sale: SaleRecord): void {
  requireAuthorisedOrder(sale);
  const draft = sale.invoices.find(({ status }) => status === 'DRAFT');
  const invoice = draft ?? findOrCreateInvoice(world, sale, sale.type === 'Advanced' ? NO_ID : sale.id);
  if (draft === undefined) {
    if (invoice.status === 'AUTHORISED') throw new Refusal(`Invoice ${invoice.number} is AUTHORISED already`);
    const isFirst = sale.invoices.every((other) => other === invoice || other.status === 'VOIDED');
    invoice.dueDate = new Date(world.now + DUE_AFTER_MS).toISOString().slice(0, 10);
    invoice.lines = unbilledLines(world.state, sale);
    invoice.charges = isFirst ? orderCharges(world.state, sale) : [];
  }
  finishInvoice(world, sale, Object.assign(invoice, { status: 'AUTHORISED' as const }));
}

/** Authorises every draft credit note. */
export function creditByHand(world: World, sale: SaleRecord): void {
  const drafts = sale.creditNotes.filter(({ status }) => status === 'DRAFT');
  if (drafts.length === 0) throw new Refusal(`${sale.orderNumber} has no draft of a credit note`);
  for (const note of drafts) finishNote(world, sale, Object.assign(note, { status: 'AUTHORISED' as const }));
}

function unbilledLines(state: DearState, sale: SaleRecord) {
  const taken = billedQuantities(sale.invoices.filter(({ status }) => status !== 'VOIDED'));
  return sale.lines.flatMap((line) => {
    const used = Math.min(line.quantity, taken.get(line.productId) ?? 0);
    const quantity = round4(line.quantity - used);
    taken.set(line.productId, round4((taken.get(line.productId) ?? 0) - used));
    return quantity === 0 ? [] : [toBilledLine(state, sale, { ...line, quantity })];
  });
}

function toBilledLine(state: DearState, sale: SaleRecord, line: OrderLineRecord) {
  const { productId, comment } = line;
  return { productId, name: productById(state, productId).name, ...amounts(state, sale, line), comment };
}

function orderCharges(state: DearState, sale: SaleRecord) {
  return sale.charges.map(({ description, ...charge }) => ({
    description,
    ...amounts(state, sale, { ...charge, discount: 0 }),
  }));
}

function amounts(
  state: DearState,
  sale: SaleRecord,
  { quantity, price, discount }: Pick<BilledAmounts, 'quantity' | 'price' | 'discount'>,
): BilledAmounts {
  const { taxRule } = state.company;
  const { defaultAccount: account } = sale;
  const { total, tax } = priceLine(state, sale, { quantity, price, discount });
  return { quantity, price, discount, total, tax, taxRule, account, comment: '' };
}

/** Picks the given lines, or by default everything that is outstanding, from the sale's location. */
export function pickByHand(world: World, sale: SaleRecord, typed: HandPick): void {
  const { state } = world;
  const task = findTaskAwaiting(sale, 'pick', typed.fulfilment);
  const { name } = locationById(state, sale.locationId);
  const Lines = typed.lines
    ? typed.lines.map((line) => toRequestLine(line, name))
    : outstandingLines(state, task).map((line) => toSameLine(state, line));
  writePick(world, task, { TaskID: task.fulfilment.taskId, Status: typed.status, Lines });
}

/** Packs the given lines, or by default all picked goods, in one box for each location. Services are not packed. */
export function packByHand(world: World, sale: SaleRecord, typed: HandPack): void {
  const { state } = world;
  const task = findTaskAwaiting(sale, 'pack', typed.fulfilment);
  const picked = pickedLines(task.fulfilment);
  const goods = picked.filter((line) => productById(state, line.productId).type !== 'Service');
  const boxAt = boxNames(sale, goods);
  const lines = typed.lines
    ? typed.lines.map((line) => ({
        ...toRequestLine(line, getPickLocation(state, picked, line)),
        Box: line.box,
      }))
    : goods.map((line) => ({ ...toSameLine(state, line), Box: undefined }));
  const Lines = lines.map((line) => ({ ...line, Box: line.Box ?? boxAt(findLocation(state, line).id) }));
  writePack(world, task, { TaskID: task.fulfilment.taskId, Status: typed.status, Lines }, 'replace');
}

/** `Box 1`, `Box 2` … by location, numbered after the boxes of the sale's other fulfilments. */
function boxNames(sale: SaleRecord, goods: readonly StageLineRecord[]): (locationId: string) => string {
  const others = sale.fulfilments.flatMap((fulfilment) =>
    fulfilment.pack.status === 'AUTHORISED' ? fulfilment.pack.lines : [],
  );
  const used = new Set(others.map(({ box }) => box)).size;
  const places = [...new Set(goods.map(({ locationId }) => locationId))];
  return (locationId) => `Box ${used + 1 + Math.max(0, places.indexOf(locationId))}`;
}

function getPickLocation(
  state: DearState,
  picked: readonly StageLineRecord[],
  { sku, batch }: HandLine,
): string {
  const { id } = productBySku(state, sku);
  const line = picked.find((one) => one.productId === id && (batch === undefined || one.batch === batch));
  return line === undefined ? '' : fullName(state, locationById(state, line.locationId));
}

function toRequestLine({ sku, quantity, location, batch }: HandLine, usual: string): StageLineRequest {
  return { SKU: sku, Quantity: quantity, Location: location ?? usual, BatchSN: batch };
}

function toSameLine(state: DearState, line: StageLineRecord): StageLineRequest {
  const { sku } = productById(state, line.productId);
  return { SKU: sku, LocationID: line.locationId, Quantity: line.quantity, BatchSN: line.batch };
}

/** DEAR requires a carrier on every line. */
const DEFAULT_CARRIER = 'DEFAULT Carrier';

/** Ships the given boxes, or by default all, with or without tracking. Boxes that were shipped before stay as they are. */
export function shipByHand(world: World, sale: SaleRecord, typed: HandShip): void {
  const task = findTaskAwaiting(sale, 'ship', typed.fulfilment);
  const { fulfilment } = task;
  const packed = packedBoxes(fulfilment);
  const unknown = typed.boxes?.find(({ box }) => !packed.has(box));
  if (unknown !== undefined) throw new Refusal(`Box '${unknown.box}' was not packed`);
  const shippedBefore = shippedBoxes(fulfilment);
  const kept = fulfilment.ship.lines.filter((line) => line.boxes.some((box) => shippedBefore.has(box)));
  const left = [...packed].filter((box) => !shippedBefore.has(box));
  const Lines = [...kept.map(asShipLineRequest), ...left.map((box) => toLine(world, sale, typed, box))];
  const AddTrackingNumbers = shippedBefore.size > 0;
  const request = { TaskID: fulfilment.taskId, Status: typed.status, Lines, AddTrackingNumbers };
  writeShip(world, task, request, 'replace');
}

function toLine(world: World, sale: SaleRecord, typed: HandShip, box: string): ShipLineRequest {
  const chosen = typed.boxes?.find((one) => one.box === box);
  const carrier = chosen?.carrier ?? typed.carrier ?? sale.carrier;
  return {
    ShipmentDate: isoNow(world).slice(0, 10),
    Carrier: carrier === '' ? DEFAULT_CARRIER : carrier,
    Box: box,
    TrackingNumber: chosen?.trackingNumber ?? '',
    IsShipped: typed.status === 'AUTHORISED' && (typed.boxes === undefined || chosen !== undefined),
  };
}

/**
 * Changes the tracking of one box's line, or of every line.
 * @throws {Refusal} where the sale has no shipment, not even a draft
 */
export function editTracking(world: World, sale: SaleRecord, typed: TrackingInput): void {
  const task: Task = findTaskAfter(sale, 'ship', typed.fulfilment);
  const { ship, taskId } = task.fulfilment;
  const isMeant = (line: ShipLineRecord) => typed.box === undefined || line.boxes.includes(typed.box);
  if (!ship.lines.some(isMeant)) throw new Refusal(`${sale.orderNumber} has no shipment of that box`);
  const Lines = ship.lines.map((line) => {
    const { trackingNumber, carrier = line.carrier } = typed;
    return isMeant(line) ? asShipLineRequest({ ...line, trackingNumber, carrier }) : asShipLineRequest(line);
  });
  const Status = isAuthorised(ship.status) ? 'AUTHORISED' : 'DRAFT';
  writeShip(world, task, { TaskID: taskId, Status, Lines, AddTrackingNumbers: true }, 'replace');
}

function asShipLineRequest(line: ShipLineRecord): ShipLineRequest {
  return {
    ShipmentDate: line.date,
    Carrier: line.carrier,
    Box: line.boxes.join(','),
    TrackingNumber: line.trackingNumber,
    IsShipped: line.isShipped,
  };
}
