import { Hono } from 'hono';
import * as z from 'zod';
import { listAnswer, parseBody, type SandboxEnv } from './api-middleware.ts';
import { parseRequest } from './errors.ts';
import {
  changeInventory,
  INVENTORY_LOCATIONS,
  INVENTORY_WAREHOUSES,
  inventoryLocationById,
  inventoryRequest,
  inventoryWarehouseById,
  locationsFor,
} from './inventory-rules.ts';
import { type Filters, matches } from './lists.ts';
import type { ShipStationState, Store } from './state.ts';

/** A row of `GET /v2/inventory`. */
export interface InventoryLevelRow {
  sku: string;
  on_hand: number;
  allocated: number;
  available: number;
  average_cost: { amount: number; currency: string };
  inventory_warehouse_id: string;
  /** null where rows are grouped by warehouse. */
  inventory_location_id: string | null;
}

const grouping = z.enum(['warehouse', 'location']).default('location');
const FIELDS = ['sku', 'inventory_warehouse_id', 'inventory_location_id'];

/** By state, which every change replaces: a list of 100,000 rows is built once and not for each page. */
const levelsByState = new WeakMap<ShipStationState, Map<string, readonly InventoryLevelRow[]>>();

/** @throws {ZodError} for an unknown grouping */
function listLevels(state: ShipStationState, filters: Filters): readonly InventoryLevelRow[] {
  const group = grouping.parse(filters.group_by);
  const key = JSON.stringify([group, ...FIELDS.map((field) => filters[field])]);
  const lists = levelsByState.get(state) ?? new Map<string, readonly InventoryLevelRow[]>();
  levelsByState.set(state, lists);
  const rows = lists.get(key) ?? getLevels(state, filters, group);
  lists.set(key, rows);
  return rows;
}

function getLevels(
  state: ShipStationState,
  filters: Filters,
  group: z.infer<typeof grouping>,
): InventoryLevelRow[] {
  const rows = byLocation(state).filter((row) => matches(filters, row, FIELDS));
  return group === 'location' ? rows : byWarehouse(rows);
}

/** Sellable stock only. Whether ShipStation counts damaged goods too is not documented. */
function byLocation(state: ShipStationState): InventoryLevelRow[] {
  const waiting = allocations(state);
  return state.stock
    .filter(({ condition }) => condition === 'sellable')
    .map(({ sku, on_hand, inventory_location_id }) => {
      const inventory_warehouse_id = WAREHOUSE_BY_LOCATION.get(inventory_location_id) ?? '';
      const key = `${inventory_warehouse_id} ${sku}`;
      const allocated = Math.min(waiting.get(key) ?? 0, on_hand);
      waiting.set(key, (waiting.get(key) ?? 0) - allocated);
      return {
        sku,
        on_hand,
        allocated,
        available: on_hand - allocated,
        average_cost: { amount: 0, currency: 'USD' },
        inventory_warehouse_id,
        inventory_location_id,
      };
    });
}

function byWarehouse(rows: readonly InventoryLevelRow[]): InventoryLevelRow[] {
  const sums = new Map<string, InventoryLevelRow>();
  for (const row of rows) {
    const key = `${row.inventory_warehouse_id} ${row.sku}`;
    const sum = sums.get(key) ?? {
      ...row,
      on_hand: 0,
      allocated: 0,
      available: 0,
      inventory_location_id: null,
    };
    sum.on_hand += row.on_hand;
    sum.allocated += row.allocated;
    sum.available += row.available;
    sums.set(key, sum);
  }
  return [...sums.values()];
}

const WAREHOUSE_BY_LOCATION = new Map(
  INVENTORY_LOCATIONS.map((place) => [place.inventory_location_id, place.inventory_warehouse_id]),
);

/** The quantities to be shipped, by inventory warehouse and SKU. */
function allocations({ shipments }: ShipStationState): Map<string, number> {
  const waiting = new Map<string, number>();
  for (const { shipment_status, warehouse_id, items } of shipments) {
    if (shipment_status !== 'pending' && shipment_status !== 'on_hold') continue;
    const [place] = locationsFor(warehouse_id ?? '');
    for (const { sku, quantity } of items) {
      const key = `${place?.inventory_warehouse_id} ${sku}`;
      waiting.set(key, (waiting.get(key) ?? 0) + (quantity ?? 0));
    }
  }
  return waiting;
}

/** A row of `GET /v2/products`. */
interface ProductRow {
  readonly product_id: number;
  readonly sku: string;
  readonly name: string;
  readonly active: boolean;
}

const FIRST_ID = 10_700_000;

/** Every SKU that was ever in stock. Every account has the list, with or without the Inventory add-on. */
function listProducts(state: ShipStationState, filters: Filters): ProductRow[] {
  const skus = [...new Set(state.stock.map(({ sku }) => sku))];
  const rows = skus.map((sku, index) => ({ product_id: FIRST_ID + index, sku, name: sku, active: true }));
  return rows.filter((row) => matches(filters, row, ['sku', 'name']) && filters.active !== 'false');
}

/** The inventory paths under `/v2`. Warehouses and locations are fixed. */
export function inventoryPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/inventory', (c) => {
      const { inventoryPageSize = 'page_size' } = store.state().settings;
      return listAnswer(c, 'inventory', listLevels(store.state(), c.req.query()), inventoryPageSize);
    })
    .get('/products', (c) => listAnswer(c, 'products', listProducts(store.state(), c.req.query())))
    .post('/inventory', async (c) => {
      const request = parseRequest(inventoryRequest, await parseBody(c));
      store.change((world) => changeInventory(world, request));
      return c.body(null, 204);
    })
    .get('/inventory_warehouses', (c) => listAnswer(c, 'inventory_warehouses', INVENTORY_WAREHOUSES))
    .get('/inventory_warehouses/:id', (c) => c.json(inventoryWarehouseById(c.req.param('id'))))
    .get('/inventory_locations', (c) => {
      const wanted = (place: object) => matches(c.req.query(), place, ['inventory_warehouse_id']);
      return listAnswer(c, 'inventory_locations', INVENTORY_LOCATIONS.filter(wanted));
    })
    .get('/inventory_locations/:id', (c) => c.json(inventoryLocationById(c.req.param('id'))));
}
