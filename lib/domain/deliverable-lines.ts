import { differenceOf } from './decimal.ts';
import type { SaleLine } from './sale.ts';

/** So much of a line of the sale is to be shipped. */
export interface DemandedLine {
  readonly line: SaleLine;
  readonly quantity: number;
  /** Lot or serial that DEAR has picked; ''. */
  readonly batch: string;
  /** ISO date, or ''. */
  readonly expiry: string;
}

/** A sale's lines sorted by whether a fulfillment service is to ship them. Every line is in at least one of the lists. */
export interface SortedLines {
  readonly toShip: readonly DemandedLine[];
  /** Lines that nobody ships from here, each with its reason. */
  readonly leftOut: ReadonlyArray<{ readonly line: SaleLine; readonly why: string }>;
  /** Lines with goods that DEAR has on backorder. */
  readonly backordered: readonly SaleLine[];
}

const NO_PRODUCT = '00000000-0000-0000-0000-000000000000';

/** @param serviceSkus SKUs that nobody ships, with `*` for any text */
export function sortLines(lines: readonly SaleLine[], serviceSkus: readonly string[]): SortedLines {
  const reasons = lines.map((line) => ({ line, why: whyNotShipped(line, serviceSkus) }));
  const goods = reasons.filter(({ why }) => why === '').map(({ line }) => line);
  return {
    toShip: goods
      .map((line) => ({ line, quantity: availableQuantity(line), batch: '', expiry: '' }))
      .filter(({ quantity }) => quantity > 0),
    leftOut: reasons.filter(({ why }) => why !== ''),
    backordered: goods.filter((line) => line.backorderQuantity > 0),
  };
}

function whyNotShipped(line: SaleLine, serviceSkus: readonly string[]): string {
  if (line.dropShip) return 'is drop-shipped by its supplier';
  if (line.productId === '' || line.productId === NO_PRODUCT) return 'is not a product';
  if (serviceSkus.some((pattern) => matchesPattern(line.sku, pattern))) return 'is a service';
  return line.quantity > 0 ? '' : `has the quantity ${line.quantity}`;
}

/** `*` stands for any text; everything else for itself, whatever its case. */
export function matchesPattern(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => RegExp.escape(part));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(text);
}

function availableQuantity(line: SaleLine): number {
  return Math.max(0, differenceOf(line.quantity, line.backorderQuantity));
}
