import { publish } from '../events.ts';
import type { DearState } from '../state.ts';
import type { World } from '../store.ts';
import { availability } from './stock.ts';
import { availabilityRow } from './wire-reference.ts';

const TYPE = 'Stock/AvailableStockLevelChanged';

/** Runs after every change: one bare array with all rows of each product whose levels changed. Costs nothing without a
 * subscriber. */
export function publishStockChanges(before: DearState, world: World): void {
  const { state } = world;
  if (!state.webhooks.some((webhook) => webhook.isActive && webhook.type === TYPE)) return;
  const levelsBefore = levels(before);
  const levelsNow = levels(state);
  for (const product of state.products) {
    const rows = levelsNow.get(product.id) ?? [];
    if (JSON.stringify(rows) === JSON.stringify(levelsBefore.get(product.id) ?? [])) continue;
    const payload = rows.map(({ InTransit: _, NextDeliveryDate: __, ...row }) => ({
      ...row,
      Category: product.category,
      MaxRows: rows.length,
    }));
    publish(world, TYPE, payload);
  }
}

function levels(state: DearState) {
  return Map.groupBy(
    availability(state).map((row) => availabilityRow(state, row)),
    (row) => row.ID,
  );
}
