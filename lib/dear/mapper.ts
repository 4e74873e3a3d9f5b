import type { DeliveryAddress, PostalAddress } from '../domain/address/address.ts';
import type { Sale, SaleFulfilment, SaleInvoice, SaleLine, StageLine } from '../domain/sale/sale.ts';
import type {
  DearAddress,
  DearFulfilment,
  DearInvoice,
  DearOrderLine,
  DearSale,
  DearStageLine,
} from './schemas.ts';
import { parseCommaList, toGrams, valueText } from './wire-values.ts';

/**
 * DEAR's sale as the domain's `Sale`. Amounts stay in the customer's currency, as DEAR keeps them.
 * @param unreadable paths of the fields that could not be read
 * @param defaultWeightUnits the account's units of a weight without units; '' makes such a weight unknown
 */
export function fromDearSale(
  raw: DearSale,
  defaultWeightUnits = '',
  unreadable: readonly string[] = [],
): Sale {
  const hasType = raw.Type !== undefined && raw.Type !== null;
  const paths = [...new Set([...unreadable, ...(hasType ? [] : ['Type'])])];
  return {
    ...toHeader(raw),
    ...toOrderStage(raw, defaultWeightUnits),
    billingAddress: fromDearAddress(raw.BillingAddress),
    shippingAddress: fromDearDeliveryAddress(raw.ShippingAddress),
    trackingNumbers: parseCommaList(raw.CombinedTrackingNumbers),
    additionalAttributes: getNumberedValues(raw.AdditionalAttributes ?? {}, 'AdditionalAttribute'),
    fulfilments: raw.Fulfilments.map(fromDearFulfilment),
    invoices: raw.Invoices.map((invoice) => fromDearInvoice(invoice, raw.CreditNotes)),
    ...(paths.length > 0 && { unreadable: paths }),
    creditNoteMemos: raw.CreditNotes.filter(({ Status }) => Status !== 'VOIDED').map(({ Memo }) => Memo),
  };
}

export function fromDearFulfilment(raw: DearFulfilment): SaleFulfilment {
  return {
    taskId: raw.TaskID,
    number: raw.FulfillmentNumber,
    pick: fromDearStage(raw.Pick),
    pack: fromDearStage(raw.Pack),
    ship: {
      status: raw.Ship?.Status || NOT_BEGUN,
      lines: (raw.Ship?.Lines ?? []).map((line) => ({
        boxes: parseCommaList(line.Boxes),
        carrier: line.Carrier,
        trackingNumbers: parseCommaList(line.TrackingNumber),
        shippedAt: toIsoDate(line.ShipmentDate),
        isShipped: line.IsShipped,
      })),
    },
  };
}

function fromDearInvoice(raw: DearInvoice, creditNotes: DearSale['CreditNotes']): SaleInvoice {
  const credits = creditNotes.filter(
    ({ CreditNoteInvoiceNumber: number }) => number !== '' && number === raw.InvoiceNumber,
  );
  return {
    taskId: raw.TaskID,
    number: raw.InvoiceNumber,
    status: raw.Status || NOT_BEGUN,
    fulfilmentNumber: raw.LinkedFulfillmentNumber,
    memo: raw.Memo,
    lines: raw.Lines.map(({ ProductID, Quantity }) => ({ productId: ProductID, quantity: Quantity })),
    isCredited: credits.some(({ Status }) => Status === 'AUTHORISED'),
  };
}

/** For a sale whose type cannot be read, which is held. A simple sale has one fulfilment, whose task id is the sale's id. */
function inferType({ ID, Fulfilments }: DearSale): 'simple' | 'advanced' {
  return Fulfilments.every(({ TaskID }) => TaskID === ID) ? 'simple' : 'advanced';
}

/** DEAR's status of a stage that has not begun. */
const NOT_BEGUN = 'NOT AVAILABLE';

