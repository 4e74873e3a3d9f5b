import type { CreditNoteToWrite, InvoiceLine, InvoiceToWrite } from '../domain/confirmation/billing.ts';
import type { PackedGoods, PickedGoods, ShippedBox } from '../domain/confirmation/packing.ts';
import { NotDone, Rejected } from '../domain/errors.ts';
import type { SaleCharge } from '../domain/sale/sale.ts';
import { cutText } from '../domain/text.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { requireTracking } from './check-write.ts';
import { type Caller, type DearCall, toAttempt } from './transport.ts';
import { joinCommaList, NO_ID, parseCommaList } from './wire-values.ts';

/** A draft moves no stock and ships nothing: a person checks and authorises it. */
type StageStatusToWrite = 'DRAFT' | 'AUTHORISED';

/** DEAR refuses an empty carrier. CartonCloud, a 3PL system that is widely used with DEAR, writes this for an unknown one. */
const UNKNOWN_CARRIER = 'Undefined';
/** Characters of a ship line's tracking numbers, commas included, per DEAR's blueprint. */
const MAX_TRACKING_TEXT = 256;
/** Characters of a ship line's carrier, per DEAR's blueprint. */
const MAX_CARRIER = 256;

function toDearPick(taskId: string, lines: readonly PickedGoods[]) {
  return { TaskID: taskId, Status: 'AUTHORISED', Lines: lines.map(toDearPickLine) };
}

/** Picks all that the order has allocated and authorises it (per DEAR's blueprint). */
function toDearAutoPick(taskId: string) {
  return { TaskID: taskId, AutoPickMode: 'AUTOPICK' };
}

/** All lines at once: it is documented both ways whether a second POST adds to the first or replaces it. */
function toDearPack(taskId: string, lines: readonly PackedGoods[]) {
  return {
    TaskID: taskId,
    Status: 'AUTHORISED',
    Lines: lines.map((line) => ({ ...toDearPickLine(line), Box: line.box })),
  };
}

/** Without `RequireBy`, which would overwrite the order's own date, even by a null (per DEAR's blueprint). */
function toDearShip(taskId: string, lines: readonly ShippedBox[], status: StageStatusToWrite) {
  return { TaskID: taskId, Status: status, Lines: lines.map(toDearShipLine) };
}

/** The only change that DEAR allows after a shipment is authorised. All boxes are sent, so that none is dropped. */
function toDearTrackingNumbers(taskId: string, lines: readonly ShippedBox[]) {
  return { ...toDearShip(taskId, lines, 'AUTHORISED'), AddTrackingNumbers: true };
}

/** Names of the boxes whose tracking numbers exceed DEAR's limit. */
function findOverfullBoxes(lines: readonly ShippedBox[]): string[] {
  return lines
    .filter((line) => joinCommaList(line.trackingNumbers).length > MAX_TRACKING_TEXT)
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
    // DEAR's dates are UTC (per its blueprint), so a parcel handed over on a late American evening has the next day's date.
    ShipmentDate: toDearDate(new Date(line.shippedAt).toISOString()),
    Carrier: cutText(line.carrier.trim(), MAX_CARRIER) || UNKNOWN_CARRIER,
    Box: line.box,
    TrackingNumber: joinCommaList(line.trackingNumbers),
    IsShipped: true,
  };
}

/** @param iso a date or a moment; the time of day is dropped */
export function toDearDate(iso: string): string {
  return `${iso.slice(0, 10)}T00:00:00`;
}

export function createFulfilmentCall(saleId: string, reference: string): DearCall {
  return {
    operation: 'create fulfilment',
    method: 'POST',
    path: 'sale/fulfilment',
    body: { SaleID: saleId },
    reference,
  };
}

export function pickCall(taskId: string, lines: readonly PickedGoods[], reference: string): DearCall {
  const body = toDearPick(taskId, lines);
  return { operation: 'authorise pick', method: 'POST', path: PICK, body, reference };
}

