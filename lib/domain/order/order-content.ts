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
