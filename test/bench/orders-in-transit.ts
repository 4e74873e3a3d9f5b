import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import type { IndexName } from '../../lib/store/indexes.ts';
import type { Versioned } from '../../lib/store/item-kinds.ts';
import type { ItemKey } from '../../lib/store/large-items.ts';
import type { ItemRange, ListRange, Table } from '../../lib/store/table.ts';
import { acceptedOrder, box, NOW } from '../builders/order.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const KEYS_ON_A_PAGE = 1_000;
const ROWS_ON_A_PAGE = 100;
/** Every hundredth has arrived. */
const ARRIVED = 100;

const getReference = (index: number) => `SO-${String(index).padStart(6, '0')}-1`;
/** 100,000 in 13 days. */
export const MADE_EVERY_MS = 11_000;
const madeAt = (index: number) => new Date(NOW + index * MADE_EVERY_MS).toISOString();

/**
 * So many orders in Shipped, each in one package, in a table that makes each item as it is read: what a process needs is
 * then what the code keeps, and not what the table holds.
 */
export async function formatTable(orders: number): Promise<Table & { readonly reads: () => number }> {
  const written = new InMemoryTable();
  const item = await storedItem();
  const contents = acceptedOrder().lines.map(({ key, sku, quantity }) => ({
    key,
    sku,
    quantity,
    batch: '',
    expiry: '',
  }));
  const readState = (index: number) => {
    const packages = [{ ...box({ contents }), id: `label:se-${index}`, trackingNumbers: [`1Z${index}`] }];
    return structuredClone({ ...item, reference: getReference(index), createdAt: madeAt(index), packages });
  };
  let reads = 0;
  return {
    reads: () => reads,
    async read(key: ItemKey) {
      reads += 1;
      const stored = await written.read(key);
      const [, index] = /^ORDER#SO-(\d+)-1$/.exec(key.pk) ?? [];
      return stored ?? (index === undefined || key.sk !== 'STATE' ? undefined : readState(Number(index)));
    },
    put: (key: ItemKey, value: Versioned) => written.put(key, value, { kind: 'none' }),
    async *list(_index: IndexName, _partition: string, { from = '' }: ListRange = {}) {
      const first = from === '' ? 0 : Math.ceil((Date.parse(from) - NOW) / MADE_EVERY_MS);
      for (let start = first; start < orders; start += KEYS_ON_A_PAGE) {
        const count = Math.min(KEYS_ON_A_PAGE, orders - start);
        yield Array.from({ length: count }, (_, place) => toKey(start + place));
      }
    },
    items: (partition: string) => written.items(partition),
    range: (partition: string, range: ItemRange) => written.range(partition, range),
  };
}

function toKey(index: number): ItemKey {
  return { pk: `ORDER#${getReference(index)}`, sk: 'STATE' };
}

/** An order's item as the code itself stores it. */
async function storedItem(): Promise<Record<string, unknown>> {
  const table = new InMemoryTable();
  const order = acceptedOrder();
  await new FulfillmentOrders(table, () => NOW, 90).save({ ...order, version: 1 });
  const item = table.stored().find(({ sk }) => sk === 'STATE');
  if (item === undefined) throw new Error('No order was stored');
  return item;
}

/** The service's list of the packages of those orders, oldest first, as it pages them. */
export async function* getDeliveries(orders: number, madeSince: string, cursor: string | null) {
  const first =
    cursor === null ? Math.max(0, Math.floor((Date.parse(madeSince) - NOW) / MADE_EVERY_MS)) : Number(cursor);
  for (let start = first; start < orders; start += ROWS_ON_A_PAGE) {
    const rows = Array.from(
      { length: Math.min(ROWS_ON_A_PAGE, orders - start) },
      (_, place) => start + place,
    );
    const packages = rows
      .filter((index) => index % ARRIVED === 0)
      .map((index) => ({ id: `label:se-${index}`, deliveredAt: '' }));
    const numbers = rows.map((index) => ({ id: `label:se-${index}`, trackingNumbers: [`1Z${index}`] }));
    yield { packages, numbers, cursor: String(start + rows.length) };
  }
}
