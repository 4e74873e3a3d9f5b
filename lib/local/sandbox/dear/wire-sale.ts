import { locationById, productById } from './lookup.ts';
import type { ChargeRecord, DearState, OrderLineRecord, SaleRecord } from './state.ts';
import { combinedStatus, saleFulfilmentStatus, saleStatus, trackingNumbers } from './status.ts';
import { type CountryFormat, toWireAddress, toWireShippingAddress } from './wire-address.ts';
import { toWireFulfilment } from './wire-fulfilment.ts';
import { productExtras, TEN } from './wire-reference.ts';
import { round4, sum } from './world.ts';

/** What `GET /sale` answers. */
export function toWireSale(state: DearState, sale: SaleRecord, format: CountryFormat = 'Regular') {
  const { company } = state;
  return {
    ID: sale.id,
    Customer: sale.customer.name,
    CustomerID: sale.customer.id,
    Contact: sale.customer.contact,
    Phone: sale.customer.phone,
    Email: sale.customer.email,
    DefaultAccount: '200',
    SkipQuote: true,
    BillingAddress: toWireAddress(sale.billingAddress, format),
    ShippingAddress: toWireShippingAddress(sale.shippingAddress, format),
    ShippingNotes: sale.shippingNotes,
    BaseCurrency: company.currency,
    CustomerCurrency: company.currency,
    TaxRule: company.taxRule,
    TaxCalculation: 'Exclusive',
    Terms: '30 days',
    PriceTier: 'Tier 1',
    ShipBy: midnight(sale.shipBy),
    Location: locationById(state, sale.locationId).name,
    SaleOrderDate: midnight(sale.orderDate),
    LastModifiedOn: sale.updatedAt,
    Note: sale.note,
    CustomerReference: sale.customerReference,
    COGSAmount: 0,
    Status: saleStatus(sale),
    ...combinedStatuses(state, sale),
    CombinedTrackingNumbers: trackingNumbers(sale).join(', '),
    Carrier: sale.carrier,
    CurrencyRate: 1,
    SalesRepresentative: '',
    ServiceOnly: false,
    Type: `${sale.type} Sale`,
    SourceChannel: sale.sourceChannel,
    ExternalID: sale.externalId,
    Quote: { Memo: '', Status: 'NOT AVAILABLE', Prepayments: [], ...NOTHING },
    Order: toWireOrder(state, sale),
    Fulfilments: sale.fulfilments.map((fulfilment) => toWireFulfilment(state, sale, fulfilment, format)),
    Invoices: [],
    CreditNotes: [],
    ManualJournals: { Status: 'NOT AVAILABLE', Lines: [] },
    AdditionalAttributes: Object.fromEntries(
      TEN.map((n) => `AdditionalAttribute${n}`).map((name) => [name, sale.additionalAttributes[name] ?? '']),
    ),
    Attachments: [],
    InventoryMovements: [],
    Transactions: [],
  };
}

const NOTHING = { Lines: [], AdditionalCharges: [], TotalBeforeTax: 0, Tax: 0, Total: 0 };

/** A row of `GET /saleList`. */
export function toWireSaleRow(state: DearState, sale: SaleRecord) {
  return {
    SaleID: sale.id,
    OrderNumber: sale.orderNumber,
    Status: saleStatus(sale),
    OrderDate: midnight(sale.orderDate),
    InvoiceDate: null,
    Customer: sale.customer.name,
    CustomerID: sale.customer.id,
    InvoiceNumber: null,
    CustomerReference: sale.customerReference,
    InvoiceAmount: 0,
    PaidAmount: 0,
    SaleInvoicesTotalAmount: 0,
    InvoiceDueDate: null,
    ShipBy: midnight(sale.shipBy),
    BaseCurrency: state.company.currency,
    CustomerCurrency: state.company.currency,
    CreditNoteNumber: null,
    Updated: sale.updatedAt,
    QuoteStatus: 'NOT AVAILABLE',
    OrderStatus: sale.orderStatus,
    ...combinedStatuses(state, sale),
    CombinedPaymentTotal: 0,
    CreditNoteStatus: 'NOT AVAILABLE',
    Type: `${sale.type} Sale`,
    CombinedTrackingNumbers: trackingNumbers(sale).join(', '),
    SourceChannel: sale.sourceChannel,
    ExternalID: sale.externalId,
    OrderLocationID: sale.locationId,
  };
}
export type WireSaleRow = ReturnType<typeof toWireSaleRow>;

function combinedStatuses(state: DearState, sale: SaleRecord) {
  const isVoided = sale.orderStatus === 'VOIDED';
  return {
    CombinedPickingStatus: combinedStatus(state, sale, 'pick'),
    CombinedPackingStatus: combinedStatus(state, sale, 'pack'),
    CombinedShippingStatus: combinedStatus(state, sale, 'ship'),
    FulFilmentStatus: saleFulfilmentStatus(state, sale),
    CombinedInvoiceStatus: isVoided ? 'VOIDED' : 'NOT INVOICED',
    CombinedPaymentStatus: isVoided ? 'VOIDED' : 'UNPAID',
  };
}

function toWireOrder(state: DearState, sale: SaleRecord) {
  const Lines = sale.lines.map((line) => toWireOrderLine(state, line));
  const AdditionalCharges = sale.charges.map((charge) => toWireCharge(state, charge));
  const TotalBeforeTax = sum([...Lines, ...AdditionalCharges], (line) => line.Total);
  const Tax = sum([...Lines, ...AdditionalCharges], (line) => line.Tax);
  return {
    SaleOrderNumber: sale.orderNumber,
    Memo: sale.memo,
    Status: sale.orderStatus,
    Lines,
    AdditionalCharges,
    TotalBeforeTax,
    Tax,
    Total: round4(TotalBeforeTax + Tax),
  };
}

/** DEAR gives an order's lines no id of their own. */
function toWireOrderLine(state: DearState, line: OrderLineRecord) {
  const { company } = state;
  const product = productById(state, line.productId);
  const Total = round4(line.quantity * line.price * (1 - line.discount / 100));
  return {
    ProductID: product.id,
    SKU: product.sku,
    Name: product.name,
    Quantity: line.quantity,
    Price: line.price,
    Discount: line.discount,
    Tax: round4(Total * company.taxRate),
    AverageCost: product.averageCost,
    TaxRule: company.taxRule,
    Comment: line.comment,
    DropShip: line.dropShip,
    BackorderQuantity: line.backorderQuantity,
    Total,
    ...productExtras(product),
  };
}

function toWireCharge({ company }: DearState, charge: ChargeRecord) {
  const Total = round4(charge.quantity * charge.price);
  return {
    Description: charge.description,
    Price: charge.price,
    Quantity: charge.quantity,
    Discount: 0,
    Tax: round4(Total * company.taxRate),
    Total,
    TaxRule: company.taxRule,
    Comment: '',
  };
}

function midnight(date: string | null): string | null {
  return date === null ? null : `${date}T00:00:00`;
}
