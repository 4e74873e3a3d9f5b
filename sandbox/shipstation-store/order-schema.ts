import { COUNTRY_CODES } from '../kit/text.ts';

/*
 * The elements of an exported order with the limits of ShipStation's Custom Store guide. Where the guide and its schema differ,
 * the narrower limit holds. Elements that are not listed are tolerated, as ShipStation does.
 */

type Node = string | { readonly [name: string]: unknown };

type Check = (text: string) => string | null;

interface Field {
  readonly check: Check;
  readonly isRequired: boolean;
}

interface Group {
  readonly children: Elements;
  readonly isRequired: boolean;
  /** Of a list: the most of them. */
  readonly most?: number;
}

type Elements = Readonly<Record<string, Field | Group>>;

const required = (check: Check): Field => ({ check, isRequired: true });
const optional = (check: Check): Field => ({ check, isRequired: false });

const text =
  (longest: number, shortest = 0): Check =>
  (value) => {
    if (value.length < shortest) return `has fewer than ${shortest} characters`;
    return value.length > longest ? `has more than ${longest} characters` : null;
  };
const pattern =
  (expression: RegExp, form: string): Check =>
  (value) =>
    expression.test(value) ? null : `is not ${form}`;
const decimal = pattern(/^-?\d{1,7}(\.\d{1,2})?$/, 'a decimal of nine digits, two after the point');
const date = pattern(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}$/, 'a date as MM/dd/yyyy HH:mm');
const boolean = pattern(/^(true|false)$/, 'true or false');
const country: Check = (value) => (COUNTRY_CODES.has(value) ? null : 'is not a country code of two letters');
const quantity = pattern(/^[1-9]\d{0,4}$/, 'a whole number from 1 to 99999');

const OPTION: Elements = {
  Name: required(text(100, 1)),
  Value: required(text(100, 1)),
  Weight: optional(decimal),
};

const ITEM: Elements = {
  LineItemID: optional(text(50)),
  SKU: required(text(50, 1)),
  Name: required(text(200, 1)),
  ImageUrl: optional(text(500)),
  Weight: optional(decimal),
  WeightUnits: optional(pattern(/^(Pounds?|lbs?|Ounces?|oz|Grams?|gm)$/i, 'pounds, ounces or grams')),
  Quantity: required(quantity),
  UnitPrice: required(decimal),
  UPC: optional(text(12)),
  Location: optional(text(100)),
  Adjustment: optional(boolean),
  Options: { isRequired: false, children: { Option: { isRequired: false, most: 10, children: OPTION } } },
};

const CUSTOMER: Elements = {
  CustomerCode: required(text(50, 1)),
  BillTo: {
    isRequired: true,
    children: {
      Name: required(text(100, 1)),
      Company: optional(text(100)),
      Phone: optional(text(50)),
      Email: optional(text(100)),
      Address1: optional(text(200)),
      Address2: optional(text(200)),
      City: optional(text(100)),
      State: optional(text(100)),
      PostalCode: optional(text(50)),
      Country: optional(country),
    },
  },
  ShipTo: {
    isRequired: true,
    children: {
      Name: required(text(100, 1)),
      Company: optional(text(100)),
      Address1: required(text(200, 1)),
      Address2: optional(text(200)),
      City: required(text(100, 1)),
      // Where they are missing ShipStation drops the order alone: see `whyDropped`.
      State: optional(text(100)),
      PostalCode: optional(text(50)),
      Country: required(country),
      Phone: optional(text(50)),
    },
  },
};

const ORDER: Elements = {
  OrderID: required(text(50, 1)),
  OrderNumber: required(text(50, 1)),
  OrderDate: required(date),
  OrderStatus: required(text(50, 1)),
  LastModified: required(date),
  ShippingMethod: optional(text(100)),
  PaymentMethod: optional(text(50)),
  CurrencyCode: optional(pattern(/^[A-Z]{3}$/, 'a currency code')),
  OrderTotal: required(decimal),
  TaxAmount: optional(decimal),
  ShippingAmount: required(decimal),
  CustomerNotes: optional(text(1000)),
  InternalNotes: optional(text(1000)),
  Gift: optional(boolean),
  GiftMessage: optional(text(1000)),
  CustomField1: optional(text(100)),
  CustomField2: optional(text(100)),
  CustomField3: optional(text(100)),
  RequestedWarehouse: optional(text(100)),
  Source: optional(text(50)),
  Customer: { isRequired: true, children: CUSTOMER },
  Items: { isRequired: true, children: { Item: { isRequired: true, most: 100_000, children: ITEM } } },
};

/** What is wrong with an order, by path. One such order makes ShipStation reject the whole page. */
export function findFaults(order: Node): string[] {
  return [...findFaultsIn(order, ORDER, 'Order'), ...findPriceFaults(order)];
}

function findFaultsIn(node: Node, elements: Elements, path: string): string[] {
  const children = typeof node === 'string' ? {} : node;
  return Object.entries(elements).flatMap(([name, element]) =>
    findElementFaults(children[name], element, `${path}.${name}`),
  );
}

function findElementFaults(value: unknown, element: Field | Group, path: string): string[] {
  if (value === undefined) return element.isRequired ? [`${path} is missing`] : [];
  if ('children' in element) {
    const nodes = [value].flat() as Node[];
    const tooMany = nodes.length > (element.most ?? 1) ? [`${path} occurs ${nodes.length} times`] : [];
    return [...tooMany, ...nodes.flatMap((node) => findFaultsIn(node, element.children, path))];
  }
  if (typeof value !== 'string') return [`${path} is no text`];
  if (value === '' && !element.isRequired) return [];
  const fault = element.check(value);
  return fault === null ? [] : [`${path} ${fault}`];
}

/** Only an adjustment may have a negative price. */
function findPriceFaults(order: Node): string[] {
  const { Items: items } = order as {
    readonly Items?: { readonly Item?: readonly Record<string, string>[] };
  };
  return (items?.Item ?? []).flatMap(({ UnitPrice = '', Adjustment = '' }) =>
    UnitPrice.startsWith('-') && Adjustment !== 'true' ? ['Order.Items.Item.UnitPrice is negative'] : [],
  );
}

/** Why ShipStation silently leaves an order out, alone; null where it does not. */
export function whyDropped(order: Node): string | null {
  const { Customer: customer } = order as {
    readonly Customer?: { readonly ShipTo?: Record<string, string> };
  };
  const { State: state = '', PostalCode: postcode = '' } = customer?.ShipTo ?? {};
  if (state.length < 2) return 'it has no state';
  return postcode === '' ? 'it has no postal code' : null;
}
