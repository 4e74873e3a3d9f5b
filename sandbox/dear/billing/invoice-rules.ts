import { round4, roundTo } from '../../kit/numbers.ts';
import { notFound, Refusal } from '../call.ts';
import { publishInvoice, publishPayment } from '../events.ts';
import { getProduct, NO_ID, parseGuid, productById } from '../lookup.ts';
import type { BilledChargeRequest, BilledLineRequest, InvoiceChangesRequest } from '../requests.ts';
import { requireAuthorisedOrder, requireOpen } from '../sale/fulfilment-rules.ts';
import { type DearState, isoNow, type SaleRecord, type World } from '../state.ts';
import { requireUnlocked } from '../stock/stock-take-rules.ts';
import {
  authorisedInvoices,
  billedQuantities,
  getOpenAmount,
  getPrepaidAmount,
  lineTotal,
  orderTotals,
} from './amounts.ts';
import type {
  BilledAmounts,
  BilledChargeRecord,
  BilledLineRecord,
  CreditNoteRecord,
  InvoiceRecord,
  PaymentRecord,
} from './billing-records.ts';

/** Accepts amounts that the caller rounded to cents. */
const TOLERANCE = 0.01;

export function toBilledLine(state: DearState, line: BilledLineRequest): BilledLineRecord {
  return { productId: getProduct(state, line).id, name: line.Name, ...toAmounts(state, line, line.SKU) };
}

export function toBilledCharge(state: DearState, charge: BilledChargeRequest): BilledChargeRecord {
  return { description: charge.Description, ...toAmounts(state, charge, charge.Description) };
}

function toAmounts(
  { company }: DearState,
  line: BilledLineRequest | BilledChargeRequest,
  name: string,
): BilledAmounts {
  if (line.TaxRule !== company.taxRule) {
    throw notFound(`Tax rule '${line.TaxRule}' was not found in Tax rules reference book`);
  }
  const amounts = { quantity: line.Quantity, price: line.Price, discount: line.Discount ?? 0 };
  const expected = lineTotal(amounts);
  if (round4(Math.abs(line.Total - expected)) > TOLERANCE) {
    throw new Refusal(`Total of '${name}' is ${line.Total}, but its quantity and price make ${expected}`);
  }
  const { Tax: tax, Total: total, TaxRule: taxRule } = line;
  return { ...amounts, tax, total, taxRule, account: line.Account ?? '', comment: line.Comment ?? '' };
}

/** DEAR can list charges among the lines; the sandbox only lists them separately. */
export function requireSeparateCharges(combined: boolean | undefined): void {
  if (combined === true) throw new Refusal('The sandbox does not implement CombineAdditionalCharges', 501);
}

export function requireContent(bill: InvoiceRecord | CreditNoteRecord, name: string): void {
  const isEmpty = bill.lines.length === 0 && bill.charges.length === 0;
  if (bill.status === 'AUTHORISED' && isEmpty)
    throw new Refusal(`${name} without lines cannot be authorised`);
}

/**
 * @param limit the quantity of each product that can be billed
 * @param others documents that count against the limit
 */
export function requireLeft(
  state: DearState,
  bill: InvoiceRecord | CreditNoteRecord,
  limit: ReadonlyMap<string, number>,
  others: ReadonlyArray<InvoiceRecord | CreditNoteRecord>,
): void {
  const taken = billedQuantities(others);
  for (const [productId, quantity] of billedQuantities([bill])) {
    const left = round4((limit.get(productId) ?? 0) - (taken.get(productId) ?? 0));
    if (quantity <= left) continue;
    const { sku } = productById(state, productId);
    throw new Refusal(`Only ${left} of product '${sku}' is left for ${bill.number}, not ${quantity}`);
  }
}

/**
 * @param mode POST overwrites the draft or creates one; PUT changes only the fields in the request, of an existing draft
 * @throws {Refusal} unless the order is AUTHORISED, the invoice is not, and no other invoice bills its lines
 */
