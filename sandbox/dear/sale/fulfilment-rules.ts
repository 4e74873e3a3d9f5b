import { round4 } from '../../kit/numbers.ts';
import { Refusal } from '../call.ts';
import { publishSaleEvent } from '../events.ts';
import { findLocation, getProduct, shippedLines, type Task } from '../lookup.ts';
import type { StageLineRequest } from '../requests.ts';
import {
  type DearState,
  type FulfilmentRecord,
  isoNow,
  type SaleRecord,
  type StageStatus,
  type World,
} from '../state.ts';
import { fillBackorders, stockAt, takeFromShelf } from '../stock/stock.ts';
import type { StageLineRecord } from '../stock/stock-records.ts';

/** A request's line with its product, location and batch looked up. */
export function toStageLine(state: DearState, line: StageLineRequest): StageLineRecord {
  const product = getProduct(state, line);
  const place = findLocation(state, line);
  const needsBatch = product.type === 'Stock' && product.costingMethod !== 'FIFO';
  if (needsBatch && !line.BatchSN) {
    throw new Refusal(
      `BatchSN is required for product '${product.sku}' (costing method ${product.costingMethod})`,
    );
  }
  const key = { productId: product.id, locationId: place.id, batch: needsBatch ? (line.BatchSN ?? '') : '' };
  const expiry = stockAt(state, key)?.expiry ?? '';
  if (expiry !== '' && line.ExpiryDate && line.ExpiryDate.slice(0, 10) !== expiry) {
    throw new Refusal(
      `Batch '${key.batch}' of product '${product.sku}' does not expire on ${line.ExpiryDate}`,
    );
  }
  return { ...key, quantity: line.Quantity, expiry, box: line.Box ?? '' };
}

export function requireAuthorisedOrder(sale: SaleRecord): void {
  if (sale.orderStatus !== 'AUTHORISED') {
    throw new Refusal(`The order of ${sale.orderNumber} is ${sale.orderStatus}; it has to be AUTHORISED`);
  }
}

export function requireOpen(stage: string, status: StageStatus): void {
  if (status !== 'DRAFT' && status !== 'NOT AVAILABLE') {
    throw new Refusal(`${stage} is ${status} and cannot be changed`);
  }
}

/** The quantities of lines with the same key, added up. */
export function sumQuantities<Line extends { quantity: number }>(
  lines: readonly Line[],
  toKey: (line: Line) => string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const line of lines) sums.set(toKey(line), round4((sums.get(toKey(line)) ?? 0) + line.quantity));
  return sums;
}

export function emptyFulfilment(taskId: string, number: number, pick: StageStatus): FulfilmentRecord {
  return {
    taskId,
    number,
    pick: { status: pick, lines: [] },
    pack: { status: 'NOT AVAILABLE', lines: [] },
    ship: { status: 'NOT AVAILABLE', address: null, notes: '', lines: [] },
  };
}

/**
 * Adds a fulfilment with a draft pick. A simple sale becomes an advanced one permanently.
 * @throws {Refusal} where the order or any fulfilment's pick is not AUTHORISED
 */
export function addFulfilment(world: World, sale: SaleRecord): void {
  requireAuthorisedOrder(sale);
  if (sale.type === 'Service')
    throw new Refusal(`${sale.orderNumber} is a Service Sale and has no fulfilments`);
  const open = sale.fulfilments.find(({ pick }) => pick.status !== 'AUTHORISED');
  if (open !== undefined) {
    throw new Refusal(
      `Fulfilment ${open.number} of ${sale.orderNumber} is not picked: its pick is ${open.pick.status}`,
    );
  }
  sale.type = 'Advanced';
  sale.fulfilments.push(emptyFulfilment(world.newId(), sale.fulfilments.length + 1, 'DRAFT'));
  sale.updatedAt = isoNow(world);
}

