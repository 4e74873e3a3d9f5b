import * as z from 'zod';
import {
  DOCUMENT_STATES,
  type FulfillmentOrder,
  HOLDS,
  LABEL_STATES,
  REMAINDER_ACTIONS,
  STANDSTILLS,
  STATUSES,
  TAKEOVER_STATES,
} from '../domain/order/fulfillment-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import type { SaleRecord } from '../domain/ports/sales.ts';

/** The table outlives any version of this code, so what is read from it is parsed like everything foreign. */
const packedLine = z.object({
  key: z.string(),
  quantity: z.number(),
  batch: z.string(),
  expiry: z.string(),
  leftInstead: z.string().exactOptional(),
});
const otherGoods = z.object({ sku: z.string(), quantity: z.number() });

const box = z.object({
  id: z.string(),
  trackingNumbers: z.array(z.string()),
  textsKey: z.string().exactOptional(),
  carrier: z.string(),
  service: z.string(),
  shippedAt: z.string(),
  cost: z.object({ amount: z.number(), currency: z.string() }).nullable(),
  contents: z.array(packedLine),
  others: z.array(otherGoods).exactOptional(),
  providerOrderId: z.string().exactOptional(),
  warehouse: z.string(),
  // Packages that were recorded before deliveries were followed have none.
  deliveredAt: z.string().default(''),
  shownIn: z.object({ taskId: z.string(), box: z.string() }).exactOptional(),
  confirmedAgain: z.literal(true).exactOptional(),
  voided: z.object({ at: z.string(), settledBy: z.string() }).exactOptional(),
  isAssumed: z.boolean().exactOptional(),
});

const billedService = z.object({
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  quantity: z.number(),
  unitPrice: z.number(),
  discountPercent: z.number(),
  tax: z.number(),
  taxRule: z.string(),
  total: z.number(),
  comment: z.string(),
});

const orderedLine = {
  key: z.string(),
  productId: z.string(),
  sku: z.string(),
  name: z.string(),
  quantity: z.number(),
  units: z.object({ dear: z.number(), provider: z.number() }).exactOptional(),
  parts: z
    .array(
      z.object({
        productId: z.string(),
        sku: z.string(),
        name: z.string(),
        quantity: z.number(),
        batch: z.string(),
        expiry: z.string(),
      }),
    )
    .exactOptional(),
};

const postage = z.object({
  quoted: z
    .object({
      at: z.string(),
      rates: z.array(
        z.object({
          id: z.string(),
          carrier: z.string(),
          service: z.string(),
          amount: z.number(),
          currency: z.string(),
          deliveryDays: z.number().nullable(),
        }),
      ),
    })
    .nullable(),
  shownRates: z.string(),
  label: z
    .object({
      state: z.enum(LABEL_STATES),
      attempt: z.number(),
      service: z.string(),
      by: z.string(),
      rateId: z.string(),
      labelId: z.string(),
      packageId: z.string(),
      voidedIds: z.array(z.string()),
      document: z.enum(DOCUMENT_STATES),
      at: z.string(),
    })
    .nullable(),
});

