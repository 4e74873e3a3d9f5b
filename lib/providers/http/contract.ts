import * as z from 'zod';

/**
 * The contract between the bridge and a warehouse: docs/openapi.json is generated from it. Fields that a side does not know are
 * ignored, so that the other side may add some.
 */

export const CONTRACT_VERSION = '1.0.0';

const text = (max: number, about: string) => z.string().max(max).default('').describe(about);
const time = (about: string) => z.iso.datetime({ offset: true }).describe(about);
const date = (about: string) =>
  z
    .union([z.literal(''), z.iso.date()])
    .default('')
    .describe(`${about}, yyyy-mm-dd; empty where not known.`);
const reference = z
  .string()
  .min(1)
  .max(50)
  .describe('Key of the order, chosen by the bridge and never used twice.');
const quantity = z.number().positive().describe('May be a fraction, with up to four decimals.');

/**
 * Takes the fields that are null out of what was just parsed: many libraries write one for each that has no value. Null means the
 * default everywhere. Without recursion: a message of 256 KB may be nested 100,000 times.
 */
export function withoutNulls(value: unknown): unknown {
  const left = [value];
  for (let part = left.pop(); part !== undefined; part = left.pop()) {
    if (typeof part !== 'object' || part === null) continue;
    for (const [name, inner] of Object.entries(part)) {
      if (typeof inner === 'object' && inner !== null) left.push(inner);
      else if (inner === null && !Array.isArray(part)) Reflect.deleteProperty(part, name);
    }
  }
  return value;
}

export const addressSchema = z
  .object({
    name: text(200, 'Person to deliver to.'),
    company: text(200, 'Company to deliver to.'),
    line1: text(200, 'Street.'),
    line2: text(200, 'Floor, suite, building.'),
    city: text(200, 'City.'),
    state: text(200, 'State, abbreviated where carriers require it.'),
    postcode: text(50, 'Postcode.'),
    country: text(50, 'ISO 3166-1 alpha-2.'),
  })
  .meta({ id: 'Address' });

const orderLineSchema = z
  .object({
    key: z.string().min(1).describe('Key of the line within the order; repeat it in shipments.'),
    sku: z.string().describe('SKU.'),
    name: text(1_000, 'Name of the product.'),
    quantity,
    unitPrice: z.number().describe('After discount, in major units of the currency.'),
    weightGrams: z.number().nonnegative().default(0).describe('Of one unit; 0 where not known.'),
    imageUrl: text(2_000, 'Picture of the product.'),
    options: z
      .array(z.object({ name: z.string(), value: z.string() }))
      .default([])
      .describe('Colour, size and the like, for the packer.'),
    bin: text(200, 'Where the goods lie, as the merchant knows it.'),
    batch: text(200, 'Lot or serial number that has to be sent.'),
    expiry: date('Expiry of the batch'),
    comment: text(4_000, 'Remark for the packer.'),
  })
  .meta({ id: 'OrderLine' });

export const orderSchema = z
  .object({
    reference,
    saleOrderNumber: z.string().describe('Number of the sale, which may have several orders.'),
    customerReference: text(500, 'The buyer’s own number.'),
    channel: text(500, 'Where the sale was made.'),
    orderDate: date('Date of the sale'),
    shipBy: date('Latest day to ship'),
    shipTo: addressSchema,
    billTo: addressSchema,
    email: text(500, 'Of the recipient.'),
    phone: text(200, 'Of the recipient.'),
    shippingService: text(500, 'Wanted service, as agreed with the merchant.'),
    notes: text(20_000, 'From the buyer.'),
    internalNotes: text(20_000, 'From the merchant, not for the buyer.'),
    isGift: z.boolean().default(false),
    giftMessage: text(20_000, 'To be enclosed.'),
    currency: z.string().describe('ISO 4217.'),
    lines: z.array(orderLineSchema).min(1),
  })
  .meta({ id: 'Order' });
export type WireOrder = z.output<typeof orderSchema>;

const message = <Type extends string, Data extends z.ZodType>(type: Type, data: Data, about: string) =>
  z.object({ type: z.literal(type), timestamp: time('When it was sent, UTC.'), data }).describe(about);

/** What the bridge sends to the warehouse. */
export const requestSchema = z
  .discriminatedUnion('type', [
    message('order.submitted', orderSchema, 'Take this order. Repeating it makes no second one.'),
    message('order.changed', orderSchema, 'Hold the order as given from now on.'),
    message('order.cancelled', z.object({ reference }), 'Do not ship the order.'),
  ])
  .meta({ id: 'OrderMessage' });
export type OrderMessage = z.input<typeof requestSchema>;

