import { billTotals, getOpenAmount, getPaidAmount } from './billing/amounts.ts';
import type { CreditNoteRecord, InvoiceRecord } from './billing/billing-records.ts';
import { trackingNumbers } from './sale/status.ts';
import { ATTRIBUTES, type DearState, type FulfilmentRecord, type SaleRecord, type World } from './state.ts';
import { availability } from './stock/stock.ts';
import { availabilityRow } from './stock/wire-reference.ts';
import type { WebhookType } from './webhook-records.ts';

/** The first of six attempts comes this long after the event. */
const FIRST_ATTEMPT_MS = 60_000;

/** Queues the event for every active webhook of its type; `webhooks.ts` sends it. */
function publish(world: World, type: WebhookType, payload: unknown): void {
  const { state, now, newId } = world;
  for (const webhook of state.webhooks.filter((candidate) => candidate.isActive && candidate.type === type)) {
    state.deliveries.push({
      id: newId(),
      webhookId: webhook.id,
      type,
      body: JSON.stringify(payload),
      state: 'pending',
      dueAt: now + FIRST_ATTEMPT_MS,
      attempts: [],
    });
  }
}

type SaleEvent = 'Sale/OrderAuthorised' | 'Sale/Backordered' | 'Sale/Voided' | 'Sale/Undo' | 'Sale/Created';

/** Fields and spelling per the blueprint's payload examples; ids in upper case, as in most of them. */
export function publishSaleEvent(world: World, EventType: SaleEvent, sale: SaleRecord): void {
  const named = { SaleID: sale.id.toUpperCase(), SaleOrderNumber: sale.orderNumber };
  const contact = getContact(sale);
  const payload = {
    'Sale/OrderAuthorised': named,
    'Sale/Backordered': named,
    'Sale/Voided': { ...named, CustomerName: sale.customer.name, ...contact },
    'Sale/Undo': { ...named, ...contact },
    'Sale/Created': {
      ...named,
      CustomerName: sale.customer.name,
      ...contact,
      SaleRepEmail: null,
      SaleOrderDate: sale.orderDate,
      TaskTypeSign: '0',
      IsServiceOnly: sale.type === 'Service' ? '1' : '0',
      DownloadLink: null,
    },
  }[EventType];
  publish(world, EventType, { ...payload, EventType });
}

export function publishStageEvent(
  world: World,
  EventType: 'Sale/PickAuthorised' | 'Sale/PackAuthorised',
  sale: SaleRecord,
  fulfilment: FulfilmentRecord,
): void {
  publish(world, EventType, {
    SaleID: sale.id.toUpperCase(),
    SaleOrderNumber: sale.orderNumber,
    TaskID: fulfilment.taskId.toUpperCase(),
    CustomerName: sale.customer.name,
    ...getContact(sale),
    EventType,
  });
}

/** Alone among the Sale events it names the task and not the sale. */
export function publishShipment(world: World, sale: SaleRecord, fulfilment: FulfilmentRecord): void {
  const EventType = 'Sale/ShipmentAuthorised';
  publish(world, EventType, {
    SaleTaskID: fulfilment.taskId.toUpperCase(),
    TenantID: world.state.company.tenantId.toUpperCase(),
    OrderNumber: sale.orderNumber,
    CustomerName: sale.customer.name,
    ...getContact(sale),
    EventType,
  });
}

/** Published only where the sale's set of numbers changed. Ids in lower case, dates dd/MM/yyyy. */
export function publishTrackingChange(
  world: World,
  sale: SaleRecord,
  fulfilment: FulfilmentRecord,
  before: readonly string[],
): void {
  const after = trackingNumbers(sale);
  if (after.join() === before.join()) return;
  const EventType = 'Sale/ShipmentTrackingNumberChanged';
  publish(world, EventType, {
    SaleID: sale.id,
    TaskID: fulfilment.taskId,
    SaleOrderNumber: sale.orderNumber,
    SaleOrderDate: dayFirst(sale.orderDate),
    CustomerContact: sale.customer.contact,
    CustomerEmail: sale.customer.email,
    CustomerName: sale.customer.name,
    TaskTypeSign: 0,
    Shipments: fulfilment.ship.lines.map((line) => ({
      ShipmentDate: dayFirst(line.date),
      TrackingNumber: line.trackingNumber,
      TrackingUrl: '',
      Carrier: line.carrier,
    })),
    EventType,
  });
}

