import type { StageLineRecord } from '../stock/stock-records.ts';

/** The part of a sale's header that says how it is billed. */
export interface SaleTerms {
  defaultAccount: string;
  skipQuote: boolean;
  taxRule: string;
  /** Prices and line totals contain their tax. */
  taxInclusive: boolean;
  /** `30 days` */
  terms: string;
  priceTier: string;
  salesRepresentative: string;
}

export interface SaleBilling {
  invoices: InvoiceRecord[];
  creditNotes: CreditNoteRecord[];
  payments: PaymentRecord[];
}

/** PAID is no status of its own: it follows from the payments. */
export type BillStatus = 'DRAFT' | 'AUTHORISED' | 'VOIDED';

export interface BillRecord {
  taskId: string;
  /** Given when it is first written, as a draft too. */
  number: string;
  status: BillStatus;
  memo: string;
  /** `yyyy-mm-dd` */
  date: string;
  lines: BilledLineRecord[];
  charges: BilledChargeRecord[];
}

export interface InvoiceRecord extends BillRecord {
  dueDate: string;
  billingLine1: string;
  billingLine2: string;
  /** null: it bills no fulfilment in particular. */
  fulfilmentNumber: number | null;
}

export interface CreditNoteRecord extends BillRecord {
  /** Of the invoice that is credited. */
  invoiceNumber: string;
  restock: RestockRecord[];
}

export interface BilledAmounts {
  quantity: number;
  price: number;
  /** 0–100. */
  discount: number;
  tax: number;
  total: number;
  taxRule: string;
  account: string;
  comment: string;
}

export interface BilledLineRecord extends BilledAmounts {
  productId: string;
  name: string;
}

export interface BilledChargeRecord extends BilledAmounts {
  description: string;
}

/** Goods that came back. `locationId` is where they had been picked. */
export interface RestockRecord extends Omit<StageLineRecord, 'box'> {
  /** The shelf that they go to. */
  toLocationId: string;
}

export interface PaymentRecord {
  id: string;
  amount: number;
  /** ISO UTC. */
  paidAt: string;
  /** The invoice that it pays; null: a prepayment. */
  invoiceTaskId: string | null;
}
