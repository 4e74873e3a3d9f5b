import { OperatorActionNeeded } from '../../domain/errors.ts';
import type { StockReport } from '../../domain/inventory/stock-sides.ts';
import type { CatalogueItem } from '../../domain/sale/catalogue.ts';
import { BrokenPages, ChangedList, retryThrottled } from '../../upstream/paging.ts';
import type { CartRoverClient, ListPage } from './client.ts';
import type { StockRow } from './schemas.ts';

interface StockDeps {
  readonly client: Pick<CartRoverClient, 'stock'>;
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly warehouse: string;
  readonly pageSize: number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

const MAX_PAGES = 2_000;

/** Reads the merchant's stock, which CartRover fetches from the warehouse at most once an hour. */
export function stockReader({ client, system, warehouse, pageSize, wait }: StockDeps) {
  /** The pages of the list; it is read again by its caller where it changed. */
  async function* readPages(): AsyncGenerator<ListPage<StockRow>> {
    let seen = 0;
    let total: number | null = null;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const read = () => client.stock({ page, limit: pageSize });
      const current = page === 1 ? await read() : await retryThrottled(read, wait);
      if (page === 1) total = current.total;
      const size = current.rows.length + current.unreadable.length;
      seen += size;
      if (current.total !== total) throw new ChangedList(`${total} rows became ${current.total}`);
      yield current;
      if (size === pageSize && seen !== total) continue;
      if (total !== null && seen !== total) throw new ChangedList(`${seen} rows of ${total}`);
      return;
    }
    throw new BrokenPages(`more than ${MAX_PAGES} pages of stock`);
  }

  return {
    async *stock(): AsyncGenerator<StockReport[]> {
      const names = new Set<string>();
      for await (const { rows, unreadable } of readPages()) {
        for (const row of rows) for (const name of getWarehouses(row)) names.add(name);
        yield [
          ...rows.flatMap((row) => toReports(row, warehouse)),
          ...unreadable.map(({ id }) => toUnreadable(id, system)),
        ];
      }
      if (names.size === 0 || names.has(warehouse)) return;
      throw new OperatorActionNeeded({
        system,
        operation: `list stock of warehouse ${warehouse}`,
        upstreamMessage: `CartRover has no stock of that name. Set warehouse to one of: ${[...names].join(', ')}`,
      });
    },
    async *catalogue(): AsyncGenerator<CatalogueItem[]> {
      for await (const { rows } of readPages()) {
        yield rows.flatMap(({ sku, aliases }) =>
          [sku, ...Object.values(aliases ?? {})].map((one) => ({ sku: one, name: '' })),
        );
      }
    },
  };
}

/** Names of the warehouses that have a row's SKU; none where the merchant's stock is not divided. */
export function getWarehouses({ warehouses }: StockRow): string[] {
  return Object.values(warehouses ?? {}).map((one) => one.warehouse);
}

/** Its own warehouse's figure, if it has one; the whole figure where the stock is not divided. */
function toReports(row: StockRow, warehouse: string): StockReport[] {
  const places = Object.values(row.warehouses ?? {});
  const own = places.length === 0 ? [row] : places.filter((place) => place.warehouse === warehouse);
  return own.map(({ qty_on_hand, wms_datetime }) => ({
    sku: row.sku,
    onHand: qty_on_hand ?? null,
    batch: '',
    expiry: '',
    ...(wms_datetime !== '' && { takenAt: wms_datetime }),
  }));
}

/** @throws {BrokenPages} it has no SKU either, so its stock would count as 0 */
function toUnreadable(sku: string, system: string): StockReport {
  if (sku === '') throw new BrokenPages(`a row of stock without a SKU at ${system}`);
  return { sku, onHand: null, batch: '', expiry: '' };
}
