import * as z from 'zod';
import { dateTime, nullableText, shippingAddress } from './requests.ts';

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

/** `SaleType`, `LastModifiedOn` and what else a PUT cannot change is ignored. */
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
