import * as z from 'zod';
import { refuse } from './api-error.ts';
import { originOf, requirePending, requireWarehouse, shipmentById } from './shipment-rules.ts';
import type { ShipmentRow, World } from './state.ts';

/** What a packer decides on ShipStation's screen; what is left out stays. */
export const editRequest = z.strictObject({
  warehouseId: z.string().min(1).optional(),
  carrierId: z.string().min(1).optional(),
  serviceCode: z.string().min(1).optional(),
  tags: z.array(z.string().min(1)).optional(),
  /** Of the first package, in centimetres. */
  dimensions: z.strictObject({ length: z.number(), width: z.number(), height: z.number() }).optional(),
});

export function editShipment(
  { state, now }: World,
  id: string,
  edit: z.infer<typeof editRequest>,
): ShipmentRow {
  const row = shipmentById(state, id);
  requirePending(row, 'changed');
  requireWarehouse(edit.warehouseId);
  const [box] = row.packages;
  if (edit.dimensions !== undefined && box !== undefined) {
    Object.assign(box, { dimensions: { unit: 'centimeter', ...edit.dimensions } });
  }
  return Object.assign(row, {
    ...(edit.warehouseId !== undefined && originOf({ warehouse_id: edit.warehouseId })),
    ...(edit.carrierId !== undefined && { carrier_id: edit.carrierId }),
    ...(edit.serviceCode !== undefined && { service_code: edit.serviceCode }),
    ...(edit.tags !== undefined && { tags: edit.tags.map((name) => ({ name })) }),
    modified_at: new Date(now).toISOString(),
  });
}

/** Nobody ships it until it is released. */
export function holdShipment({ state, now }: World, id: string): ShipmentRow {
  const row = shipmentById(state, id);
  requirePending(row, 'held');
  return Object.assign(row, { shipment_status: 'on_hold', modified_at: new Date(now).toISOString() });
}

export function releaseShipment({ state, now }: World, id: string): ShipmentRow {
  const row = shipmentById(state, id);
  if (row.shipment_status !== 'on_hold') throw refuse('invalid_status', 'The shipment is not on hold.');
  return Object.assign(row, { shipment_status: 'pending', modified_at: new Date(now).toISOString() });
}
