import { differenceOf, sumOf } from './decimal.ts';
import { boxesOf, type Consignment, pickLines } from './packing.ts';
import type { Sale, SaleInvoice } from './sale.ts';

type Billing = Pick<Sale, 'type' | 'invoices' | 'lines'>;

/**
 * Whether DEAR has an invoice of these packages. A simple sale has one invoice, whatever it names. An advanced sale's names the
 * fulfilment, or, where DEAR dropped that, the boxes in the memo that we gave it. Where a person billed the sale without naming
 * a fulfilment, they are billed if less is left to bill than they hold.
 * @param number of their fulfilment; 0 where it is not known
 */
export function isInvoiced(sale: Billing, number: number, consignments: readonly Consignment[]): boolean {
  const standing = sale.invoices.filter(({ status }) => status !== 'NOT AVAILABLE' && status !== 'VOIDED');
  if (sale.type !== 'advanced') return standing.length > 0;
  const boxes = new Set(consignments.flatMap(boxesOf).map(({ name }) => name));
  const isOwn = ({ fulfilmentNumber, memo }: SaleInvoice) =>
    (number !== 0 && fulfilmentNumber === number) || boxesIn(memo).some((box) => boxes.has(box));
  if (standing.some(isOwn)) return true;
  const isByHand = standing.some(
    ({ fulfilmentNumber, memo }) => fulfilmentNumber === 0 && boxesIn(memo).length === 0,
  );
  return isByHand && isBilledAlready(sale.lines, standing, consignments);
}

function isBilledAlready(
  ordered: Billing['lines'],
  invoices: readonly SaleInvoice[],
  consignments: readonly Consignment[],
): boolean {
  const billed = invoices.flatMap(({ lines }) => lines);
  const goods = pickLines(consignments);
  const leftOf = (product: string) => differenceOf(quantityOf(product, ordered), quantityOf(product, billed));
  return goods.every(({ productId }) => leftOf(productId) < quantityOf(productId, goods));
}

function quantityOf(
  product: string,
  lines: ReadonlyArray<{ readonly productId: string; readonly quantity: number }>,
): number {
  return sumOf(lines.filter(({ productId }) => productId === product).map(({ quantity }) => quantity));
}

const MEMO = 'Shipment of ';
const LONGEST_MEMO = 1024;

/** Names the boxes that an invoice bills, so that it is found again; as many as there is room for. */
export function memoOf(consignments: ReadonlyArray<Pick<Consignment, 'order' | 'packages'>>): string {
  const names = consignments.flatMap(boxesOf).map(({ name }) => name);
  const memo = MEMO + names.join(', ');
  return memo.length <= LONGEST_MEMO ? memo : memo.slice(0, memo.lastIndexOf(', ', LONGEST_MEMO));
}

function boxesIn(memo: string): string[] {
  return memo.startsWith(MEMO) ? memo.slice(MEMO.length).split(', ') : [];
}
