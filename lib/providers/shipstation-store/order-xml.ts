import { XMLBuilder } from 'fast-xml-parser';
import type { PostalAddress } from '../../domain/address/address.ts';
import { countryName, hasStates, toStateCode } from '../../domain/address/country.ts';
import { getProduct, sumAll, toDecimal, toMoney } from '../../domain/decimal.ts';
import { Rejected } from '../../domain/errors.ts';
import { toItemOptions, toPieces } from '../../domain/order/item-options.ts';
import type { Adjustment, ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { cutText, enumerate, oneLine, onlyVisible, printable } from '../../domain/text.ts';
import { toAdjustmentId, toLineItemId } from './line-item-id.ts';
import { toStoreTime } from './store-time.ts';

interface OrderXmlOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  /** Name of the ship-from location in ShipStation; '': ShipStation's default. */
  readonly shipFrom: string;
  /** ms since the epoch: the date of a sale without one. */
  readonly now: number;
}

/** ShipStation requires a postal code for every address. This one is not in use anywhere. */
const NO_POSTCODE = '00000';
const MAX_OPTIONS = 10;
const MAX_QUANTITY = 99_999;
/** Decimals have nine digits, two of them after the point. */
const MAX_AMOUNT = 9_999_999.99;
/** Some 3,000 lines. A page with one such order more is within Lambda's 6 MB. */
const MAX_BYTES = 1_500_000;
const FREIGHT = /freight|shipping|postage|delivery|carriage/i;

/** An element: a text without markup, a CDATA section, or elements. null: left out. */
type Xml = string | { readonly cdata: string } | readonly Xml[] | { readonly [name: string]: Xml | null };

/**
 * The order as ShipStation's Custom Store guide describes it: the elements below `Order` but `OrderStatus` and `LastModified`, which
 * depend on when it is fetched. One order that breaks a rule makes ShipStation drop a whole page. So a text that people read is
 * cut to its limit, and an order that has no valid form is refused.
 * @throws {Rejected} names every field that has no valid form
 */
export function toOrderXml(content: OrderContent, options: OrderXmlOptions): string {
  const form = new OrderForm();
  const xml = new XMLBuilder({ cdataPropName: 'cdata' }).build(
    withoutNulls(toElements(content, options, form)),
  );
  if (Buffer.byteLength(xml) > MAX_BYTES) form.refuse(`the order has more than ${MAX_BYTES / 1000} KB`);
  if (form.problems.size === 0) return xml;
  const { system } = options;
  const upstreamMessage = `ShipStation could not read it: ${enumerate([...form.problems])}.`;
  throw new Rejected({ system, operation: 'serve order', reference: content.reference, upstreamMessage });
}

/** The lines of an order that `toOrderXml` made, and how much of each: the same for orders with the same goods. */
export function toGoods(xml: string): string {
  return xml.match(/<(LineItemID|SKU|Quantity)>.*?<\/\1>/g)?.join('') ?? '';
}

/** Writes fields within their limits, and collects what has no valid form. */
class OrderForm {
  /** Each once: several elements have the reference. */
  readonly problems = new Set<string>();

  refuse(problem: string): void {
    this.problems.add(problem);
  }

  /** A text that is compared by machines, so that it must not be cut. */
  whole(what: string, text: string, longest: number): Xml {
    const value = oneLine(text);
    if (value === '') this.refuse(`${what} is missing`);
    if (value.length > longest) this.refuse(`${what} has more than ${longest} characters`);
    return { cdata: value };
  }

  /** A text for people. */
  required(what: string, text: string, longest: number): Xml {
    const value = cutText(oneLine(text), longest, '…');
    if (value === '') this.refuse(`${what} is missing`);
    return { cdata: value };
  }

  amount(what: string, value: number): string {
    if (Math.abs(value) > MAX_AMOUNT) this.refuse(`${what} is larger than ${MAX_AMOUNT}`);
    return value.toFixed(2);
  }

  quantity(sku: string, value: number): string {
    if (value < 1 || value > MAX_QUANTITY)
      this.refuse(`the quantity of ${sku} is not within 1 and ${MAX_QUANTITY}`);
    return String(value);
  }
}

/** One line, cut; left out where it is empty. */
function optional(text: string, longest: number): Xml | null {
  const value = cutText(oneLine(text), longest, '…');
  return value === '' ? null : { cdata: value };
}

/** As `optional`, with its lines but without blank ones at its ends. */
function optionalLines(text: string, longest: number): Xml | null {
  const value = cutText(printable(text).trim(), longest, '…');
  return value === '' ? null : { cdata: value };
}

function toElements(content: OrderContent, { shipFrom, now }: OrderXmlOptions, form: OrderForm): Xml {
  const { reference, currency } = content;
  const freight = content.adjustments.filter(isFreight);
  return {
    OrderID: form.whole('the reference', reference, 50),
    OrderNumber: form.whole('the reference', reference, 50),
    OrderDate: toStoreTime(content.orderDate === '' ? now : Date.parse(`${content.orderDate}T00:00:00Z`)),
    ShippingMethod: optional(content.shippingMethod, 100),
    PaymentMethod: optional(content.terms, 50),
    CurrencyCode: /^[A-Z]{3}$/.test(currency) ? currency : null,
    OrderTotal: form.amount('the total', toMoney(Math.max(0, content.total), currency)),
    TaxAmount: form.amount('the tax', toMoney(Math.max(0, content.tax), currency)),
    ShippingAmount: form.amount(
      'the freight',
      toMoney(sumAll(freight.map(({ amount }) => amount)), currency),
    ),
    CustomerNotes: optionalLines(content.customerNotes, 1000),
    InternalNotes: optionalLines(toInternalNotes(content), 1000),
    Gift: String(content.gift),
    GiftMessage: optionalLines(content.giftMessage, 1000),
    CustomField1: form.whole('the reference', reference, 100),
    CustomField2: optional(content.customerReference, 100),
    CustomField3: optional(content.saleOrderNumber, 100),
    RequestedWarehouse: optional(shipFrom, 100),
    Source: optional(content.sourceChannel || 'DEAR', 50),
    Customer: toCustomer(content, form),
    Items: {
      Item: [
        ...content.lines.map((line) => toItem(line, content, form)),
        ...content.adjustments
          .filter((adjustment) => !isFreight(adjustment) && toMoney(adjustment.amount, currency) !== 0)
          .map((adjustment, index) => toAdjustmentItem(adjustment, index, currency, form)),
      ],
    },
  };
}

