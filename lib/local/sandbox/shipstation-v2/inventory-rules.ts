import * as z from 'zod';
import { refuse } from './api-error.ts';
import { FIRST_LOCATION, requireLocation } from './inventory-places.ts';
import type { ShipStationState, StockRecord, World } from './state.ts';

const condition = z.enum(['sellable', 'damaged', 'expired', 'qa_hold']);
const target = {
  inventory_location_id: z.string().min(1),
  sku: z.string().min(1),
  condition: condition.default('sellable'),
};
const some = z.int().min(1);

/** One SKU in one place. */
export const inventoryRequest = z.discriminatedUnion('transaction_type', [
  z.looseObject({ ...target, transaction_type: z.enum(['increment', 'decrement']), quantity: some }),
  z.looseObject({ ...target, transaction_type: z.literal('adjust'), quantity: z.int().min(0) }),
  z.looseObject({
    ...target,
    transaction_type: z.literal('modify'),
    quantity: some,
    new_inventory_location_id: z.string().min(1).optional(),
    new_condition: condition.optional(),
  }),
]);
type InventoryRequest = z.infer<typeof inventoryRequest>;

/** What a person counts: how much of a SKU is sellable, where it lies already or in the account's first place. Below 0 where more left than was counted. */
export const countRequest = z.strictObject({
  sku: z.string().min(1),
  quantity: z.int(),
  inventoryLocationId: z.string().min(1).optional(),
});

/** Adds, takes away, sets, or moves to another place or condition. What is not there cannot be taken, not even a part. */
export function changeInventory({ state }: World, request: InventoryRequest): void {
  requireLocation(request.inventory_location_id);
  const record = recordOf(state, request);
  const { quantity } = request;
  if (request.transaction_type === 'modify') move(state, record, request);
  else if (request.transaction_type === 'increment') record.on_hand += quantity;
  else if (request.transaction_type === 'decrement') take(record, quantity);
  else record.on_hand = quantity;
}

function move(
  state: ShipStationState,
  record: StockRecord,
  request: Extract<InventoryRequest, { transaction_type: 'modify' }>,
): void {
  const { quantity, new_condition = record.condition } = request;
  const inventory_location_id = request.new_inventory_location_id ?? record.inventory_location_id;
  requireLocation(inventory_location_id);
  take(record, quantity);
  recordOf(state, { ...record, inventory_location_id, condition: new_condition }).on_hand += quantity;
}

export function countStock(world: World, count: z.infer<typeof countRequest>): StockRecord {
  const { sku, quantity } = count;
  const lies = world.state.stock.find((record) => record.sku === sku && record.condition === 'sellable');
  const place = count.inventoryLocationId ?? lies?.inventory_location_id ?? FIRST_LOCATION;
  const wanted = { sku, inventory_location_id: place, condition: 'sellable' } as const;
  changeInventory(world, { ...wanted, transaction_type: 'adjust', quantity });
  return recordOf(world.state, wanted);
}

/** Made where there is none, so that a SKU that was ever there stays listed, with 0. */
export function recordOf(state: ShipStationState, wanted: Omit<StockRecord, 'on_hand'>): StockRecord {
  const { sku, inventory_location_id, condition } = wanted;
  const found = state.stock.find(
    (record) =>
      record.sku === sku &&
      record.inventory_location_id === inventory_location_id &&
      record.condition === condition,
  );
  if (found !== undefined) return found;
  const record = { sku, inventory_location_id, condition, on_hand: 0 };
  state.stock.push(record);
  return record;
}

function take(record: StockRecord, quantity: number): void {
  if (record.on_hand < quantity) {
    throw refuse('invalid_field_value', `quantity: there are ${record.on_hand} of ${record.sku}.`);
  }
  record.on_hand -= quantity;
}
