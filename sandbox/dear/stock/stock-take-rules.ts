import { round4 } from '../../kit/numbers.ts';
import { notFound, Refusal } from '../call.ts';
import { findLocation, getProduct, getWarehouse, locationById } from '../lookup.ts';
import { type DearState, isoNow, type World } from '../state.ts';
import { type Availability, availability, toKey } from './stock.ts';
import {
  apply,
  blankDocument,
  type ExistingLineRequest,
  getHeader,
  type OpenStockTakeRequest,
  rowKey,
  type SaveStockTakeRequest,
  type StockAdjustmentRequest,
  toExisting,
  toFound,
} from './stock-documents.ts';
import type {
  ExistingStockRecord,
  FoundStockRecord,
  StockAdjustmentRecord,
  StockTakeRecord,
} from './stock-records.ts';

export function stockTakeById(state: DearState, taskId: string): StockTakeRecord {
  const take = state.stockTakes.find((candidate) => candidate.taskId === taskId);
  if (take === undefined) throw notFound(`Stock take with ID ${taskId} was not found`);
  return take;
}

/** Creates it IN PROGRESS, with a row for all stock of the location, bin by bin, and 0 for every count. */
export function openStockTake(world: World, request: OpenStockTakeRequest): StockTakeRecord {
  const { state } = world;
  requireNoFilter(request);
  const locationId = warehouseOfRequest(state, request);
  const take: StockTakeRecord = {
    ...getHeader(request),
    ...blankDocument(world),
    status: 'IN PROGRESS',
    locationId,
    existing: availability(state)
      .filter(({ stock }) => stock.onHand !== 0 && getWarehouse(state, stock.locationId) === locationId)
      .map(toExisting),
    found: [],
  };
  state.stockTakes.push(take);
  return take;
}

/**
 * Writes the counts in the request. Other rows keep theirs, and a line that matches no row is ignored. COMPLETED
 * sets every row's stock on hand to its count, the 0 of an uncounted row included. What DEAR does with uncounted rows is
 * not documented, so the sandbox does the worst.
 * @throws {Refusal} where it is not IN PROGRESS
 */
export function saveStockTake(world: World, take: StockTakeRecord, request: SaveStockTakeRequest): void {
  const { state } = world;
  requireOpen(take);
  requireNoFilter(request);
  const locationId = warehouseOfRequest(state, request);
  if (locationId !== take.locationId) throw new Refusal(`The location of ${take.number} cannot be changed`);
  Object.assign(take, getHeader(request), { updatedAt: isoNow(world) });
  writeCounts(state, take.existing, request.NonZeroStockOnHandProducts ?? []);
  if (request.ZeroStockOnHandProducts) {
    take.found = request.ZeroStockOnHandProducts.map((line) => toFound(state, line));
    requireAtLocation(state, take);
  }
  if (request.Status === 'COMPLETED') completeStockTake(world, take);
}

/** @throws {Refusal} where it is not IN PROGRESS */
export function completeStockTake(world: World, take: StockTakeRecord): void {
  requireOpen(take);
  take.worth = apply(world, take);
  Object.assign(take, { status: 'COMPLETED', updatedAt: isoNow(world) });
}

/** @throws {Refusal} where it is not IN PROGRESS */
export function voidStockTake(world: World, take: StockTakeRecord): void {
  requireOpen(take);
  Object.assign(take, { status: 'VOIDED', updatedAt: isoNow(world) });
}

/**
 * A stock take in progress locks its location: stock there is not used, sold or moved, and invoices of it are not authorised
 * (DEAR's help). Completing or voiding it ends the lock.
 * @throws {Refusal} where one of the locations is locked
 */
export function requireUnlocked({ state, ignoresLocks }: World, locationIds: Iterable<string>): void {
  if (ignoresLocks) return;
  const places = new Set([...locationIds].map((id) => getWarehouse(state, id)));
  const lock = state.stockTakes.find(
    ({ status, locationId }) => status === 'IN PROGRESS' && places.has(locationId),
  );
  if (lock === undefined) return;
  const { name } = locationById(state, lock.locationId);
  throw new Refusal(`Location '${name}' is locked while stocktake ${lock.number} is in progress`);
}

function writeCounts(
  state: DearState,
  rows: readonly ExistingStockRecord[],
  lines: readonly ExistingLineRequest[],
): void {
  const byKey = new Map(rows.map((row) => [rowKey(row), row]));
  for (const line of lines) {
    const key = rowKey({
      productId: getProduct(state, line).id,
      locationId: findLocation(state, line).id,
      batch: line.BatchSN ?? '',
      expiry: line.ExpiryDate?.slice(0, 10) ?? '',
    });
    const row = byKey.get(key);
    if (row !== undefined) row.adjustment = line.Adjustment;
  }
}

function requireAtLocation(state: DearState, { number, locationId, found }: StockTakeRecord): void {
  const stray = found.find((row) => getWarehouse(state, row.locationId) !== locationId);
  if (stray === undefined) return;
  throw new Refusal(`${number} is not about location '${locationById(state, stray.locationId).name}'`);
}

function requireOpen({ number, status }: StockTakeRecord): void {
  if (status !== 'IN PROGRESS') throw new Refusal(`Stock take ${number} is ${status} and cannot be changed`);
}

function warehouseOfRequest(state: DearState, request: OpenStockTakeRequest): string {
  const place = findLocation(state, request);
  if (place.parentId !== null) throw new Refusal(`A stock take's location is a warehouse and not a bin`);
  return place.id;
}

function requireNoFilter(request: OpenStockTakeRequest): void {
  const { Tags, PickZones, StockLocators, Categories, Brands, Bins, UseRelativeQuantity } = request;
  const isFiltered = [Tags, PickZones, StockLocators, Categories, Brands, Bins].some((one) => one?.length);
  if (isFiltered || UseRelativeQuantity)
    throw new Refusal('The sandbox implements only stock takes of a whole location', 501);
}

/** Sets the stock on hand or, without `UpdateOnHand`, the available stock. Nothing else at the location changes. */
export function adjustStock(world: World, request: StockAdjustmentRequest): StockAdjustmentRecord {
  const { state } = world;
  const header = getHeader(request);
  const rows = new Map(availability(state).map((row) => [toKey(row.stock), row]));
  const lines = request.Lines.map((line) => {
    const asked = toFound(state, line);
    const row = rows.get(toKey(asked));
    const quantity = request.UpdateOnHand ? asked.quantity : round4(asked.quantity + (row?.allocated ?? 0));
    return { row, asked: { ...asked, quantity } };
  });
  const adjustment: StockAdjustmentRecord = {
    ...header,
    ...blankDocument(world),
    status: request.Status,
    existing: lines.flatMap(({ row, asked }) => (hasStock(row) ? [adjusted(row, asked)] : [])),
    found: lines.flatMap(({ row, asked }) => (hasStock(row) ? [] : [asked])),
  };
  if (request.Status === 'COMPLETED') {
    requireUnlocked(
      world,
      lines.map(({ asked }) => asked.locationId),
    );
    adjustment.worth = apply(world, adjustment);
  }
  state.stockAdjustments.push(adjustment);
  return adjustment;
}

function hasStock(row: Availability | undefined): row is Availability {
  return row !== undefined && row.stock.onHand !== 0;
}

function adjusted(row: Availability, asked: FoundStockRecord) {
  return { ...toExisting(row), expiry: asked.expiry || row.stock.expiry, adjustment: asked.quantity };
}