function toHeader(raw: DearSale) {
  return {
    id: raw.ID,
    type: raw.Type ?? inferType(raw),
    status: raw.Status,
    location: raw.Location,
    customer: raw.Customer,
    priceTier: raw.PriceTier,
    contact: raw.Contact,
    email: raw.Email,
    phone: raw.Phone,
    shippingNotes: raw.ShippingNotes,
    note: raw.Note,
    customerReference: raw.CustomerReference,
    currency: raw.CustomerCurrency || raw.BaseCurrency,
    taxInclusive: raw.TaxCalculation === 'INCLUSIVE',
    terms: raw.Terms,
    carrier: raw.Carrier,
    paymentStatus: raw.CombinedPaymentStatus,
    orderDate: toIsoDate(raw.SaleOrderDate),
    shipBy: toIsoDate(raw.ShipBy),
    sourceChannel: raw.SourceChannel,
  };
}

/** A quote has an empty order stage, or none. */
function toOrderStage({ Order }: DearSale, defaultWeightUnits: string) {
  return {
    orderNumber: Order?.SaleOrderNumber ?? '',
    orderStatus: Order?.Status ?? '',
    memo: Order?.Memo ?? '',
    lines: (Order?.Lines ?? []).map((line) => fromDearOrderLine(line, defaultWeightUnits)),
    charges: (Order?.AdditionalCharges ?? []).map((charge) => ({
      description: charge.Description,
      quantity: charge.Quantity,
      unitPrice: charge.Price,
      discountPercent: charge.Discount,
      tax: charge.Tax,
      taxRule: charge.TaxRule,
      total: charge.Total,
    })),
    total: Order?.Total ?? 0,
    tax: Order?.Tax ?? 0,
  };
}

function fromDearOrderLine(raw: DearOrderLine, defaultWeightUnits: string): SaleLine {
  return {
    productId: raw.ProductID,
    sku: raw.SKU,
    name: raw.Name,
    quantity: raw.Quantity,
    backorderQuantity: raw.BackorderQuantity,
    unitPrice: raw.Price,
    discountPercent: raw.Discount,
    tax: raw.Tax,
    taxRule: raw.TaxRule,
    total: raw.Total,
    comment: raw.Comment,
    dropShip: raw.DropShip,
    weightGrams: toGrams(raw.ProductWeight, raw.WeightUnits, defaultWeightUnits),
    customFields: getNumberedValues(raw, 'ProductCustomField'),
  };
}

function fromDearStage(raw: DearFulfilment['Pick']): SaleFulfilment['pick'] {
  return { status: raw?.Status || NOT_BEGUN, lines: (raw?.Lines ?? []).map(fromDearStageLine) };
}

function fromDearStageLine(raw: DearStageLine): StageLine {
  return {
    productId: raw.ProductID,
    sku: raw.SKU,
    name: raw.Name,
    location: raw.Location,
    locationId: raw.LocationID,
    quantity: raw.Quantity,
    batch: raw.BatchSN,
    expiry: toIsoDate(raw.ExpiryDate),
    box: raw.Box,
  };
}

function fromDearAddress(raw: DearAddress): PostalAddress {
  return {
    line1: raw?.Line1 ?? '',
    line2: raw?.Line2 ?? '',
    city: raw?.City ?? '',
    state: raw?.State ?? '',
    postcode: raw?.Postcode ?? '',
    country: raw?.Country ?? '',
    displayLine1: raw?.DisplayAddressLine1 ?? '',
    displayLine2: raw?.DisplayAddressLine2 ?? '',
  };
}

function fromDearDeliveryAddress(raw: DearAddress): DeliveryAddress {
  return { ...fromDearAddress(raw), company: raw?.Company ?? '', contact: raw?.Contact ?? '' };
}

/**
 * The date part of DEAR's `yyyy-MM-ddT00:00:00` as written: it has no zone, so a conversion could only shift it. The year 1
 * is .NET's value of a date that was never set.
 */
function toIsoDate(text: string): string {
  const date = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? '';
  return date.startsWith('0001') ? '' : date;
}

const SLOTS = Array.from({ length: 10 }, (_, index) => index + 1);

/** The fields `<prefix>1` … `<prefix>10` that have a value. */
function getNumberedValues(
  source: Readonly<Record<string, unknown>>,
  prefix: string,
): Record<string, string> {
  const entries = SLOTS.map((slot) => [`${prefix}${slot}`, valueText(source[`${prefix}${slot}`])] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}