export const orderStateSchema = z
  .object({
    reference,
    status: z
      .string()
      .describe(
        'open, held, shipped or cancelled. An order of which a part has left is open until the rest has.',
      ),
    heldUntil: date('Day on which a held order goes on'),
    changedAt: time('Last change of the order.'),
    lines: z
      .array(
        z
          .object({
            key: z.string().default(''),
            sku: z.string(),
            quantity,
            shipped: z.number().nonnegative().default(0).describe('How much of it has left.'),
          })
          .meta({ id: 'StateLine' }),
      )
      .describe('As the warehouse holds them, after any change by its staff.'),
  })
  .meta({ id: 'OrderState' });
export type OrderState = z.output<typeof orderStateSchema>;

export const orderAnswerSchema = z.object({ order: orderStateSchema }).meta({ id: 'OrderAnswer' });

const next = z.string().default('').describe('Value of `page` for the next page; empty on the last.');

export const ordersPageSchema = z
  .object({ orders: z.array(orderStateSchema), next })
  .meta({ id: 'OrdersPage' });

const shipmentLineSchema = z
  .object({
    key: z.string().default('').describe('Key of the order’s line; empty where not known.'),
    sku: z.string(),
    quantity,
    batch: text(200, 'Lot or serial number that left.'),
    expiry: date('Expiry of the batch'),
  })
  .meta({ id: 'ShipmentLine' });

export const shipmentSchema = z
  .object({
    id: z.string().min(1).max(200).describe('Of the parcel; constant. A new label is a new shipment.'),
    reference,
    status: z.enum(['shipped', 'voided']).describe('`voided`: it did not leave after all. Final.'),
    shippedAt: time('When it left.'),
    changedAt: time('Last change of the shipment.'),
    trackingNumbers: z.array(z.string().max(200)).default([]),
    carrier: text(200, 'Name of the carrier.'),
    service: text(200, 'Name of the service.'),
    cost: z
      .object({ amount: z.number().nonnegative(), currency: z.string().length(3) })
      .nullable()
      .default(null)
      .describe('What the merchant pays for it.'),
    warehouse: text(200, 'The building that it left from, where there are several.'),
    lines: z
      .array(shipmentLineSchema)
      .nullable()
      .default(null)
      .describe('Contents; null where not known, which means all that has not left yet.'),
  })
  .meta({ id: 'Shipment' });
export type WireShipment = z.output<typeof shipmentSchema>;

/** Shipments are checked one by one, so that one mistake does not hide the others. */
export const shipmentsPageSchema = z.object({ shipments: z.array(z.unknown()), next });

export const stockRowSchema = z
  .object({
    sku: z.string().min(1),
    name: text(1_000, 'Name of the product.'),
    onHand: z.number().describe('Sellable goods, with those that are allocated to orders.'),
    batch: text(200, 'Lot or serial number.'),
    expiry: date('Expiry of the batch'),
  })
  .meta({ id: 'StockRow' });

export const stockPageSchema = z.object({ rows: z.array(stockRowSchema), next }).meta({ id: 'StockPage' });

/** What the warehouse sends to the bridge. */
export const newsSchema = z
  .discriminatedUnion('type', [
    message('shipment.updated', shipmentSchema, 'A parcel left, or did not after all: its current state.'),
    message('order.updated', z.object({ reference }), 'Staff changed the order: the bridge reads it soon.'),
  ])
  .meta({ id: 'WarehouseMessage' });

/** Machine codes of errors, and what they mean; the keys are what code may rely on. */
export const ERROR_CODES = {
  invalid_signature: [401, 'No signature of the message matches, or a header is missing.'],
  timestamp_out_of_tolerance: [401, 'The message was signed more than five minutes ago or ahead.'],
  invalid_message: [400, 'The body is no JSON, or has another form than the contract’s.'],
  unknown_type: [400, 'Messages of this type are not known.'],
  too_large: [413, 'The body is larger than 256 KB.'],
  order_not_found: [404, 'There is no order with the reference.'],
  reference_taken: [409, 'An order with the reference and another content was taken before.'],
  invalid_order: [422, 'The order cannot be taken as it is: an unknown SKU, an unusable address.'],
  too_late: [409, 'Goods of the order have left, or are being packed.'],
  order_cancelled: [409, 'The order is cancelled.'],
  not_implemented: [501, 'The warehouse does not offer this part of the contract.'],
  rate_limited: [429, 'Too many calls; `Retry-After` says when to come back.'],
} as const satisfies Readonly<Record<string, readonly [status: number, meaning: string]>>;
export type ErrorCode = keyof typeof ERROR_CODES;

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().describe(`One of: ${Object.keys(ERROR_CODES).join(', ')}.`),
      message: text(10_000, 'For a person.'),
    }),
  })
  .meta({ id: 'Error' });

/** Of messages in both directions. */
export const MAX_MESSAGE_BYTES = 256 * 1024;
