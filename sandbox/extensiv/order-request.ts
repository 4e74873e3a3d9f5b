import * as z from 'zod';
import { COUNTRY_CODES } from '../kit/text.ts';
import { parseRequest } from './errors.ts';

const text = z.string().nullish();
const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?$/, 'is no date')
  .nullish();
const byId = z.looseObject({ id: z.int().positive() });
const savedElements = z.array(z.strictObject({ name: z.string().min(1), value: z.string() })).nullish();

const address = z.looseObject({
  companyName: text,
  name: text,
  address1: z.string().min(1),
  address2: text,
  city: z.string().min(1),
  state: text,
  zip: text,
  country: z.string().refine((code) => COUNTRY_CODES.has(code), 'is no ISO 3166-1 code'),
  phoneNumber: text,
  emailAddress: text,
});

const orderItem = z.strictObject({
  /** Of a line that the order has: in a change only. */
  readOnly: z.looseObject({ orderItemId: z.int() }).optional(),
  itemIdentifier: z.looseObject({ sku: z.string().min(1) }),
  qualifier: text,
  externalId: text,
  qty: z.number().positive(),
  lotNumber: text,
  serialNumber: text,
  expirationDate: date,
  notes: text,
  savedElements,
});

/** The documented fields that a customer sends. Others are refused, so that a misspelt one shows. */
const order = z.strictObject({
  customerIdentifier: byId,
  facilityIdentifier: byId,
  referenceNum: z.string().min(1).max(50),
  externalId: text,
  description: text,
  poNum: text,
  earliestShipDate: date,
  shipCancelDate: date,
  notes: text,
  shippingNotes: text,
  billingCode: text,
  fulfillInvInfo: z.looseObject({ fulfillInvGiftMessage: text }).nullish(),
  routingInfo: z.looseObject({ carrier: text, mode: text, trackingNumber: text }).nullish(),
  shipTo: address,
  billTo: address.nullish(),
  savedElements,
  orderItems: z.array(orderItem).min(1),
});
export type OrderFields = z.infer<typeof order>;

/** Names in camel or Pascal case, also mixed. @throws {Refusal} */
export function readOrderRequest(body: unknown): OrderFields {
  return parseRequest(order, toCamelCase(body));
}

/** Of a change: customer and facility are those of the order where they are left out. */
export function readChangeRequest(
  body: unknown,
  current: Pick<OrderFields, 'customerIdentifier' | 'facilityIdentifier'>,
) {
  const { customerIdentifier, facilityIdentifier } = current;
  const sent = toCamelCase(body);
  return parseRequest(order, { customerIdentifier, facilityIdentifier, ...(sent as object) });
}

function toCamelCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toCamelCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      toCamelCase(part),
    ]),
  );
}
