import { publishSaleEvent } from './events.ts';
import { returnToShelf } from './fulfilment-rules.ts';
import type { Task } from './lookup.ts';
import { Refusal } from './refusal.ts';
import { fillBackorders } from './stock.ts';
import { isoNow, type World } from './world.ts';

export const STAGES = ['pick', 'pack', 'ship'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * What only a person can do, in the screens: the stage and those after it fall back to drafts that keep their lines,
 * and shipped goods are on the shelf again. The event does not say which stage it was.
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
