import type { Connection } from '../connection.ts';
import { getShare, type Part, sumAll } from '../decimal.ts';
import type { FulfillmentOrder, ReturnedGoods } from '../order/fulfillment-order.ts';
import type { ContentLine, OrderContent } from '../order/order-content.ts';
import type { Sale, SaleCharge } from '../sale/sale.ts';
import type { Package, PackedLine } from '../shipment/package.ts';
import { stillToShip } from '../shipment/still-to-ship.ts';
import { getDueDate } from './due-date.ts';
import { MEMO } from './own-fulfilment.ts';
import { type Consignment, getBoxes, type PickedGoods } from './packing.ts';

/** An invoice for DEAR: shipped quantities at the order's prices. Amounts in the sale's currency. */
export interface InvoiceToWrite {
  readonly saleId: string;
  /** The sale's own id for a simple sale; '' asks DEAR for a new one, as an advanced sale needs. */
  readonly taskId: string;
  readonly status: 'DRAFT' | 'AUTHORISED';
  /** `yyyy-mm-dd`. */
  readonly date: string;
  /** `yyyy-mm-dd`; null leaves it to DEAR. */
  readonly dueDate: string | null;
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

const MAX_MEMO = 1024;

/** Names as many of the billed boxes as fit, so that the invoice is found by them. */
export function toMemo(consignments: ReadonlyArray<Pick<Consignment, 'order' | 'packages'>>): string {
  const names = consignments.flatMap(getBoxes).map(({ name }) => name);
  const memo = MEMO + names.join(', ');
  return memo.length <= MAX_MEMO ? memo : memo.slice(0, memo.lastIndexOf(', ', MAX_MEMO));
}

/** The packages of one order that are billed. */
export interface BilledPart {
  readonly order: FulfillmentOrder;
  readonly content: OrderContent;
  readonly packages: readonly Package[];
}

interface InvoiceInput {
  /** At least one, all of one sale. */
  readonly parts: readonly [BilledPart, ...BilledPart[]];
  readonly invoice: Exclude<Connection['invoice'], 'none'>;
  /** The fulfilment that it bills. A simple sale's only one, and its only invoice, have the sale's own id. */
  readonly taskId: string;
  /** As DEAR has it now: another shipment or a person may have made the sale advanced. */
  readonly saleType: Sale['type'];
  /** `SaleFulfilment.number`; 0 if not known. */
  readonly fulfilmentNumber: number;
  /** ms since the epoch. */
  readonly now: number;
}

/**
 * Bills what left, at the order's prices, discounts and taxes; with the first shipment of the order that bears them, also the
 * sale's services, freight and other charges.
 */
export function invoiceFor(input: InvoiceInput): InvoiceToWrite {
  const { parts, invoice, saleType, taskId, fulfilmentNumber, now } = input;
  const [{ order, content }] = parts;
  const date = new Date(now).toISOString().slice(0, 10);
  const first = parts.filter((part) => part.order.confirmation.packages.length === 0);
  return {
    saleId: order.saleId,
    taskId: saleType === 'advanced' || taskId !== order.saleId ? '' : taskId,
    status: invoice === 'draft' ? 'DRAFT' : 'AUTHORISED',
    date,
    dueDate: getDueDate(date, content.terms),
    memo: toMemo(parts),
    fulfilmentNumber,
    lines: [
      ...parts.flatMap(listGoods),
      ...parts.filter(completes).flatMap((part) => part.content.kits),
      ...first.flatMap((part) => part.content.services),
    ],
    charges: first.flatMap((part) => part.content.charges),
  };
}

/** Whether these packages complete the order: a kit is billed once all of its parts have left. */
function completes({ order, packages }: BilledPart): boolean {
  const before = billedBefore(order);
  const isOut = (out: readonly Package[]) => stillToShip({ lines: order.lines, packages: out }).length === 0;
  return !isOut(before) && isOut([...before, ...packages]);
}

function listGoods({ order, content, packages }: BilledPart): InvoiceLine[] {
  return invoiceLines(content, getContents(packages), getContents(billedBefore(order)));
}

/** Each package is billed with the fulfilment in which it was confirmed. */
function billedBefore({ packages, confirmation }: FulfillmentOrder): Package[] {
  return packages.filter(({ id }) => confirmation.packages.includes(id));
}

function getContents(packages: readonly Package[]): PackedLine[] {
  return packages.flatMap(({ contents }) => contents);
}

/**
 * Lines with the quantity that left, in the order of the sale.
 * @param before what earlier invoices or credit notes of the order cover: the amounts of all add up to the line's
 */
function invoiceLines(
  content: OrderContent,
  packed: readonly PackedLine[],
  before: readonly PackedLine[],
): InvoiceLine[] {
  const billed = content.lines.filter(({ unbilled }) => unbilled !== true);
  return billed.flatMap((line) => {
    const quantity = getPackedQuantity(line.key, packed);
    const part = { whole: line.quantity, before: getPackedQuantity(line.key, before), quantity };
    return quantity > 0 ? [invoiceLine(line, { ...part, currency: content.currency })] : [];
  });
}

function getPackedQuantity(key: string, packed: readonly PackedLine[]): number {
  return sumAll(packed.filter((line) => line.key === key).map(({ quantity }) => quantity));
}

function invoiceLine(line: ContentLine, part: Part): InvoiceLine {
  const { productId, sku, name, unitPrice, discountPercent, taxRule, comment } = line;
  const { quantity } = part;
  const total = getShare(line.total, part);
  const tax = getShare(line.tax, part);
  return { productId, sku, name, quantity, unitPrice, discountPercent, tax, total, taxRule, comment };
}

/** Goods of earlier returns. */
function creditedBefore({ returns }: FulfillmentOrder, { id }: ReturnedGoods): PackedLine[] {
  const place = returns.findIndex((one) => one.id === id);
  return returns
    .slice(0, Math.max(0, place))
    .flatMap(({ contents, creditNote }) =>
      creditNote === 'logged' || creditNote === 'announced' ? [] : contents,
    );
}

/** Identifies an earlier draft; if the goods are not known, it tells a person to complete the draft. */
function toReturnMemo({ reference }: FulfillmentOrder, { id, contents }: ReturnedGoods): string {
  const memo = `Return ${id} of ${reference}`;
  return contents.length > 0
    ? memo
    : `${memo}: which goods come back is not known. Complete this draft by hand.`;
}

/** @param invoiceNumber of an authorised invoice of the sale */
export function creditNoteFor(
  order: FulfillmentOrder,
  content: OrderContent,
  goods: ReturnedGoods,
  invoiceNumber: string,
  now: number,
): CreditNoteToWrite {
  return {
    saleId: order.saleId,
    invoiceNumber,
    date: new Date(now).toISOString().slice(0, 10),
    memo: toReturnMemo(order, goods),
    lines: invoiceLines(content, goods.contents, creditedBefore(order, goods)),
    restock: goods.contents.flatMap(({ key, quantity, batch, expiry }) => {
      const line = order.lines.find((candidate) => candidate.key === key);
      if (line === undefined) return [];
      const { productId, sku, name } = line;
      return [{ productId, sku, name, location: order.location, quantity, batch, expiry }];
    }),
  };
}
