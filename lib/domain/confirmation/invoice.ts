import { subtract, sumAll } from '../decimal.ts';
import type { Sale, SaleCharge, SaleInvoice } from '../sale/sale.ts';
import { type Consignment, getBoxes, type PickedGoods, pickLines } from './packing.ts';

/** An invoice for DEAR: shipped quantities at the order's prices. Amounts in the sale's currency. */
export interface InvoiceToWrite {
  readonly saleId: string;
  /** The sale's own id for a simple sale; '' asks DEAR for a new one, as an advanced sale needs. */
  readonly taskId: string;
  readonly status: 'DRAFT' | 'AUTHORISED';
  /** `yyyy-mm-dd`. */
  readonly date: string;
  /** `yyyy-mm-dd`; '' leaves it to DEAR. */
  readonly dueDate: string;
  /** Names the boxes that it bills; the invoice is found by it. */
  readonly memo: string;
  /** `SaleFulfilment.number`; 0 if it bills none in particular. */
  readonly fulfilmentNumber: number;
  readonly lines: readonly InvoiceLine[];
  readonly charges: readonly SaleCharge[];
}

export interface InvoiceLine {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly discountPercent: number;
  readonly tax: number;
  readonly total: number;
  readonly taxRule: string;
  readonly comment: string;
}

/** A credit note for returned goods: always a draft, which a person checks and authorises. */
export interface CreditNoteToWrite {
  readonly saleId: string;
  /** Of the invoice that is credited. */
  readonly invoiceNumber: string;
  /** `yyyy-mm-dd`. */
  readonly date: string;
  readonly memo: string;
  readonly lines: readonly InvoiceLine[];
  /** Goods to restock, with their locations. */
  readonly restock: readonly PickedGoods[];
}

type BilledSale = Pick<Sale, 'type' | 'invoices' | 'lines'>;

/**
 * Whether DEAR has an invoice for these packages. A simple sale has one invoice. An invoice of an advanced sale names the
 * fulfilment, or, if DEAR dropped that, the boxes in our memo. If a person billed the sale without naming a fulfilment, the
 * packages are billed if less is left to bill than they hold.
 * @param number of their fulfilment; 0 if not known
 */
export function isInvoiced(sale: BilledSale, number: number, consignments: readonly Consignment[]): boolean {
  const standing = sale.invoices.filter(({ status }) => status !== 'NOT AVAILABLE' && status !== 'VOIDED');
  if (sale.type !== 'advanced') return standing.length > 0;
  const boxes = new Set(consignments.flatMap(getBoxes).map(({ name }) => name));
  const isOwn = ({ fulfilmentNumber, memo }: SaleInvoice) =>
    (number !== 0 && fulfilmentNumber === number) || boxesIn(memo).some((box) => boxes.has(box));
  if (standing.some(isOwn)) return true;
  const isByHand = standing.some(
    ({ fulfilmentNumber, memo }) => fulfilmentNumber === 0 && boxesIn(memo).length === 0,
  );
  return isByHand && isBilledAlready(sale.lines, standing, consignments);
}

function isBilledAlready(
  ordered: BilledSale['lines'],
  invoices: readonly SaleInvoice[],
  consignments: readonly Consignment[],
): boolean {
  const billed = invoices.flatMap(({ lines }) => lines);
  const goods = pickLines(consignments);
  const getLeft = (product: string) => subtract(getQuantity(product, ordered), getQuantity(product, billed));
  return goods.every(({ productId }) => getLeft(productId) < getQuantity(productId, goods));
}

function getQuantity(
  product: string,
  lines: ReadonlyArray<{ readonly productId: string; readonly quantity: number }>,
): number {
  return sumAll(lines.filter(({ productId }) => productId === product).map(({ quantity }) => quantity));
}

const MEMO = 'Shipment of ';
const MAX_MEMO = 1024;

/** Names as many of the billed boxes as fit, so that the invoice is found by them. */
export function toMemo(consignments: ReadonlyArray<Pick<Consignment, 'order' | 'packages'>>): string {
  const names = consignments.flatMap(getBoxes).map(({ name }) => name);
  const memo = MEMO + names.join(', ');
  return memo.length <= MAX_MEMO ? memo : memo.slice(0, memo.lastIndexOf(', ', MAX_MEMO));
}

function boxesIn(memo: string): string[] {
  return memo.startsWith(MEMO) ? memo.slice(MEMO.length).split(', ') : [];
}
