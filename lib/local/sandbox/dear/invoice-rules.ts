import {
  requireContent,
  requireLeft,
  requireSeparateCharges,
  toBilledCharge,
  toBilledLine,
} from './billed-lines.ts';
import { publishInvoice } from './billing-events.ts';
import type { InvoiceChangesRequest } from './billing-requests.ts';
import type { InvoiceRecord } from './billing-state.ts';
import { guid, NO_ID } from './lookup.ts';
import { applyPrepayments } from './payment-rules.ts';
import { notFound, Refusal } from './refusal.ts';
import { requireAuthorisedOrder, requireOpen } from './stage-lines.ts';
import type { DearState, SaleRecord } from './state.ts';
import { requireUnlocked } from './stock-take-rules.ts';
import { isoNow, round4, type World } from './world.ts';

/**
 * @param mode POST overwrites the draft or begins one; PUT changes only what the request names, of a draft that exists
 * @throws {Refusal} unless the order is AUTHORISED, the invoice is not, and its lines are of what nothing else bills
 */
export function writeInvoice(
  world: World,
  sale: SaleRecord,
  request: InvoiceChangesRequest,
  mode: 'overwrite' | 'change',
): void {
  requireAuthorisedOrder(sale);
  requireSeparateCharges(request.CombineAdditionalCharges);
  const taskId = guid(request.TaskID, 'TaskID');
  const invoice = mode === 'overwrite' ? begunInvoice(world, sale, taskId) : existingInvoice(sale, taskId);
  requireOpen('Invoice', invoice.status);
  if (mode === 'overwrite') Object.assign(invoice, BLANK);
  Object.assign(invoice, toChanges(world.state, sale, request));
  finishInvoice(world, sale, invoice);
}

/** What holds of every invoice, however it was written. */
export function finishInvoice(world: World, sale: SaleRecord, invoice: InvoiceRecord): void {
  const others = sale.invoices.filter((other) => other !== invoice && other.status !== 'VOIDED');
  requireContent(invoice, 'An invoice');
  requireLeft(world.state, invoice, orderedQuantities(sale), others);
  sale.updatedAt = isoNow(world);
  if (invoice.status !== 'AUTHORISED') return;
  requireUnlocked(world, [sale.locationId]);
  applyPrepayments(world, sale, invoice);
  publishInvoice(world, sale, invoice);
}

/** The draft of that task, or a new one. A simple sale's only invoice has the sale's own id. */
export function begunInvoice(world: World, sale: SaleRecord, taskId: string): InvoiceRecord {
  const existing = sale.invoices.find((invoice) => invoice.taskId === taskId);
  if (existing !== undefined) return existing;
  if (sale.type !== 'Advanced' && taskId !== sale.id) {
    throw new Refusal(
      `${sale.orderNumber} is a ${sale.type} Sale: the TaskID of its only invoice is its own ID`,
    );
  }
  if (sale.type === 'Advanced' && taskId !== NO_ID) throw missing(taskId);
  const today = isoNow(world).slice(0, 10);
  const invoice: InvoiceRecord = {
    ...BLANK,
    taskId: sale.type === 'Advanced' ? world.newId() : sale.id,
    number: `INV-${String(world.state.nextInvoiceNumber).padStart(5, '0')}`,
    status: 'DRAFT',
    date: today,
    dueDate: today,
  };
  world.state.nextInvoiceNumber += 1;
  sale.invoices.push(invoice);
  return invoice;
}

const BLANK = {
  memo: '',
  billingLine1: '',
  billingLine2: '',
  fulfilmentNumber: null,
  lines: [],
  charges: [],
};

function existingInvoice(sale: SaleRecord, taskId: string): InvoiceRecord {
  const invoice = sale.invoices.find((candidate) => candidate.taskId === taskId);
  if (invoice === undefined) throw missing(taskId);
  return invoice;
}

function missing(taskId: string): Refusal {
  return notFound(`Invoice task with ID ${taskId} was not found`);
}

/** Only what the request names; null is as good as left out. */
function toChanges(
  state: DearState,
  sale: SaleRecord,
  request: InvoiceChangesRequest,
): Partial<InvoiceRecord> {
  const { Status, Memo, InvoiceDate, InvoiceDueDate, Lines, AdditionalCharges } = request;
  const { BillingAddressLine1, BillingAddressLine2, LinkedFulfillmentNumber } = request;
  return {
    ...(Status && { status: Status }),
    ...(typeof Memo === 'string' && { memo: Memo }),
    ...(InvoiceDate && { date: InvoiceDate.slice(0, 10) }),
    ...(InvoiceDueDate && { dueDate: InvoiceDueDate.slice(0, 10) }),
    ...(typeof BillingAddressLine1 === 'string' && { billingLine1: BillingAddressLine1 }),
    ...(typeof BillingAddressLine2 === 'string' && { billingLine2: BillingAddressLine2 }),
    ...(LinkedFulfillmentNumber && { fulfilmentNumber: linkedFulfilment(sale, LinkedFulfillmentNumber) }),
    ...(Lines && { lines: Lines.map((line) => toBilledLine(state, line)) }),
    ...(AdditionalCharges && { charges: AdditionalCharges.map((charge) => toBilledCharge(state, charge)) }),
  };
}

function linkedFulfilment(sale: SaleRecord, text: string): number {
  const fulfilment = sale.fulfilments.find(({ number }) => String(number) === text);
  if (fulfilment === undefined) throw notFound(`Fulfilment '${text}' of ${sale.orderNumber} was not found`);
  return fulfilment.number;
}

export function orderedQuantities(sale: SaleRecord): Map<string, number> {
  const ordered = new Map<string, number>();
  for (const { productId, quantity } of sale.lines) {
    ordered.set(productId, round4((ordered.get(productId) ?? 0) + quantity));
  }
  return ordered;
}