export function autoPickCall(taskId: string, reference: string): DearCall {
  return {
    operation: 'pick automatically',
    method: 'POST',
    path: PICK,
    body: toDearAutoPick(taskId),
    reference,
  };
}

/** @param replacesDraft whether DEAR has lines of a draft, to which a POST would add (per DEAR's blueprint) */
export function packCall(
  taskId: string,
  lines: readonly PackedGoods[],
  reference: string,
  replacesDraft: boolean,
): DearCall {
  const body = toDearPack(taskId, lines);
  const method = replacesDraft ? 'PUT' : 'POST';
  return { operation: 'authorise pack', method, path: PACK, body, reference };
}

/**
 * @param replacesDraft whether DEAR has lines of a draft, to which a POST would add (per DEAR's blueprint)
 * @throws {Rejected} as `requireTrackingRoom`
 */
export function shipCall(
  taskId: string,
  lines: readonly ShippedBox[],
  status: StageStatusToWrite,
  reference: string,
  replacesDraft: boolean,
): DearCall {
  const body = toDearShip(taskId, lines, status);
  const method = replacesDraft ? 'PUT' : 'POST';
  const operation = `${VERB[status]} ship`;
  return requireTrackingRoom({ operation, method, path: SHIP, body, reference }, lines);
}

/** @throws {Rejected} as `requireTrackingRoom` */
function addTrackingCall(taskId: string, lines: readonly ShippedBox[], reference: string): DearCall {
  const body = toDearTrackingNumbers(taskId, lines);
  return requireTrackingRoom(
    { operation: 'add tracking numbers', method: 'PUT', path: SHIP, body, reference },
    lines,
  );
}

/**
 * As `addTrackingCall` without its flag, for an account that ignores the flag.
 * @throws {Rejected} as `requireTrackingRoom`
 */
function replaceShipCall(taskId: string, lines: readonly ShippedBox[], reference: string): DearCall {
  const body = toDearShip(taskId, lines, 'AUTHORISED');
  return requireTrackingRoom(
    { operation: 'replace ship', method: 'PUT', path: SHIP, body, reference },
    lines,
  );
}

function shipStageCall(taskId: string, reference: string): DearCall {
  return { operation: 'read ship', method: 'GET', path: SHIP, query: { TaskID: taskId }, reference };
}

/**
 * Refused before the call, because it is not known what DEAR does with the excess: a cut number is a wrong one.
 * @throws {Rejected} a box has more tracking than DEAR can hold
 */
function requireTrackingRoom(call: DearCall, lines: readonly ShippedBox[]): DearCall {
  const boxes = findOverfullBoxes(lines);
  if (boxes.length === 0) return call;
  const upstreamMessage = `DEAR holds ${MAX_TRACKING_TEXT} characters of tracking numbers for a box; these boxes have more: ${boxes.join(', ')}`;
  throw new Rejected(toErrorDetails(toAttempt(call), { upstreamMessage }));
}

const PICK = 'sale/fulfilment/pick';
const PACK = 'sale/fulfilment/pack';
const SHIP = 'sale/fulfilment/ship';
const VERB: Readonly<Record<StageStatusToWrite, string>> = { DRAFT: 'draft', AUTHORISED: 'authorise' };

/**
 * Corrects carrier and tracking numbers of an authorised shipment. The blueprint names a flag for it that no public client
 * is known to use, and live accounts answer 200 to writes that they ignore. So the numbers are looked for in the answer, then
 * by a read; where they are missing, the stage is written without the flag.
 * @param lines all boxes, changed or not
 * @throws {Rejected} DEAR refuses them, or a box has more than DEAR can hold
 * @throws {NotDone} DEAR accepts them both times and does not show them
 */