/** One event for each changed attribute: `Changes` has room for one. */
export function publishAttributeChanges(
  world: World,
  sale: SaleRecord,
  before: Readonly<Record<string, string>>,
): void {
  const EventType = 'Sale/AdditionalAttributesChanged';
  for (const [index, name] of ATTRIBUTES.entries()) {
    const OldValue = before[name] ?? '';
    const NewValue = sale.additionalAttributes[name] ?? '';
    if (OldValue === NewValue) continue;
    publish(world, EventType, {
      SaleID: sale.id,
      SaleOrderNumber: sale.orderNumber,
      CustomerName: sale.customer.name,
      ...getContact(sale),
      SaleRepEmail: null,
      Changes: {
        Field: `CustomField${index + 1}`,
        Result: `Attribute ${index + 1} is '${NewValue}' and was '${OldValue}'`,
        OldValue,
        NewValue,
      },
      EventType,
    });
  }
}

function getContact({ customer }: SaleRecord) {
  return { CustomerContactName: customer.contact, CustomerContactEmail: customer.email };
}

function dayFirst(date: string): string {
  return date.split('-').reverse().join('/');
}

/** Like a shipment it names the task and not the sale. */
export function publishInvoice(world: World, sale: SaleRecord, invoice: InvoiceRecord): void {
  const EventType = 'Sale/InvoiceAuthorised';
  publish(world, EventType, {
    SaleTaskID: invoice.taskId.toUpperCase(),
    TenantID: world.state.company.tenantId.toUpperCase(),
    OrderNumber: sale.orderNumber,
    InvoiceNumber: invoice.number,
    CustomerName: sale.customer.name,
    ...getContact(sale),
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
    ...getContact(sale),
    EventType,
  });
}

/** Names the invoice and not the order; the id in lower case, per the blueprint's example. */
export function publishPayment(world: World, sale: SaleRecord, invoice: InvoiceRecord): void {
  const isFull = getOpenAmount(sale, invoice) <= 0;
  const EventType = isFull ? 'Sale/FullPaymentReceived' : 'Sale/PartialPaymentReceived';
  const percent = (100 * getPaidAmount(sale, invoice)) / billTotals(sale, invoice).Total;
  publish(world, EventType, {
    SaleID: sale.id,
    DocumentNumber: invoice.number,
    DocumentType: 'invoice',
    DocumentDate: dayFirst(invoice.date),
    CustomerName: sale.customer.name,
    ...getContact(sale),
    ...(isFull ? {} : { AmountPercent: percent.toFixed(2) }),
    EventType,
  });
}

const STOCK_CHANGED = 'Stock/AvailableStockLevelChanged';

/** Runs after every change: one bare array with all rows of each product whose levels changed. Costs nothing without a
 * subscriber. */
export function publishStockChanges(before: DearState, world: World): void {
  const { state } = world;
  if (!state.webhooks.some((webhook) => webhook.isActive && webhook.type === STOCK_CHANGED)) return;
  const levelsBefore = levels(before);
  const levelsNow = levels(state);
  for (const product of state.products) {
    const rows = levelsNow.get(product.id) ?? [];
    if (JSON.stringify(rows) === JSON.stringify(levelsBefore.get(product.id) ?? [])) continue;
    const payload = rows.map(({ InTransit: _, NextDeliveryDate: __, ...row }) => ({
      ...row,
      Category: product.category,
      MaxRows: rows.length,
    }));
    publish(world, STOCK_CHANGED, payload);
  }
}

function levels(state: DearState) {
  return Map.groupBy(
    availability(state).map((row) => availabilityRow(state, row)),
    (row) => row.ID,
  );
}
