import { round4 } from '../../kit/numbers.ts';
import { Refusal } from '../call.ts';
import { publishStageEvent } from '../events.ts';
import { getWarehouse, partsFor, pickedLines, productById, type Task } from '../lookup.ts';
import type { AutoPickRequest, PackRequest, PickRequest } from '../requests.ts';
import { type DearState, type FulfilmentRecord, isoNow, type World } from '../state.ts';
import {
  availableByWarehouse,
  toKey,
  unpickedAllocation,
  unpickedStock,
  warehouseKey,
} from '../stock/stock.ts';
import type { StageLineRecord } from '../stock/stock-records.ts';
import { requireUnlocked } from '../stock/stock-take-rules.ts';
import { requireAuthorisedOrder, requireOpen, sumQuantities, toStageLine } from './fulfilment-rules.ts';

/**
 * POST and PUT of a pick. Both replace the draft's lines: the blueprint's rule for sales, as it has none for picks.
 * @throws {Refusal} unless the blueprint's two conditions hold and every line is on the order, outstanding and in stock
 */
export function writePick(world: World, task: Task, request: PickRequest | AutoPickRequest): void {
  const { sale, fulfilment } = task;
  requireAuthorisedOrder(sale);
  requireOpen('Pick', fulfilment.pick.status);
  const { status, lines } = asked(world.state, task, request);
  requireOutstanding(world.state, task, lines);
  if (status === 'AUTHORISED') {
    requireUnlocked(
      world,
      lines.map(({ locationId }) => locationId),
    );
    requireInStock(world.state, task, lines);
  }
  fulfilment.pick = { status, lines };
  sale.updatedAt = isoNow(world);
  if (status === 'AUTHORISED') publishStageEvent(world, 'Sale/PickAuthorised', sale, fulfilment);
}

function asked(
  state: DearState,
  task: Task,
  request: PickRequest | AutoPickRequest,
): { status: 'DRAFT' | 'AUTHORISED'; lines: StageLineRecord[] } {
  if (!isExplicit(request)) return { status: 'AUTHORISED', lines: allocatedLines(state, task) };
  return { status: request.Status, lines: request.Lines.map((line) => toStageLine(state, line)) };
}

function isExplicit(request: PickRequest | AutoPickRequest): request is PickRequest {
  return request.AutoPickMode !== 'AUTOPICK';
}

/** The quantity of each product that is still to be picked: neither backordered nor picked by another fulfilment. */
function outstanding({ sale, fulfilment }: Task): Map<string, number> {
  const left = new Map<string, number>();
  for (const line of sale.lines.filter((candidate) => !candidate.dropShip)) {
    left.set(line.productId, (left.get(line.productId) ?? 0) + line.quantity - line.backorderQuantity);
  }
  for (const other of sale.fulfilments.filter(({ taskId }) => taskId !== fulfilment.taskId)) {
    for (const line of pickedLines(other))
      left.set(line.productId, (left.get(line.productId) ?? 0) - line.quantity);
  }
  return left;
}

function requireOutstanding(state: DearState, task: Task, lines: readonly StageLineRecord[]): void {
  const left = outstanding(task);
  const partsOfKits = partsOutstanding(state, left);
  for (const [productId, quantity] of sumQuantities(lines, (line) => line.productId)) {
    const { sku } = productById(state, productId);
    const parts = partsOfKits.get(productId);
    const allowed = (left.get(productId) ?? 0) + (parts ?? 0);
    if (parts === undefined && !left.has(productId))
      throw new Refusal(`Product '${sku}' is not on order ${task.sale.orderNumber}`);
    if (quantity > round4(allowed)) {
      throw new Refusal(`Only ${round4(allowed)} of product '${sku}' is left to pick, not ${quantity}`);
    }
  }
}

/** A kit that is assembled while it is picked is picked as its components: the quantity of each. */
function partsOutstanding(state: DearState, left: ReadonlyMap<string, number>): Map<string, number> {
  const parts = [...left].flatMap(([kit, quantity]) => partsFor(productById(state, kit), quantity));
  return sumQuantities(parts, (part) => part.productId);
}

