import * as z from 'zod';
import { findUnprintable } from '../kit/text.ts';
import { Refusal } from './call.ts';
import { WEBHOOK_TYPES } from './webhook-records.ts';

/** Request bodies. Unknown fields are ignored, as DEAR ignores them. */
export const dateTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}(T.*)?$/)
  .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is not a date' });
export const quantity = z.number().positive().max(1e9);
export const nullableText = (length: number) => z.string().max(length).nullish();

export const stageLine = z.looseObject({
  ProductID: z.string().nullish(),
  SKU: nullableText(50),
  Location: nullableText(256),
  LocationID: z.string().nullish(),
  Quantity: quantity,
  BatchSN: nullableText(50),
  ExpiryDate: dateTime.nullish(),
});
export type StageLineRequest = z.infer<typeof stageLine> & { Box?: string };

export const stageStatus = z.enum(['DRAFT', 'AUTHORISED']);

export const autoPickRequest = z.looseObject({ TaskID: z.string(), AutoPickMode: z.literal('AUTOPICK') });
export type AutoPickRequest = z.infer<typeof autoPickRequest>;

export const pickRequest = z.looseObject({
  TaskID: z.string(),
  Status: stageStatus,
  Lines: z.array(stageLine),
});
export type PickRequest = z.infer<typeof pickRequest>;

export const packRequest = z.looseObject({
  TaskID: z.string(),
  Status: stageStatus,
  Lines: z.array(stageLine.extend({ Box: z.string().trim().min(1).max(256) })),
});
export type PackRequest = z.infer<typeof packRequest>;

const shippingAddress = z.looseObject({
  Line1: z.string().min(1).max(256),
  Line2: nullableText(256),
  City: nullableText(256),
  State: nullableText(256),
  Postcode: nullableText(20),
  Country: z.string().min(1).max(256),
  Company: nullableText(128),
  Contact: nullableText(512),
  ShipToOther: z.boolean().nullish(),
});
export type ShippingAddressRequest = z.infer<typeof shippingAddress>;

const shipLine = z.looseObject({
  ShipmentDate: dateTime,
  Carrier: z.string().trim().min(1).max(256),
  Box: z.string().trim().min(1).max(256),
  TrackingNumber: nullableText(256),
  TrackingURL: nullableText(512),
  IsShipped: z.boolean().nullish(),
});
export type ShipLineRequest = z.infer<typeof shipLine>;

export const shipRequest = z.looseObject({
  TaskID: z.string(),
  Status: z.enum(['DRAFT', 'PARTIALLY AUTHORISED', 'AUTHORISED']),
  RequireBy: dateTime.nullish(),
  ShippingAddress: shippingAddress.nullish(),
  ShippingNotes: nullableText(1024),
  Lines: z.array(shipLine),
  AddTrackingNumbers: z.boolean().nullish(),
});
export type ShipRequest = z.infer<typeof shipRequest>;

export const fulfilmentRequest = z.looseObject({ SaleID: z.string() });

export const webhookRequest = z.looseObject({
  ID: z.string().nullish(),
  Type: z.enum(WEBHOOK_TYPES),
  IsActive: z.boolean(),
  ExternalURL: z.url({ protocol: /^https?$/ }),
  ExternalAuthorizationType: z.enum(['noauth', 'basicauth', 'bearerauth']),
  ExternalUserName: z.string().nullish(),
  ExternalPassword: z.string().nullish(),
  ExternalBearerToken: z.string().nullish(),
  ExternalHeaders: z.array(z.object({ Key: z.string().min(1), Value: z.string() })).nullish(),
});
export type WebhookRequest = z.infer<typeof webhookRequest>;

export const locationRequest = z.looseObject({
  Name: z.string().trim().min(1).max(50),
  /** The warehouse of a bin. */
  ParentID: z.string().nullish(),
});
export type LocationRequest = z.infer<typeof locationRequest>;

/**
 * @throws {Refusal} naming the first invalid field: DEAR reports one per answer, as seen live
 */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const unprintable = findUnprintable(body);
  if (unprintable !== null) throw new Refusal(`'${unprintable}' is not valid: it holds a control character`);
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new Refusal(
    `${field === '' ? 'The request' : `'${field}'`} is not valid: ${issue?.message ?? 'unknown'}`,
  );
}

const billingAddress = z.looseObject({
  Line1: z.string().min(1).max(256),
  Line2: nullableText(256),
  City: nullableText(256),
  State: nullableText(256),
  Postcode: nullableText(20),
  Country: z.string().min(1).max(256),
});
export type BillingAddressRequest = z.infer<typeof billingAddress>;

const attribute = nullableText(256);

/** `SaleType`, `LastModifiedOn` and other fields that a PUT cannot change are ignored. */
export const headerRequest = z.looseObject({
  ID: z.string(),
  Customer: nullableText(256),
  CustomerID: z.string().nullish(),
  Contact: nullableText(256),
  Phone: nullableText(50),
  Email: nullableText(256),
  DefaultAccount: nullableText(50),
  SkipQuote: z.boolean().nullish(),
  BillingAddress: billingAddress.nullish(),
  ShippingAddress: shippingAddress.nullish(),
  ShippingNotes: nullableText(1024),
  TaxRule: nullableText(50),
  TaxInclusive: z.boolean().nullish(),
  Terms: nullableText(256),
  PriceTier: nullableText(50),
  ShipBy: dateTime.nullish(),
  Location: z.string().min(1).max(256),
  SaleOrderDate: dateTime.nullish(),
  Note: nullableText(1024),
  CustomerReference: nullableText(256),
  SalesRepresentative: nullableText(256),
  Carrier: nullableText(256),
  ExternalID: nullableText(256),
  AdditionalAttributes: z
    .looseObject({
      AdditionalAttribute1: attribute,
      AdditionalAttribute2: attribute,
      AdditionalAttribute3: attribute,
      AdditionalAttribute4: attribute,
      AdditionalAttribute5: attribute,
      AdditionalAttribute6: attribute,
      AdditionalAttribute7: attribute,
      AdditionalAttribute8: attribute,
      AdditionalAttribute9: attribute,
      AdditionalAttribute10: attribute,
    })
    .nullish(),
});
export type HeaderRequest = z.infer<typeof headerRequest>;

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

/** A POST sends all lines; without `AutoPickPackShipMode` nothing is picked. */
export const orderRequest = z.looseObject({
  SaleID: z.string(),
  CombineAdditionalCharges: z.boolean(),
  Memo: nullableText(1024),
  Status: stageStatus,
  Lines: z.array(billedLine),
  AdditionalCharges: z.array(billedCharge).nullish(),
  AutoPickPackShipMode: z.enum(['NOPICK', 'AUTOPICK', 'AUTOPICKPACK', 'AUTOPICKPACKSHIP']).nullish(),
});
export type OrderRequest = z.infer<typeof orderRequest>;

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
