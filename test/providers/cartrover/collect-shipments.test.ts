import { describe, expect, it } from 'vitest';
import { Unavailable, UpstreamError } from '../../../lib/domain/errors.ts';
import type { ReportedShipment } from '../../../lib/domain/shipment/package.ts';
import { EXHAUSTIVE } from '../../builders/exhaustive.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { getLines, pagesSince, shipmentsSince } from '../../contract/service-under-test.ts';
import { openAccount } from './account.ts';

const HOUR_MS = 3_600_000;
const LAMPS = { items: [{ item: 'LAMP-OAK', quantity: 2 }] };

type Account = Awaited<ReturnType<typeof openAccount>>;

/** What each of several passes reports, with time between them. */
async function passes({ provider, timeline }: Account, steps: ReadonlyArray<() => Promise<unknown>>) {
  let cursor: string | null = null;
  const reported: ReportedShipment[][] = [];
  for (const step of steps) {
    await step();
    const pages = await pagesSince(provider, cursor);
    cursor = pages.at(-1)!.cursor;
    reported.push(pages.flatMap((page) => page.shipments));
    await timeline.advance(HOUR_MS);
  }
  return reported;
}

const numbers = (shipments: readonly ReportedShipment[]) => [
  ...new Set(shipments.flatMap(({ trackingNumbers }) => trackingNumbers)),
];

