import * as z from 'zod';
import { dateTime, nullableText, quantity, stageLine, stageStatus } from '../requests.ts';

const amounts = {
  Quantity: quantity,
  Price: z.number(),
  Discount: z.number().min(0).max(100).nullish(),
  Tax: z.number(),
  Total: z.number(),
  TaxRule: z.string().min(1).max(50),
  Account: nullableText(50),
};

const billedLine = z.looseObject({
  ...amounts,
  ProductID: z.string().min(1),
  SKU: z.string().min(1).max(50),
  Name: z.string().min(1).max(1024),
  Comment: nullableText(256),
});
export type BilledLineRequest = z.infer<typeof billedLine>;

const billedCharge = z.looseObject({
  ...amounts,
  Description: z.string().min(1).max(256),
  Comment: nullableText(1024),
});
export type BilledChargeRequest = z.infer<typeof billedCharge>;

const task = { SaleID: z.string(), TaskID: z.string() };
const invoice = z.looseObject({
  CombineAdditionalCharges: z.boolean(),
  Memo: nullableText(1024),
  Status: stageStatus,
  InvoiceDate: dateTime,
  InvoiceDueDate: dateTime,
  BillingAddressLine1: nullableText(256),
  BillingAddressLine2: nullableText(256),
  /** A string, although the fulfilment's number is a number. */
  LinkedFulfillmentNumber: z.string().nullish(),
  Lines: z.array(billedLine).nullish(),
  AdditionalCharges: z.array(billedCharge).nullish(),
});

export const invoiceRequest = invoice.extend(task);
/** A PUT requires the task only. */
export const invoiceChangesRequest = invoice.partial().extend(task);
export type InvoiceChangesRequest = z.infer<typeof invoiceChangesRequest>;

const restockLine = stageLine.extend({
  RestockLocation: nullableText(256),
  RestockLocationID: z.string().nullish(),
});
export type RestockLineRequest = z.infer<typeof restockLine>;

export const creditNoteRequest = z.looseObject({
  ...task,
  CombineAdditionalCharges: z.boolean(),
  CreditNoteInvoiceNumber: z.string().min(1),
  Memo: nullableText(1024),
  Status: stageStatus,
  CreditNoteDate: dateTime,
  Lines: z.array(billedLine).nullish(),
  AdditionalCharges: z.array(billedCharge).nullish(),
  Restock: z.array(restockLine).nullish(),
});
export type CreditNoteRequest = z.infer<typeof creditNoteRequest>;
