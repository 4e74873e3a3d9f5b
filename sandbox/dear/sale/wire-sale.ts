import { combinedInvoiceStatus, combinedPaymentStatus, orderTotals, priceLine } from '../billing/amounts.ts';
import {
  toWireBillingRow,
  toWirePayment,
  toWireSaleInvoice,
  toWireSaleNote,
} from '../billing/wire-billing.ts';
import { locationById, productById } from '../lookup.ts';
import type { ChargeRecord, DearState, OrderLineRecord, SaleRecord } from '../state.ts';
import { productExtras, TEN } from '../stock/wire-reference.ts';
import { type CountryFormat, toWireAddress, toWireShippingAddress } from './address.ts';
import { toWireAttachments } from './attachments.ts';
import { combinedStatus, saleFulfilmentStatus, saleStatus, trackingNumbers } from './status.ts';
import { toWireFulfilment } from './wire-fulfilment.ts';

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
    DefaultAccount: sale.defaultAccount,
    SkipQuote: sale.skipQuote,
    BillingAddress: toWireAddress(sale.billingAddress, format),
    ShippingAddress: toWireShippingAddress(sale.shippingAddress, format),
    ShippingNotes: sale.shippingNotes,
    BaseCurrency: company.currency,
    CustomerCurrency: company.currency,
    TaxRule: sale.taxRule,
    TaxCalculation: sale.taxInclusive ? 'Inclusive' : 'Exclusive',
    Terms: sale.terms,
    PriceTier: sale.priceTier,
    ShipBy: midnight(sale.shipBy),
    Location: locationById(state, sale.locationId).name,
    SaleOrderDate: midnight(sale.orderDate),
    LastModifiedOn: sale.updatedAt,
    Note: sale.note,
    CustomerReference: sale.customerReference,
    COGSAmount: 0,
    Status: saleStatus(state, sale),
    ...combinedStatuses(state, sale),
    CombinedTrackingNumbers: trackingNumbers(sale).join(', '),
    Carrier: sale.carrier,
    CurrencyRate: 1,
    SalesRepresentative: sale.salesRepresentative,
    ServiceOnly: sale.type === 'Service',
    Type: `${sale.type} Sale`,
    SourceChannel: sale.sourceChannel,
    ExternalID: sale.externalId,
    Quote: { Memo: '', Status: 'NOT AVAILABLE', Prepayments: prepayments(sale), ...NOTHING },
    Order: toWireOrder(state, sale),
    Fulfilments: sale.fulfilments.map((fulfilment) => toWireFulfilment(state, sale, fulfilment, format)),
    Invoices: sale.invoices.map((invoice) => toWireSaleInvoice(state, sale, invoice)),
    CreditNotes: sale.creditNotes.map((note) => toWireSaleNote(state, sale, note)),
    ManualJournals: { Status: 'NOT AVAILABLE', Lines: [] },
    AdditionalAttributes: Object.fromEntries(
      TEN.map((n) => `AdditionalAttribute${n}`).map((name) => [name, sale.additionalAttributes[name] ?? '']),
    ),
    Attachments: toWireAttachments(sale),
    InventoryMovements: [],
    Transactions: [],
  };
}

const NOTHING = { Lines: [], AdditionalCharges: [], TotalBeforeTax: 0, Tax: 0, Total: 0 };

function prepayments({ payments }: SaleRecord) {
  return payments.filter(({ invoiceTaskId }) => invoiceTaskId === null).map(toWirePayment);
}

/** A row of `GET /saleList`. */
export function toWireSaleRow(state: DearState, sale: SaleRecord) {
  return {
    SaleID: sale.id,
    OrderNumber: sale.orderNumber,
    Status: saleStatus(state, sale),
    OrderDate: midnight(sale.orderDate),
    Customer: sale.customer.name,
    CustomerID: sale.customer.id,
    CustomerReference: sale.customerReference,
    ...toWireBillingRow(sale),
    ShipBy: midnight(sale.shipBy),
    BaseCurrency: state.company.currency,
    CustomerCurrency: state.company.currency,
    Updated: sale.updatedAt,
    QuoteStatus: 'NOT AVAILABLE',
    OrderStatus: sale.orderStatus,
    ...combinedStatuses(state, sale),
    Type: `${sale.type} Sale`,
    CombinedTrackingNumbers: trackingNumbers(sale).join(', '),
    SourceChannel: sale.sourceChannel,
    ExternalID: sale.externalId,
    OrderLocationID: sale.locationId,
  };
}
export type WireSaleRow = ReturnType<typeof toWireSaleRow>;

function combinedStatuses(state: DearState, sale: SaleRecord) {
  return {
    CombinedPickingStatus: combinedStatus(state, sale, 'pick'),
    CombinedPackingStatus: combinedStatus(state, sale, 'pack'),
    CombinedShippingStatus: combinedStatus(state, sale, 'ship'),
    FulFilmentStatus: saleFulfilmentStatus(state, sale),
    CombinedInvoiceStatus: combinedInvoiceStatus(sale),
    CombinedPaymentStatus: combinedPaymentStatus(sale),
  };
}

function toWireOrder(state: DearState, sale: SaleRecord) {
  const Lines = sale.lines.map((line) => toWireOrderLine(state, sale, line));
  const AdditionalCharges = sale.charges.map((charge) => toWireCharge(state, sale, charge));
  return {
    SaleOrderNumber: sale.orderNumber,
    Memo: sale.memo,
    Status: sale.orderStatus,
    Lines,
    AdditionalCharges,
    ...orderTotals(state, sale),
  };
}

/** DEAR gives an order's lines no id of their own. */
function toWireOrderLine(state: DearState, sale: SaleRecord, line: OrderLineRecord) {
  const { company } = state;
  const product = productById(state, line.productId);
  const { total, tax } = priceLine(state, sale, line);
  return {
    ProductID: product.id,
    SKU: product.sku,
    Name: product.name,
    Quantity: line.quantity,
    Price: line.price,
    Discount: line.discount,
    Tax: tax,
    AverageCost: product.averageCost,
    TaxRule: company.taxRule,
    Comment: line.comment,
    DropShip: line.dropShip,
    BackorderQuantity: line.backorderQuantity,
    Total: total,
    ...productExtras(product),
  };
}

function toWireCharge(state: DearState, sale: SaleRecord, charge: ChargeRecord) {
  const { total, tax } = priceLine(state, sale, { ...charge, discount: 0 });
  return {
    Description: charge.description,
    Price: charge.price,
    Quantity: charge.quantity,
    Discount: 0,
    Tax: tax,
    Total: total,
    TaxRule: state.company.taxRule,
    Comment: '',
  };
}

function midnight(date: string | null): string | null {
  return date === null ? null : `${date}T00:00:00`;
}
