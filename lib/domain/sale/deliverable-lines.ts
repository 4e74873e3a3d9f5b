import type { Connection } from '../connection.ts';
import { subtract } from '../decimal.ts';
import type { ReferenceBooks } from './catalogue.ts';
import type { SaleLine } from './sale.ts';

/** Goods that a kit was picked as, in DEAR's own lines. */
export interface PartOfKit {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly batch: string;
  /** ISO date, or ''. */
  readonly expiry: string;
}

/** A quantity of a line of the sale that has to be shipped. */
export interface DemandedLine {
  readonly line: SaleLine;
  /** From 1, on the sale. Tells apart lines of one product. */
  readonly place: number;
  /** From 1, of the pieces of a line: lots and boxes that DEAR has picked apart. */
  readonly piece?: number;
  /** Of a kit: what DEAR has picked for all of it. */
  readonly parts?: readonly PartOfKit[];
  /** On no line of the sale, so that no invoice names it. */
  readonly unbilled?: true;
  readonly quantity: number;
  /** How much of the line earlier demands of the sale take; left out if none does. */
  readonly before?: number;
  /** Lot or serial that DEAR has picked; ''. */
  readonly batch: string;
  /** ISO date, or ''. */
  readonly expiry: string;
}

/** A line of the sale that a fulfillment service has to ship, or a part of it. */
export interface Goods {
  readonly line: SaleLine;
  /** From 1, on the sale. */
  readonly place: number;
  readonly quantity: number;
  /** The part of the quantity that is not on backorder. */
  readonly available: number;
}

/** A sale's lines, sorted by whether a fulfillment service ships them. Every line is in one of the lists. */
interface SortedLines {
  readonly goods: readonly Goods[];
  /** Lines that no service ships, each with its reason. */
  readonly leftOut: ReadonlyArray<{ readonly line: SaleLine; readonly why: string }>;
}

export function sortLines(lines: readonly SaleLine[], isService: IsService): SortedLines {
  const sorted = lines.map((line, index) => ({
    line,
    place: index + 1,
    available: availableQuantity(line),
    why: whyNotShipped(line, isService),
  }));
  return {
    goods: sorted
      .filter(({ why }) => why === null)
      .map(({ line, place, available }) => ({ line, place, quantity: line.quantity, available })),
    leftOut: sorted.flatMap(({ line, why }) => (why === null ? [] : [{ line, why }])),
  };
}

function whyNotShipped(line: SaleLine, isService: IsService): string | null {
  if (line.dropShip) return 'is drop-shipped by its supplier';
  if (!isProduct(line)) return 'is not a product';
  if (isService(line)) return 'is a service';
  return line.quantity > 0 ? null : `has the quantity ${line.quantity}`;
}

/** A line may be only a text. */
export function isProduct({ productId }: Pick<SaleLine, 'productId'>): boolean {
  return productId !== '';
}

/** The key of a line on an order: constant while the line keeps its place on the sale. */
export function lineKey(place: number, piece = 1): string {
  return piece === 1 ? `line-${place}` : `line-${place}-${piece}`;
}

/** The place on the sale in a line's key; 0 for a key of another form. */
export function placeOfKey(key: string): number {
  return Number(/^line-(\d+)/.exec(key)?.[1] ?? 0);
}

/** `*` matches any text; everything else matches itself in any case. */
export function matchesPattern(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(text);
}

function availableQuantity(line: SaleLine): number {
  return Math.max(0, subtract(line.quantity, Math.max(0, line.backorderQuantity)));
}

/** Whether a product is a service, which is not shipped. */
export type IsService = (product: { readonly productId: string; readonly sku: string }) => boolean;

/**
 * By the connection's `serviceSkus`, else by the type of DEAR's product. Goods of any other type are shipped, also those
 * without stock in DEAR, and so are unknown products: a wrong shipment is noticed, a sale that is not ordered is not.
 */
export function serviceTest(
  { serviceSkus }: Pick<Connection, 'serviceSkus'>,
  { products }: Pick<ReferenceBooks, 'products'>,
): IsService {
  return ({ productId, sku }) =>
    serviceSkus.some((pattern) => matchesPattern(sku, pattern)) || products.get(productId) === 'service';
}