export function writeInvoice(
  world: World,
  sale: SaleRecord,
  request: InvoiceChangesRequest,
  mode: 'overwrite' | 'change',
): void {
  requireAuthorisedOrder(sale);
  requireSeparateCharges(request.CombineAdditionalCharges);
  const taskId = parseGuid(request.TaskID, 'TaskID');
  const invoice =
    mode === 'overwrite' ? findOrCreateInvoice(world, sale, taskId) : existingInvoice(sale, taskId);
  requireOpen('Invoice', invoice.status);
  if (mode === 'overwrite') Object.assign(invoice, BLANK);
  Object.assign(invoice, toChanges(world.state, sale, request));
  finishInvoice(world, sale, invoice);
}

/** The rules for every invoice, however it was written. */
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
export function findOrCreateInvoice(world: World, sale: SaleRecord, taskId: string): InvoiceRecord {
  const existing = sale.invoices.find((invoice) => invoice.taskId === taskId);
  if (existing !== undefined) return existing;
  if (sale.type !== 'Advanced' && taskId !== sale.id) {
    throw new Refusal(
      `${sale.orderNumber} is a ${sale.type} Sale: the TaskID of its only invoice is its own ID`,
    );
  }
  if (sale.type === 'Advanced' && taskId !== NO_ID) throw invoiceNotFound(taskId);
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
  if (invoice === undefined) throw invoiceNotFound(taskId);
  return invoice;
}

function invoiceNotFound(taskId: string): Refusal {
  return notFound(`Invoice task with ID ${taskId} was not found`);
}

/** Only the fields in the request; null counts as absent. */
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

function orderedQuantities(sale: SaleRecord): Map<string, number> {
  const ordered = new Map<string, number>();
  for (const { productId, quantity } of sale.lines) {
    ordered.set(productId, round4((ordered.get(productId) ?? 0) + quantity));
  }
  return ordered;
}

/**
 * Applies a payment to the authorised invoices, the oldest first, or keeps it as a prepayment where there are none. Neither a
 * prepayment nor its use for a later invoice has an event: both payment events name a paid invoice, and the blueprint has
 * no other `DocumentType`. Only reading the sale shows a prepayment.
 * @param amount default: the whole unpaid amount
 * @throws {Refusal} where less is open
 */
export function receivePayment(world: World, sale: SaleRecord, amount: number | undefined): void {
  if (sale.orderStatus === 'VOIDED') throw new Refusal(`Sale ${sale.orderNumber} is VOIDED`);
  const invoices = authorisedInvoices(sale);
  const open = roundTo(
    2,
    invoices.length === 0 ? getOpenAmountOfOrder(world, sale) : getOpenAmountOfAll(sale, invoices),
  );
  let left = roundTo(2, amount ?? open);
  if (left <= 0 || left > open) {
    throw new Refusal(`${left} cannot be paid for ${sale.orderNumber}: ${open} is open`);
  }
  sale.updatedAt = isoNow(world);
  if (invoices.length === 0) sale.payments.push(payment(world, left, null));
  for (const invoice of invoices) {
    const part = Math.min(left, getOpenAmount(sale, invoice));
    if (part <= 0) continue;
    sale.payments.push(payment(world, part, invoice.taskId));
    left = roundTo(2, left - part);
    publishPayment(world, sale, invoice);
  }
}

/** Applies prepayments to the invoice. */
export function applyPrepayments(world: World, sale: SaleRecord, invoice: InvoiceRecord): void {
  for (const early of sale.payments.filter(({ invoiceTaskId }) => invoiceTaskId === null)) {
    const part = Math.min(early.amount, getOpenAmount(sale, invoice));
    if (part <= 0) return;
    const rest = roundTo(2, early.amount - part);
    Object.assign(early, { amount: part, invoiceTaskId: invoice.taskId });
    if (rest > 0) sale.payments.push({ ...early, id: world.newId(), amount: rest, invoiceTaskId: null });
  }
}

function getOpenAmountOfOrder({ state }: World, sale: SaleRecord): number {
  return orderTotals(state, sale).Total - getPrepaidAmount(sale);
}

function getOpenAmountOfAll(sale: SaleRecord, invoices: readonly InvoiceRecord[]): number {
  return invoices.reduce((total, invoice) => total + Math.max(0, getOpenAmount(sale, invoice)), 0);
}

function payment(world: World, amount: number, invoiceTaskId: string | null): PaymentRecord {
  return { id: world.newId(), amount, paidAt: isoNow(world), invoiceTaskId };
}
