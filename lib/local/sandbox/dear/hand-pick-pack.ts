import type { HandLine, HandPack, HandPick } from './hand-inputs.ts';
import { fullName, locationById, placeOf, productById, productBySku } from './lookup.ts';
import { writePack } from './pack-rules.ts';
import { outstandingLines, writePick } from './pick-rules.ts';
import type { StageLineRequest } from './requests.ts';
import { pickedLines } from './stages.ts';
import type { DearState, SaleRecord, StageLineRecord } from './state.ts';
import { taskAt } from './task-at.ts';
import type { World } from './world.ts';

/** A pick of everything that the order still wants, from the sale's location, unless the person names lines. */
export function pickByHand(world: World, sale: SaleRecord, typed: HandPick): void {
  const { state } = world;
  const task = taskAt(sale, 'pick', typed.fulfilment);
  const { name } = locationById(state, sale.locationId);
  const Lines = typed.lines
    ? typed.lines.map((line) => toRequestLine(line, name))
    : outstandingLines(state, task).map((line) => again(state, line));
  writePick(world, task, { TaskID: task.fulfilment.taskId, Status: typed.status, Lines });
}

/** A pack of all picked goods, in one box for each location, unless the person names lines. Services are in no box. */
export function packByHand(world: World, sale: SaleRecord, typed: HandPack): void {
  const { state } = world;
  const task = taskAt(sale, 'pack', typed.fulfilment);
  const picked = pickedLines(task.fulfilment);
  const goods = picked.filter((line) => productById(state, line.productId).type !== 'Service');
  const boxAt = boxNames(sale, goods);
  const lines = typed.lines
    ? typed.lines.map((line) => ({ ...toRequestLine(line, placeOfPick(state, picked, line)), Box: line.box }))
    : goods.map((line) => ({ ...again(state, line), Box: undefined }));
  const Lines = lines.map((line) => ({ ...line, Box: line.Box ?? boxAt(placeOf(state, line).id) }));
  writePack(world, task, { TaskID: task.fulfilment.taskId, Status: typed.status, Lines }, 'replace');
}

/** `Box 1`, `Box 2` … by location, counted on from the sale's other fulfilments so that no two boxes share a name. */
function boxNames(sale: SaleRecord, goods: readonly StageLineRecord[]): (locationId: string) => string {
  const others = sale.fulfilments.flatMap((fulfilment) =>
    fulfilment.pack.status === 'AUTHORISED' ? fulfilment.pack.lines : [],
  );
  const used = new Set(others.map(({ box }) => box)).size;
  const places = [...new Set(goods.map(({ locationId }) => locationId))];
  return (locationId) => `Box ${used + 1 + Math.max(0, places.indexOf(locationId))}`;
}

function placeOfPick(state: DearState, picked: readonly StageLineRecord[], { sku, batch }: HandLine): string {
  const { id } = productBySku(state, sku);
  const line = picked.find((one) => one.productId === id && (batch === undefined || one.batch === batch));
  return line === undefined ? '' : fullName(state, locationById(state, line.locationId));
}

function toRequestLine({ sku, quantity, location, batch }: HandLine, usual: string): StageLineRequest {
  return { SKU: sku, Quantity: quantity, Location: location ?? usual, BatchSN: batch };
}

function again(state: DearState, line: StageLineRecord): StageLineRequest {
  const { sku } = productById(state, line.productId);
  return { SKU: sku, LocationID: line.locationId, Quantity: line.quantity, BatchSN: line.batch };
}
