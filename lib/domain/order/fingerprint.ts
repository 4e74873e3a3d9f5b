import { createHash } from 'node:crypto';
import type { ContentLine, OrderContent } from './order-content.ts';

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
function sorted(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).sort() : value;
}
