import { createHash } from 'node:crypto';
import type { DeliveryAddress, PostalAddress } from '../address/address.ts';
import type { SaleCharge, SaleLine } from '../sale/sale.ts';
import type { OrderedLine } from './fulfillment-order.ts';

/**
 * What a provider receives of an order. Amounts are major units of `currency`, up to four decimals; weights are
 * grams; dates are ISO. It holds personal data, is written once per plan under its fingerprint, and expires.
 */
export interface OrderContent {
  readonly reference: string;
  readonly saleId: string;
  readonly saleOrderNumber: string;
  readonly customerReference: string;
  readonly sourceChannel: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly orderDate: string;
  readonly shipBy: string;
  readonly currency: string;
  readonly customer: string;
  readonly email: string;
  readonly phone: string;
  readonly shipTo: DeliveryAddress;
  readonly billTo: PostalAddress;
  /** As chosen on the sale; '' where none was. */
  readonly chosenMethod: string;
  /** The provider's own service where the method is mapped, else as chosen. */
  readonly shippingMethod: string;
  /** DEAR's status: UNPAID, PAID … */
  readonly paymentStatus: string;
  readonly customerNotes: string;
  readonly internalNotes: string;
  readonly gift: boolean;
  readonly giftMessage: string;
  /** Name of the DEAR location. */
  readonly location: string;
  readonly lines: readonly ContentLine[];
  /** Freight and the like, as the sale has them, for the invoice. */
  readonly charges: readonly SaleCharge[];
  /** Lines of services, as the sale has them, for the invoice. */
  readonly services: readonly BilledService[];
  /** Kits whose parts are the order's lines: billed once all of it has left. */
  readonly kits: readonly BilledService[];
  readonly taxInclusive: boolean;
  /** DEAR's payment terms in words; ''. */
  readonly terms: string;
  /** Discounts (negative), charges and services. */
  readonly adjustments: readonly Adjustment[];
  /** Of lines, services and charges, with tax. */
  readonly total: number;
  readonly tax: number;
  /** What the whole sale costs, with tax; 0: there is nothing to pay. */
  readonly saleTotal: number;
  readonly totalWeightGrams: number;
}

export interface ContentLine extends OrderedLine {
  /** Before discount. */
  readonly unitPrice: number;
  /** 0–100. */
  readonly discountPercent: number;
  /** After discount; before tax unless the sale's prices include it. */
  readonly total: number;
  readonly tax: number;
  readonly taxRule: string;
  /** Of one unit; 0 where unknown. */
  readonly weightGrams: number;
  /** https address, or ''. */
  readonly imageUrl: string;
  /** Shown to the packer: colour, size, batch … */
  readonly options: ReadonlyArray<{ readonly name: string; readonly value: string }>;
  /** On no line of the sale, so no invoice bills it. */
  readonly unbilled?: true;
  /** Where the stock lies, for the packer; ''. */
  readonly stockLocation: string;
  readonly batch: string;
  /** ISO date, or ''. */
  readonly expiry: string;
  readonly comment: string;
}

export type BilledService = Pick<
  SaleLine,
  | 'productId'
  | 'sku'
  | 'name'
  | 'quantity'
  | 'unitPrice'
  | 'discountPercent'
  | 'tax'
  | 'taxRule'
  | 'total'
  | 'comment'
>;

/** What an order costs beside the prices of its lines: a discount (negative), freight. */
export interface Adjustment {
  readonly description: string;
  readonly amount: number;
  /** The key of the line that it is of; left out where it is of the whole order. */
  readonly line?: string | undefined;
}

/** What is packed and where it goes; an operator may edit most of it. */
const SHIPPING = [
  'shipTo',
  'location',
  'shippingMethod',
  'email',
  'phone',
  'customerNotes',
  'gift',
  'giftMessage',
] as const satisfies ReadonlyArray<keyof OrderContent>;
const SHIPPED_LINE = [
  'productId',
  'sku',
  'quantity',
  'units',
  'batch',
  'comment',
  'options',
] as const satisfies ReadonlyArray<keyof ContentLine>;

/** What else the warehouse reads: dates, names, and how the goods look. */
const PAPERS = [
  'customerReference',
  'sourceChannel',
  'orderDate',
  'shipBy',
  'customer',
  'billTo',
  'internalNotes',
] as const satisfies ReadonlyArray<keyof OrderContent>;
const LINE_ON_PAPER = [
  'name',
  'expiry',
  'weightGrams',
  'imageUrl',
  'stockLocation',
] as const satisfies ReadonlyArray<keyof ContentLine>;

