import * as z from 'zod';
import { amount, day, guid, optionalGuid, quantity, text, toDearDay } from './wire-values.ts';

/** A place that stock lies in, as a line names it: a warehouse or one of its bins. */
export interface StockPlace {
  readonly locationId: string;
  readonly location: string;
}

/** What tells one row of stock at a place from the others. */
export interface StockItem {
  readonly productId: string;
  readonly sku: string;
  /** Batch or serial number; '' where the product has none. */
  readonly batch: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly expiry: string;
}

/** Stock that DEAR had at a place when it made the document. */
export interface ExistingStock extends StockItem, StockPlace {
  readonly name: string;
  readonly onHand: number;
  readonly available: number;
  /** The new on hand that the line asks for. DEAR fills in 0. */
  readonly adjustment: number;
  readonly costingMethod: string;
}

/** Stock to be, at whatever place the document is about. */
export interface NewStock extends StockItem {
  readonly name: string;
  /** On hand afterwards; not a difference. */
  readonly quantity: number;
  /** Of one unit, in the account's currency. */
  readonly unitCost: number;
}

const item = { ProductID: guid, SKU: text, ProductName: text, BatchSN: text, ExpiryDate: day };

export const existingStockLine = z
  .looseObject({
    ...item,
    LocationID: optionalGuid,
    Location: text,
    /** Never defaulted: what was not counted is sent back as this. */
    QuantityOnHand: quantity,
    Available: quantity,
    Adjustment: quantity,
    CostingMethod: text,
  })
  .transform(
    (raw): ExistingStock => ({
      ...itemOf(raw),
      locationId: raw.LocationID,
      location: raw.Location,
      onHand: raw.QuantityOnHand,
      available: raw.Available,
      adjustment: raw.Adjustment,
      costingMethod: raw.CostingMethod,
    }),
  );

export const newStockLine = z
  .looseObject({ ...item, Quantity: amount, UnitCost: amount })
  .transform((raw): NewStock => ({ ...itemOf(raw), quantity: raw.Quantity, unitCost: raw.UnitCost }));

/** @param receivedDate `yyyy-mm-dd` */
export function toDearNewStock(line: NewStock, place: StockPlace, receivedDate: string) {
  return {
    ...toDearItem(line),
    ProductName: line.name,
    Quantity: line.quantity,
    UnitCost: line.unitCost,
    LocationID: place.locationId,
    Location: place.location,
    ReceivedDate: toDearDay(receivedDate),
  };
}

export function toDearItem(line: StockItem) {
  return {
    ProductID: line.productId,
    SKU: line.sku,
    BatchSN: line.batch === '' ? null : line.batch,
    ExpiryDate: toDearDay(line.expiry),
  };
}

function itemOf(raw: z.infer<z.ZodObject<typeof item>>) {
  return {
    productId: raw.ProductID,
    sku: raw.SKU,
    name: raw.ProductName,
    batch: raw.BatchSN,
    expiry: raw.ExpiryDate,
  };
}
