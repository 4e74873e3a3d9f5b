import * as z from 'zod';
import { Rejected } from '../domain/errors.ts';
import type { StockDocument } from '../domain/ports/stock.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { notDoneError } from './check-write.ts';
import {
  type ExistingStock,
  existingStockLine,
  findDocuments,
  listInProgress,
  type NewStock,
  newStockLine,
  type StockItem,
  type StockPlace,
  toDearItem,
  toDearNewStock,
} from './stock-documents.ts';
import { type Caller, type DearCall, toAttempt } from './transport.ts';
import { day, guid, optionalGuid, text, toContentsKey, toDearDay, upperCased } from './wire-values.ts';

interface StockTakeToOpen extends StockPlace {
  /** Code of the expense account that takes the difference in value. */
  readonly account: string;
  /** For `findStockTakes`: make it unique. */
  readonly reference: string;
  /** `yyyy-mm-dd`. */
  readonly effectiveDate: string;
}

export interface StockTake extends StockTakeToOpen, StockDocument {
  /** The location's stock when the stock take was opened, bin by bin. */
  readonly nonZero: readonly ExistingStock[];
  /** Counted stock that the location did not have. */
  readonly zero: readonly NewStock[];
}

/** The count of a row of `StockTake.nonZero`, identified by the same fields. */
interface CountedStock extends StockItem, StockPlace {
  /** On hand afterwards. */
  readonly quantity: number;
}

interface StockTakeToSave {
  /** IN PROGRESS leaves it for a person to check and complete. */
  readonly status: 'IN PROGRESS' | 'COMPLETED';
  readonly nonZero: readonly CountedStock[];
  readonly zero: readonly NewStock[];
}

const PATH = 'stocktake';

const stockTake = z
  .looseObject({
    TaskID: guid,
    StocktakeNumber: text,
    Status: upperCased,
    Account: text,
    LocationID: optionalGuid,
    Location: text,
    Reference: text,
    EffectiveDate: day,
    NonZeroStockOnHandProducts: toContentsKey(existingStockLine),
    ZeroStockOnHandProducts: toContentsKey(newStockLine),
  })
  .transform(
    (raw): StockTake => ({
      taskId: raw.TaskID,
      number: raw.StocktakeNumber,
      status: raw.Status,
      account: raw.Account,
      locationId: raw.LocationID,
      location: raw.Location,
      reference: raw.Reference,
      effectiveDate: raw.EffectiveDate,
      nonZero: raw.NonZeroStockOnHandProducts,
      zero: raw.ZeroStockOnHandProducts,
    }),
  );

/**
 * Opens a stock take of a whole location. DEAR fills it with what the location holds, and changes no stock yet.
 * All rows come in one answer, about 1 kB each: above some 20,000 rows it exceeds the client's `maxAnswerBytes`.
 * @throws {Rejected} DEAR knows no such account or location
 * @throws {AmbiguousWrite} look with `findStockTakes` before opening another
 */
export async function openStockTake(client: Caller, wanted: StockTakeToOpen): Promise<StockTake> {
  const { reference } = wanted;
  const body = getHeader(wanted);
  const call: DearCall = { operation: 'open stock take', method: 'POST', path: PATH, body, reference };
  return await client.transport.send(call, stockTake);
}

/**
 * Writes the counts. As COMPLETED they become the stock on hand.
 *
 * Every row of the stock take is sent. DEAR fills in 0 for each and may count a missing row as 0, so a row without a count is
 * sent with its own figure. That figure does not have what left the shelf since the stock take was opened: save soon after.
 * @throws {Rejected} a count belongs to no row of the stock take, which DEAR may ignore silently; a new product lacks the
 *   batch it needs; or the stock take is completed or voided already
 * @throws {AmbiguousWrite} look with `readStockTake` before saving again; `NotDone` where the answer has another status
 */
export async function saveStockTake(
  client: Caller,
  take: StockTake,
  counts: StockTakeToSave,
): Promise<StockTake> {
  const { reference } = take;
  const verb = counts.status === 'COMPLETED' ? 'complete' : 'save';
  const call: DearCall = { operation: `${verb} stock take`, method: 'PUT', path: PATH, reference };
  const stray = findStrayCount(take, counts.nonZero);
  if (stray !== undefined) {
    const upstreamMessage = `${take.number} has no row of ${stray.sku} ${stray.batch} at ${stray.location}`;
    throw new Rejected(toErrorDetails(toAttempt(call), { upstreamMessage }));
  }
  const body = toDearStockTake(take, counts);
  const saved = await client.transport.send({ ...call, body }, stockTake);
  if (saved.status !== counts.status)
    throw notDoneError(call, `the answer's status is ${saved.status || 'missing'}`);
  return saved;
}

/** @throws {Rejected} DEAR knows no such stock take */
export async function readStockTake(client: Caller, taskId: string): Promise<StockTake> {
  const query = { TaskID: taskId };
  const call: DearCall = {
    operation: 'read stock take',
    method: 'GET',
    path: PATH,
    query,
    reference: taskId,
  };
  return await client.transport.send(call, stockTake);
}

/** Every stock take that is in progress, of any location, at one call for a thousand. */
export function openStockTakes(client: Caller): Promise<StockDocument[]> {
  return listInProgress(client, 'stockTakeList');
}

/** Every stock take with exactly that reference, voided ones too: the look-up after a lost answer. */
export function findStockTakes(client: Caller, reference: string): Promise<StockDocument[]> {
  return findDocuments(client, 'stockTakeList', reference);
}

function toDearStockTake(take: StockTake, { status, nonZero, zero }: StockTakeToSave) {
  const counted = new Map(nonZero.map((count) => [toKey(count), count.quantity]));
  return {
    TaskID: take.taskId,
    ...getHeader(take),
    Status: status,
    NonZeroStockOnHandProducts: take.nonZero.map((row) => ({
      ...toDearItem(row),
      Adjustment: counted.get(toKey(row)) ?? row.onHand,
      LocationID: row.locationId,
      Location: row.location,
    })),
    ZeroStockOnHandProducts: zero.map((line) => toDearNewStock(line, take, take.effectiveDate)),
  };
}

function getHeader(take: StockTakeToOpen) {
  return {
    EffectiveDate: toDearDay(take.effectiveDate),
    Account: take.account,
    LocationID: take.locationId,
    Location: take.location,
    Reference: take.reference,
  };
}

function findStrayCount(take: StockTake, counts: readonly CountedStock[]): CountedStock | undefined {
  const rows = new Set(take.nonZero.map(toKey));
  return counts.find((count) => !rows.has(toKey(count)));
}

/** The fields by which DEAR matches a line, per its blueprint. */
function toKey({ productId, locationId, location, batch, expiry }: StockItem & StockPlace): string {
  return JSON.stringify([productId, locationId || location, batch, expiry]);
}
