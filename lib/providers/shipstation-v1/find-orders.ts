import { BrokenPages } from '../../upstream/paging.ts';
import type { ShipStationV1Client } from './client.ts';
import { readList } from './list-pages.ts';
import { getReferences, isOrderKey } from './order-key.ts';
import type { Order } from './schemas.ts';

type Lists = Pick<ShipStationV1Client, 'orders'>;

/**
 * The orders whose number is exactly this reference, in any status: ShipStation's filter matches the beginning of the number,
 * and there is none for the key.
 * @throws {BrokenPages} the list is not complete, so one may be missing
 */
export async function findNumbered(client: Lists, reference: string, pageSize: number): Promise<Order[]> {
  const found: Order[] = [];
  const query = { orderNumber: reference, sortBy: 'CreateDate', sortDir: 'ASC' };
  const pages = readList((page, size) => client.orders({ ...query, page, pageSize: size }), { pageSize });
  for await (const { rows, unreadable } of pages) {
    if (unreadable.length > 0) throw new BrokenPages(`${unreadable.length} orders cannot be read`);
    found.push(...rows.filter(({ orderNumber }) => orderNumber === reference));
  }
  return found;
}

type LookUps = Lists & Pick<ShipStationV1Client, 'order'>;

/**
 * The orders as they are now; deleted ones are left out. The list may still show what was just cancelled, shipped or deleted.
 */
async function readOrders(client: LookUps, rows: readonly Order[]): Promise<Order[]> {
  const current: Order[] = [];
  for (const { orderId } of rows) {
    const row = await client.order(orderId);
    if (row !== null) current.push(row);
  }
  return current;
}

/** Our orders under the reference: parts that a packer split off name the first as their parent and are left out. */
export async function findOwn(
  client: LookUps,
  reference: string,
  pageSize: number,
  skus?: readonly string[],
): Promise<Order[]> {
  const listed = await findNumbered(client, reference, pageSize);
  const own = await readOrders(
    client,
    listed.filter((row) => !isForeign(row, reference, skus)),
  );
  const ids = new Set(own.map(({ orderId }) => orderId));
  return own.filter(({ advancedOptions }) => !ids.has(String(advancedOptions?.parentId ?? '')));
}

/**
 * Whether an order with our number is certainly not ours: its key and its lines are not, or, where another bridge of the
 * account made it, it has other goods.
 * @param skus of the order that was sent; left out where they are unknown
 */
export function isForeign(row: Order, reference: string, skus?: readonly string[]): boolean {
  const hasOurLines = row.items.some(
    ({ lineItemKey }) => lineItemKey !== '' && getReferences(row, row.items).includes(reference),
  );
  if (!isOrderKey(row.orderKey, reference) && !hasOurLines) return true;
  if (skus === undefined || row.items.length === 0) return false;
  const ours = new Set(skus.map((sku) => sku.toLowerCase()));
  return row.items.every(({ sku }) => !ours.has(sku.toLowerCase()));
}

/** Every part of one order of ours in its current state: the order itself, and what has its number and its key or lines. */
export async function findParts(
  client: LookUps,
  orderId: string,
  reference: string,
  pageSize: number,
): Promise<Order[]> {
  const own = await client.order(orderId);
  const numbered = await findNumbered(client, reference, pageSize);
  const others = numbered.filter((row) => row.orderId !== orderId && !isForeign(row, reference));
  return [...(own === null ? [] : [own]), ...(await readOrders(client, others))];
}
