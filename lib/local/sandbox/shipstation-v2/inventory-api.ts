import { Hono } from 'hono';
import { jsonOf, listAnswer } from './api-context.ts';
import { parseRequest } from './api-error.ts';
import type { SandboxEnv } from './gate.ts';
import { listLevels } from './inventory-levels.ts';
import {
  INVENTORY_LOCATIONS,
  INVENTORY_WAREHOUSES,
  inventoryLocationById,
  inventoryWarehouseById,
} from './inventory-places.ts';
import { changeInventory, inventoryRequest } from './inventory-rules.ts';
import { matches } from './listing.ts';
import { listProducts } from './products.ts';
import type { Store } from './store.ts';

/** The paths of stock under `/v2`. Places are the account's furniture: they are neither made nor changed here. */
export function inventoryPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/inventory', (c) => {
      const { inventoryPageSize = 'page_size' } = store.state().settings;
      return listAnswer(c, 'inventory', listLevels(store.state(), c.req.query()), inventoryPageSize);
    })
    .get('/products', (c) => listAnswer(c, 'products', listProducts(store.state(), c.req.query())))
    .post('/inventory', async (c) => {
      const request = parseRequest(inventoryRequest, await jsonOf(c));
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
