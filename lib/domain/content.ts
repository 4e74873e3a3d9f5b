import type { ContentFields } from './connection.ts';
import { toCountryCode } from './country.ts';
import { differenceOf, productOf, shareOf, sumOf } from './decimal.ts';
import { type DemandedLine, lineKey } from './deliverable-lines.ts';
import type { Demand } from './demand.ts';
import type { Adjustment, ContentLine, OrderContent } from './fulfillment-order.ts';
import type { Sale, SaleLine } from './sale.ts';
import { serviceFor } from './start.ts';

/** Everything that a provider is told about the order: what ShipStation's own DEAR connection imports, and no less. */
export function contentOf(sale: Sale, demand: Demand, reference: string): OrderContent {
  const { connection, lines, charges, shippingMethod } = demand;
  const contentLines = lines.map((line) => contentLine(line, connection.fields));
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
    charges,
    taxInclusive: sale.taxInclusive,
    terms: sale.terms,
    adjustments: adjustmentsOf(demand),
    ...totalsOf(demand, sale.taxInclusive),
    totalWeightGrams: sumOf(
      contentLines.map(({ weightGrams, quantity }) => productOf(weightGrams, quantity)),
    ),
  };
}

/** With the sale's contact where the address names nobody, and the country as a code where we know it. */
function shipTo({ shippingAddress, contact }: Sale): OrderContent['shipTo'] {
  const country = toCountryCode(shippingAddress.country) || shippingAddress.country;
  return { ...shippingAddress, contact: shippingAddress.contact || contact, country };
}

function contentLine(
  { line, place, quantity, batch, expiry }: DemandedLine,
  fields: ContentFields,
): ContentLine {
  const options = Object.entries(fields.options).map(([name, field]) => ({
    name,
    value: line.customFields[field] ?? '',
  }));
  return {
    key: lineKey(place),
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

function adjustmentsOf({ lines, charges }: Demand): Adjustment[] {
  const discounts = lines
    .map(({ line, quantity }) => ({
      description: `Discount ${line.discountPercent} % on ${line.sku}`,
      amount: share(discountOf(line), line, quantity),
    }))
    .filter(({ amount }) => amount !== 0);
  return [...discounts, ...charges.map(({ description, total }) => ({ description, amount: total }))];
}

/** Negative where the line costs less than its price says. */
function discountOf({ total, unitPrice, quantity }: SaleLine): number {
  return differenceOf(total, productOf(unitPrice, quantity));
}

/** Of these lines and charges. */
function totalsOf({ lines, charges }: Demand, taxInclusive: boolean): { total: number; tax: number } {
  const totals = lines.map(({ line, quantity }) => share(line.total, line, quantity));
  const taxes = lines.map(({ line, quantity }) => share(line.tax, line, quantity));
  const net = sumOf([...totals, ...charges.map((charge) => charge.total)]);
  const tax = sumOf([...taxes, ...charges.map((charge) => charge.tax)]);
  return { total: taxInclusive ? net : sumOf([net, tax]), tax };
}

/** The part of a line's amount that falls to so many of its goods. */
function share(amount: number, line: SaleLine, quantity: number): number {
  return shareOf(amount, { whole: line.quantity, before: 0, quantity });
}
