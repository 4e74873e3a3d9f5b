import { describe, expect, it } from 'vitest';
import { recordShipments, recordShippedPart } from '../../../lib/domain/shipment/shipment.ts';
import { acceptedOrder, NOW } from '../../builders/order.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { pagesSince, shipmentsSince } from '../../contract/service-under-test.ts';
import { MINUTE, openAccount } from './account.ts';

const REFERENCE = 'SO-00042-1';
const HOUR = 60 * MINUTE;

/** An order that follows every pass, as the job records them. */
async function follow(account: Awaited<ReturnType<typeof openAccount>>) {
  const { providerOrderId } = await account.provider.submit(sampleOrder({ reference: REFERENCE }));
  let order = acceptedOrder();
  let cursor: string | null = null;
  const look = async () => {
    await account.timeline.advance(5 * MINUTE);
    for (const page of await pagesSince(account.provider, cursor)) {
      for (const part of page.shippedParts ?? []) order = recordShippedPart(order, part, NOW);
      order = recordShipments(order, page.shipments, NOW);
      cursor = page.cursor;
    }
    return order.packages.map(({ trackingNumbers }) => trackingNumbers.join());
  };
  return { look, id: providerOrderId, act: account.act };
}

describe('a confirmation that the warehouse takes back', () => {
  it.each(['with-contents', 'without-contents', 'no-packages'])(
    'removes the parcels of an order that is packed %s, and the next one counts',
    async (packs) => {
      const account = await openAccount();
      await account.setTo({ packs });
      const { look, act, id } = await follow(account);
      await act(id, 'ship', { trackingNumber: '1Z1' });
      expect(await look()).toEqual(['1Z1']);
      await act(id, 'unconfirm');
      expect(await look()).toEqual([]);
      await act(id, 'ship', { trackingNumber: '1Z2' });
      expect(await look()).toEqual(['1Z2']);
    },
  );

  it.each(['removes-packages', 'keeps-packages'])(
    'and given again between two passes leaves one parcel, where Extensiv %s',
    async (unconfirm) => {
      const account = await openAccount();
      await account.setTo({ unconfirm });
      const { look, act, id } = await follow(account);
      await act(id, 'ship', { trackingNumber: '1Z1' });
      expect(await look()).toEqual(['1Z1']);
      await act(id, 'unconfirm');
      await act(id, 'ship', { trackingNumber: '1Z2' });
      expect(await look()).toEqual(['1Z2']);
    },
  );

  it('removes the parcels of an order that is cancelled then', async () => {
    const { look, act, id } = await follow(await openAccount());
    await act(id, 'ship');
    expect(await look()).toHaveLength(1);
    await act(id, 'unconfirm');
    await act(id, 'cancel');
    expect(await look()).toEqual([]);
  });

  it('leaves the parcels of the other part of a split order', async () => {
    const { look, act, id } = await follow(await openAccount());
    const { id: part } = await act<{ id: number }>(id, 'split', { skus: ['LAMP-OAK'] });
    await act(id, 'ship', { trackingNumber: '1Z1' });
    await act(String(part), 'ship', { trackingNumber: '1Z2' });
    expect(await look()).toEqual(['1Z1', '1Z2']);
    await act(id, 'unconfirm');
    expect(await look()).toEqual(['1Z2']);
  });
});

it('reads little of the orders that are not confirmed', async () => {
  const { provider, calls } = await openAccount();
  await provider.submit(sampleOrder());
  await pagesSince(provider, null);
  const asked = calls().filter(({ query }) => String(query?.rql).includes('IsClosed==false'));
  expect(asked.map(({ query }) => query?.detail)).toEqual(['SavedElements']);
});

/** Changes of the clock in Chicago: forward in March, back in November. */
const CHANGES = [Date.UTC(2026, 2, 8, 8), Date.UTC(2026, 10, 1, 7)];

describe('times of a warehouse in Chicago', () => {
  it.each(CHANGES)('around a change of the clock at %i lose no parcel', async (change) => {
    const timeZone = 'America/Chicago';
    const account = await openAccount({ timeZone, at: change - 3 * HOUR });
    await account.setTo({ timeZone });
    const { provider, timeline, act } = account;
    const shipped: string[] = [];
    const found = new Set<string>();
    let cursor: string | null = null;
    for (let pass = 0; pass < 40; pass += 1) {
      const reference = `SO-${pass}-1`;
      const { providerOrderId } = await provider.submit(sampleOrder({ reference }));
      await act(providerOrderId, 'ship');
      shipped.push(reference);
      for (const page of await pagesSince(provider, cursor)) {
        for (const { reference: own } of page.shipments) found.add(own);
        ({ cursor } = page);
      }
      await timeline.advance(11 * MINUTE);
    }
    expect([...found].sort()).toEqual(shipped.sort());
  });

  it.each([
    [Date.UTC(2026, 6, 4, 12), 0],
    [Date.UTC(2026, 0, 4, 12), 0],
    // The hour occurs twice, and the earlier one is meant.
    [Date.UTC(2026, 10, 1, 7, 30), -HOUR],
    [Date.UTC(2026, 10, 1, 6, 30), 0],
  ])('say when a parcel left at %i, %i ms off', async (at, difference) => {
    const timeZone = 'America/Chicago';
    const { provider, setTo, act } = await openAccount({ timeZone, at });
    await setTo({ timeZone });
    await act((await provider.submit(sampleOrder())).providerOrderId, 'ship');
    const [shipment] = await shipmentsSince(provider, null);
    expect(Date.parse(shipment?.shippedAt ?? '') - at).toBe(difference);
  });
});
