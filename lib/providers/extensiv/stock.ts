import type { StockReport } from '../../domain/inventory/stock-sides.ts';
import type { CatalogueItem } from '../../domain/sale/catalogue.ts';
import { BrokenPages, ChangedList, retryThrottled } from '../../upstream/paging.ts';
import type { ExtensivClient, ListPage, PageQuery } from './client.ts';
import type { StockRow } from './schemas.ts';
import type { ExtensivSettings } from './settings.ts';

interface StockDeps {
  readonly client: Pick<ExtensivClient, 'stockDetails' | 'items'>;
  readonly settings: Pick<ExtensivSettings, 'customerId' | 'facilityId' | 'batchIs'>;
  /** Rows of a page; Extensiv's own maximum, which is another for each list, is kept. */
  readonly pageSize: number;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** A greater page is refused. */
const MAX_STOCK_PAGE = 500;
const MAX_ITEM_PAGE = 100;
const MAX_PAGES = 2_000;

/**
 * Reads stock and products of the customer. Stock is read by receipts (`stockdetails`), which have lot and expiry, and are of
 * one customer and facility; the rows of `stocksummaries` name no customer.
 */
export function stockReader({ client, settings, pageSize, wait }: StockDeps) {
  const { customerId, facilityId, batchIs } = settings;

  /** @throws {ChangedList} its number of rows changed, or is not that of its pages */
  async function* readPages<Row>(
    read: (query: PageQuery) => Promise<ListPage<Row>>,
    size: number,
  ): AsyncGenerator<ListPage<Row>> {
    let seen = 0;
    let total: number | null = null;
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const call = () => read({ page, size });
      const current = page === 1 ? await call() : await retryThrottled(call, wait);
      total ??= current.total;
      if (current.total !== total) throw new ChangedList(`${total} rows became ${current.total}`);
      const count = current.rows.length + current.unreadable.length;
      seen += count;
      yield current;
      if (count === size && seen < total) continue;
      if (seen !== total) throw new ChangedList(`${seen} rows of ${total}`);
      return;
    }
    throw new BrokenPages(`more than ${MAX_PAGES} pages`);
  }

  return {
    async *stock(): AsyncGenerator<StockReport[]> {
      const read = (query: PageQuery) => client.stockDetails(customerId, facilityId, query);
      for await (const { rows, unreadable } of readPages(read, Math.min(pageSize, MAX_STOCK_PAGE))) {
        yield [...rows.map(toReport), ...unreadable.map(({ id }) => toUnreadable(id))];
      }
    },
    async *catalogue(): AsyncGenerator<CatalogueItem[]> {
      const read = (query: PageQuery) => client.items(customerId, query);
      for await (const { rows, unreadable } of readPages(read, Math.min(pageSize, MAX_ITEM_PAGE))) {
        if (unreadable.length > 0)
          throw new BrokenPages(`an item that cannot be read: ${unreadable[0]?.where}`);
        yield rows
          .filter(({ readOnly }) => readOnly?.deactivated !== true)
          .map(({ sku, description }) => ({ sku, name: description }));
      }
    },
  };

  /** Goods that the warehouse keeps back are there, and cannot be sold. */
  function toReport({ itemIdentifier: { sku }, onHand, ...traits }: StockRow): StockReport {
    const { lotNumber: lot, serialNumber: serial, expirationDate } = traits;
    return {
      sku,
      onHand: traits.isOnHold || traits.quarantined ? 0 : (onHand ?? null),
      batch: batchIs === 'serial' ? serial || lot : lot || serial,
      expiry: expirationDate.slice(0, 'yyyy-mm-dd'.length),
    };
  }
}

/** @throws {BrokenPages} it has no SKU either, so its stock would count as 0 */
function toUnreadable(sku: string): StockReport {
  if (sku === '') throw new BrokenPages('a row of stock without a SKU');
  return { sku, onHand: null, batch: '', expiry: '' };
}
