import { round4 } from '../../kit/numbers.ts';
import { notFound, Refusal } from '../call.ts';
import { publishCreditNote } from '../events.ts';
import { findLocation, NO_ID, parseGuid, productById, shippedLines } from '../lookup.ts';
import type { CreditNoteRequest, RestockLineRequest } from '../requests.ts';
import { requireOpen, toStageLine } from '../sale/fulfilment-rules.ts';
import { type DearState, isoNow, type SaleRecord, type World } from '../state.ts';
import { fillBackorders, putOnShelf } from '../stock/stock.ts';
import { billedQuantities } from './amounts.ts';
import type { BillStatus, CreditNoteRecord, InvoiceRecord, RestockRecord } from './billing-records.ts';
import {
  requireContent,
  requireLeft,
  requireSeparateCharges,
  toBilledCharge,
  toBilledLine,
} from './invoice-rules.ts';

/**
 * Overwrites the draft or creates one.
 * @throws {Refusal} unless the invoice is AUTHORISED or PAID, the note is not, and both its lines and the goods that
 * come back are of what was billed and shipped
 */
export function writeCreditNote(world: World, sale: SaleRecord, request: CreditNoteRequest): void {
  requireSeparateCharges(request.CombineAdditionalCharges);
  const invoice = creditedInvoice(sale, request.CreditNoteInvoiceNumber);
  if (sale.type === 'Service' && (request.Restock ?? []).length > 0) {
    throw new Refusal(`${sale.orderNumber} is a Service Sale: its Restock is read-only`);
  }
  const note = findOrCreateNote(world, sale, parseGuid(request.TaskID, 'TaskID'));
  requireOpen('Credit note', note.status);
  Object.assign(note, {
    invoiceNumber: invoice.number,
    status: request.Status,
    memo: request.Memo ?? '',
    date: request.CreditNoteDate.slice(0, 10),
    lines: (request.Lines ?? []).map((line) => toBilledLine(world.state, line)),
    charges: (request.AdditionalCharges ?? []).map((charge) => toBilledCharge(world.state, charge)),
    restock: (request.Restock ?? []).map((line) => toRestock(world.state, line)),
  } satisfies Partial<CreditNoteRecord>);
  finishNote(world, sale, note);
}

/** The rules for every credit note. Goods return to stock only when it is authorised. */
export function finishNote(world: World, sale: SaleRecord, note: CreditNoteRecord): void {
  const invoice = creditedInvoice(sale, note.invoiceNumber);
  const others = sale.creditNotes.filter((other) => other !== note && other.status !== 'VOIDED');
  const ofInvoice = others.filter(({ invoiceNumber }) => invoiceNumber === note.invoiceNumber);
  requireContent(note, 'A credit note');
  requireLeft(world.state, note, billedQuantities([invoice]), ofInvoice);
  requireShipped(world.state, sale, note, others);
  sale.updatedAt = isoNow(world);
  if (note.status !== 'AUTHORISED') return;
  restock(world, note, 1);
  publishCreditNote(world, sale, note);
}

/** @param direction 1: back to stock; -1: out of stock again */
function restock(world: World, note: CreditNoteRecord, direction: 1 | -1): void {
  for (const { toLocationId, quantity, ...line } of note.restock) {
    putOnShelf(world.state, { ...line, locationId: toLocationId }, direction * quantity);
  }
  fillBackorders(world);
}

function creditedInvoice(sale: SaleRecord, number: string): InvoiceRecord {
  const invoice = sale.invoices.find((candidate) => candidate.number === number);
  if (invoice === undefined) throw notFound(`Invoice '${number}' of ${sale.orderNumber} was not found`);
  if (invoice.status !== 'AUTHORISED') {
    throw new Refusal(`Invoice ${number} is ${invoice.status}; it has to be AUTHORISED or PAID`);
  }
  return invoice;
}

/** The zero id creates one. A simple sale has one at most, whose TaskID is the sale's. */
function findOrCreateNote(world: World, sale: SaleRecord, taskId: string): CreditNoteRecord {
  const existing = sale.creditNotes.find((note) => note.taskId === taskId);
  if (existing !== undefined) return existing;
  const isAdvanced = sale.type === 'Advanced';
  if (taskId !== NO_ID && (isAdvanced || taskId !== sale.id)) {
    throw notFound(`Credit note task with ID ${taskId} was not found`);
  }
  if (!isAdvanced && sale.creditNotes.length > 0) {
    throw new Refusal(`${sale.orderNumber} is a ${sale.type} Sale and has its only credit note already`);
  }
  const number = `CR-${String(world.state.nextCreditNoteNumber).padStart(5, '0')}`;
  world.state.nextCreditNoteNumber += 1;
  const blank = { memo: '', date: '', invoiceNumber: '', lines: [], charges: [], restock: [] };
  const note = { ...blank, taskId: isAdvanced ? world.newId() : sale.id, number, status: 'DRAFT' as const };
  sale.creditNotes.push(note);
  return note;
}

function toRestock(state: DearState, line: RestockLineRequest): RestockRecord {
  const { box: _, ...picked } = toStageLine(state, line);
  const isElsewhere = line.RestockLocation || line.RestockLocationID;
  const to = { Location: line.RestockLocation, LocationID: line.RestockLocationID };
  return {
    ...picked,
    expiry: picked.expiry || (line.ExpiryDate ?? '').slice(0, 10),
    toLocationId: isElsewhere ? findLocation(state, to).id : picked.locationId,
  };
}

function requireShipped(
  state: DearState,
  sale: SaleRecord,
  note: CreditNoteRecord,
  others: readonly CreditNoteRecord[],
): void {
  const left = new Map<string, number>();
  const add = (productId: string, quantity: number) =>
    left.set(productId, round4((left.get(productId) ?? 0) + quantity));
  for (const line of sale.fulfilments.flatMap(shippedLines)) add(line.productId, line.quantity);
  for (const line of [note, ...others].flatMap((one) => one.restock)) add(line.productId, -line.quantity);
  const short = note.restock.find(({ productId }) => (left.get(productId) ?? 0) < 0);
  if (short === undefined) return;
  const { sku } = productById(state, short.productId);
  throw new Refusal(`More of product '${sku}' would come back than was shipped`);
}

/** Undo: invoices and credit notes become drafts, and payments become prepayments. */
export function reopenBilling(world: World, sale: SaleRecord): void {
  takeBack(world, sale, 'DRAFT');
}

/** Void: the documents stay as a record. Payments stay; refunds are not implemented. */
export function voidBilling(world: World, sale: SaleRecord): void {
  takeBack(world, sale, 'VOIDED');
}

function takeBack(world: World, sale: SaleRecord, status: BillStatus): void {
  for (const note of sale.creditNotes.filter((one) => one.status === 'AUTHORISED')) restock(world, note, -1);
  for (const bill of [...sale.invoices, ...sale.creditNotes]) bill.status = status;
  for (const payment of sale.payments) payment.invoiceTaskId = null;
}
