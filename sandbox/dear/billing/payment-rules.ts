import { roundTo } from '../../kit/numbers.ts';
import { Refusal } from '../call.ts';
import { publishPayment } from '../events.ts';
import { isoNow, type SaleRecord, type World } from '../state.ts';
import { authorisedInvoices, getOpenAmount, getPrepaidAmount, orderTotals } from './amounts.ts';
import type { InvoiceRecord, PaymentRecord } from './billing-records.ts';

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
