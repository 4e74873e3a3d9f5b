import type { Connection } from './connection.ts';
import { productOf, shareOf, sumOf } from './decimal.ts';
import type { ContentLine, FulfillmentOrder, OrderContent, ReturnedGoods } from './fulfillment-order.ts';
import type { CreditNoteToWrite, InvoiceLine, InvoiceToWrite } from './invoice.ts';
import type { Package, PackedLine } from './package.ts';

/** One order's part of what is billed. */
export interface BilledPart {
  readonly order: FulfillmentOrder;
  readonly content: OrderContent;
  readonly packages: readonly Package[];
}

export interface InvoiceInput {
  /** At least one, all of one sale. */
  readonly parts: readonly [BilledPart, ...BilledPart[]];
  readonly invoice: Exclude<Connection['invoice'], 'none'>;
  /** `SaleFulfilment.number`; 0 where it is not known. */
  readonly fulfilmentNumber: number;
  /** ms since the epoch. */
  readonly now: number;
}

/** Bills what left, at the order's prices, discounts and taxes; freight and other charges with the first shipment. */
export function invoiceFor({ parts, invoice, fulfilmentNumber, now }: InvoiceInput): InvoiceToWrite {
  const [{ order, content }] = parts;
  const date = new Date(now).toISOString().slice(0, 10);
  const first = order.confirmation.packages.length === 0;
  return {
    saleId: order.saleId,
    taskId: order.saleType === 'simple' && first ? order.saleId : '',
    status: invoice === 'draft' ? 'DRAFT' : 'AUTHORISED',
    date,
    dueDate: dueDate(date, content.terms),
    fulfilmentNumber,
    lines: parts.flatMap((part) =>
      invoiceLines(
        part.content,
        part.packages.flatMap(({ contents }) => contents),
      ),
    ),
    charges: first ? content.charges : [],
  };
}

/** Lines of so much as left of each, in the order of the sale. */
function invoiceLines(content: OrderContent, packed: readonly PackedLine[]): InvoiceLine[] {
  return content.lines.flatMap((line) => {
    const quantity = sumOf(packed.filter(({ key }) => key === line.key).map((one) => one.quantity));
    return quantity > 0 ? [invoiceLine(line, quantity)] : [];
  });
}

function invoiceLine(line: ContentLine, quantity: number): InvoiceLine {
  const { productId, sku, name, unitPrice, discountPercent, taxRule, comment } = line;
  const total = productOf(unitPrice, quantity, 1 - discountPercent / 100);
  const tax = shareOf(line.tax, { whole: line.quantity, before: 0, quantity });
  return { productId, sku, name, quantity, unitPrice, discountPercent, tax, total, taxRule, comment };
}

/** `30 days`, `Net 14`: the number is of days. Terms without one are due at once. */
function dueDate(date: string, terms: string): string {
  const [, days = '0'] = /(\d{1,3})/.exec(terms) ?? [];
  return new Date(Date.parse(date) + Number(days) * 86_400_000).toISOString().slice(0, 10);
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
    memo: `Return ${goods.id} of ${order.reference}`,
    lines: invoiceLines(content, goods.contents),
    restock: goods.contents.flatMap(({ key, quantity, batch, expiry }) => {
      const line = order.lines.find((candidate) => candidate.key === key);
      if (line === undefined) return [];
      const { productId, sku, name } = line;
      return [{ productId, sku, name, location: order.location, quantity, batch, expiry }];
    }),
  };
}
