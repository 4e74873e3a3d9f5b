import { availability } from '../dear/availability.ts';
import type { DearClient } from '../dear/client.ts';
import type { OnUnreadable } from '../dear/list.ts';
import { productBySku, products } from '../dear/products.ts';
import { listLocations } from '../dear/reference.ts';
import { adjustStock, findAdjustments } from '../dear/stock-documents.ts';
import {
  findStockTakes,
  openStockTake,
  readStockTake,
  type StockTake,
  saveStockTake,
} from '../dear/stock-take.ts';
import type {
  AdjustmentsInDear,
  OpenStockTake,
  StockInDear,
  StockTakesInDear,
} from '../domain/ports/stock.ts';

type Caller = Pick<DearClient, 'transport'>;

/**
 * DEAR's stock as the workflows want it.
 * @param onUnreadable is told of each row of a list that is put aside
 */
export function stockInDear(
  client: Caller,
  onUnreadable: OnUnreadable = () => {},
): StockInDear & AdjustmentsInDear & StockTakesInDear {
  return {
    availability: (location) => availability(client, location, onUnreadable),
    products: () => products(client, {}, onUnreadable),
    getProduct: (sku) => productBySku(client, sku, onUnreadable),
    locations: () => listLocations(client, onUnreadable),
    adjust: (adjustment) => adjustStock(client, adjustment),
    findAdjustments: (reference) => findAdjustments(client, reference),
    openStockTake: async (header) => toOpenStockTake(client, await openStockTake(client, header)),
    reopenStockTake: async (taskId) => toOpenStockTake(client, await readStockTake(client, taskId)),
    findStockTakes: (reference) => findStockTakes(client, reference),
  };
}

function toOpenStockTake(client: Caller, take: StockTake): OpenStockTake {
  const places = new Map(take.nonZero.map((row) => [rowKey(row), row]));
  return {
    number: take.number,
    taskId: take.taskId,
    rows: take.nonZero,
    save: async ({ status, counted, added }) => {
      const nonZero = counted.map((line) => {
        const { locationId, location } = places.get(rowKey(line)) ?? take;
        return { ...line, locationId, location };
      });
      await saveStockTake(client, take, { status, nonZero, zero: added });
    },
  };
}

function rowKey({
  productId,
  batch,
  expiry,
}: Pick<StockTake['nonZero'][number], 'productId' | 'batch' | 'expiry'>) {
  return [productId, batch, expiry].join('\n');
}