function requireInStock(state: DearState, { sale }: Task, lines: readonly StageLineRecord[]): void {
  if (lines.length === 0) throw new Refusal('A pick without lines cannot be authorised');
  const goods = lines.filter((line) => productById(state, line.productId).type === 'Stock');
  const inWarehouse = (line: StageLineRecord) =>
    warehouseKey(line.productId, getWarehouse(state, line.locationId));
  const perPlace = sumQuantities(goods, toKey);
  const perWarehouse = sumQuantities(goods, inWarehouse);
  const [unpicked, free] = [unpickedStock(state), availableByWarehouse(state, sale)];
  for (const line of goods) {
    const isShort =
      (perPlace.get(toKey(line)) ?? 0) > unpicked(line) ||
      (perWarehouse.get(inWarehouse(line)) ?? 0) > (free.get(inWarehouse(line)) ?? 0);
    if (isShort) {
      const { sku } = productById(state, line.productId);
      throw new Refusal(
        `There is not enough stock of product '${sku}' available at the location of the pick`,
      );
    }
  }
}

/** The lines of a pick of everything: what AUTOPICK would take, and the products of which DEAR keeps no stock. */
export function outstandingLines(state: DearState, task: Task): StageLineRecord[] {
  const { locationId } = task.sale;
  const others = [...outstanding(task)]
    .filter(([productId, quantity]) => quantity > 0 && productById(state, productId).type !== 'Stock')
    .map(([productId, quantity]) => ({ productId, locationId, batch: '', expiry: '', quantity, box: '' }));
  return [...allocatedLines(state, task), ...others];
}

/** AUTOPICK: everything that is allocated to the order and not picked, the batch that expires first. */
function allocatedLines(state: DearState, { sale }: Task): StageLineRecord[] {
  const lines: StageLineRecord[] = [];
  const unpicked = unpickedStock(state);
  const here = state.stock.filter((row) => getWarehouse(state, row.locationId) === sale.locationId);
  const byProduct = Map.groupBy(here, (row) => row.productId);
  for (const [productId, quantity] of unpickedAllocation(state, sale)) {
    let left = quantity;
    const rows = byProduct.get(productId) ?? [];
    for (const row of rows.toSorted((one, other) => one.expiry.localeCompare(other.expiry))) {
      const taken = Math.max(0, Math.min(left, unpicked(row)));
      left = round4(left - taken);
      const { locationId, batch, expiry } = row;
      if (taken > 0) lines.push({ productId, locationId, batch, expiry, quantity: taken, box: '' });
    }
  }
  return lines;
}

/**
 * @param mode POST adds to a draft's lines, PUT replaces them: the blueprint's rule for packs
 * @throws {Refusal} unless the pick is AUTHORISED, the pack is not, and the lines hold the goods that were picked
 */
export function writePack(
  world: World,
  { sale, fulfilment }: Task,
  request: PackRequest,
  mode: 'add' | 'replace',
): void {
  requireAuthorisedOrder(sale);
  if (fulfilment.pick.status !== 'AUTHORISED') {
    throw new Refusal(`Pick is ${fulfilment.pick.status}; it has to be AUTHORISED before goods are packed`);
  }
  requireOpen('Pack', fulfilment.pack.status);
  const added = request.Lines.map((line) => toStageLine(world.state, line));
  const lines = mode === 'add' ? [...fulfilment.pack.lines, ...added] : added;
  requirePicked(world.state, fulfilment, lines);
  if (request.Status === 'AUTHORISED') requireAllPacked(world.state, fulfilment, lines);
  fulfilment.pack = { status: request.Status, lines };
  sale.updatedAt = isoNow(world);
  if (request.Status === 'AUTHORISED') publishStageEvent(world, 'Sale/PackAuthorised', sale, fulfilment);
}

function requirePicked(
  state: DearState,
  fulfilment: FulfilmentRecord,
  lines: readonly StageLineRecord[],
): void {
  const picked = sumQuantities(pickedLines(fulfilment), toKey);
  const packed = sumQuantities(lines, toKey);
  for (const line of lines) {
    const limit = picked.get(toKey(line)) ?? 0;
    const quantity = packed.get(toKey(line)) ?? 0;
    if (quantity <= limit) continue;
    const { sku } = productById(state, line.productId);
    throw new Refusal(
      `${quantity} of product '${sku}' cannot be packed: ${limit} was picked at that location`,
    );
  }
}

/** Services are listed on a pick, but they are not packed. */
function requireAllPacked(
  state: DearState,
  fulfilment: FulfilmentRecord,
  lines: readonly StageLineRecord[],
): void {
  const packed = sumQuantities(lines, toKey);
  for (const [key, quantity] of sumQuantities(pickedLines(fulfilment), toKey)) {
    const [productId = ''] = key.split('|');
    const { sku, type } = productById(state, productId);
    if (type === 'Service' || (packed.get(key) ?? 0) >= quantity) continue;
    throw new Refusal(`Not all picked goods are packed: product '${sku}'`);
  }
}