export const storedOrder: z.ZodType<FulfillmentOrder> = z.object({
  reference: z.string(),
  saleId: z.string(),
  saleOrderNumber: z.string(),
  saleType: z.enum(['simple', 'advanced']),
  connection: z.string(),
  demand: z.string(),
  chosenBy: z.string().exactOptional(),
  partialShipments: z.enum(['wait', 'convert']),
  location: z.string(),
  taskId: z.string(),
  status: z.enum(STATUSES),
  reason: z.string(),
  desired: z.enum(['fulfilled', 'held', 'cancelled']),
  hold: z.enum(HOLDS),
  holds: z.array(z.object({ kind: z.enum(HOLDS).exclude(['']), why: z.string() })).exactOptional(),
  released: z.boolean(),
  withdrawn: z.boolean(),
  fingerprint: z.string(),
  planned: z.string(),
  lines: z.array(z.object(orderedLine)),
  method: z.string().exactOptional(),
  channel: z.string().exactOptional(),
  shipBy: z.string().exactOptional(),
  // Orders that were made before the rest of a sale was followed wait for none.
  bearsCharges: z.boolean().default(false),
  awaited: z.array(z.object({ productId: z.string(), sku: z.string(), quantity: z.number() })).default([]),
  submission: z.object({
    takenSince: z.string().exactOptional(),
    takenBy: z.array(z.string()).exactOptional(),
    answerLost: z.literal(true).exactOptional(),
    state: z.enum(['none', 'claimed', 'submitted', 'rejected', 'unknown']),
    attempt: z.number(),
    providerOrderId: z.string(),
    acceptedFingerprint: z.string(),
    refusedFingerprint: z.string(),
    sentFingerprints: z.array(z.string()).default([]),
    at: z.string(),
  }),
  takeover: z
    .object({ state: z.enum(TAKEOVER_STATES), number: z.string(), isPartlyShipped: z.boolean() })
    .exactOptional(),
  cancellation: z.object({
    state: z.enum(['none', 'claimed', 'done', 'refused', 'unknown']),
    at: z.string(),
    why: z.string().exactOptional(),
  }),
  standstill: z.enum(STANDSTILLS).default(''),
  closedShort: z
    .object({ rest: z.enum(REMAINDER_ACTIONS), lines: z.array(z.object(orderedLine)) })
    .nullable()
    .default(null),
  packages: z.array(box),
  confirmation: z.object({
    state: z.enum(['none', 'claimed', 'confirmed', 'refused', 'locked', 'abandoned']),
    attempt: z.number(),
    packages: z.array(z.string()),
    taskId: z.string(),
    corrections: z
      .array(
        z.object({ id: z.string(), staleNumbers: z.array(z.string()), textsKey: z.string().exactOptional() }),
      )
      .default([]),
    at: z.string(),
  }),
  returns: z.array(
    z.object({
      id: z.string(),
      contents: z.array(packedLine),
      creditNote: z.enum(['announced', 'logged', 'due', 'drafted', 'refused']),
    }),
  ),
  postage: postage.exactOptional(),
  shownStatus: z.string(),
  log: z.array(
    z.object({
      at: z.string(),
      by: z.string(),
      what: z.string(),
      code: z.string().exactOptional(),
      upstreamMessageKey: z.string().exactOptional(),
    }),
  ),
  authorisedAt: z.string().exactOptional(),
  createdAt: z.string(),
  updatedAt: z.string(),
  waitingSince: z.string(),
  version: z.number(),
});

const postalAddress = {
  line1: z.string(),
  line2: z.string(),
  city: z.string(),
  state: z.string(),
  postcode: z.string(),
  country: z.string(),
  displayLine1: z.string(),
  displayLine2: z.string(),
};

export const storedContent: z.ZodType<OrderContent> = z.object({
  reference: z.string(),
  saleId: z.string(),
  saleOrderNumber: z.string(),
  customerReference: z.string(),
  sourceChannel: z.string(),
  orderDate: z.string(),
  shipBy: z.string(),
  currency: z.string(),
  customer: z.string(),
  email: z.string(),
  phone: z.string(),
  shipTo: z.object({ ...postalAddress, company: z.string(), contact: z.string() }),
  billTo: z.object(postalAddress),
  chosenMethod: z.string(),
  shippingMethod: z.string(),
  paymentStatus: z.string(),
  customerNotes: z.string(),
  internalNotes: z.string(),
  gift: z.boolean(),
  giftMessage: z.string(),
  location: z.string(),
  lines: z.array(
    z.object({
      ...orderedLine,
      unbilled: z.literal(true).exactOptional(),
      unitPrice: z.number(),
      discountPercent: z.number(),
      total: z.number(),
      tax: z.number(),
      taxRule: z.string(),
      weightGrams: z.number(),
      imageUrl: z.string(),
      options: z.array(z.object({ name: z.string(), value: z.string() })),
      stockLocation: z.string(),
      batch: z.string(),
      expiry: z.string(),
      comment: z.string(),
    }),
  ),
  charges: z.array(
    z.object({
      description: z.string(),
      quantity: z.number(),
      unitPrice: z.number(),
      discountPercent: z.number(),
      tax: z.number(),
      taxRule: z.string(),
      total: z.number(),
    }),
  ),
  services: z.array(billedService).default([]),
  kits: z.array(billedService).default([]),
  taxInclusive: z.boolean(),
  terms: z.string(),
  adjustments: z.array(
    z.object({ description: z.string(), amount: z.number(), line: z.string().optional() }),
  ),
  total: z.number(),
  tax: z.number(),
  saleTotal: z.number(),
  totalWeightGrams: z.number(),
});

export const storedSale: z.ZodType<SaleRecord> = z.object({
  saleId: z.string(),
  saleOrderNumber: z.string(),
  outcome: z.enum(['ordered', 'planned', 'ignored']),
  reason: z.string(),
  references: z.array(z.string()),
  by: z.string(),
  at: z.string(),
  readAt: z.string(),
  isAuthorised: z.boolean(),
  isComplete: z.boolean(),
  goodsAwaitedSince: z.string(),
  waitsFor: z.array(z.object({ sku: z.string(), wanted: z.number(), allotted: z.number() })).exactOptional(),
});
