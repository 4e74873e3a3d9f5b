import { Refusal } from './refusal.ts';
import { requireAuthorisedOrder } from './stage-lines.ts';
import { shippedLines } from './stages.ts';
import type { FulfilmentRecord, SaleRecord, StageStatus } from './state.ts';
import { takeFromShelf } from './stock.ts';
import { isoNow, type World } from './world.ts';

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
 * Adds a fulfilment with a draft pick, last. A simple sale becomes an advanced one for good.
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

/** Undo: stages fall back to drafts that keep their lines, and shipped goods are on the shelf again. */
export function reopen(world: World, fulfilment: FulfilmentRecord): void {
  returnToShelf(world, fulfilment);
  for (const stage of [fulfilment.pick, fulfilment.pack, fulfilment.ship]) {
    if (stage.status !== 'NOT AVAILABLE') stage.status = 'DRAFT';
  }
}

/** Void: the stages keep their lines as a record, and shipped goods are on the shelf again. */
export function voidFulfilment(world: World, fulfilment: FulfilmentRecord): void {
  returnToShelf(world, fulfilment);
  for (const stage of [fulfilment.pick, fulfilment.pack, fulfilment.ship]) stage.status = 'VOIDED';
}

export function returnToShelf(world: World, fulfilment: FulfilmentRecord): void {
  for (const line of shippedLines(fulfilment)) takeFromShelf(world.state, line, -line.quantity);
}

export function hasShipped(sale: SaleRecord): boolean {
  return sale.fulfilments.some((fulfilment) => shippedLines(fulfilment).length > 0);
}

export function hasPicked(sale: SaleRecord): boolean {
  return sale.fulfilments.some((fulfilment) => fulfilment.pick.status === 'AUTHORISED');
}
