import { tidyAddress } from '../address/address.ts';
import type { Connection, Units } from '../connection.ts';
import { differenceOf, discounted, productOf, shareOf, sumOf } from '../decimal.ts';
import { type DemandedLine, lineKey } from '../sale/deliverable-lines.ts';
import type { Demand } from '../sale/demand.ts';
import { type Sale, type SaleLine, totalToPay } from '../sale/sale.ts';
import type { Adjustment, BilledService, ContentLine, OrderContent } from './fulfillment-order.ts';
import { serviceFor } from './start.ts';
import { unitsOf } from './units.ts';

/** Everything that a provider is told about the order: what ShipStation's own DEAR connection imports, and no less. */
export function contentOf(sale: Sale, demand: Demand, reference: string): OrderContent {
  const { connection, lines, charges, shippingMethod } = demand;
  const contentLines = lines.map((line) => contentLine(line, sale.currency, connection));
  const carriers = connection.shippingMethods?.services ?? {};
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
    billTo: tidyAddress(sale.billingAddress),
    chosenMethod: shippingMethod,
    shippingMethod: serviceFor(shippingMethod, carriers) ?? shippingMethod,
    paymentStatus: sale.paymentStatus,
    customerNotes: sale.shippingNotes,
    internalNotes: [sale.note, sale.memo].filter((text) => text.trim() !== '').join('\n'),
    gift: isYes(sale.additionalAttributes[connection.fields.gift]),
    giftMessage: sale.additionalAttributes[connection.fields.giftMessage] ?? '',
    location: connection.location,
    lines: contentLines,
    charges,
    services: demand.services.map(billedService),
    kits: kitsOf(demand, sale.currency),
    taxInclusive: sale.taxInclusive,
    terms: sale.terms,
    adjustments: adjustmentsOf(demand, sale.currency),
    ...totalsOf(demand, sale),
    saleTotal: totalToPay(sale),
    totalWeightGrams: sumOf(
      contentLines.map(({ weightGrams, quantity }) => productOf(weightGrams, quantity)),
    ),
  };
}

/** With the sale's contact where the address names no person. */
function shipTo({ shippingAddress, contact }: Sale): OrderContent['shipTo'] {
  const address = tidyAddress(shippingAddress);
  return { ...address, contact: address.contact || contact };
}

function contentLine(
  demanded: DemandedLine,
  currency: string,
  { fields, units }: Pick<Connection, 'fields' | 'units'>,
): ContentLine {
  const { line, place, quantity, batch, expiry } = demanded;
  const options = Object.entries(fields.options).map(([name, field]) => ({
    name,
    value: line.customFields[field] ?? '',
  }));
  return {
    key: lineKey(place, demanded.piece),
    productId: line.productId,
    sku: line.sku,
    name: line.name,
    quantity,
    unitPrice: line.unitPrice,
    discountPercent: line.discountPercent,
    taxRule: line.taxRule,
    total: totalOf(demanded, currency),
    tax: share(line.tax, demanded, currency),
    weightGrams: line.weightGrams,
    imageUrl: line.customFields[fields.image] ?? '',
    options: options.filter(({ value }) => value !== ''),
    stockLocation: '',
    batch,
    expiry,
    comment: line.comment,
    ...unitsOfLine(line.sku, units),
    ...(demanded.parts !== undefined && { parts: demanded.parts }),
    ...(demanded.unbilled && { unbilled: true as const }),
  };
}

function unitsOfLine(sku: string, units: Units): Pick<ContentLine, 'units'> {
  const found = unitsOf(sku, units);
  return found === undefined ? {} : { units: { dear: found.dear, provider: found.provider } };
}

/** So much of its line's amounts as falls to the kits. */
function kitsOf({ kits = [] }: Demand, currency: string): BilledService[] {
  return kits.map(({ line, quantity, before }) => {
    const part = { whole: line.quantity, before, quantity, currency };
    const { total, tax } = line;
    return { ...billedService(line), quantity, total: shareOf(total, part), tax: shareOf(tax, part) };
  });
}

/** What an invoice needs of a line. */
function billedService(line: SaleLine): BilledService {
  const { productId, sku, name, quantity, unitPrice, discountPercent, tax, taxRule, total, comment } = line;
  return { productId, sku, name, quantity, unitPrice, discountPercent, tax, taxRule, total, comment };
}

/** An attribute is a yes unless it is empty or says no. */
function isYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'no', 'false', 'n'].includes(value.trim().toLowerCase());
}

function adjustmentsOf(demand: Demand, currency: string): Adjustment[] {
  const { lines, charges, services } = demand;
  const discounts = lines
    .map((demanded) => ({
      description: `Discount ${demanded.line.discountPercent} % on ${demanded.line.sku}`,
      amount: discountOf(demanded, currency),
      line: lineKey(demanded.place, demanded.piece),
    }))
    .filter(({ amount }) => amount !== 0);
  return [
    ...discounts,
    ...[...kitsOf(demand, currency), ...services].map(({ name, sku, total }) => ({
      description: name || sku,
      amount: total,
    })),
    ...charges.map(({ description, total }) => ({ description, amount: total })),
  ];
}

/** Negative where the goods cost less than their price says. */
function discountOf(demanded: DemandedLine, currency: string): number {
  return differenceOf(totalOf(demanded, currency), productOf(demanded.line.unitPrice, demanded.quantity));
}

/** Of these lines, services and charges. */
function totalsOf(
  demand: Demand,
  { taxInclusive, currency }: Pick<Sale, 'taxInclusive' | 'currency'>,
): { total: number; tax: number } {
  const { lines, charges, services } = demand;
  const totals = lines.map((demanded) => totalOf(demanded, currency));
  const taxes = lines.map((demanded) => share(demanded.line.tax, demanded, currency));
  const whole = [...kitsOf(demand, currency), ...services, ...charges];
  const net = sumOf([...totals, ...whole.map((one) => one.total)]);
  const tax = sumOf([...taxes, ...whole.map((one) => one.tax)]);
  return { total: taxInclusive ? net : sumOf([net, tax]), tax };
}

/** A line of the quantity 0 has no total to share: what DEAR picked for it all the same has its price. */
function totalOf(demanded: DemandedLine, currency: string): number {
  const { line, quantity } = demanded;
  if (line.quantity === 0) return discounted(line.unitPrice, quantity, line.discountPercent);
  return share(line.total, demanded, currency);
}

/** The part of a line's amount that falls to these of its goods. */
function share(amount: number, { line, quantity, before = 0 }: DemandedLine, currency: string): number {
  return shareOf(amount, { whole: line.quantity, before, quantity, currency });
}
