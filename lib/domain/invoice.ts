import type { PickedGoods } from './packing.ts';
import type { SaleCharge } from './sale.ts';

/** What DEAR is to bill: quantities that were shipped, at the order's own prices. Amounts in the sale's currency. */
export interface InvoiceToWrite {
  readonly saleId: string;
  /** The sale's own id for a simple sale; '' asks DEAR for a new one, as an advanced sale needs. */
  readonly taskId: string;
  readonly status: 'DRAFT' | 'AUTHORISED';
  /** `yyyy-mm-dd`. */
  readonly date: string;
  /** `yyyy-mm-dd`; '' leaves it to DEAR. */
  readonly dueDate: string;
  /** Names the boxes that it bills: what it is found again by. */
  readonly memo: string;
  /** `SaleFulfilment.number`; 0 where it bills none in particular. */
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

/** Goods that came back: always a draft, which a person checks and authorises. */
export interface CreditNoteToWrite {
  readonly saleId: string;
  /** Of the invoice that is credited. */
  readonly invoiceNumber: string;
  /** `yyyy-mm-dd`. */
  readonly date: string;
  readonly memo: string;
  readonly lines: readonly InvoiceLine[];
  /** What goes back on the shelf, and where. */
  readonly restock: readonly PickedGoods[];
}
