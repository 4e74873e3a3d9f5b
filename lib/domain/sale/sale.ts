import type { DeliveryAddress, PostalAddress } from '../address/address.ts';
import { sumAll, toMoney } from '../decimal.ts';

/**
 * A DEAR sale in the domain's names, without unused fields. Amounts are in major units of `currency`
 * with up to four decimals, as DEAR keeps them; a text that DEAR leaves empty is ''; ids are lower-case.
 */
export interface Sale {
  readonly id: string;
  readonly orderNumber: string;
  readonly type: 'simple' | 'advanced' | 'service';
  /** DEAR's overall status, upper-case: DRAFT … COMPLETED, VOIDED. */
  readonly status: string;
  /** The order stage's own status, upper-case: AUTHORISED, AUTH_NO_ALLOC, DRAFT, VOIDED … */
  readonly orderStatus: string;
  /** Name of the sale's location. Order lines carry none of their own. */
  readonly location: string;
  readonly customer: string;
  /** Name of the price tier. */
  readonly priceTier: string;
  readonly contact: string;
  readonly email: string;
  readonly phone: string;
  readonly billingAddress: PostalAddress;
  readonly shippingAddress: DeliveryAddress;
  readonly shippingNotes: string;
  readonly note: string;
  readonly memo: string;
  readonly customerReference: string;
  /** ISO 4217. */
  readonly currency: string;
  /** The chosen shipping method; DEAR calls it the carrier. */
  readonly carrier: string;
  /** UNPAID, PREPAID, PARTIALLY PAID, PAID … upper-case. */
  readonly paymentStatus: string;
  /** ISO dates, `yyyy-mm-dd`, or '' where DEAR has none. */
  readonly orderDate: string;
  readonly shipBy: string;
  readonly sourceChannel: string;
  readonly trackingNumbers: readonly string[];
  /** AdditionalAttribute1 … AdditionalAttribute10 that have a value. */
  readonly additionalAttributes: Readonly<Record<string, string>>;
  readonly lines: readonly SaleLine[];
  readonly charges: readonly SaleCharge[];
  readonly total: number;
  readonly tax: number;
  /** Whether prices and line totals contain their tax. */
  readonly taxInclusive: boolean;
  /** DEAR's payment terms in words: `30 days`; ''. */
  readonly terms: string;
  readonly fulfilments: readonly SaleFulfilment[];
  readonly invoices: readonly SaleInvoice[];
  /** Memos of every credit note that is not voided, drafts too; ours are found by them. */
  readonly creditNoteMemos: readonly string[];
  /** Paths of fields that cannot be read and are left out here: `Order.Lines.2.Quantity`. */
  readonly unreadable?: readonly string[];
}

export interface SaleInvoice {
  readonly taskId: string;
  /** `INV-00012`; '' while it has none. */
  readonly number: string;
  /** NOT AVAILABLE, DRAFT, AUTHORISED, PAID, VOIDED, upper-case. */
  readonly status: string;
  /** `SaleFulfilment.number` that it bills; 0 where it names none. */
  readonly fulfilmentNumber: number;
  /** Ours are found by it. */
  readonly memo: string;
  /** The billed quantities. */
  readonly lines: ReadonlyArray<{ readonly productId: string; readonly quantity: number }>;
  /** Whether an authorised credit note refers to it. */
  readonly isCredited: boolean;
}

export interface SaleLine {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly backorderQuantity: number;
  readonly unitPrice: number;
  /** 0–100. */
  readonly discountPercent: number;
  readonly tax: number;
  readonly taxRule: string;
  /** After discount; before tax unless the sale's prices include it. */
  readonly total: number;
  readonly comment: string;
  readonly dropShip: boolean;
  /** Of one unit, in grams; 0 where DEAR has no weight. */
  readonly weightGrams: number;
  /** ProductCustomField1 … ProductCustomField10 that have a value. */
  readonly customFields: Readonly<Record<string, string>>;
}

export interface SaleCharge {
  readonly description: string;
  readonly quantity: number;
  readonly unitPrice: number;
  /** 0–100. */
  readonly discountPercent: number;
  readonly tax: number;
  readonly taxRule: string;
  readonly total: number;
}

/** NOT AVAILABLE, DRAFT, AUTHORISED, PARTIALLY AUTHORISED (ship only), VOIDED. */
type StageStatus = string;

/** One pick–pack–ship chain of a sale. */
export interface SaleFulfilment {
  readonly taskId: string;
  readonly number: number;
  readonly pick: { readonly status: StageStatus; readonly lines: readonly StageLine[] };
  readonly pack: { readonly status: StageStatus; readonly lines: readonly StageLine[] };
  readonly ship: { readonly status: StageStatus; readonly lines: readonly ShipLine[] };
}

export interface StageLine {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  /** A warehouse's name, or `<warehouse>: <bin>`. */
  readonly location: string;
  /** Of the warehouse or the bin; '' where DEAR does not say. */
  readonly locationId: string;
  readonly quantity: number;
  readonly batch: string;
  /** ISO date, or ''. */
  readonly expiry: string;
  /** '' on pick lines. */
  readonly box: string;
}

export interface ShipLine {
  readonly boxes: readonly string[];
  readonly carrier: string;
  readonly trackingNumbers: readonly string[];
  /** ISO date, or ''. */
  readonly shippedAt: string;
  readonly isShipped: boolean;
}

const AUTHORISED_ORDER = new Set(['AUTHORISED', 'AUTH_NO_ALLOC', 'FULFILLED', 'CLOSED']);

/** DEAR's order statuses that mean "a person has authorised the order stage". */
export function isOrderAuthorised({ orderStatus }: Pick<Sale, 'orderStatus'>): boolean {
  return AUTHORISED_ORDER.has(orderStatus);
}

export function isVoided({ status, orderStatus }: Pick<Sale, 'status' | 'orderStatus'>): boolean {
  return status === 'VOIDED' || orderStatus === 'VOIDED';
}

/**
 * DEAR's statuses for "paid", upper-case. PREPAID is paid before there is an invoice. Live accounts also say FULLY PAID and
 * OVERPAID, alone or with the credit that follows from it.
 */
const PAID: ReadonlySet<string> = new Set([
  'PAID',
  'FULLY PAID',
  'PREPAID',
  'OVERPAID',
  'OVERPAID / CREDITED',
]);

/** @param paymentStatus DEAR's `CombinedPaymentStatus`, upper-case */
export function isPaid(paymentStatus: string): boolean {
  return PAID.has(paymentStatus);
}

/**
 * Whether a payment is outstanding. A free sale needs none, whatever its status, nor does a customer who is owed money (NOT
 * REFUNDED: credited, but not paid back).
 * @param total what the whole sale costs
 */
export function awaitsPayment(paymentStatus: string, total: number): boolean {
  return total > 0 && !isPaid(paymentStatus) && paymentStatus !== 'NOT REFUNDED';
}

/** The total of the sale with charges and tax, rounded to its currency; added up if DEAR gives no total. */
export function totalToPay(sale: Sale): number {
  return toMoney(sale.total || addedUp(sale), sale.currency);
}

function addedUp({ lines, charges, taxInclusive }: Sale): number {
  const rows = [...lines, ...charges];
  return sumAll(rows.flatMap(({ total, tax }) => (taxInclusive ? [total] : [total, tax])));
}