/** Undo: the stages become drafts that keep their lines, and shipped goods return to stock. */
export function reopenFulfilment(world: World, fulfilment: FulfilmentRecord): void {
  returnToShelf(world, fulfilment);
  for (const stage of [fulfilment.pick, fulfilment.pack, fulfilment.ship]) {
    if (stage.status !== 'NOT AVAILABLE') stage.status = 'DRAFT';
  }
}

/** Void: the stages keep their lines as a record, and shipped goods return to stock. */
export function voidFulfilment(world: World, fulfilment: FulfilmentRecord): void {
  returnToShelf(world, fulfilment);
  for (const stage of [fulfilment.pick, fulfilment.pack, fulfilment.ship]) stage.status = 'VOIDED';
}

function returnToShelf(world: World, fulfilment: FulfilmentRecord): void {
  for (const line of shippedLines(fulfilment)) takeFromShelf(world.state, line, -line.quantity);
}

export function hasShipped(sale: SaleRecord): boolean {
  return sale.fulfilments.some((fulfilment) => shippedLines(fulfilment).length > 0);
}

export function hasPicked(sale: SaleRecord): boolean {
  return sale.fulfilments.some((fulfilment) => fulfilment.pick.status === 'AUTHORISED');
}

export const STAGES = ['pick', 'pack', 'ship'] as const;
type Stage = (typeof STAGES)[number];

/**
 * Only a person can do this, in the screens: the stage and those after it become drafts that keep their lines, and shipped
 * goods return to stock. The event does not name the stage.
 * @throws {Refusal} where the stage is not authorised
 */
export function undoStage(world: World, { sale, fulfilment }: Task, stage: Stage): void {
  const { status } = fulfilment[stage];
  if (!isAuthorised(status)) throw new Refusal(`There is nothing to undo: the ${stage} is ${status}`);
  returnToShelf(world, fulfilment);
  for (const later of STAGES.slice(STAGES.indexOf(stage))) {
    if (isAuthorised(fulfilment[later].status)) fulfilment[later].status = 'DRAFT';
  }
  sale.updatedAt = isoNow(world);
  fillBackorders(world);
  publishSaleEvent(world, 'Sale/Undo', sale);
}

export function isAuthorised(status: string): boolean {
  return status === 'AUTHORISED' || status === 'PARTIALLY AUTHORISED';
}

/**
 * The fulfilment that a person works on at a stage: the one they name, else the first that awaits the stage, else the last,
 * whose refusal names the cause.
 * @throws {Refusal} where the sale has none, or none of that number
 */
export function findTaskAwaiting(sale: SaleRecord, stage: Stage, number: number | undefined): Task {
  const before = STAGES[STAGES.indexOf(stage) - 1];
  const waits = sale.fulfilments.find(
    (one) =>
      one[stage].status !== 'AUTHORISED' && (before === undefined || one[before].status === 'AUTHORISED'),
  );
  return named(sale, number) ?? getTask(sale, waits);
}

/** The fulfilment whose completed stage a person changes: the one they name, else the last that completed the stage. */
export function findTaskAfter(sale: SaleRecord, stage: Stage, number: number | undefined): Task {
  const done = sale.fulfilments.findLast((one) => isAuthorised(one[stage].status));
  return named(sale, number) ?? getTask(sale, done);
}

function named(sale: SaleRecord, number: number | undefined): Task | null {
  if (number === undefined) return null;
  const fulfilment = sale.fulfilments.find((one) => one.number === number);
  if (fulfilment === undefined) throw new Refusal(`${sale.orderNumber} has no fulfilment ${number}`, 404);
  return { sale, fulfilment };
}

function getTask(sale: SaleRecord, found: Task['fulfilment'] | undefined): Task {
  const fulfilment = found ?? sale.fulfilments.at(-1);
  if (fulfilment === undefined) throw new Refusal(`${sale.orderNumber} has no fulfilment`);
  return { sale, fulfilment };
}
