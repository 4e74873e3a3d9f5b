import { isoTime } from '../../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../../lib/domain/order/holds.ts';
import type { SaleRecord } from '../../../lib/domain/ports/sales.ts';
import type { FulfillmentOrders } from '../../../lib/store/fulfillment-orders.ts';
import type { OrderSearch } from '../../../lib/store/order-search.ts';
import type { Sales } from '../../../lib/store/sales.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';
import { saleRecord } from '../../builders/sale-record.ts';

const WRITES_AT_ONCE = 100;
/** 100,000 in 12 days. */
export const EVERY_MS = 10_000;
export const START = NOW - 100_000 * EVERY_MS;
/** Of a thousand orders 10 are held, 20 at the warehouse, and the rest has arrived. */
const CYCLE = 1_000;
const HELD = 10;
const AT_WAREHOUSE = 20;
/** As many sales wait for goods however many have been shipped. */
const AWAITING_GOODS = 10;

export interface Stores {
  readonly orders: FulfillmentOrders;
  readonly search: OrderSearch;
  readonly sales: Sales;
}

/** Makes the orders `from` to `to`, each with its sale, in the order of their lists. */
export async function seedOrders({ orders, search, sales }: Stores, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += WRITES_AT_ONCE) {
    const some = Array.from({ length: Math.min(WRITES_AT_ONCE, to - first) }, (_, index) => first + index);
    await Promise.all(
      some.map(async (index) => {
        const order = makeOrder(index);
        await sales.save(makeSale(index, order), null);
        await orders.save(order);
        const sku = { kind: 'sku', text: index % 10_000 === 3 ? 'RARE-3' : 'MUG' } as const;
        await search.add(order, [sku, { kind: 'channel', text: order.channel ?? '' }]);
      }),
    );
  }
}

const queued = queuedOrder();
const accepted = acceptedOrder();

function makeOrder(index: number): FulfillmentOrder {
  const at = isoTime(START + index * EVERY_MS);
  const reference = `${toNumber(index)}-1`;
  const channel = index % 2 === 0 ? 'Shopify' : 'eBay';
  // Few orders are of a connection and a method that a page does not meet among those it looks at.
  const isRare = index % 40_000 === 7;
  const connection = isRare ? 'lake' : index % 4 < 2 ? 'lantern' : 'harbour';
  const method = isRare ? 'by_boat' : index % 3 === 0 ? 'ups_ground' : 'ups_2nd_day_air';
  const same = {
    reference,
    saleId: toSaleId(index),
    channel,
    connection,
    method,
    createdAt: at,
    updatedAt: at,
    waitingSince: at,
    version: 1,
  };
  const place = index % CYCLE;
  if (place < HELD) {
    const kind = place % 3 === 0 ? 'unknown-sku' : 'payment';
    return { ...queued, ...toHeld([{ kind, why: 'It waits.' }]), ...same };
  }
  if (place < HELD + AT_WAREHOUSE) return { ...accepted, ...same };
  const contents = accepted.lines.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' }));
  const packages = [box({ id: `label:${index}`, contents })];
  const confirmation = {
    ...accepted.confirmation,
    state: 'confirmed',
    packages: [`label:${index}`],
  } as const;
  return { ...accepted, status: 'Delivered', packages, confirmation, ...same };
}

function makeSale(index: number, { createdAt, reference }: FulfillmentOrder): SaleRecord {
  return saleRecord({
    saleId: toSaleId(index),
    saleOrderNumber: toNumber(index),
    references: [reference],
    at: createdAt,
    readAt: createdAt,
    ...(index < AWAITING_GOODS && { goodsAwaitedSince: createdAt }),
  });
}

export function toSaleId(index: number): string {
  return `sale-${index}`;
}

export function toNumber(index: number): string {
  return `SO-${String(index).padStart(6, '0')}`;
}
