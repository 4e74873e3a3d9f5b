import { roundTo } from '../../kit/numbers.ts';
import { Refusal } from '../call.ts';
import { publishPayment } from '../events.ts';
import type { InvoiceRecord, PaymentRecord } from '../records.ts';
import type { SaleRecord } from '../state.ts';
import { isoNow, type World } from '../store.ts';
import { authorisedInvoices, openOn, orderTotals, prepaid } from './amounts.ts';

/**
 * Money of the customer: spread over the authorised invoices, the oldest first, or kept as a prepayment where there are
 * none. A prepayment is no event, and neither is its use for a later invoice: both events name an invoice that was paid,
 * and the blueprint has no other `DocumentType`. Who waits for a prepayment has to read the sale.
 * @param amount everything that is open, unless told
 * @throws {Refusal} where less is open
 */
export function receivePayment(world: World, sale: SaleRecord, amount: number | undefined): void {
  if (sale.orderStatus === 'VOIDED') throw new Refusal(`Sale ${sale.orderNumber} is VOIDED`);
  const invoices = authorisedInvoices(sale);
  const open = roundTo(2, invoices.length === 0 ? openOnOrder(world, sale) : openOnAll(sale, invoices));
  let left = roundTo(2, amount ?? open);
  if (left <= 0 || left > open) {
    throw new Refusal(`${left} cannot be paid for ${sale.orderNumber}: ${open} is open`);
  }
  sale.updatedAt = isoNow(world);
  if (invoices.length === 0) sale.payments.push(payment(world, left, null));
  for (const invoice of invoices) {
    const part = Math.min(left, openOn(sale, invoice));
    if (part <= 0) continue;
    sale.payments.push(payment(world, part, invoice.taskId));
    left = roundTo(2, left - part);
    publishPayment(world, sale, invoice);
  }
}

/** What was paid before there was an invoice pays this one now, as far as it reaches. */
export function applyPrepayments(world: World, sale: SaleRecord, invoice: InvoiceRecord): void {
  for (const early of sale.payments.filter(({ invoiceTaskId }) => invoiceTaskId === null)) {
    const part = Math.min(early.amount, openOn(sale, invoice));
    if (part <= 0) return;
    const rest = roundTo(2, early.amount - part);
    Object.assign(early, { amount: part, invoiceTaskId: invoice.taskId });
    if (rest > 0) sale.payments.push({ ...early, id: world.newId(), amount: rest, invoiceTaskId: null });
  }
}

function openOnOrder({ state }: World, sale: SaleRecord): number {
  return orderTotals(state, sale).Total - prepaid(sale);
}

function openOnAll(sale: SaleRecord, invoices: readonly InvoiceRecord[]): number {
  return invoices.reduce((total, invoice) => total + Math.max(0, openOn(sale, invoice)), 0);
}

function payment(world: World, amount: number, invoiceTaskId: string | null): PaymentRecord {
  return { id: world.newId(), amount, paidAt: isoNow(world), invoiceTaskId };
}