describe('collecting shipments', () => {
  it.each([
    ['at_wms', 'first'],
    ['at_wms', 'last'],
    ['partial', 'first'],
    ['partial', 'last'],
    ['shipped', 'first'],
    ['shipped', 'last'],
  ])(
    'finds a later parcel of an order that is shown as %s and listed by its %s parcel',
    async (status, date) => {
      const account = await openAccount();
      await account.setTo({ partialStatus: status, shippedDate: date });
      await account.submit('SO-1-1');
      const found = await passes(account, [
        () => account.act('SO-1-1', 'ship', { ...LAMPS, trackingNumber: '1ZA1' }),
        async () => {},
        () => account.act('SO-1-1', 'ship', { trackingNumber: '1ZA2' }),
        async () => {},
      ]);
      expect(found.slice(0, 2).map(numbers)).toEqual([['1ZA1'], ['1ZA1']]);
      expect(numbers(found.slice(2).flat())).toEqual(expect.arrayContaining(['1ZA2']));
      const last = found.flat().filter(({ trackingNumbers }) => trackingNumbers.includes('1ZA2'));
      expect(new Set(last.map(({ id }) => id)).size).toBe(1);
      expect(last[0]!.contents).toMatchObject([{ key: 'line-1', sku: 'SHADE-LINEN', quantity: 2 }]);
    },
  );

  it('reports each half of a line that the warehouse ships under its own code', async () => {
    const account = await openAccount();
    await account.setTo({ shipsUnder: 'own-code' });
    await account.submit('SO-1-1');
    const half = { items: [{ item: 'LAMP-OAK', quantity: 1 }] };
    for (const trackingNumber of ['1ZA1', '1ZA2'])
      await account.act('SO-1-1', 'ship', { ...half, trackingNumber });
    const found = await shipmentsSince(account.provider, null);
    expect(found.map(({ trackingNumbers, contents }) => [trackingNumbers, contents])).toMatchObject([
      [['1ZA1'], [{ sku: 'LAMP-OAK', quantity: 1 }]],
      [['1ZA2'], [{ sku: 'LAMP-OAK', quantity: 1 }]],
    ]);
  });

  it('reports a shipment that was loaded twice once, with its goods once', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'ship');
    await account.act('SO-1-1', 'load-again');
    await account.act('SO-1-1', 'load-again');
    const shipments = await shipmentsSince(account.provider, null);
    expect(shipments.map(getLines)).toEqual([['line-1 × 2', 'line-2 × 2']]);
  });

  it('leaves out only what exceeds the order of equal parcels under one number', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    const one = { items: [{ item: 'LAMP-OAK', quantity: 1 }], trackingNumber: '1ZA1' };
    await account.act('SO-1-1', 'ship', one);
    await account.act('SO-1-1', 'ship', one);
    await account.act('SO-1-1', 'load-again');
    const [shipment] = await shipmentsSince(account.provider, null);
    expect(getLines(shipment!)).toEqual(['line-2 × 1', 'line-2 × 1']);
  });

  it('takes a second number of goods that exceed the order for a number of the same parcel', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'ship', { trackingNumber: '1ZA1' });
    const [before] = await shipmentsSince(account.provider, null);
    await account.act('SO-1-1', 'load-again', { trackingNumber: '1ZA2' });
    const [after, ...others] = await shipmentsSince(account.provider, null);
    expect(others).toEqual([]);
    expect(after).toMatchObject({ id: before!.id, trackingNumbers: ['1ZA1', '1ZA2'] });
    expect(getLines(after!)).toEqual(['line-1 × 2', 'line-2 × 2']);
  });

  it('assigns goods of one SKU to its lines in turn, fractions too', async () => {
    const account = await openAccount();
    const lines = [sampleLine({ quantity: 2 }), sampleLine({ key: 'line-2', quantity: 2.5 })];
    await account.provider.submit(sampleOrder({ reference: 'SO-1-1', lines }));
    for (const quantity of [1, 2])
      await account.act('SO-1-1', 'ship', { items: [{ item: 'SHADE-LINEN', quantity }] });
    expect((await shipmentsSince(account.provider, null)).map(getLines)).toEqual([
      ['line-1 × 1'],
      ['line-1 × 1', 'line-2 × 2.5'],
    ]);
  });

  it('reports goods that were not ordered without a line', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'ship', { items: [{ item: 'VASE', quantity: 1 }] });
    const [shipment] = await shipmentsSince(account.provider, null);
    expect(shipment!.contents).toEqual([{ key: '', sku: 'VASE', quantity: 1, batch: '', expiry: '' }]);
  });

  it('gives a parcel its lot as ordered, its carrier with the method, and its cost', async () => {
    const account = await openAccount();
    const lines = [sampleLine({ batch: 'B7', expiry: '2027-01-31', comment: 'fragile; blue' })];
    await account.provider.submit(sampleOrder({ reference: 'SO-1-1', lines }));
    await account.act('SO-1-1', 'ship', { warehouse: 'WEST' });
    expect(await shipmentsSince(account.provider, null)).toMatchObject([
      {
        carrier: 'UPS',
        service: 'UPS Ground',
        cost: { amount: 7.5, currency: 'USD' },
        warehouse: 'WEST',
        contents: [{ batch: 'B7', expiry: '2027-01-31' }],
      },
    ]);
  });

  it('reports a parcel without a tracking number, the same each time', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    const found = await passes(account, [
      () => account.act('SO-1-1', 'ship', { trackingNumber: '' }),
      async () => {},
    ]);
    const again = await shipmentsSince(account.provider, null);
    expect(found[0]).toMatchObject([{ trackingNumbers: [] }]);
    const [page] = await Array.fromAsync(account.provider.unacknowledged());
    expect(page).toEqual([{ reference: 'SO-1-1', trackingNumbers: [] }]);
    await expect(account.provider.acknowledge('SO-1-1', [])).resolves.toBeUndefined();
    expect(again.map(({ id }) => id)).toEqual(found[0]!.map(({ id }) => id));
  });

  it('reads windows of a backlog that is larger than one of them', EXHAUSTIVE, async () => {
    const account = await openAccount({ pageSize: 100, sandbox: { callsPerMinute: 1_000_000 } });
    for (let number = 0; number < 1_050; number += 1) {
      await account.submit(`SO-${number}-1`);
      await account.act(`SO-${number}-1`, 'ship');
      if (number % 100 === 0) await account.timeline.advance(60_000);
    }
    const shipments = await shipmentsSince(account.provider, null);
    expect(new Set(shipments.map(({ reference }) => reference)).size).toBe(1_050);
  });

  it('reads lists without a count of their rows to the first short page', async () => {
    const account = await openAccount({ pageSize: 3 });
    await account.setTo({ countsRows: false });
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await account.submit(`SO-${number}-1`);
      await account.act(`SO-${number}-1`, 'ship');
    }
    expect(await shipmentsSince(account.provider, null)).toHaveLength(6);
  });

  it('takes a list that is refused as not found for an empty one, and stock that is refused so for a failure', async () => {
    const account = await openAccount();
    await account.fault({ kind: 'answer', message: 'No orders found', times: 2, match: { path: '/list/' } });
    expect(await shipmentsSince(account.provider, null)).toEqual([]);
    await account.fault({ kind: 'answer', message: 'No products found', match: { path: '/inventory' } });
    await expect(account.provider.stock()[Symbol.asyncIterator]().next()).rejects.toBeInstanceOf(
      UpstreamError,
    );
  });

  it('finds a shipment that its list shows ten minutes late', async () => {
    const account = await openAccount();
    await account.setTo({ listLagMs: 10 * 60_000 });
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'ship');
    await account.timeline.advance(9 * 60_000);
    const first = await pagesSince(account.provider, null);
    expect(first.flatMap((page) => page.shipments)).toEqual([]);
    await account.timeline.advance(2 * 60_000);
    expect(await shipmentsSince(account.provider, first.at(-1)!.cursor)).toHaveLength(1);
  });

  it('fails without a page where the list changes while it is read, and finds everything next time', async () => {
    const account = await openAccount({ pageSize: 2 });
    for (const number of [1, 2, 3]) {
      await account.submit(`SO-${number}-1`);
      await account.act(`SO-${number}-1`, 'ship');
    }
    // The second page has the missing row, and another count.
    const match = { path: 'shipped_or_confirmed?limit=2&page=2' };
    await account.fault({
      kind: 'answer',
      match,
      body: JSON.stringify({ success_code: true, response: [{ cust_ref: 'SO-9-1' }] }),
    });
    await expect(pagesSince(account.provider, null)).rejects.toBeInstanceOf(Unavailable);
    expect(await shipmentsSince(account.provider, null)).toHaveLength(3);
  });

  it('refuses a cursor that it did not write', async () => {
    const { provider } = await openAccount();
    await expect(pagesSince(provider, '{"labels":1}')).rejects.toMatchObject({ kind: 'unexpected' });
  });
});
