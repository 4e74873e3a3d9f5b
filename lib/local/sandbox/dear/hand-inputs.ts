import * as z from 'zod';
import { STAGES } from './stage-undo.ts';

/** What a person may say at a stage's screen. Strict, as all screens are; everything has a default. */
const stage = {
  /** Its number, for a sale with several; else the first that waits for the stage. */
  fulfilment: z.int().positive().optional(),
  status: z.enum(['DRAFT', 'AUTHORISED']).default('AUTHORISED'),
};

const line = z.strictObject({
  sku: z.string().min(1),
  quantity: z.number().positive(),
  /** A warehouse's name, or `Warehouse: Bin`. */
  location: z.string().min(1).optional(),
  batch: z.string().min(1).optional(),
});
export type HandLine = z.infer<typeof line>;

export const handPickInput = z.strictObject({ ...stage, lines: z.array(line).min(1).optional() });
export type HandPick = z.infer<typeof handPickInput>;

export const handPackInput = z.strictObject({
  ...stage,
  lines: z
    .array(line.extend({ box: z.string().min(1).optional() }))
    .min(1)
    .optional(),
});
export type HandPack = z.infer<typeof handPackInput>;

export const handShipInput = z.strictObject({
  ...stage,
  carrier: z.string().min(1).optional(),
  /** Those that leave; without it all do. */
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
  /** Without it every box gets the number. */
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
