import { round4, roundTo, sum } from '../../kit/numbers.ts';
import type { DearState, SaleRecord } from '../state.ts';
import type { CreditNoteRecord, InvoiceRecord } from './billing-records.ts';

/** With tax-inclusive prices the tax is part of the line's total. */
interface Taxed {
  taxInclusive: boolean;
}

export function lineTotal(line: { quantity: number; price: number; discount: number }): number {
  return round4(line.quantity * line.price * (1 - line.discount / 100));
}

function getTax({ company: { taxRate } }: DearState, { taxInclusive }: Taxed, total: number): number {
  return round4(taxInclusive ? total - total / (1 + taxRate) : total * taxRate);
}

/** The three sums below every order, invoice and credit note. */
function documentTotals(lines: ReadonlyArray<{ total: number; tax: number }>, { taxInclusive }: Taxed) {
  const totals = sum(lines, (line) => line.total);
  const tax = sum(lines, (line) => line.tax);
  return {
    TotalBeforeTax: taxInclusive ? round4(totals - tax) : totals,
    Tax: tax,
    Total: taxInclusive ? totals : round4(totals + tax),
  };
}

interface Priced {
  quantity: number;
  price: number;
  discount: number;
}

/** Total and tax of a line or charge of the order. */
export function priceLine(state: DearState, sale: SaleRecord, line: Priced): { total: number; tax: number } {
  const total = lineTotal(line);
  return { total, tax: getTax(state, sale, total) };
}

export function orderTotals(state: DearState, sale: SaleRecord) {
  const charges = sale.charges.map((charge) => ({ ...charge, discount: 0 }));
  const amounts = [...sale.lines, ...charges].map((line) => priceLine(state, sale, line));
  return documentTotals(amounts, sale);
}

/** What follows from a sale's invoices, credit notes and payments. */
export function billTotals(sale: SaleRecord, bill: InvoiceRecord | CreditNoteRecord) {
  return documentTotals([...bill.lines, ...bill.charges], sale);
}

export function authorisedInvoices({ invoices }: SaleRecord): InvoiceRecord[] {
  return invoices.filter(({ status }) => status === 'AUTHORISED');
}

export function getPaidAmount({ payments }: SaleRecord, { taskId }: InvoiceRecord): number {
  return sum(
    payments.filter(({ invoiceTaskId }) => invoiceTaskId === taskId),
    ({ amount }) => amount,
  );
}

export function getPrepaidAmount({ payments }: SaleRecord): number {
  return sum(
    payments.filter(({ invoiceTaskId }) => invoiceTaskId === null),
    ({ amount }) => amount,
  );
}

/** The unpaid amount of an invoice, rounded to cents as payments are. */
export function getOpenAmount(sale: SaleRecord, invoice: InvoiceRecord): number {
  return roundTo(2, billTotals(sale, invoice).Total - getPaidAmount(sale, invoice));
}

export function invoiceStatus(sale: SaleRecord, invoice: InvoiceRecord): InvoiceRecord['status'] | 'PAID' {
  return invoice.status === 'AUTHORISED' && getOpenAmount(sale, invoice) <= 0 ? 'PAID' : invoice.status;
}

export function isPaid(sale: SaleRecord): boolean {
  const invoices = authorisedInvoices(sale);
  return invoices.length > 0 && invoices.every((invoice) => getOpenAmount(sale, invoice) <= 0);
}

export function hasCredit({ creditNotes }: SaleRecord): boolean {
  return creditNotes.some(({ status }) => status === 'AUTHORISED');
}

/** The quantity of each product that these documents bill or credit. */
export function billedQuantities(
  bills: ReadonlyArray<InvoiceRecord | CreditNoteRecord>,
): Map<string, number> {
  const billed = new Map<string, number>();
  for (const { productId, quantity } of bills.flatMap(({ lines }) => lines)) {
    billed.set(productId, round4((billed.get(productId) ?? 0) + quantity));
  }
  return billed;
}

/** Whether authorised invoices bill all that was ordered. */
export function isInvoiced(sale: SaleRecord): boolean {
  const left = billedQuantities(authorisedInvoices(sale));
  for (const { productId, quantity } of sale.lines) {
    left.set(productId, round4((left.get(productId) ?? 0) - quantity));
  }
  return [...left.values()].every((quantity) => quantity >= 0);
}

/** `CombinedInvoiceStatus`, with the values of live accounts, which differ from the blueprint's table. */
export function combinedInvoiceStatus(sale: SaleRecord): string {
  if (sale.orderStatus === 'VOIDED') return 'VOIDED';
  if (authorisedInvoices(sale).length === 0) return 'NOT INVOICED';
  const invoiced = isInvoiced(sale) ? 'INVOICED' : 'PARTIALLY INVOICED';
  return hasCredit(sale) ? `${invoiced} / CREDITED` : invoiced;
}

/**
 * `CombinedPaymentStatus`. The blueprint lists NOT REFUNDED without explaining it, so the sandbox never returns it: a
 * credit note leaves a paid sale PAID.
 */
export function combinedPaymentStatus(sale: SaleRecord): string {
  if (sale.orderStatus === 'VOIDED') return 'VOIDED';
  const invoices = authorisedInvoices(sale);
  if (invoices.length === 0) return getPrepaidAmount(sale) > 0 ? 'PREPAID' : 'UNPAID';
  if (isPaid(sale)) return 'PAID';
  return invoices.some((invoice) => getPaidAmount(sale, invoice) > 0) ? 'PARTIALLY PAID' : 'UNPAID';
}
