import type { CreditNoteToWrite, InvoiceLine, InvoiceToWrite } from '../domain/invoice.ts';
import type { SaleCharge } from '../domain/sale.ts';
import { toDearDate, toDearPickLine } from './writes.ts';

/** Asks DEAR for a new task (per its blueprint). */
const NEW_TASK = '00000000-0000-0000-0000-000000000000';

/** The conversion rate and the billing address are not sent: what is left out DEAR takes from the sale. */
export function toDearInvoice(invoice: InvoiceToWrite) {
  return {
    SaleID: invoice.saleId,
    TaskID: invoice.taskId || NEW_TASK,
    CombineAdditionalCharges: false,
    Status: invoice.status,
    InvoiceDate: toDearDate(invoice.date),
    InvoiceDueDate: toDearDate(invoice.dueDate),
    // A text here, although the fulfilment's own number is one.
    ...(invoice.fulfilmentNumber !== 0 && { LinkedFulfillmentNumber: String(invoice.fulfilmentNumber) }),
    Lines: invoice.lines.map(toDearInvoiceLine),
    AdditionalCharges: invoice.charges.map(toDearCharge),
  };
}

/** Always a draft: money and stock move only when a person authorises it. */
export function toDearCreditNote(note: CreditNoteToWrite) {
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
    // A restock line is a pick line that also says where the goods go; `Location`, where they came from, is required.
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
