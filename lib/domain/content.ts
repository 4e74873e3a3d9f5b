import type { ContentFields } from './connection.ts';
import { toCountryCode } from './country.ts';
import type { DemandedLine } from './deliverable-lines.ts';
import type { Demand } from './demand.ts';
import type { Adjustment, ContentLine, OrderContent } from './fulfillment-order.ts';
import type { Sale, SaleLine } from './sale.ts';
import { serviceFor } from './start.ts';

/** Everything that a provider is told about the order: what ShipStation's own DEAR connection imports, and no less. */
export function contentOf(sale: Sale, demand: Demand, reference: string): OrderContent {
  const { connection, lines, shippingMethod } = demand;
  const contentLines = lines.map((line, index) => contentLine(line, index, connection.fields));
  const services = connection.shippingMethods?.services ?? {};
  return {
    reference,
    saleId: sale.id,
    saleOrderNumber: sale.orderNumber,
    customerReference: sale.customerReference,
    sourceChannel: sale.sourceChannel,
    orderDate: sale.orderDate,
    shipBy: sale.shipBy,
    currency: sale.currency,
    customer: sale.customer,
    email: sale.email,
    phone: sale.phone,
    shipTo: shipTo(sale),
    billTo: sale.billingAddress,
    chosenMethod: shippingMethod,
    shippingMethod: serviceFor(shippingMethod, services) ?? shippingMethod,
    paymentStatus: sale.paymentStatus,
    customerNotes: sale.shippingNotes,
    internalNotes: [sale.note, sale.memo].filter((text) => text.trim() !== '').join('\n'),
    gift: isYes(sale.additionalAttributes[connection.fields.gift]),
    giftMessage: sale.additionalAttributes[connection.fields.giftMessage] ?? '',
    location: connection.location,
    lines: contentLines,
    charges: sale.charges,
    taxInclusive: sale.taxInclusive,
    terms: sale.terms,
    adjustments: adjustmentsOf(sale, lines),
    ...totalsOf(sale, lines),
    totalWeightGrams: contentLines.reduce((sum, line) => sum + line.weightGrams * line.quantity, 0),
  };
}

/** With the sale's contact where the address names nobody, and the country as a code where we know it. */
function shipTo({ shippingAddress, contact }: Sale): OrderContent['shipTo'] {
  const country = toCountryCode(shippingAddress.country) || shippingAddress.country;
  return { ...shippingAddress, contact: shippingAddress.contact || contact, country };
}

function contentLine(
  { line, quantity, batch, expiry }: DemandedLine,
  index: number,
  fields: ContentFields,
): ContentLine {
  const options = Object.entries(fields.options).map(([name, field]) => ({
    name,
    value: line.customFields[field] ?? '',
  }));
  return {
    key: `line-${index + 1}`,
    productId: line.productId,
    sku: line.sku,
    name: line.name,
    quantity,
    unitPrice: line.unitPrice,
    discountPercent: line.discountPercent,
    taxRule: line.taxRule,
    tax: share(line.tax, line, quantity),
    weightGrams: line.weightGrams,
    imageUrl: line.customFields[fields.image] ?? '',
    options: options.filter(({ value }) => value !== ''),
    stockLocation: '',
    batch,
    expiry,
    comment: line.comment,
  };
}

/** An attribute is a yes unless it is empty or says no. */
function isYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'no', 'false', 'n'].includes(value.trim().toLowerCase());
}

function adjustmentsOf(sale: Sale, lines: readonly DemandedLine[]): Adjustment[] {
  const discounts = lines
    .map(({ line, quantity }) => ({
      description: `Discount ${line.discountPercent} % on ${line.sku}`,
      amount: share(line.total - line.unitPrice * line.quantity, line, quantity),
    }))
    .filter(({ amount }) => amount !== 0);
  const charges = sale.charges.map(({ description, total }) => ({ description, amount: total }));
  return [...discounts, ...charges];
}

/** Of these lines and the sale's charges. */
function totalsOf(sale: Sale, lines: readonly DemandedLine[]): { total: number; tax: number } {
  const charges = sale.charges.reduce((sum, charge) => sum + charge.total, 0);
  const chargesTax = sale.charges.reduce((sum, charge) => sum + charge.tax, 0);
  const net = lines.reduce((sum, { line, quantity }) => sum + share(line.total, line, quantity), 0) + charges;
  const tax =
    lines.reduce((sum, { line, quantity }) => sum + share(line.tax, line, quantity), 0) + chargesTax;
  return { total: round(sale.taxInclusive ? net : net + tax), tax: round(tax) };
}

/** The part of a line's amount that falls to so many of its goods. */
function share(amount: number, line: SaleLine, quantity: number): number {
  return round((amount * quantity) / line.quantity);
}

/** DEAR's amounts have four decimals. */
function round(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
