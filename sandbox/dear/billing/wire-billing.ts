import { sum } from '../../kit/numbers.ts';
import { fullName, locationById, productById } from '../lookup.ts';
import { toWireStageLine } from '../sale/wire-fulfilment.ts';
import type { DearState, SaleRecord } from '../state.ts';
import { productExtras } from '../stock/wire-reference.ts';
import { authorisedInvoices, billTotals, getPaidAmount, invoiceStatus } from './amounts.ts';
import type {
  BilledAmounts,
  BilledChargeRecord,
  BilledLineRecord,
  CreditNoteRecord,
  InvoiceRecord,
  PaymentRecord,
  RestockRecord,
} from './billing-records.ts';

/** What `/sale/invoice` answers: all invoices of the sale, a new one last. */
export function toWireInvoices(state: DearState, sale: SaleRecord) {
  return {
    SaleID: sale.id,
    Invoices: sale.invoices.map((invoice) => ({
      CombineAdditionalCharges: false,
      ...toWireInvoice(state, sale, invoice),
    })),
  };
}

function toWireInvoice(state: DearState, sale: SaleRecord, invoice: InvoiceRecord) {
  return {
    TaskID: invoice.taskId,
    InvoiceNumber: invoice.number,
    Memo: invoice.memo,
    Status: invoiceStatus(sale, invoice),
    InvoiceDate: midnight(invoice.date),
    InvoiceDueDate: midnight(invoice.dueDate),
    CurrencyConversionRate: 1,
    BillingAddressLine1: invoice.billingLine1,
    BillingAddressLine2: invoice.billingLine2,
    LinkedFulfillmentNumber: invoice.fulfilmentNumber === null ? null : String(invoice.fulfilmentNumber),
    Lines: invoice.lines.map((line) => toWireLine(state, line)),
    AdditionalCharges: invoice.charges.map(toWireCharge),
  };
}

/** An invoice as `GET /sale` has it: with its payments and sums. */
export function toWireSaleInvoice(state: DearState, sale: SaleRecord, invoice: InvoiceRecord) {
  const payments = sale.payments.filter(({ invoiceTaskId }) => invoiceTaskId === invoice.taskId);
  return {
    ...toWireInvoice(state, sale, invoice),
    Payments: payments.map(toWirePayment),
    ...billTotals(sale, invoice),
    Paid: getPaidAmount(sale, invoice),
  };
}

/** @param withPayments `IncludePaymentInfo`; the sandbox pays nothing back */
export function toWireCreditNotes(state: DearState, sale: SaleRecord, withPayments = false) {
  return {
    SaleID: sale.id,
    CreditNotes: sale.creditNotes.map((note) => ({
      CombineAdditionalCharges: false,
      ...toWireNote(state, note),
      ...(withPayments ? { CreditNoteBalance: billTotals(sale, note).Total, Payments: [] } : {}),
    })),
  };
}

export function toWireSaleNote(state: DearState, sale: SaleRecord, note: CreditNoteRecord) {
  return { ...toWireNote(state, note), Refunds: [], ...billTotals(sale, note) };
}

function toWireNote(state: DearState, note: CreditNoteRecord) {
  return {
    TaskID: note.taskId,
    CreditNoteInvoiceNumber: note.invoiceNumber,
    Memo: note.memo,
    Status: note.status,
    CreditNoteDate: midnight(note.date),
    CreditNoteNumber: note.number,
    CreditNoteConversionRate: 1,
    Lines: note.lines.map((line) => toWireLine(state, line)),
    AdditionalCharges: note.charges.map(toWireCharge),
    Restock: note.restock.map((line) => toWireRestock(state, line)),
  };
}

function toWireRestock(state: DearState, line: RestockRecord) {
  return {
    ...toWireStageLine(state, { ...line, box: '' }, 'pick'),
    RestockLocation: fullName(state, locationById(state, line.toLocationId)),
    RestockLocationID: line.toLocationId,
  };
}

function toWireLine(state: DearState, line: BilledLineRecord) {
  const product = productById(state, line.productId);
  return {
    ProductID: product.id,
    SKU: product.sku,
    Name: line.name,
    ...toWireAmounts(line),
    AverageCost: product.averageCost,
    ...productExtras(product),
  };
}

function toWireCharge(charge: BilledChargeRecord) {
  return { Description: charge.description, ...toWireAmounts(charge) };
}

function toWireAmounts(line: BilledAmounts) {
  return {
    Quantity: line.quantity,
    Price: line.price,
    Discount: line.discount,
    Tax: line.tax,
    Total: line.total,
    TaxRule: line.taxRule,
    Account: line.account,
    Comment: line.comment,
  };
}

export function toWirePayment(payment: PaymentRecord) {
  return {
    ID: payment.id,
    Reference: '',
    Amount: payment.amount,
    DatePaid: midnight(payment.paidAt.slice(0, 10)),
    Account: '',
    CurrencyRate: 1,
    DateCreated: payment.paidAt,
  };
}

/** What a row of `GET /saleList` says of the sale's bills. It has room for one of each: the sandbox names the first. */
export function toWireBillingRow(sale: SaleRecord) {
  const [invoice] = sale.invoices;
  const [note] = sale.creditNotes;
  const invoices = authorisedInvoices(sale);
  const total = sum(invoices, (one) => billTotals(sale, one).Total);
  const paid = sum(sale.payments, ({ amount }) => amount);
  return {
    InvoiceDate: invoice === undefined ? null : midnight(invoice.date),
    InvoiceNumber: invoice?.number ?? null,
    InvoiceAmount: invoice === undefined ? 0 : billTotals(sale, invoice).Total,
    PaidAmount: paid,
    SaleInvoicesTotalAmount: total,
    InvoiceDueDate: invoice === undefined ? null : midnight(invoice.dueDate),
    CreditNoteNumber: note?.number ?? null,
    CombinedPaymentTotal: paid,
    CreditNoteStatus: note?.status ?? 'NOT AVAILABLE',
  };
}

function midnight(date: string): string {
  return `${date}T00:00:00`;
}
