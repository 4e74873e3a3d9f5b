import * as z from 'zod';
import { Refusal } from '../call.ts';
import { STAGES } from '../sale/fulfilment-rules.ts';

/** Input of the screens. Strict: an unknown field is an error. */
const text = z.string().max(1024);
const part = z.string().nullable().optional();

/** `displayLine1` and `displayLine2` as typed. The parts may be null beside them, as in DEAR. */
const address = z.strictObject({
  line1: part,
  line2: part,
  city: part,
  state: part,
  postcode: part,
  country: part,
  company: part,
  contact: part,
  displayLine1: part,
  displayLine2: part,
  shipToOther: z.boolean().optional(),
});
export type AddressInput = z.infer<typeof address>;

const line = z.strictObject({
  sku: z.string().min(1),
  quantity: z.number().positive(),
  /** Negative for a discount that is a line of its own, as seen live. */
  price: z.number().optional(),
  discount: z.number().min(0).max(100).default(0),
  comment: z.string().max(256).default(''),
  dropShip: z.boolean().default(false),
});
export type LineInput = z.infer<typeof line>;

const charge = z.strictObject({
  description: z.string().min(1),
  price: z.number(),
  quantity: z.number().positive().default(1),
});

/** The fields of a new sale that can also be changed later. */
const saleFields = {
  customer: z.string().min(1).optional(),
  contact: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  location: z.string().min(1).optional(),
  carrier: z.string().optional(),
  shippingAddress: address.optional(),
  billingAddress: address.optional(),
  shippingNotes: text.optional(),
  note: text.optional(),
  memo: text.optional(),
  customerReference: z.string().max(256).optional(),
  shipBy: z.iso.date().nullable().optional(),
  sourceChannel: z.string().max(32).nullable().optional(),
  externalId: z.string().max(256).nullable().optional(),
  additionalAttributes: z.record(z.string().regex(/^AdditionalAttribute([1-9]|10)$/), z.string()).optional(),
  charges: z.array(charge).optional(),
  taxInclusive: z.boolean().optional(),
  terms: z.string().max(256).optional(),
};

export const newSaleInput = z.strictObject({
  ...saleFields,
  type: z.enum(['Simple', 'Advanced', 'Service']).default('Simple'),
  /** For accounts whose numbers differ from `SO-00001`. */
  orderNumber: z.string().min(1).max(256).optional(),
  lines: z.array(line).min(1),
  authorise: z.boolean().default(false),
});

export const saleChangesInput = z.strictObject({ ...saleFields, lines: z.array(line).min(1).optional() });
export type SaleChangesInput = z.infer<typeof saleChangesInput>;

export const newProductInput = z.strictObject({
  sku: z.string().min(1).max(50),
  name: z.string().min(1).optional(),
  category: z.string().default('Other'),
  type: z.enum(['Stock', 'Non Inventory', 'Service']).default('Stock'),
  costingMethod: z.string().default('FIFO'),
  barcode: z.string().default(''),
  weight: z.number().nonnegative().default(0),
  weightUnits: z.enum(['oz', 'mg', 'kg', 'lb', 'g', '']).default('g'),
  price: z.number().nonnegative().default(10),
  priceTiers: z.record(z.string().regex(/^Tier ([2-9]|10)$/), z.number().nonnegative()).default({}),
  averageCost: z.number().nonnegative().default(4),
  /** Of measure. */
  unit: z.string().min(1).default('Item'),
  /** The bill of materials of a kit, which may be picked as its components. */
  components: z
    .array(z.strictObject({ sku: z.string().min(1), quantity: z.number().positive() }))
    .default([]),
  /** The quantity that the bill of materials makes. */
  quantityToProduce: z.number().positive().default(1),
  isDeprecated: z.boolean().default(false),
  customFields: z.record(z.string().regex(/^ProductCustomField([1-9]|10)$/), z.string()).default({}),
});

export const newLocationInput = z.strictObject({
  name: z.string().min(1).max(50),
  isDeprecated: z.boolean().default(false),
  ownedByBuiltInIntegration: z.boolean().default(false),
  bins: z.array(z.string().min(1)).default([]),
});

/** Many products, from `PREFIX-000001` on, each with that stock on hand. */
export const bulkProductsInput = z.strictObject({
  count: z.int().positive().max(200_000),
  location: z.string().min(1),
  onHand: z.number().positive().default(10),
  prefix: z.string().min(1).max(40).default('BULK'),
});

export const stockInput = z.strictObject({
  sku: z.string().min(1),
  /** A warehouse's name, or `Warehouse: Bin`. */
  location: z.string().min(1),
  batch: z.string().default(''),
  expiry: z.union([z.iso.date(), z.literal('')]).default(''),
  onHand: z.number().nonnegative(),
});

/** @throws {Refusal} 400 that names every wrong field */
export function parseInput<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (!result.success) throw new Refusal(z.prettifyError(result.error));
  return result.data;
}

/** Input of a stage's screen. Everything has a default. */
const stage = {
  /** Its number; by default the first that awaits the stage. */
  fulfilment: z.int().positive().optional(),
  status: z.enum(['DRAFT', 'AUTHORISED']).default('AUTHORISED'),
};

const handLine = z.strictObject({
  sku: z.string().min(1),
  quantity: z.number().positive(),
  /** A warehouse's name, or `Warehouse: Bin`. */
  location: z.string().min(1).optional(),
  batch: z.string().min(1).optional(),
});
export type HandLine = z.infer<typeof handLine>;

export const handPickInput = z.strictObject({ ...stage, lines: z.array(handLine).min(1).optional() });
export type HandPick = z.infer<typeof handPickInput>;

export const handPackInput = z.strictObject({
  ...stage,
  lines: z
    .array(handLine.extend({ box: z.string().min(1).optional() }))
    .min(1)
    .optional(),
});
export type HandPack = z.infer<typeof handPackInput>;

export const handShipInput = z.strictObject({
  ...stage,
  carrier: z.string().min(1).optional(),
  /** The boxes to ship; by default all. */
  boxes: z
    .array(
      z.strictObject({
        box: z.string().min(1),
        carrier: z.string().min(1).optional(),
        trackingNumber: z.string().optional(),
      }),
    )
    .min(1)
    .optional(),
});
export type HandShip = z.infer<typeof handShipInput>;

export const trackingInput = z.strictObject({
  fulfilment: stage.fulfilment,
  /** By default every box gets the number. */
  box: z.string().min(1).optional(),
  trackingNumber: z.string(),
  carrier: z.string().min(1).optional(),
});
export type TrackingInput = z.infer<typeof trackingInput>;

export const undoInput = z.strictObject({
  stage: z.enum(['order', ...STAGES]).default('order'),
  fulfilment: stage.fulfilment,
});

export const paymentInput = z.strictObject({ amount: z.number().positive().optional() });
export const nothing = z.strictObject({});
