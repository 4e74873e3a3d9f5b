import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { readUnderWay } from '../../lib/workflows/orders-under-way.ts';
import { acceptedOrder, box, NOW } from '../builders/order.ts';

const made = (reference: string, minute: number, ...ids: string[]): FulfillmentOrder => ({
  ...acceptedOrder(),
  reference,
  createdAt: new Date(NOW + minute * 60_000).toISOString(),
  packages: ids.map((id) => box({ id })),
});
async function* listed(...orders: FulfillmentOrder[]) {
  yield* orders;
}
const read = (limit: number, ...orders: FulfillmentOrder[]) =>
  readUnderWay(listed(...orders), { limit }, 14, NOW);

describe('orders under way', () => {
  it('are kept by their packages, which several may share', async () => {
    const part = await read(9, made('SO-1-1', 0, 'a', 'b'), made('SO-2-1', 1, 'b'), made('SO-3-1', 2));
    expect([...part.packages]).toEqual([
      ['a', ['SO-1-1']],
      ['b', ['SO-1-1', 'SO-2-1']],
    ]);
    expect(part).toMatchObject({ orders: 3, silent: [], firstMade: '2026-02-03T09:00:00.000Z', next: null });
  });

  it('leave out packages that have arrived', async () => {
    const order = made('SO-1-1', 0, 'a');
    const arrived = { ...order, packages: [box({ id: 'a', deliveredAt: '2026-02-04T09:00:00.000Z' })] };
    expect((await read(9, arrived)).packages.size).toBe(0);
  });

  it('come in parts without a gap, also if orders were made at the same moment', async () => {
    const orders = [made('SO-1-1', 0), made('SO-2-1', 1), made('SO-3-1', 1), made('SO-4-1', 2)];
    expect(await read(2, ...orders)).toMatchObject({ orders: 3, next: '2026-02-03T09:02:00.000Z' });
    expect(await read(4, ...orders)).toMatchObject({ orders: 4, next: null });
  });

  it('end a part after a number of packages too, because an order may have hundreds', async () => {
    const boxes = Array.from({ length: 5 }, (_, index) => `box-${index}`);
    const orders = [made('SO-1-1', 0, ...boxes), made('SO-2-1', 1, 'a'), made('SO-3-1', 2, 'b')];
    expect(await read(5, ...orders)).toMatchObject({ orders: 1, next: '2026-02-03T09:01:00.000Z' });
  });

  it('end a part where it ended before, although some orders have left it', async () => {
    const rest = [made('SO-3-1', 1), made('SO-4-1', 2)];
    const part = await readUnderWay(listed(...rest), { madeBefore: '2026-02-03T09:02:00.000Z' }, 14, NOW);
    expect(part).toMatchObject({ orders: 1, next: '2026-02-03T09:02:00.000Z' });
  });
});
