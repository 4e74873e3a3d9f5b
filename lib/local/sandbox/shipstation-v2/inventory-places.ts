import { notFound, refuse } from './api-error.ts';

const since = { created_at: '2025-11-03T15:00:00Z', updated_at: '2025-11-03T15:00:00Z' };

/** Where stock is counted: other ids than the ship-from warehouses have, although each of those draws on one of these. */
export const INVENTORY_WAREHOUSES = [
  { inventory_warehouse_id: 'se-5001', name: 'Austin shelves', ...since },
  { inventory_warehouse_id: 'se-5002', name: 'Reno shelves', ...since },
];

/** Where goods of a new SKU are put unless somebody says otherwise. */
export const FIRST_LOCATION = 'se-6001';

export const INVENTORY_LOCATIONS = [
  { inventory_location_id: FIRST_LOCATION, name: 'AUS-01', inventory_warehouse_id: 'se-5001', ...since },
  { inventory_location_id: 'se-6002', name: 'AUS-02', inventory_warehouse_id: 'se-5001', ...since },
  { inventory_location_id: 'se-6003', name: 'RNO-01', inventory_warehouse_id: 'se-5002', ...since },
];
export type InventoryLocation = (typeof INVENTORY_LOCATIONS)[number];

const DRAWS_ON: Readonly<Record<string, string>> = { 'se-1001': 'se-5001', 'se-1002': 'se-5002' };

/** The places of the warehouse that a ship-from warehouse draws on; none where there is no such ship-from warehouse. */
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

export function requireLocation(id: string): void {
  if (INVENTORY_LOCATIONS.some(({ inventory_location_id }) => inventory_location_id === id)) return;
  throw refuse('invalid_identifier', `There is no inventory location ${id}.`);
}