type SentField = (typeof SHIPPING)[number] | (typeof PAPERS)[number] | 'lines';
type SentLineField = (typeof SHIPPED_LINE)[number] | (typeof LINE_ON_PAPER)[number];

const BILLED = 'is billed in DEAR as it is at the time; the service keeps what it was given';

/** The shipping method as the sale has it, and what the service is told in its place; '' where neither is given. */
export function describeShippingMethod({
  chosenMethod,
  shippingMethod,
}: Pick<OrderContent, 'chosenMethod' | 'shippingMethod'>): string {
  if (chosenMethod === '') return shippingMethod;
  if (shippingMethod !== chosenMethod) return `${chosenMethod}, sent as ${shippingMethod}`;
  return `${chosenMethod}, which is not mapped: the service is given this name`;
}

/** Fields whose change alone is not sent to a service that has the order, each with the reason. */
export const UNSENT_FIELDS = {
  reference: 'never changes: it is the key at the service',
  saleId: 'never changes',
  saleOrderNumber: 'never changes',
  chosenMethod: 'is sent as the shipping method that it is mapped to',
  paymentStatus: 'changes with each payment; what has to be paid before it leaves is held by holdUntilPaid',
  currency: BILLED,
  charges: BILLED,
  services: BILLED,
  kits: BILLED,
  adjustments: BILLED,
  taxInclusive: BILLED,
  terms: BILLED,
  total: BILLED,
  tax: BILLED,
  saleTotal: 'says what has to be paid; see paymentStatus',
  totalWeightGrams: 'is the sum over the lines, whose weights are sent',
} as const satisfies Readonly<Record<Exclude<keyof OrderContent, SentField>, string>>;

export const UNSENT_LINE_FIELDS = {
  key: 'is our own name of the line',
  unbilled: BILLED,
  parts: 'is how DEAR has picked it; the service gets the kit',
  unitPrice: BILLED,
  discountPercent: BILLED,
  total: BILLED,
  tax: BILLED,
  taxRule: BILLED,
} as const satisfies Readonly<Record<Exclude<keyof ContentLine, SentLineField>, string>>;

/**
 * Changes exactly when a warehouse has to do or to read something else. DEAR also marks a sale as updated for payments,
 * invoices and our own writes; these do not count. The first half covers what is shipped and where to.
 */
export function toFingerprint(content: OrderContent): string {
  return hashFields(content, SHIPPING, SHIPPED_LINE) + hashFields(content, PAPERS, LINE_ON_PAPER);
}

/** Whether contents with these fingerprints send the same goods to the same address. */
export function isSameShipping(one: string, other: string): boolean {
  return one.slice(0, HASH_LENGTH) === other.slice(0, HASH_LENGTH);
}

const FIELD_NAMES: Partial<Record<SentField, string>> = {
  shipTo: 'delivery address',
  billTo: 'billing address',
  email: 'e-mail',
  shippingMethod: 'shipping method',
  customerNotes: 'shipping notes',
  internalNotes: 'internal notes',
  giftMessage: 'gift message',
  customerReference: 'customer reference',
  sourceChannel: 'sales channel',
  orderDate: 'order date',
  shipBy: 'ship-by date',
};

/** Names of the sent fields in which two contents differ, without their values. */
export function listChangedFields(before: OrderContent, after: OrderContent): string[] {
  const fields = [...SHIPPING, ...PAPERS].filter(
    (field) => JSON.stringify(sorted(before[field])) !== JSON.stringify(sorted(after[field])),
  );
  const lineFields = [...SHIPPED_LINE, ...LINE_ON_PAPER];
  const toLines = ({ lines }: OrderContent) =>
    JSON.stringify(lines.map((line) => lineFields.map((field) => line[field])));
  return [
    ...fields.map((field) => FIELD_NAMES[field] ?? field),
    ...(toLines(before) === toLines(after) ? [] : ['lines']),
  ];
}

const HASH_LENGTH = 16;

function hashFields(
  content: OrderContent,
  fields: ReadonlyArray<keyof OrderContent>,
  ofLines: ReadonlyArray<keyof ContentLine>,
): string {
  const lines = content.lines.map((line) => ofLines.map((field) => line[field]));
  const text = JSON.stringify([lines, fields.map((field) => sorted(content[field]))]);
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);
}

/** The order of an address's properties does not matter. */
function sorted(value: OrderContent[keyof OrderContent]): unknown {
  return typeof value === 'object' ? Object.entries(value).sort() : value;
}