export async function correctTracking(
  client: Caller,
  taskId: string,
  lines: readonly ShippedBox[],
  reference: string,
): Promise<void> {
  const numbers = lines.flatMap(({ trackingNumbers }) => parseCommaList(joinCommaList(trackingNumbers)));
  if (await showsTracking(client, addTrackingCall(taskId, lines, reference), numbers)) return;
  if (await showsTracking(client, shipStageCall(taskId, reference), numbers)) return;
  const second = replaceShipCall(taskId, lines, reference);
  requireTracking(second, await client.transport.send(second), numbers);
}

/** Whether the call's answer shows the shipment with each of the numbers. */
async function showsTracking(client: Caller, call: DearCall, numbers: readonly string[]): Promise<boolean> {
  const answer = await client.transport.send(call);
  try {
    requireTracking(call, answer, numbers);
    return true;
  } catch (error) {
    if (error instanceof NotDone) return false;
    throw error;
  }
}

export function createInvoiceCall(invoice: InvoiceToWrite, reference: string): DearCall {
  const body = toDearInvoice(invoice);
  return { operation: 'create invoice', method: 'POST', path: 'sale/invoice', body, reference };
}

export function draftCreditNoteCall(note: CreditNoteToWrite, reference: string): DearCall {
  const body = toDearCreditNote(note);
  return { operation: 'draft credit note', method: 'POST', path: 'sale/creditnote', body, reference };
}

/** Makes DEAR create a new task (per its blueprint). */
const NEW_TASK = NO_ID;

/** The conversion rate and the billing address are left out: DEAR takes them from the sale. */
function toDearInvoice(invoice: InvoiceToWrite) {
  return {
    SaleID: invoice.saleId,
    TaskID: invoice.taskId || NEW_TASK,
    CombineAdditionalCharges: false,
    Status: invoice.status,
    InvoiceDate: toDearDate(invoice.date),
    Memo: invoice.memo,
    // Required by the blueprint's model of a sale's invoice. By its model of a purchase's invoice, DEAR takes a missing due
    // date from the terms.
    ...(invoice.dueDate !== null && { InvoiceDueDate: toDearDate(invoice.dueDate) }),
    // A string here, although a fulfilment's own number is a number.
    ...(invoice.fulfilmentNumber !== 0 && { LinkedFulfillmentNumber: String(invoice.fulfilmentNumber) }),
    Lines: invoice.lines.map(toDearInvoiceLine),
    AdditionalCharges: invoice.charges.map(toDearCharge),
  };
}

/** A draft: money and stock move only when a person authorises it. */
function toDearCreditNote(note: CreditNoteToWrite) {
  return {
    SaleID: note.saleId,
    TaskID: NEW_TASK,
    CombineAdditionalCharges: false,
    CreditNoteInvoiceNumber: note.invoiceNumber,
    Memo: note.memo,
    Status: 'DRAFT',
    CreditNoteDate: toDearDate(note.date),
    Lines: note.lines.map(toDearInvoiceLine),
    AdditionalCharges: [],
    // A restock line is a pick line with the location that the goods go to; `Location`, where they came from, is required.
    Restock: note.restock.map((line) => ({ ...toDearPickLine(line), RestockLocation: line.location })),
  };
}

/** Without a revenue account: DEAR takes the product's, else the sale's `DefaultAccount` (per its blueprint). */
function toDearInvoiceLine(line: InvoiceLine) {
  return {
    ProductID: line.productId,
    SKU: line.sku,
    Name: line.name,
    ...toDearAmounts(line),
    Comment: line.comment,
  };
}

function toDearCharge(charge: SaleCharge) {
  return { Description: charge.description, ...toDearAmounts(charge) };
}

function toDearAmounts(row: SaleCharge | InvoiceLine) {
  return {
    Quantity: row.quantity,
    Price: row.unitPrice,
    Discount: row.discountPercent,
    Tax: row.tax,
    Total: row.total,
    TaxRule: row.taxRule,
  };
}
