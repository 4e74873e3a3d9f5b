import * as z from 'zod';
import { refuse } from './api-error.ts';
import { requirePending, shipmentById } from './shipment-rules.ts';
import { newId, type ShipmentRow, type World } from './state.ts';

export const mergeRequest = z.strictObject({ shipment_ids: z.array(z.string().min(1)).min(2) });

/**
 * What a packer does on ShipStation's screen with orders of one customer: one shipment holds the items of all, and the merged
 * ones are deleted. Whether it keeps an identifier of one of them is not described: here it keeps the first one's number.
 */
export function mergeShipments(
  { state, now }: World,
  { shipment_ids }: z.infer<typeof mergeRequest>,
): ShipmentRow {
  const rows = shipment_ids.map((id) => shipmentById(state, id));
  const [first] = rows;
  if (first === undefined) throw refuse('invalid_field_value', 'There is nothing to merge.');
  for (const row of rows) requirePending(row, 'merged');
  const time = new Date(now).toISOString();
  const merged: ShipmentRow = {
    ...first,
    shipment_id: newId(state),
    external_shipment_id: null,
    external_order_id: null,
    sales_order_ids: rows.flatMap((row) => row.sales_order_ids),
    items: rows.flatMap((row) => row.items),
    created_at: time,
    modified_at: time,
  };
  state.shipments = [...state.shipments.filter((row) => !rows.includes(row)), merged];
  return merged;
}

/** No call and no list shows it any more. */
export function deleteShipment({ state }: World, id: string): void {
  const row = shipmentById(state, id);
  if (row.shipment_status === 'label_purchased') {
    throw refuse('invalid_status', 'A shipment that left cannot be deleted.');
  }
  state.shipments = state.shipments.filter((one) => one !== row);
}

/** What was cancelled by mistake is to be shipped after all. */
export function restoreShipment({ state, now }: World, id: string): ShipmentRow {
  const row = shipmentById(state, id);
  if (row.shipment_status !== 'cancelled') throw refuse('invalid_status', 'The shipment is not cancelled.');
  return Object.assign(row, { shipment_status: 'pending', modified_at: new Date(now).toISOString() });
}
