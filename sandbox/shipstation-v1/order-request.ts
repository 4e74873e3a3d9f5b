import * as z from 'zod';
import { COUNTRY_CODES } from '../kit/text.ts';
import { readPacific } from './pacific-time.ts';

/** The statuses that a request may set. */
const REQUEST_STATUSES = [
  'awaiting_payment',
  'awaiting_shipment',
  'pending_fulfillment',
  'shipped',
  'on_hold',
  'cancelled',
] as const;

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const amount = z
  .number()
  .nullish()
  .transform((value) => value ?? null);
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const time = z.string().transform((value, context) => {
  const wall = readPacific(value);
  if (wall !== null) return wall;
  context.addIssue({ code: 'custom', message: 'is no date', input: value });
  return z.NEVER;
});
const optionalTime = time.nullish().transform((value) => value ?? null);
const units = z.enum(['pounds', 'ounces', 'grams']);
const weight = z
  .looseObject({ value: z.number().min(0), units })
  .nullish()
  .transform((value) => value ?? null);
/** Zeros would overwrite what the account's presets gave. */
const dimensions = z
  .object({
    length: z.number().positive(),
    width: z.number().positive(),
    height: z.number().positive(),
    units: z.enum(['inches', 'centimeters']),
  })
  .nullish()
  .transform((value) => value ?? null);

const address = z.object({
  name: text,
  company: text,
  street1: text,
  street2: text,
  street3: text,
  city: text,
  state: text,
  postalCode: text,
  country: text.refine((code) => code === null || COUNTRY_CODES.has(code), 'Invalid country code'),
  phone: text,
  residential: z
    .boolean()
    .nullish()
    .transform((value) => value ?? null),
});
export type AddressFields = z.output<typeof address>;

const item = z.object({
  lineItemKey: z
    .string()
    .max(100)
    .nullish()
    .transform((value) => value ?? null),
  sku: text,
  name: z.string('must not be null').min(1),
  imageUrl: text,
  weight,
  quantity: z.int(),
  unitPrice: amount,
  taxAmount: amount,
  shippingAmount: amount,
  warehouseLocation: text,
  options: z
    .array(z.object({ name: z.string().min(1), value: z.string() }))
    .nullish()
    .transform((value) => value ?? []),
  productId: z
    .int()
    .nullish()
    .transform((value) => value ?? null),
  fulfillmentSku: text,
  adjustment: flag,
  upc: text,
});
export type ItemFields = z.output<typeof item>;

const MAX_CUSTOM_FIELD = 100;
/** A longer text is cut without a word. */
const customField = text.transform((value) => value?.slice(0, MAX_CUSTOM_FIELD) ?? null);

const advancedOptions = z.object({
  warehouseId: z
    .int()
    .nullish()
    .transform((value) => value ?? null),
  nonMachinable: flag,
  saturdayDelivery: flag,
  containsAlcohol: flag,
  storeId: z
    .int()
    .nullish()
    .transform((value) => value ?? null),
  customField1: customField,
  customField2: customField,
  customField3: customField,
  source: text,
  billToParty: text,
  billToAccount: text,
  billToPostalCode: text,
  billToCountryCode: text,
});

/**
 * An order of a request; unknown and read-only fields are ignored. A field that is left out is empty: nothing of a stored
 * order is kept.
 */
export const orderRequest = z.object({
  orderId: z
    .int()
    .nullish()
    .transform((value) => value ?? null),
  orderNumber: z.string().min(1).max(50),
  orderKey: z
    .string()
    .min(1)
    .max(50)
    .nullish()
    .transform((value) => value ?? null),
  orderDate: time,
  paymentDate: optionalTime,
  shipByDate: optionalTime,
  orderStatus: z.enum(REQUEST_STATUSES),
  customerUsername: text,
  customerEmail: text,
  billTo: address.refine(({ name }) => name !== null && name !== '', 'name is required'),
  shipTo: address.refine(({ name }) => name !== null && name !== '', 'name is required'),
  items: z
    .array(item)
    .nullish()
    .transform((value) => value ?? []),
  amountPaid: amount,
  taxAmount: amount,
  shippingAmount: amount,
  customerNotes: text,
  internalNotes: text,
  gift: flag,
  giftMessage: text,
  paymentMethod: text,
  requestedShippingService: text,
  carrierCode: text,
  serviceCode: text,
  packageCode: text,
  confirmation: z
    .enum(['none', 'delivery', 'signature', 'adult_signature', 'direct_signature'])
    .nullish()
    .transform((value) => value ?? 'none'),
  shipDate: optionalTime,
  weight,
  dimensions,
  insuranceOptions: z
    .looseObject({})
    .nullish()
    .transform((value) => value ?? null),
  internationalOptions: z
    .looseObject({})
    .nullish()
    .transform((value) => value ?? null),
  advancedOptions: advancedOptions.nullish().transform((value) => value ?? advancedOptions.parse({})),
  tagIds: z
    .array(z.int())
    .nullish()
    .transform((value) => value ?? null),
});
export type OrderFields = z.output<typeof orderRequest>;

/** At most a hundred orders in one call. */
export const bulkRequest = z.array(z.unknown()).min(1).max(100);
