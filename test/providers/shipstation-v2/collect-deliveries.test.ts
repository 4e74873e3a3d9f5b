import { describe, expect, it } from 'vitest';
import type { DeliveredPackage } from '../../../lib/domain/shipment/package.ts';
import type { DeliveryPage } from '../../../lib/providers/provider.ts';
import { deliveryCollector } from '../../../lib/providers/shipstation-v2/collect-deliveries.ts';
import { type AccountClient, account, at } from './in-memory-account.ts';

const ARRIVED = { tracking_status: 'delivered' };
const MONTH_AGO = at(-30 * 24 * 60);

describe('deliveryCollector', () => {
  it('reads both lists since the time, oldest first, in two calls where they are short', async () => {
    const it = account();
    await read(it.client);
    const query = { sort_by: 'created_at', sort_dir: 'asc', page_size: 2, page: 1 };
    expect(it.asked.labels).toEqual([{ ...query, created_at_start: MONTH_AGO }]);
    expect(it.asked.fulfillments).toEqual([{ ...query, create_date_start: MONTH_AGO }]);
  });

  it('reports the package of a delivered label without reading its shipment', async () => {
    const it = account();
    it.add(-60, { ...ARRIVED, external_shipment_id: 'SEAuto-7f' });
    expect(await read(it.client)).toEqual([{ id: 'label:se-1', deliveredAt: '' }]);
    expect(it.shipmentsRead).toEqual([]);
  });

  it.each([
    ['in transit', { tracking_status: 'in_transit' }],
    ['not tracked', { tracking_status: null }],
    ['voided', { ...ARRIVED, voided: true, status: 'voided' }],
    ['still being made', { ...ARRIVED, status: 'processing' }],
    ['a return', { ...ARRIVED, is_return_label: true }],
    ['a test', { ...ARRIVED, test_label: true }],
  ])('leaves out a label that is %s', async (_, overrides) => {
    const it = account();
    it.add(-60, overrides);
    const arrived = it.add(-50, ARRIVED);
    expect(await read(it.client)).toMatchObject([{ id: `label:${arrived}` }]);
  });

  it('reports when a fulfillment arrived, in ISO UTC', async () => {
    const it = account();
    const id = it.addFulfillment(-60, { delivered_at: '2026-01-04T17:05:00-06:00' });
    it.addFulfillment(-50, { delivered_at: null });
    it.addFulfillment(-40, { delivered_at: at(-5), voided: true });
    expect(await read(it.client)).toEqual([
      { id: `fulfillment:${id}`, deliveredAt: '2026-01-04T23:05:00.000Z' },
    ]);
    expect(it.shipmentsRead).toEqual([]);
  });

  it('reports a delivered fulfillment also where its time is invalid', async () => {
    const it = account();
    it.addFulfillment(-60, { delivered_at: 'at the door' });
    expect(await read(it.client)).toMatchObject([{ id: 'fulfillment:se-900', deliveredAt: '' }]);
  });

  it('yields each page as it is read, also a page without deliveries', async () => {
    const it = account();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      it.add(minutes - 60, { external_order_id: `SO-${minutes}-1`, ...(minutes > 1 && ARRIVED) });
    }
    const sizes: number[] = [];
    for await (const { packages } of getDeliveries(it.client)(MONTH_AGO)) sizes.push(packages.length);
    expect(sizes).toEqual([0, 2, 1, 0]);
  });

  it('throws where a page is shorter than its counts', async () => {
    const it = account();
    for (let minutes = 0; minutes < 4; minutes += 1) it.add(minutes - 60, ARRIVED);
    const labels: AccountClient['labels'] = async (query) => {
      const page = await it.client.labels(query);
      return query.page === 2 ? { ...page, rows: page.rows.slice(1) } : page;
    };
    await expect(read({ ...it.client, labels })).rejects.toMatchObject({ name: 'BrokenPages' });
  });
});

function getDeliveries(client: AccountClient) {
  return deliveryCollector({ client, pageSize: 2 });
}

function read(client: AccountClient): Promise<DeliveredPackage[]> {
  return all(getDeliveries(client)(MONTH_AGO));
}

async function all(pages: AsyncIterable<DeliveryPage>): Promise<DeliveredPackage[]> {
  return (await Array.fromAsync(pages)).flatMap(({ packages }) => packages);
}
