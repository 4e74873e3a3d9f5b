import { billTotals, openOn, paidOn } from './billing.ts';
import type { CreditNoteRecord, InvoiceRecord } from './billing-state.ts';
import { contactOf, dayFirst, publish } from './events.ts';
import type { SaleRecord } from './state.ts';
import type { World } from './world.ts';

/** Like a shipment it names the task and not the sale. */
export function publishInvoice(world: World, sale: SaleRecord, invoice: InvoiceRecord): void {
  const EventType = 'Sale/InvoiceAuthorised';
  publish(world, EventType, {
    SaleTaskID: invoice.taskId.toUpperCase(),
    TenantID: world.state.company.tenantId.toUpperCase(),
    OrderNumber: sale.orderNumber,
    InvoiceNumber: invoice.number,
    CustomerName: sale.customer.name,
    ...contactOf(sale),
    EventType,
  });
}

export function publishCreditNote(world: World, sale: SaleRecord, note: CreditNoteRecord): void {
  const EventType = 'Sale/CreditNoteAuthorised';
  publish(world, EventType, {
    SaleID: sale.id.toUpperCase(),
    SaleOrderNumber: sale.orderNumber,
    CreditNoteNumber: note.number,
    TaskID: note.taskId.toUpperCase(),
    CustomerName: sale.customer.name,
    ...contactOf(sale),
    EventType,
  });
}

/** Names the invoice and not the order; the id in lower case, per the blueprint's example. */
export function publishPayment(world: World, sale: SaleRecord, invoice: InvoiceRecord): void {
  const isFull = openOn(sale, invoice) <= 0;
  const EventType = isFull ? 'Sale/FullPaymentReceived' : 'Sale/PartialPaymentReceived';
  const percent = (100 * paidOn(sale, invoice)) / billTotals(sale, invoice).Total;
  publish(world, EventType, {
    SaleID: sale.id,
    DocumentNumber: invoice.number,
    DocumentType: 'invoice',
    DocumentDate: dayFirst(invoice.date),
    CustomerName: sale.customer.name,
    ...contactOf(sale),
    ...(isFull ? {} : { AmountPercent: percent.toFixed(2) }),
    EventType,
  });
}
