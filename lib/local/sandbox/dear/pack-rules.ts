import { publishStageEvent } from './events.ts';
import { productById, type Task } from './lookup.ts';
import { Refusal } from './refusal.ts';
import type { PackRequest } from './requests.ts';
import { requireAuthorisedOrder, requireOpen, toStageLine, totals } from './stage-lines.ts';
import { pickedLines } from './stages.ts';
import type { DearState, FulfilmentRecord, StageLineRecord } from './state.ts';
import { keyOf } from './stock.ts';
import { isoNow, type World } from './world.ts';

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
  const picked = totals(pickedLines(fulfilment), keyOf);
  const packed = totals(lines, keyOf);
  for (const line of lines) {
    const limit = picked.get(keyOf(line)) ?? 0;
    const quantity = packed.get(keyOf(line)) ?? 0;
    if (quantity <= limit) continue;
    const { sku } = productById(state, line.productId);
    throw new Refusal(
      `${quantity} of product '${sku}' cannot be packed: ${limit} was picked at that location`,
    );
  }
}

/** Save the services: they are listed, and nobody can put them in a box. */
function requireAllPacked(
  state: DearState,
  fulfilment: FulfilmentRecord,
  lines: readonly StageLineRecord[],
): void {
  const packed = totals(lines, keyOf);
  for (const [key, quantity] of totals(pickedLines(fulfilment), keyOf)) {
    const [productId = ''] = key.split('|');
    const { sku, type } = productById(state, productId);
    if (type === 'Service' || (packed.get(key) ?? 0) >= quantity) continue;
    throw new Refusal(`Not all picked goods are packed: product '${sku}'`);
  }
}
