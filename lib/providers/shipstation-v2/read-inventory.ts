import type { CatalogueItem } from '../../domain/catalogue-item.ts';
import { OperatorActionNeeded, Unavailable } from '../../domain/errors.ts';
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
 * ShipStation's list of stock, and its list of products, which needs no Inventory add-on. A row for each inventory location is
 * given as it is, so a SKU in several of them comes in several rows. It knows lots, but does not list them.
 */
export function inventoryReader({ client, system, warehouseId, pageSize, wait }: InventoryNeeds) {
  const levels = (warehouse: string | undefined) => {
    const query = new URLSearchParams(sizeOf(pageSize));
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
        yield rows.flatMap((row) => toStockReport(row, warehouseId));
      }
    },
    /** Of its products; of the stock of every warehouse where the account does not list products. */
    async *catalogue(): AsyncGenerator<readonly CatalogueItem[]> {
      const first = new URLSearchParams({ page_size: String(pageSize), page: '1' }).toString();
      const began = await client.products(first);
      if (began === null) {
        for await (const rows of levels(undefined)) yield rows.map(({ sku }) => ({ sku, name: '' }));
        return;
      }
      const read = async (query: string) =>
        query === first ? began : ((await client.products(query)) ?? missingPage(system));
      for await (const rows of readLinkedPages({ first, read, wait }))
        yield rows.filter(({ sku }) => sku !== '');
    },
  };
}

/** The newest description pages this list by `page_size`, that of 2025 by `limit`; each ignores what it does not know. */
function sizeOf(pageSize: number): { limit: string; page_size: string } {
  return { limit: String(pageSize), page_size: String(pageSize) };
}

/** `on_hand` includes what is allocated: `available` is what is left without it. */
function toStockReport(row: InventoryLevel, warehouseId: string | undefined): StockReport[] {
  const { sku, on_hand, inventory_warehouse_id: warehouse } = row;
  if (warehouseId !== undefined && warehouse !== '' && warehouse !== warehouseId) return [];
  const isOurs = warehouseId === undefined || warehouse !== '';
  return [{ sku, onHand: isOurs ? on_hand : null, batch: '', expiry: '' }];
}

function missingPage(system: string): never {
  throw new Unavailable({ system, operation: 'list products' });
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
