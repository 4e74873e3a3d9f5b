import type { CreditNoteToWrite, InvoiceLine, InvoiceToWrite } from '../domain/confirmation/billing.ts';
import type { SaleCharge } from '../domain/sale/sale.ts';
import { toDearDate, toDearPickLine } from './fulfilment-writes.ts';
import type { DearCall } from './transport.ts';

export function createInvoiceCall(invoice: InvoiceToWrite, reference: string): DearCall {
  const body = toDearInvoice(invoice);
  return { operation: 'create invoice', method: 'POST', path: 'sale/invoice', body, reference };
}

export function draftCreditNoteCall(note: CreditNoteToWrite, reference: string): DearCall {
  const body = toDearCreditNote(note);
  return { operation: 'draft credit note', method: 'POST', path: 'sale/creditnote', body, reference };
}

/** Makes DEAR create a new task (per its blueprint). */
const NEW_TASK = '00000000-0000-0000-0000-000000000000';

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
    ...(invoice.dueDate !== '' && { InvoiceDueDate: toDearDate(invoice.dueDate) }),
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
