import { describe, expect, it } from 'vitest';
import { type Harness, order, startHarness } from './sandbox-harness.ts';

const create = async ({ ok }: Harness, count: number) => {
  const rows = Array.from({ length: count }, (_, index) =>
    order({ orderKey: `key-${index}`, orderNumber: `SO-${index}-1` }),
  );
  const { results } = await ok('POST', '/orders/createorders', rows);
  return results.map(({ orderId }: { orderId: number }) => orderId).reverse();
};

describe('lists of the V1 sandbox', () => {
  it('pages with counts, and ends with an empty page', async () => {
    const harness = await startHarness();
    await create(harness, 5);
    const page = (number: number) => harness.ok('GET', `/orders?pageSize=2&page=${number}`);
    expect(await page(1)).toMatchObject({ total: 5, page: 1, pages: 3 });
    expect((await page(3)).orders).toHaveLength(1);
    expect((await page(4)).orders).toEqual([]);
    await harness.ok('PATCH', '/sandbox/settings', { saysNoPages: true });
    expect(await page(1)).toMatchObject({ total: 5, pages: 0 });
    expect((await harness.call('GET', '/orders?pageSize=501')).status).toBe(400);
  });

  it('matches the beginning of an order number, and whole statuses', async () => {
    const harness = await startHarness();
    await create(harness, 12);
    expect((await harness.ok('GET', '/orders?orderNumber=so-1')).total).toBe(3);
    expect((await harness.ok('GET', '/orders?orderStatus=on_hold')).total).toBe(0);
    expect((await harness.call('GET', '/orders?orderStatus=open')).status).toBe(400);
  });

  it('fails every page with a corrupt order, and only those', async () => {
    const harness = await startHarness();
    const ids = await create(harness, 4);
    await harness.ok('POST', `/sandbox/orders/${ids[2]}/corrupt`);
    const read = (page: number) =>
      harness.call('GET', `/orders?pageSize=2&page=${page}&sortBy=CreateDate&sortDir=ASC`);
    expect((await read(1)).status).toBe(200);
    const failed = await read(2);
    expect(failed.status).toBe(500);
    expect(failed.body.ExceptionType).toContain('NullReference');
  });

  it('shows an order as it was for as long as the lists lag', async () => {
    const harness = await startHarness();
    const { ok, timeline } = harness;
    await ok('PATCH', '/sandbox/settings', { listLagMs: 60_000 });
    const { orderId } = await ok('POST', '/orders/createorder', order());
    expect((await ok('GET', '/orders')).total).toBe(0);
    expect((await ok('GET', `/orders/${orderId}`)).orderId).toBe(orderId);
    await timeline.advance(60_000);
    await ok('POST', '/orders/createorder', order({ orderStatus: 'cancelled' }));
    expect((await ok('GET', '/orders')).orders).toMatchObject([{ orderStatus: 'awaiting_shipment' }]);
    await timeline.advance(60_000);
    expect((await ok('GET', '/orders')).orders).toMatchObject([{ orderStatus: 'cancelled' }]);
  });

  it('compares wall times as texts, or as either moment of an hour that occurs twice', async () => {
    const harness = await startHarness();
    const { ok, timeline } = harness;
    // 01:10 and 01:50 in the first of both hours, 01:10 in the second.
    const first = Date.UTC(2026, 10, 1, 8, 10);
    await timeline.advance(first - timeline.now());
    for (const minutes of [0, 40, 60]) {
      await timeline.advance(first + minutes * 60_000 - timeline.now());
      await ok('POST', '/orders/createorder', order({ orderKey: null }));
    }
    const since = async (timeFilters: string, start: string) => {
      await ok('PATCH', '/sandbox/settings', { timeFilters });
      return (await ok('GET', `/orders?createDateStart=${encodeURIComponent(start)}`)).total;
    };
    expect(await since('wall', '2026-11-01 01:30:00')).toBe(1);
    expect(await since('wall', '2026-11-01 00:59:59')).toBe(3);
    expect((await harness.call('GET', '/orders?createDateStart=soon')).status).toBe(400);
  });
});
