import * as z from 'zod';
import { dateTime, nullableText } from '../requests.ts';

const onHand = z.number().nonnegative().max(1e9);

/** One product in one location, with one batch. Product and location are named by id or by name. */
const stockRow = {
  ProductID: z.string().nullish(),
  SKU: nullableText(50),
  LocationID: z.string().nullish(),
  Location: nullableText(256),
  BatchSN: nullableText(50),
  ExpiryDate: dateTime.nullish(),
};

const existingLine = z.looseObject({ ...stockRow, Adjustment: onHand });
export type ExistingLineRequest = z.infer<typeof existingLine>;

const newLine = z.looseObject({ ...stockRow, Quantity: onHand, UnitCost: z.number().nonnegative() });
export type NewLineRequest = z.infer<typeof newLine>;

const header = { EffectiveDate: dateTime, Account: z.string().min(1), Reference: nullableText(256) };
const place = { LocationID: z.string().nullish(), Location: nullableText(256) };
const named = z.array(z.unknown()).nullish();
/** The filters that limit a stock take to a part of its location. */
const filters = {
  Tags: named,
  PickZones: named,
  StockLocators: named,
  Categories: named,
  Brands: named,
  Bins: named,
  UseRelativeQuantity: z.unknown().optional(),
};

export const openStockTakeRequest = z.looseObject({ ...header, ...place, ...filters });
export type OpenStockTakeRequest = z.infer<typeof openStockTakeRequest>;

export const saveStockTakeRequest = z.looseObject({
  ...header,
  ...place,
  ...filters,
  TaskID: z.string(),
  Status: z.enum(['IN PROGRESS', 'COMPLETED']),
  NonZeroStockOnHandProducts: z.array(existingLine).nullish(),
  ZeroStockOnHandProducts: z.array(newLine).nullish(),
});
export type SaveStockTakeRequest = z.infer<typeof saveStockTakeRequest>;

export const stockAdjustmentRequest = z.looseObject({
  ...header,
  Status: z.enum(['DRAFT', 'COMPLETED']),
  /** false: the quantities are the available ones. */
  UpdateOnHand: z.boolean().default(false),
  Lines: z.array(newLine).min(1),
});
export type StockAdjustmentRequest = z.infer<typeof stockAdjustmentRequest>;
