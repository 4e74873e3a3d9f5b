import { current as snapshotOf } from 'immer';
import * as z from 'zod';
import { refuse } from './errors.ts';
import { getOrigin, requirePending, requireWarehouse, shipmentById, totalWeight } from './shipment-rules.ts';
import { newId, type ShipmentRow, type World } from './state.ts';

/** What a packer changes on ShipStation's screen. Omitted fields stay. */
export const editRequest = z.strictObject({
  warehouseId: z.string().min(1).optional(),
  carrierId: z.string().min(1).optional(),
  serviceCode: z.string().min(1).optional(),
  tags: z.array(z.string().min(1)).optional(),
  /** Of the first package, in centimetres. */
  dimensions: z.strictObject({ length: z.number(), width: z.number(), height: z.number() }).optional(),
  /** Of the first package, weighed. */
  weightGrams: z.number().positive().optional(),
  /** Replaces a product of the order by another, or changes the spelling of its SKU. */
  products: z
    .array(
      z.strictObject({
        sku: z.string().min(1),
        becomes: z.string().min(1),
        /** Whether the line keeps its external ids. What ShipStation does is not documented. */
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
  if (edit.weightGrams !== undefined && box !== undefined) {
    Object.assign(box, { weight: { value: edit.weightGrams, unit: 'gram' } });
    row.total_weight = totalWeight(row.packages);
  }
  return Object.assign(row, {
    ...(edit.warehouseId !== undefined && getOrigin({ warehouse_id: edit.warehouseId })),
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

export const mergeRequest = z.strictObject({ shipment_ids: z.array(z.string().min(1)).min(2) });

/**
 * What a packer does on ShipStation's screen with orders of one customer: one new shipment has the items of all, and the
 * others are deleted. Which identifiers it keeps is not documented: here it keeps the number of the first.
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

/** Afterwards no call and no list returns it. */
export function deleteShipment({ state }: World, id: string): void {
  const row = shipmentById(state, id);
  if (row.shipment_status === 'label_purchased') {
    throw refuse('invalid_status', 'A shipped shipment cannot be deleted.');
  }
  state.shipments = state.shipments.filter((one) => one !== row);
}

/** Reverses a cancellation. */
export function restoreShipment({ state, now }: World, id: string): ShipmentRow {
  const row = shipmentById(state, id);
  if (row.shipment_status !== 'cancelled') throw refuse('invalid_status', 'The shipment is not cancelled.');
  return Object.assign(row, { shipment_status: 'pending', modified_at: new Date(now).toISOString() });
}

export const splitRequest = z.strictObject({
  /** The number of lines in each part. */
  itemsPerPart: z.int().min(1).optional(),
  /** In place of that: the goods that stay. The rest is one part. */
  keeps: z
    .array(z.strictObject({ sku: z.string(), quantity: z.number().positive() }))
    .min(1)
    .optional(),
  /**
   * Further fields that the parts lose. Live accounts lost others, of orders that were created on screens; what happens to
   * an order from the API is not known.
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
 * share number and sales order. The new ones have no external id, and no item names its sales order.
 */
export function splitShipment({ state, now }: World, id: string, request: SplitRequest): ShipmentRow[] {
  const { itemsPerPart = 1, keeps, loses } = request;
  const row = shipmentById(state, id);
  requirePending(row, 'split');
  const items = partItems(row, loses);
  const [kept = [], ...moved] = keeps === undefined ? chunk(items, itemsPerPart) : divide(items, keeps);
  if (kept.length === 0 || moved.length === 0)
    throw refuse('invalid_field_value', 'There are too few items to split.');
  const time = new Date(now).toISOString();
  const lost = getLost(loses);
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

/** Charges stay with the goods that stay. */
function divide(
  items: ShipmentRow['items'],
  keeps: NonNullable<SplitRequest['keeps']>,
): ShipmentRow['items'][] {
  const there = new Map(keeps.map(({ sku, quantity }) => [sku, quantity]));
  const moved: ShipmentRow['items'] = [];
  const kept = items.flatMap((item) => {
    const { sku, quantity: all } = item;
    if (!sku || !all) return [item];
    const quantity = Math.min(all, there.get(sku) ?? 0);
    there.set(sku, (there.get(sku) ?? 0) - quantity);
    if (quantity < all) moved.push({ ...item, quantity: all - quantity });
    return quantity > 0 ? [{ ...item, quantity }] : [];
  });
  return moved.length > 0 ? [kept, moved] : [kept];
}

function getLost(loses: SplitRequest['loses']): Partial<ShipmentRow> {
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
