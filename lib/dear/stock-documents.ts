import * as z from 'zod';
import { UnexpectedAnswer } from '../domain/errors.ts';
import type { StockDocument } from '../domain/ports/stock.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { notDoneError } from './check-write.ts';
import { readList, takeReadable, toWholeRowPage, type WholeRow } from './list.ts';
import { type Caller, type DearCall, toAttempt } from './transport.ts';
import { amount, day, guid, optionalGuid, quantity, text, toDearDay, upperCased } from './wire-values.ts';

const row = z
  .looseObject({ TaskID: guid, StocktakeNumber: text, Status: upperCased, Reference: text, Location: text })
  .transform(
    (raw): StockDocument => ({
      taskId: raw.TaskID,
      number: raw.StocktakeNumber,
      status: raw.Status,
      reference: raw.Reference,
      location: raw.Location,
    }),
  );
/** The blueprint shows the list of stock takes under the key of the adjustments, which may be a mistake: both are read. */
const page = toWholeRowPage(['StockAdjustmentList', 'StockTakeList'], row);

/**
 * The documents whose reference equals `reference` exactly. All are read: DEAR has no search by reference. A row that cannot
 * be read is ignored where its reference is another.
 * @param path `stockTakeList` or `stockadjustmentList`
 * @throws {UnexpectedAnswer} none was found and a row cannot be read that may be it: it must not be written again
 */
export async function findDocuments(
  client: Caller,
  path: string,
  reference: string,
): Promise<StockDocument[]> {
  const call: DearCall = { operation: 'find stock document', method: 'GET', path, reference };
  const found: StockDocument[] = [];
  let isComplete = true;
  for await (const rows of readList(client, call, page)) {
    found.push(...takeReadable(rows, () => {}).filter((one) => one.reference === reference));
    if (rows.some((one) => mayHaveReference(one, reference))) isComplete = false;
  }
  if (found.length > 0 || isComplete) return found;
  throw new UnexpectedAnswer(
    toErrorDetails(toAttempt(call), {
      upstreamMessage: 'a row of the list cannot be read and may be the document',
    }),
  );
}

/** The documents in progress. DEAR silently ignores a filter that it does not support, so the rows are filtered too. */
export async function listInProgress(client: Caller, path: string): Promise<StockDocument[]> {
  const query = { Status: 'IN PROGRESS' };
  const call: DearCall = { operation: 'find open stock takes', method: 'GET', path, query, reference: path };
  const found: StockDocument[] = [];
  for await (const rows of readList(client, call, page)) {
    found.push(...takeReadable(rows, () => {}).filter(({ status }) => status === 'IN PROGRESS'));
  }
  return found;
}

const referenced = z.looseObject({ Reference: text });

function mayHaveReference(row: WholeRow<StockDocument>, reference: string): boolean {
  if (row.isRead) return false;
  const { success, data } = referenced.safeParse(row.raw);
  return !success || data.Reference === reference;
}

/** Where stock lies: a warehouse or one of its bins. */
export interface StockPlace {
  readonly locationId: string;
  readonly location: string;
}

/** Identifies a row of stock at a place. */
export interface StockItem {
  readonly productId: string;
  readonly sku: string;
  /** Batch or serial number; '' where the product has none. */
  readonly batch: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly expiry: string;
}

/** Stock that was at a place when DEAR created the document. */
export interface ExistingStock extends StockItem, StockPlace {
  readonly name: string;
  readonly onHand: number;
  readonly available: number;
  /** The line's new quantity on hand. DEAR fills in 0. */
  readonly adjustment: number;
  readonly costingMethod: string;
}

/** The stock that a document sets, at the document's place. */
export interface NewStock extends StockItem {
  readonly name: string;
  /** On hand afterwards; not a difference. */
  readonly quantity: number;
  /** In the account's currency. */
  readonly unitCost: number;
}

const item = { ProductID: guid, SKU: text, ProductName: text, BatchSN: text, ExpiryDate: day };

export const existingStockLine = z
  .looseObject({
    ...item,
    LocationID: optionalGuid,
    Location: text,
    /** No default: a row that was not counted is sent back with this figure. */
    QuantityOnHand: quantity,
    Available: quantity,
    Adjustment: quantity,
    CostingMethod: text,
  })
  .transform(
    (raw): ExistingStock => ({
      ...toItem(raw),
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
  .transform((raw): NewStock => ({ ...toItem(raw), quantity: raw.Quantity, unitCost: raw.UnitCost }));

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

function toItem(raw: z.infer<z.ZodObject<typeof item>>) {
  return {
    productId: raw.ProductID,
    sku: raw.SKU,
    name: raw.ProductName,
    batch: raw.BatchSN,
    expiry: raw.ExpiryDate,
  };
}

interface StockAdjustment extends StockPlace {
  /** Code of the expense account that takes the difference in value. */
  readonly account: string;
  /** For `findAdjustments`: make it unique. */
  readonly reference: string;
  /** `yyyy-mm-dd`. */
  readonly effectiveDate: string;
  /** Whether the quantities are on hand, or what is available of it. */
  readonly sets: 'on-hand' | 'available';
  /** Only rows that change: DEAR leaves the other rows of the location as they are. */
  readonly lines: readonly NewStock[];
}

const created = z.looseObject({ TaskID: guid, Status: upperCased });

/**
 * Sets the stock of each line to its quantity, at once. The quantity is absolute, so a movement between reading the stock and
 * this call is overwritten: read right before.
 * @returns its task id
 * @throws {Rejected} DEAR knows no such account, location or product, or a line has no batch although its product needs one
 * @throws {AmbiguousWrite} look with `findAdjustments` before adjusting again; `NotDone` where the answer is not COMPLETED
 */
export async function adjustStock(client: Caller, adjustment: StockAdjustment): Promise<string> {
  const { account, reference, effectiveDate, sets, lines } = adjustment;
  const body = {
    EffectiveDate: toDearDay(effectiveDate),
    Status: 'COMPLETED',
    Account: account,
    Reference: reference,
    // Without it the quantities are available stock, and allocated stock is added.
    ...(sets === 'on-hand' && { UpdateOnHand: true }),
    Lines: lines.map((line) => toDearNewStock(line, adjustment, effectiveDate)),
  };
  const call: DearCall = {
    operation: 'adjust stock',
    method: 'POST',
    path: 'stockadjustment',
    body,
    reference,
  };
  const { TaskID, Status } = await client.transport.send(call, created);
  if (Status !== 'COMPLETED') throw notDoneError(call, `the answer's status is ${Status || 'missing'}`);
  return TaskID;
}

/** Every adjustment with exactly that reference, voided ones too: the look-up after a lost answer. */
export function findAdjustments(client: Caller, reference: string): Promise<StockDocument[]> {
  return findDocuments(client, 'stockadjustmentList', reference);
}
