import { tidyAddress } from '../address/address.ts';
import type { Connection, Units } from '../connection.ts';
import { discounted, getProduct, getShare, subtract, sumAll } from '../decimal.ts';
import { type DemandedLine, lineKey } from '../sale/deliverable-lines.ts';
import type { Demand } from '../sale/demand.ts';
import { type Sale, type SaleLine, totalToPay } from '../sale/sale.ts';
import { serviceFor } from './initial-state.ts';
import type { Adjustment, BilledService, ContentLine, OrderContent } from './order-content.ts';
import { getUnits } from './units.ts';

/** Everything that a provider receives of the order: at least what other connectors of DEAR import. */
export function buildContent(sale: Sale, demand: Demand, reference: string): OrderContent {
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
    kits: getKits(demand, sale.currency),
    taxInclusive: sale.taxInclusive,
    terms: sale.terms,
    adjustments: getAdjustments(demand, sale.currency),
    ...getTotals(demand, sale),
    saleTotal: totalToPay(sale),
    totalWeightGrams: sumAll(
      contentLines.map(({ weightGrams, quantity }) => getProduct(weightGrams, quantity)),
    ),
  };
}

/** With the sale's contact, if the address names no person. */
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
    total: getTotal(demanded, currency),
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
  const found = getUnits(sku, units);
  return found === undefined ? {} : { units: { dear: found.dear, provider: found.provider } };
}

/** The kits' share of their line's amounts. */
function getKits({ kits = [] }: Demand, currency: string): BilledService[] {
  return kits.map(({ line, quantity, before }) => {
    const part = { whole: line.quantity, before, quantity, currency };
    const { total, tax } = line;
    return { ...billedService(line), quantity, total: getShare(total, part), tax: getShare(tax, part) };
  });
}

/** What an invoice needs of a line. */
function billedService(line: SaleLine): BilledService {
  const { productId, sku, name, quantity, unitPrice, discountPercent, tax, taxRule, total, comment } = line;
  return { productId, sku, name, quantity, unitPrice, discountPercent, tax, taxRule, total, comment };
}

/** Any value is a yes, except an empty one and forms of no. */
function isYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'no', 'false', 'n'].includes(value.trim().toLowerCase());
}

function getAdjustments(demand: Demand, currency: string): Adjustment[] {
  const { lines, charges, services } = demand;
  const discounts = lines
    .map((demanded) => ({
      description: `Discount ${demanded.line.discountPercent} % on ${demanded.line.sku}`,
      amount: getDiscount(demanded, currency),
      line: lineKey(demanded.place, demanded.piece),
    }))
    .filter(({ amount }) => amount !== 0);
  return [
    ...discounts,
    ...[...getKits(demand, currency), ...services].map(({ name, sku, total }) => ({
      description: name || sku,
      amount: total,
    })),
    ...charges.map(({ description, total }) => ({ description, amount: total })),
  ];
}

/** Negative where the goods cost less than their price says. */
function getDiscount(demanded: DemandedLine, currency: string): number {
  return subtract(getTotal(demanded, currency), getProduct(demanded.line.unitPrice, demanded.quantity));
}

/** Of these lines, services and charges. */
function getTotals(
  demand: Demand,
  { taxInclusive, currency }: Pick<Sale, 'taxInclusive' | 'currency'>,
): { total: number; tax: number } {
  const { lines, charges, services } = demand;
  const totals = lines.map((demanded) => getTotal(demanded, currency));
  const taxes = lines.map((demanded) => share(demanded.line.tax, demanded, currency));
  const whole = [...getKits(demand, currency), ...services, ...charges];
  const net = sumAll([...totals, ...whole.map((one) => one.total)]);
  const tax = sumAll([...taxes, ...whole.map((one) => one.tax)]);
  return { total: taxInclusive ? net : sumAll([net, tax]), tax };
}

/** A line of quantity 0 has no total to share, so what DEAR picked for it is priced by its unit price. */
function getTotal(demanded: DemandedLine, currency: string): number {
  const { line, quantity } = demanded;
  if (line.quantity === 0) return discounted(line.unitPrice, quantity, line.discountPercent);
  return share(line.total, demanded, currency);
}

/** These goods' share of their line's amount. */
function share(amount: number, { line, quantity, before = 0 }: DemandedLine, currency: string): number {
  return getShare(amount, { whole: line.quantity, before, quantity, currency });
}