function toCustomer(content: OrderContent, form: OrderForm): Xml {
  const { shipTo, billTo, customer } = content;
  const email = onlyVisible(content.email);
  const phone = optional(onlyVisible(content.phone), 50);
  const recipient = shipTo.contact || customer || shipTo.company;
  return {
    CustomerCode: form.required(
      'the customer',
      email.length > 0 && email.length <= 50 ? email : customer || recipient,
      50,
    ),
    BillTo: {
      Name: form.required('the customer', customer || recipient, 100),
      Phone: phone,
      Email: email.length <= 100 ? optional(email, 100) : null,
      Address1: optional(billTo.line1 || billTo.displayLine1, 200),
      Address2: optional(billTo.line2, 200),
      City: optional(billTo.city, 100),
      State: optional(billTo.state, 100),
      PostalCode: optional(billTo.postcode, 50),
      Country: /^[A-Z]{2}$/.test(billTo.country) ? billTo.country : null,
    },
    ShipTo: {
      Name: form.required('the recipient', recipient, 100),
      Company: optional(shipTo.company, 100),
      Address1: form.required('the street', shipTo.line1 || shipTo.displayLine1, 200),
      Address2: optional(shipTo.line2, 200),
      City: form.required('the city', shipTo.city || shipTo.state || countryName(shipTo.country), 100),
      State: form.required('the state', getState(shipTo), 100),
      PostalCode: form.required('the postcode', onlyVisible(shipTo.postcode) || NO_POSTCODE, 50),
      Country: toCountry(shipTo.country, form),
      Phone: phone,
    },
  };
}

function toCountry(country: string, form: OrderForm): string {
  if (!/^[A-Z]{2}$/.test(country)) form.refuse('the country has no code of two letters');
  return country;
}

/** ShipStation silently drops an order without a state of at least two characters. Carriers print the country's code. */
function getState({ country, state, postcode }: PostalAddress): string {
  const known = hasStates(country) ? toStateCode(country, state, postcode) || state : state;
  return known.trim().length < 2 ? country : known;
}

function toItem(line: ContentLine, { reference, currency }: OrderContent, form: OrderForm): Xml {
  const { count, unitsEach } = toPieces(line.quantity);
  const grams = toDecimal(line.weightGrams * unitsEach, 2);
  const options = toItemOptions(line, unitsEach).slice(0, MAX_OPTIONS);
  const product = oneLine(line.name) || line.sku;
  return {
    LineItemID: form.whole('the id of a line', toLineItemId(line.key, unitsEach, reference), 50),
    SKU: form.whole(`the SKU of ${cutText(product, 60, '…')}`, line.sku, 50),
    Name: form.required('the name of a product', product, 200),
    ImageUrl: line.imageUrl.length > 500 ? null : optional(line.imageUrl, 500),
    ...(grams > 0 && { Weight: form.amount(`the weight of ${line.sku}`, grams), WeightUnits: 'Grams' }),
    Quantity: form.quantity(line.sku, count),
    UnitPrice: form.amount(
      `the price of ${line.sku}`,
      Math.max(0, toMoney(getProduct(line.unitPrice, unitsEach), currency)),
    ),
    Location: optional(line.stockLocation, 100),
    ...(options.length > 0 && {
      Options: {
        Option: options.map(({ name, value }) => ({
          Name: form.required('the name of an option', name, 100),
          Value: form.required('the value of an option', value, 100),
        })),
      },
    }),
  };
}

function toAdjustmentItem(
  { description, amount }: Adjustment,
  index: number,
  currency: string,
  form: OrderForm,
): Xml {
  return {
    LineItemID: toAdjustmentId(index),
    SKU: amount < 0 ? 'DISCOUNT' : 'CHARGE',
    Name: form.required('the name of a charge', description || 'Charge', 200),
    Quantity: '1',
    UnitPrice: form.amount('a charge', toMoney(amount, currency)),
    Adjustment: 'true',
  };
}

function isFreight({ description, amount, line }: Adjustment): boolean {
  return line === undefined && amount > 0 && FREIGHT.test(description);
}

/** Facts for which the store has no field. The merchant's own notes come first. */
function toInternalNotes(content: OrderContent): string {
  const facts: ReadonlyArray<readonly [string, string]> = [
    ['DEAR sale', content.saleOrderNumber],
    ['Ship by', content.shipBy],
    ['Payment', content.paymentStatus],
    ['Weight', content.totalWeightGrams > 0 ? '' : 'not known in DEAR; please weigh'],
  ];
  const lines = facts.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${value}`);
  return [content.internalNotes.trim(), ...lines].join('\n');
}

function withoutNulls(xml: Xml): Xml {
  if (typeof xml === 'string') return xml;
  if (Array.isArray(xml)) return xml.map(withoutNulls);
  return Object.fromEntries(
    Object.entries(xml).flatMap(([name, value]) => (value === null ? [] : [[name, withoutNulls(value)]])),
  );
}
