import type { CatalogueItem } from '../../domain/catalogue-item.ts';
import { OperatorActionNeeded } from '../../domain/errors.ts';
import type { StockReport } from '../../domain/stock-report.ts';
import type { InventoryClient } from './inventory-client.ts';
import { readLinkedPages } from './linked-pages.ts';
import type { InventoryLevel } from './schemas.ts';

export interface InventoryNeeds {
  readonly client: InventoryClient;
  /** The connection's id. */
  readonly system: string;
  /** The only inventory warehouse whose stock counts; undefined: all of the account's. */
  readonly warehouseId: string | undefined;
  readonly pageSize: number;
  wait(milliseconds: number): Promise<unknown>;
}

/**
 * ShipStation's list of stock, which is also the only list of SKUs that its V2 API has. A row for each inventory location is
 * given as it is, so a SKU in several of them comes in several rows. It knows lots, but does not list them.
 */
export function inventoryReader({ client, system, warehouseId, pageSize, wait }: InventoryNeeds) {
  const levels = (warehouse: string | undefined) => {
    const query = new URLSearchParams({ limit: String(pageSize) });
    if (warehouse !== undefined) query.set('inventory_warehouse_id', warehouse);
    return readLinkedPages({ first: query.toString(), read: client.levels, wait });
  };

  return {
    /** An id that is not there would give an empty list, as if nothing were in stock; so it is looked up first. */
    async *stock(): AsyncGenerator<readonly StockReport[]> {
      if (warehouseId !== undefined && !(await client.hasWarehouse(warehouseId))) {
        throw noSuchWarehouse(system, warehouseId);
      }
      for await (const rows of levels(warehouseId)) {
        const own = rows.filter(
          (row) => row.inventory_warehouse_id === (warehouseId ?? row.inventory_warehouse_id),
        );
        yield own.map(toStockReport);
      }
    },
    /** Of every warehouse of the account: a SKU that lies elsewhere is known all the same. */
    async *catalogue(): AsyncGenerator<readonly CatalogueItem[]> {
      for await (const rows of levels(undefined)) yield rows.map(({ sku }) => ({ sku, name: '' }));
    },
  };
}

/** `on_hand` includes what is allocated: `available` is what is left without it. */
function toStockReport({ sku, on_hand }: InventoryLevel): StockReport {
  return { sku, onHand: on_hand, batch: '', expiry: '' };
}

function noSuchWarehouse(system: string, id: string): OperatorActionNeeded {
  const words = `ShipStation has no inventory warehouse ${id}: correct inventoryWarehouseId to an id of GET /v2/inventory_warehouses`;
  // A log line gives the operation and never the words, and must name the setting that is wrong.
  return new OperatorActionNeeded({
    system,
    operation: `list inventory of inventoryWarehouseId ${id}`,
    words,
  });
}
