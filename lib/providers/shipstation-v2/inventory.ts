import { OperatorActionNeeded, Unavailable } from '../../domain/errors.ts';
import type { StockReport } from '../../domain/inventory/stock-sides.ts';
import type { CatalogueItem } from '../../domain/sale/catalogue.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { parseAnswer } from '../../upstream/body.ts';
import { type LinkedPage, readLinkedPages } from '../../upstream/paging.ts';
import type { Transport } from '../../upstream/transport.ts';
import { errorFromAnswer, errorFromInventoryAnswer, isShipStationError } from './classify-answer.ts';
import {
  type InventoryLevel,
  inventoryPage,
  inventoryWarehouse,
  type ProductRow,
  productsPage,
} from './schemas.ts';

/** The endpoints of stock and products that we use. All methods throw the classes of `domain/errors.ts`. */
interface InventoryClient {
  /** `GET /v2/inventory`, with the first page's query or that of a page's `next`. */
  levels(query: string): Promise<LinkedPage<InventoryLevel>>;
  /** `GET /v2/products`, as `levels`; null where the account has no such list. */
  products(query: string): Promise<LinkedPage<ProductRow> | null>;
  /** `GET /v2/inventory_warehouses/{id}`: whether there is one. Not the same ids as those of `GET /v2/warehouses`. */
  hasWarehouse(id: string): Promise<boolean>;
}

/** Statuses that refuse the endpoint and not the API key. */
const NO_SUCH_LIST = new Set([403, 404, 405]);

/** @param system the connection's id, which errors name */
export function inventoryClient(transport: Pick<Transport, 'send'>, system: string): InventoryClient {
  return {
    async levels(query) {
      const attempt: Attempt = { system, operation: 'list inventory', writes: false };
      const answer = await transport.send({ method: 'GET', path: `/v2/inventory?${query}` }, attempt);
      if (answer.status !== 200) throw errorFromInventoryAnswer(attempt, answer);
      const page = parseAnswer(inventoryPage, answer, attempt);
      return { total: page.total, rows: page.inventory, next: nextQuery(query, page) };
    },
    async products(query) {
      const attempt: Attempt = { system, operation: 'list products', writes: false };
      const answer = await transport.send({ method: 'GET', path: `/v2/products?${query}` }, attempt);
      if (NO_SUCH_LIST.has(answer.status) && isShipStationError(answer)) return null;
      if (answer.status !== 200) throw errorFromAnswer(attempt, answer);
      const page = parseAnswer(productsPage, answer, attempt);
      return { total: page.total, rows: page.products, next: nextQuery(query, page) };
    },
    async hasWarehouse(id) {
      const operation = 'read inventory warehouse';
      const attempt: Attempt = { system, operation, reference: id, writes: false };
      const path = `/v2/inventory_warehouses/${encodeURIComponent(id)}`;
      const answer = await transport.send({ method: 'GET', path }, attempt);
      if (answer.status === 200)
        return parseAnswer(inventoryWarehouse, answer, attempt).inventory_warehouse_id === id;
      // A malformed id may be answered with 400 instead of 404; this is not documented.
      if (answer.status === 404 || answer.status === 400) return false;
      throw errorFromInventoryAnswer(attempt, answer);
    },
  };
}

interface PageLinks {
  readonly page?: number | null | undefined;
  readonly pages?: number | null | undefined;
  readonly links?: { readonly next?: { readonly href: string } | null | undefined } | null | undefined;
}

/**
 * The next page's query; '' on the last. Only the query of a link is used: the API key goes to the configured address, whatever
 * host the link names. A numbered link keeps our page size, as it would otherwise count pages of another length.
 */
function nextQuery(asked: string, { page, pages, links }: PageLinks): string {
  const query = new URLSearchParams(asked);
  const link = links?.next?.href.split('?')[1] ?? '';
  const linked = new URLSearchParams(link).get('page');
  if (link !== '' && linked === null) return link;
  const hasMore = links?.next != null ? link !== '' : (page ?? 1) < (pages ?? 1);
  if (!hasMore) return '';
  query.set('page', linked ?? String((page ?? 1) + 1));
  return query.toString();
}

interface InventoryDeps {
  readonly client: InventoryClient;
  /** The connection's id. */
  readonly system: string;
  /** The inventory warehouse whose stock counts; undefined: all of the account. */
  readonly warehouseId: string | undefined;
  readonly pageSize: number;
  wait(milliseconds: number): Promise<unknown>;
}

/**
 * Reads ShipStation's list of stock, and its list of products, which needs no Inventory add-on. There is a row for each
 * inventory location, so a SKU in several of them has several rows. ShipStation knows lots, but does not list them.
 */
export function inventoryReader({ client, system, warehouseId, pageSize, wait }: InventoryDeps) {
  const levels = (warehouse: string | undefined) => {
    const query = new URLSearchParams(getSize(pageSize));
    if (warehouse !== undefined) query.set('inventory_warehouse_id', warehouse);
    return readLinkedPages({ first: query.toString(), read: client.levels, wait });
  };

  return {
    /** An unknown warehouse would give an empty list, as if nothing were in stock, so the warehouse is looked up first. */
    async *stock(): AsyncGenerator<readonly StockReport[]> {
      if (warehouseId !== undefined && !(await client.hasWarehouse(warehouseId))) {
        throw unknownWarehouseError(system, warehouseId);
      }
      for await (const rows of levels(warehouseId)) {
        yield rows.flatMap((row) => toStockReport(row, warehouseId));
      }
    },
    /** From the list of products; where the account has none, from the stock of every warehouse. */
    async *catalogue(): AsyncGenerator<readonly CatalogueItem[]> {
      const first = new URLSearchParams({ page_size: String(pageSize), page: '1' }).toString();
      const began = await client.products(first);
      if (began === null) {
        for await (const rows of levels(undefined)) yield rows.map(({ sku }) => ({ sku, name: '' }));
        return;
      }
      const read = async (query: string) =>
        query === first ? began : ((await client.products(query)) ?? throwMissingPage(system));
      for await (const rows of readLinkedPages({ first, read, wait }))
        yield rows.filter(({ sku }) => sku !== '');
    },
  };
}

/** The newest API description pages this list by `page_size`, that of 2025 by `limit`; each ignores the other. */
function getSize(pageSize: number): { limit: string; page_size: string } {
  return { limit: String(pageSize), page_size: String(pageSize) };
}

/** `on_hand` includes allocated stock; `available` does not. */
function toStockReport(row: InventoryLevel, warehouseId: string | undefined): StockReport[] {
  const { sku, on_hand, inventory_warehouse_id: warehouse } = row;
  if (warehouseId !== undefined && warehouse !== '' && warehouse !== warehouseId) return [];
  const isOurs = warehouseId === undefined || warehouse !== '';
  return [{ sku, onHand: isOurs ? on_hand : null, batch: '', expiry: '' }];
}

function throwMissingPage(system: string): never {
  throw new Unavailable({ system, operation: 'list products' });
}

function unknownWarehouseError(system: string, id: string): OperatorActionNeeded {
  const upstreamMessage = `ShipStation has no inventory warehouse ${id}: correct inventoryWarehouseId to an id of GET /v2/inventory_warehouses`;
  // A log line has the operation but not `upstreamMessage`, and must name the wrong setting.
  return new OperatorActionNeeded({
    system,
    operation: `list inventory of inventoryWarehouseId ${id}`,
    upstreamMessage,
  });
}
