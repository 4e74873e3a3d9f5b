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
  /** Another product in place of one that is on the order, or its SKU spelt otherwise. */
  products: z
    .array(
      z.strictObject({
        sku: z.string().min(1),
        becomes: z.string().min(1),
        /** Whether the line stays the one that the order came with; what ShipStation keeps of it is not described. */
        keepsLine: z.boolean().default(true),
      }),
    )
    .optional(),
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
    ...(edit.products !== undefined && { items: withProducts(row.items, edit.products) }),
    ...(edit.tags !== undefined && { tags: edit.tags.map((name) => ({ name })) }),
    modified_at: new Date(now).toISOString(),
  });
}

function withProducts(
  items: ShipmentRow['items'],
  products: NonNullable<z.infer<typeof editRequest>['products']>,
): ShipmentRow['items'] {
  return items.map((item) => {
    const edit = products.find(({ sku }) => sku === item.sku);
    if (edit === undefined) return item;
    const lost = edit.keepsLine ? {} : { external_order_id: null, external_order_item_id: null };
    return { ...item, sku: edit.becomes, ...lost };
  });
}

export const holdRequest = z.strictObject({ hold_until_date: z.iso.date().optional() });

/** Nobody ships it until it is released. */
export function holdShipment(
  { state, now }: World,
  id: string,
  { hold_until_date }: z.infer<typeof holdRequest>,
): ShipmentRow {
  const row = shipmentById(state, id);
  requirePending(row, 'held');
  return Object.assign(row, {
    shipment_status: 'on_hold',
    hold_until_date: hold_until_date ?? null,
    modified_at: new Date(now).toISOString(),
  });
}

export function releaseShipment({ state, now }: World, id: string): ShipmentRow {
  const row = shipmentById(state, id);
  if (row.shipment_status !== 'on_hold') throw refuse('invalid_status', 'The shipment is not on hold.');
  return Object.assign(row, {
    shipment_status: 'pending',
    hold_until_date: null,
    modified_at: new Date(now).toISOString(),
  });
}
