import { current as snapshotOf } from 'immer';
import * as z from 'zod';
import { refuse } from './api-error.ts';
import { requirePending, shipmentById } from './shipment-rules.ts';
import { newId, type ShipmentRow, type World } from './state.ts';

export const splitRequest = z.strictObject({
  /** How many lines each part gets. */
  itemsPerPart: z.int().min(1),
  /**
   * What the parts lose beside what live accounts were seen to lose. Those orders were made on screens; what becomes of an
   * order that came by the API is not known.
   */
  loses: z
    .array(
      z.enum(['external_shipment_id', 'external_order_id', 'items.external_order_id', 'sales_order_ids']),
    )
    .default([]),
});
type SplitRequest = z.infer<typeof splitRequest>;

/**
 * What a packer does on ShipStation's screen. The first part stays on the shipment; each other part is a new shipment. All
 * share its number and its sales order; the new ones have no external id, and no item names its sales order any more.
 */
export function splitShipment({ state, now }: World, id: string, request: SplitRequest): ShipmentRow[] {
  const { itemsPerPart, loses } = request;
  const row = shipmentById(state, id);
  requirePending(row, 'split');
  if (row.items.length <= itemsPerPart)
    throw refuse('invalid_field_value', 'There are too few items to split.');
  const time = new Date(now).toISOString();
  const [kept = [], ...moved] = chunk(partItems(row, loses), itemsPerPart);
  const lost = lostOf(loses);
  const added = moved.map((items) => {
    const own = {
      shipment_id: newId(state),
      external_shipment_id: null,
      created_at: time,
      modified_at: time,
    };
    return { ...structuredClone(snapshotOf(row)), ...lost, ...own, items };
  });
  Object.assign(row, { ...lost, items: kept, modified_at: time });
  state.shipments.push(...added);
  return [row, ...added];
}

function partItems({ items }: ShipmentRow, loses: SplitRequest['loses']): ShipmentRow['items'] {
  const lost = loses.includes('items.external_order_id') ? { external_order_id: null } : {};
  return items.map((item) => ({ ...item, sales_order_id: null, ...lost }));
}

function lostOf(loses: SplitRequest['loses']): Partial<ShipmentRow> {
  return {
    ...(loses.includes('external_shipment_id') && { external_shipment_id: null }),
    ...(loses.includes('external_order_id') && { external_order_id: null }),
    ...(loses.includes('sales_order_ids') && { sales_order_ids: [] }),
  };
}

function chunk<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, part) => items.slice(part * size, (part + 1) * size));
}
