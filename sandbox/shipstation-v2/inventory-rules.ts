import * as z from 'zod';
import { notFound, refuse } from './errors.ts';
import type { ShipmentRow, ShipStationState, StockRecord, World } from './state.ts';

const since = { created_at: '2025-11-03T15:00:00Z', updated_at: '2025-11-03T15:00:00Z' };

/** Where stock is counted. The ids differ from the ship-from warehouses, although each of those ships from one of these. */
export const INVENTORY_WAREHOUSES = [
  { inventory_warehouse_id: 'se-5001', name: 'Austin shelves', ...since },
  { inventory_warehouse_id: 'se-5002', name: 'Reno shelves', ...since },
];

/** The default location of a new SKU. */
const FIRST_LOCATION = 'se-6001';

export const INVENTORY_LOCATIONS = [
  { inventory_location_id: FIRST_LOCATION, name: 'AUS-01', inventory_warehouse_id: 'se-5001', ...since },
  { inventory_location_id: 'se-6002', name: 'AUS-02', inventory_warehouse_id: 'se-5001', ...since },
  { inventory_location_id: 'se-6003', name: 'RNO-01', inventory_warehouse_id: 'se-5002', ...since },
];
type InventoryLocation = (typeof INVENTORY_LOCATIONS)[number];

const DRAWS_ON: Readonly<Record<string, string>> = { 'se-1001': 'se-5001', 'se-1002': 'se-5002' };

/** The inventory locations that a ship-from warehouse ships from; none for an unknown warehouse. */
export function locationsFor(shipFrom: string): InventoryLocation[] {
  return INVENTORY_LOCATIONS.filter((place) => place.inventory_warehouse_id === DRAWS_ON[shipFrom]);
}

export function inventoryWarehouseById(id: string) {
  const found = INVENTORY_WAREHOUSES.find(({ inventory_warehouse_id }) => inventory_warehouse_id === id);
  if (found === undefined) throw notFound('inventory warehouse', id);
  return found;
}

export function inventoryLocationById(id: string): InventoryLocation {
  const found = INVENTORY_LOCATIONS.find(({ inventory_location_id }) => inventory_location_id === id);
  if (found === undefined) throw notFound('inventory location', id);
  return found;
}

function requireLocation(id: string): void {
  if (INVENTORY_LOCATIONS.some(({ inventory_location_id }) => inventory_location_id === id)) return;
  throw refuse('invalid_identifier', `There is no inventory location ${id}.`);
}

const condition = z.enum(['sellable', 'damaged', 'expired', 'qa_hold']);
const target = {
  inventory_location_id: z.string().min(1),
  sku: z.string().min(1),
  condition: condition.default('sellable'),
};
const positiveCount = z.int().min(1);

/** One SKU in one inventory location. */
export const inventoryRequest = z.discriminatedUnion('transaction_type', [
  z.looseObject({ ...target, transaction_type: z.enum(['increment', 'decrement']), quantity: positiveCount }),
  z.looseObject({ ...target, transaction_type: z.literal('adjust'), quantity: z.int().min(0) }),
  z.looseObject({
    ...target,
    transaction_type: z.literal('modify'),
    quantity: positiveCount,
    new_inventory_location_id: z.string().min(1).optional(),
    new_condition: condition.optional(),
  }),
]);
type InventoryRequest = z.infer<typeof inventoryRequest>;

/** A person's count of the sellable stock of a SKU. Below 0 where more was shipped than counted. By default it is the location
 * that has the SKU, or the first one. */
export const countRequest = z.strictObject({
  sku: z.string().min(1),
  quantity: z.int(),
  inventoryLocationId: z.string().min(1).optional(),
});

/** Adds, removes or sets stock, or moves it to another location or condition. More than there is cannot be removed. */
export function changeInventory({ state }: World, request: InventoryRequest): void {
  requireLocation(request.inventory_location_id);
  const record = findRecord(state, request);
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
  findRecord(state, { ...record, inventory_location_id, condition: new_condition }).on_hand += quantity;
}

export function countStock(world: World, count: z.infer<typeof countRequest>): StockRecord {
  const { sku, quantity } = count;
  const lies = world.state.stock.find((record) => record.sku === sku && record.condition === 'sellable');
  const place = count.inventoryLocationId ?? lies?.inventory_location_id ?? FIRST_LOCATION;
  const wanted = { sku, inventory_location_id: place, condition: 'sellable' } as const;
  changeInventory(world, { ...wanted, transaction_type: 'adjust', quantity });
  return findRecord(world.state, wanted);
}

/** Adds a record where there is none, so a SKU stays listed with 0. */
function findRecord(state: ShipStationState, wanted: Omit<StockRecord, 'on_hand'>): StockRecord {
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

/**
 * Removes a shipment's goods from the stock of its warehouse, as ShipStation does once there is a label. A shortage is not
 * documented: here the parcel leaves all the same, and stock does not go below 0.
 * @param parcelId the label or fulfillment; voiding it puts the goods back
 */
export function takeOffShelves(
  state: ShipStationState,
  shipment: ShipmentRow,
  parcelId: string,
  shipFrom: string | null | undefined,
): void {
  const places = new Set(locationsFor(shipFrom ?? '').map((place) => place.inventory_location_id));
  const shelves = state.stock.filter(
    ({ condition, inventory_location_id }) => condition === 'sellable' && places.has(inventory_location_id),
  );
  for (const { sku, quantity } of shipment.items) {
    let wanted = quantity ?? 0;
    for (const record of shelves.filter((shelf) => shelf.sku === sku)) {
      const taken = Math.min(wanted, record.on_hand);
      record.on_hand -= taken;
      wanted -= taken;
      const { inventory_location_id } = record;
      state.taken.push({ parcelId, sku: record.sku, inventory_location_id, quantity: taken });
    }
  }
}

/** Puts a parcel's goods back where they came from. */
export function putBack(state: ShipStationState, parcelId: string): void {
  for (const { quantity, ...place } of state.taken.filter((taken) => taken.parcelId === parcelId)) {
    findRecord(state, { ...place, condition: 'sellable' }).on_hand += quantity;
  }
  state.taken = state.taken.filter((taken) => taken.parcelId !== parcelId);
}

/** Stock of a new sandbox. */
export interface OpeningStock {
  readonly sku: string;
  readonly quantity: number;
  /** Ship-from warehouse. An unknown one adds no stock. */
  readonly shipFrom: string;
}

export function openingRecords(stock: readonly OpeningStock[]): StockRecord[] {
  return stock.flatMap(({ sku, quantity, shipFrom }) =>
    locationsFor(shipFrom)
      .slice(0, 1)
      .map(({ inventory_location_id }) => {
        return { sku, inventory_location_id, condition: 'sellable', on_hand: quantity };
      }),
  );
}
