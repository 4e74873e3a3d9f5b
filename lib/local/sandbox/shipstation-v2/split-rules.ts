import * as z from 'zod';
import { refuse } from './api-error.ts';
import { requirePending, shipmentById, shipmentRow } from './shipment-rules.ts';
import { newId, type ShipmentRow, type World } from './state.ts';

/** How many lines each part gets. */
export const splitRequest = z.strictObject({ itemsPerPart: z.int().min(1) });

/**
 * What a packer does on ShipStation's screen. The first part stays on the shipment; each other part is a new shipment that
 * is based on it: the same `external_order_id`, but a number and an external id of its own.
 */
export function splitShipment({ state, now }: World, id: string, itemsPerPart: number): ShipmentRow[] {
  const row = shipmentById(state, id);
  requirePending(row, 'split');
  if (row.items.length <= itemsPerPart)
    throw refuse('invalid_field_value', 'There are too few items to split.');
  const parts = chunk(row.items, itemsPerPart);
  const [kept = [], ...moved] = parts;
  row.items = kept;
  row.modified_at = new Date(now).toISOString();
  const added = moved.map((items, index) => {
    const identity = { external_shipment_id: null, shipment_number: `${row.shipment_number}-${index + 2}` };
    return shipmentRow(newId(state), { ...row, ...identity, items }, now, row.sales_order_id);
  });
  state.shipments.push(...added);
  return [row, ...added];
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, part) => items.slice(part * size, (part + 1) * size));
}
