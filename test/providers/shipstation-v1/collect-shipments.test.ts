import { describe, expect, it } from 'vitest';
import type { ShipmentPage } from '../../../lib/providers/provider.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { MINUTE, NOON, openAccount } from './account.ts';

const DAY = 24 * 60 * MINUTE;
type Account = Awaited<ReturnType<typeof openAccount>>;

async function collect({ provider }: Account, cursor: string | null = null) {
  const pages: ShipmentPage[] = [];
  for await (const page of provider.shipmentsSince(cursor)) pages.push(page);
  return {
    shipments: pages.flatMap(({ shipments }) => shipments),
    withdrawn: pages.flatMap(({ withdrawn }) => withdrawn),
    unreadable: pages.flatMap(({ unreadable }) => unreadable),
    cursor: pages.at(-1)!.cursor,
  };
}

async function submit({ provider }: Account, reference: string, fields = {}): Promise<string> {
  return (await provider.submit(sampleOrder({ reference, ...fields }))).providerOrderId;
}

describe('the collection of parcels', () => {
  it('takes three calls where nothing left, and one more once a day', async () => {
    const account = await openAccount();
    const { cursor } = await collect(account);
    account.takeCalls();
    await account.timeline.advance(10 * MINUTE);
    await collect(account, cursor);
    expect(account.takeCalls()).toEqual(['GET /shipments', 'GET /fulfillments', 'GET /shipments']);
    await account.timeline.advance(DAY);
    await collect(account, cursor);
    expect(account.takeCalls()).toHaveLength(4);
  });

  it('reports an order that was marked as shipped with the goods of its own part', async () => {
    const account = await openAccount();
    const lines = [sampleLine(), sampleLine({ key: 'line-2', sku: 'LAMP-OAK' })];
    const id = await submit(account, 'SO-1-1', { lines });
    const { orders } = await account.staff(`orders/${id}/split`, { itemsPerPart: 1 });
    await account.staff(`orders/${orders[1].orderId}/mark-shipped`, {
      carrierCode: 'dhl_express',
      trackingNumber: 'JD9',
    });
    expect((await collect(account)).shipments).toMatchObject([
      {
        reference: 'SO-1-1',
        providerOrderId: String(orders[1].orderId),
        carrier: 'DHL Express',
        trackingNumbers: ['JD9'],
        contents: [{ key: 'line-2', sku: 'LAMP-OAK', quantity: 2 }],
      },
    ]);
  });

  it('finds a fulfillment by its order although a packer renamed it, and none of another store', async () => {
    const account = await openAccount();
    const id = await submit(account, 'SO-1-1');
    await account.staff(`orders/${id}/edit`, { orderNumber: 'Rush 7' });
    await account.staff(`orders/${id}/mark-shipped`);
    const foreign = await account.call('POST', '/orders/createorder', {
      orderNumber: 'SO-2-1',
      orderDate: '2026-01-05',
      orderStatus: 'awaiting_shipment',
      billTo: { name: 'A' },
      shipTo: { name: 'A' },
      advancedOptions: { storeId: 77003 },
    });
    await account.staff(`orders/${foreign.orderId}/mark-shipped`);
    expect((await collect(account)).shipments.map(({ reference }) => reference)).toEqual(['SO-1-1']);
  });

  it('reads the orders of many fulfillments by one list', async () => {
    const account = await openAccount();
    for (let index = 1; index <= 20; index += 1)
      await account.staff(`orders/${await submit(account, `SO-${index}-1`)}/mark-shipped`);
    account.takeCalls();
    expect((await collect(account)).shipments).toHaveLength(20);
    expect(account.takeCalls().filter((call) => call.startsWith('GET /orders'))).toEqual(['GET /orders']);
  });

  it('takes a parcel whose order is gone for the rest of the order, once that cannot be a delay', async () => {
    const account = await openAccount();
    const id = await submit(account, 'SO-1-1');
    await account.staff(`orders/${id}/mark-shipped`);
    await account.call('DELETE', `/sandbox/orders/${id}`);
    const first = await collect(account);
    expect(first.shipments).toEqual([]);
    expect(first.unreadable).toMatchObject([{ why: 'its order is not there' }]);
    await account.timeline.advance(31 * MINUTE);
    const second = await collect(account, first.cursor);
    expect(second.shipments.at(-1)).toMatchObject({ reference: 'SO-1-1', contents: 'remaining' });
    expect(JSON.parse(second.cursor).gaps).toEqual([]);
  });

  it('notices within a day that a fulfillment was voided or got a tracking number', async () => {
    const account = await openAccount();
    const id = await submit(account, 'SO-1-1');
    const { fulfillmentId } = await account.staff(`orders/${id}/mark-shipped`);
    const first = await collect(account);
    await account.timeline.advance(DAY + MINUTE);
    await account.call('PATCH', `/sandbox/fulfillments/${fulfillmentId}`, { trackingNumber: 'JD9' });
    const second = await collect(account, first.cursor);
    expect(second.shipments.at(-1)).toMatchObject({
      id: first.shipments[0]!.id,
      trackingNumbers: ['JD9'],
    });
    await account.timeline.advance(DAY + MINUTE);
    await account.staff(`fulfillments/${fulfillmentId}/void`);
    const third = await collect(account, second.cursor);
    expect(third.withdrawn).toContainEqual({
      reference: 'SO-1-1',
      id: first.shipments[0]!.id,
      cause: 'voided',
    });
  });

  it('finds a void of a label of any age after days without a pass', async () => {
    const account = await openAccount();
    const id = await submit(account, 'SO-1-1');
    const { shipmentId } = await account.staff(`orders/${id}/ship`);
    const first = await collect(account);
    await account.timeline.advance(15 * DAY);
    await account.staff(`shipments/${shipmentId}/void`);
    await account.timeline.advance(4 * DAY);
    const second = await collect(account, first.cursor);
    expect(second.withdrawn).toContainEqual({
      reference: 'SO-1-1',
      id: `label:${shipmentId}`,
      cause: 'voided',
    });
  });

  it('does not take a USPS label that was refunded after three weeks for a parcel that stayed', async () => {
    const account = await openAccount();
    const id = await submit(account, 'SO-1-1');
    const { shipmentId } = await account.staff(`orders/${id}/ship`, { carrierCode: 'stamps_com' });
    const first = await collect(account);
    await account.timeline.advance(21 * DAY);
    await account.staff(`shipments/${shipmentId}/void`);
    const { withdrawn } = await collect(account, first.cursor);
    expect(withdrawn).toContainEqual(expect.objectContaining({ cause: 'refunded' }));
  });

  it('reports the parts of a merged parcel to each order, also once it is voided', async () => {
    const account = await openAccount();
    const ids = [await submit(account, 'SO-1-1'), await submit(account, 'SO-2-1')];
    const { orderId } = await account.staff('orders/merge', { orderIds: ids.map(Number) });
    const { shipmentId } = await account.staff(`orders/${orderId}/ship`);
    const { shipments, cursor } = await collect(account);
    expect(shipments.map(({ reference, contents }) => [reference, contents.length])).toEqual([
      ['SO-1-1', 2],
      ['SO-2-1', 2],
    ]);
    await account.staff(`shipments/${shipmentId}/void`);
    const { withdrawn } = await collect(account, cursor);
    expect(new Set(withdrawn.map(({ reference }) => reference))).toEqual(new Set(['SO-1-1', 'SO-2-1']));
  });

  it('reads what a corrupt parcel hides once it is mended, days later', async () => {
    const account = await openAccount();
    const parcels: number[] = [];
    for (const reference of ['SO-1-1', 'SO-2-1', 'SO-3-1']) {
      const { shipmentId } = await account.staff(`orders/${await submit(account, reference)}/ship`);
      parcels.push(shipmentId);
      await account.timeline.advance(MINUTE);
    }
    await account.call('PATCH', `/sandbox/shipments/${parcels[1]}`, { isCorrupt: true });
    let { shipments, unreadable, cursor } = await collect(account);
    expect(shipments.map(({ reference }) => reference)).toEqual(['SO-1-1', 'SO-3-1']);
    expect(unreadable).toEqual([{ id: '', why: 'ShipStation fails to list it (HTTP 500)' }]);
    for (let day = 1; day <= 3; day += 1) {
      await account.timeline.advance(DAY);
      ({ unreadable, cursor } = await collect(account, cursor));
      expect(unreadable).toEqual([]);
    }
    await account.call('PATCH', `/sandbox/shipments/${parcels[1]}`, { isCorrupt: false });
    await account.timeline.advance(DAY);
    ({ shipments, cursor } = await collect(account, cursor));
    expect(shipments.map(({ reference }) => reference)).toContain('SO-2-1');
    expect(JSON.parse(cursor).gaps).toEqual([]);
  });

  it('gives a corrupt parcel up after a week, and says so', async () => {
    const account = await openAccount();
    const { shipmentId } = await account.staff(`orders/${await submit(account, 'SO-1-1')}/ship`);
    await account.call('PATCH', `/sandbox/shipments/${shipmentId}`, { isCorrupt: true });
    let { cursor, unreadable } = await collect(account);
    for (const [days, reported] of [
      [1, 0],
      [7, 1],
    ] as const) {
      await account.timeline.advance(days * DAY);
      ({ cursor, unreadable } = await collect(account, cursor));
      expect(unreadable).toHaveLength(reported);
    }
    expect(JSON.parse(cursor).gaps).toEqual([]);
  });

  it.each(['wall', 'daylight', 'standard'])(
    'misses no parcel across the night in which the clock is set back (%s)',
    async (timeFilters) => {
      const start = Date.UTC(2026, 10, 1, 7, 5);
      const account = await openAccount({ start, pageSize: 5 });
      await account.set({ timeFilters });
      const left: string[] = [];
      const seen = new Set<string>();
      let cursor: string | null = null;
      for (let index = 1; index <= 40; index += 1) {
        const reference = `SO-${index}-1`;
        await account.staff(`orders/${await submit(account, reference)}/ship`);
        left.push(reference);
        await account.timeline.advance(7 * MINUTE);
        if (index % 3 > 0) continue;
        const pass = await collect(account, cursor);
        cursor = pass.cursor;
        for (const { reference: found } of pass.shipments) seen.add(found);
      }
      for (const { reference } of (await collect(account, cursor)).shipments) seen.add(reference);
      expect([...seen].sort()).toEqual(left.sort());
    },
  );

  it('reads parcels whose lists lag, as each pass begins before the last one', async () => {
    const account = await openAccount();
    await account.set({ listLagMs: 5 * MINUTE });
    await account.staff(`orders/${await submit(account, 'SO-1-1')}/ship`);
    const first = await collect(account);
    expect(first.shipments).toEqual([]);
    await account.timeline.advance(6 * MINUTE);
    expect((await collect(account, first.cursor)).shipments).toHaveLength(1);
  });

  it('begins at a time that an operator sets', async () => {
    const account = await openAccount();
    await account.staff(`orders/${await submit(account, 'SO-1-1')}/ship`);
    await account.timeline.advance(60 * DAY);
    expect((await collect(account)).shipments).toEqual([]);
    expect((await collect(account, new Date(NOON).toISOString())).shipments).toHaveLength(1);
    await expect(collect(account, 'yesterday')).rejects.toMatchObject({ kind: 'unexpected' });
  });
});
