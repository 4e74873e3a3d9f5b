import * as z from 'zod';
import {
  amount,
  flag,
  guid,
  objectField,
  optionalGuid,
  ordinal,
  quantity,
  text,
  toContentsKey,
  upperCased,
} from './wire-values.ts';

/** DEAR's wire forms, as read. Objects are loose, because DEAR adds fields without notice. */
const address = objectField(
  z.looseObject({
    Line1: text,
    Line2: text,
    City: text,
    State: text,
    Postcode: text,
    Country: text,
    DisplayAddressLine1: text,
    DisplayAddressLine2: text,
    Company: text,
    Contact: text,
  }),
);

const orderLine = z.looseObject({
  ProductID: optionalGuid,
  SKU: text,
  Name: text,
  /** No default: an invented quantity would be shipped. */
  Quantity: quantity,
  BackorderQuantity: amount,
  Price: amount,
  Discount: amount,
  Tax: amount,
  TaxRule: text,
  Total: amount,
  Comment: text,
  DropShip: flag,
  ProductWeight: amount,
  WeightUnits: text,
});

const charge = z.looseObject({
  Description: text,
  Quantity: amount,
  Price: amount,
  Discount: amount,
  Tax: amount,
  TaxRule: text,
  Total: amount,
});

const order = objectField(
  z.looseObject({
    SaleOrderNumber: text,
    Memo: text,
    Status: upperCased,
    Lines: toContentsKey(orderLine),
    AdditionalCharges: toContentsKey(charge),
    Tax: amount,
    Total: amount,
  }),
);

const stageLine = z.looseObject({
  ProductID: optionalGuid,
  SKU: text,
  Name: text,
  Location: text,
  LocationID: optionalGuid,
  Quantity: quantity,
  BatchSN: text,
  ExpiryDate: text,
  Box: text,
});

const shipLine = z.looseObject({
  /** `Boxes` in answers, `Box` in requests. */
  Boxes: text,
  Carrier: text,
  TrackingNumber: text,
  ShipmentDate: text,
  IsShipped: flag,
});

const stage = objectField(z.looseObject({ Status: upperCased, Lines: toContentsKey(stageLine) }));
const shipStage = objectField(z.looseObject({ Status: upperCased, Lines: toContentsKey(shipLine) }));

const fulfilment = z.looseObject({
  TaskID: guid,
  FulfillmentNumber: amount,
  Pick: stage,
  Pack: stage,
  Ship: shipStage,
});

const invoice = z.looseObject({
  TaskID: optionalGuid,
  InvoiceNumber: text,
  Memo: text,
  Lines: toContentsKey(z.looseObject({ ProductID: optionalGuid, Quantity: amount })),
  Status: upperCased,
  /** A string here, although a fulfilment's own number is a number. */
  LinkedFulfillmentNumber: ordinal,
});

const creditNote = z.looseObject({ CreditNoteInvoiceNumber: text, Memo: text, Status: upperCased });

const SALE_TYPES = {
  'SIMPLE SALE': 'simple',
  'ADVANCED SALE': 'advanced',
  'SERVICE SALE': 'service',
} as const;

/** Closed: how a sale may be written to depends on its type, so an unknown type must not pass for another. */
const saleType = z
  .string()
  .trim()
  .toUpperCase()
  .pipe(z.enum(['SIMPLE SALE', 'ADVANCED SALE', 'SERVICE SALE']))
  .transform((value) => SALE_TYPES[value])
  .nullish();

export const saleSchema = z.looseObject({
  ID: guid,
  Type: saleType,
  Status: upperCased,
  Location: text,
  Customer: text,
  Contact: text,
  Email: text,
  Phone: text,
  BillingAddress: address,
  ShippingAddress: address,
  ShippingNotes: text,
  Note: text,
  CustomerReference: text,
  CustomerCurrency: text,
  BaseCurrency: text,
  TaxCalculation: upperCased,
  Terms: text,
  PriceTier: text,
  Carrier: text,
  CombinedPaymentStatus: upperCased,
  SaleOrderDate: text,
  ShipBy: text,
  SourceChannel: text,
  CombinedTrackingNumbers: text,
  AdditionalAttributes: objectField(z.record(z.string(), z.unknown())),
  Order: order,
  Fulfilments: toContentsKey(fulfilment),
  Invoices: toContentsKey(invoice),
  CreditNotes: toContentsKey(creditNote),
});
export type DearSale = z.infer<typeof saleSchema>;
export type DearAddress = z.infer<typeof address>;
export type DearOrderLine = z.infer<typeof orderLine>;
export type DearStageLine = z.infer<typeof stageLine>;
export type DearInvoice = z.infer<typeof invoice>;
export type DearFulfilment = z.infer<typeof fulfilment>;

export const fulfilmentsSchema = z.looseObject({ Fulfilments: z.array(fulfilment) });
