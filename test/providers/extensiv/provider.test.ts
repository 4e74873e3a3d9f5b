import { type OrderRecord, startExtensivSandbox } from 'dear-sandbox/extensiv';
import { manualTimeline } from 'dear-sandbox/kit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Rejected } from '../../../lib/domain/errors.ts';
import { extensivNotificationVerifier } from '../../../lib/providers/extensiv/notifications.ts';
import { extensiv } from '../../../lib/providers/extensiv/provider.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { sandboxCaller } from '../../contract/sandbox-caller.ts';
import { shipmentsSince } from '../../contract/service-under-test.ts';
import { getStock } from '../../contract/stock-contract.ts';

const SECRET = { clientId: 'client', clientSecret: 'secret', userLogin: '7' };
const MINUTE = 60_000;

async function openAccount({ batchIs = 'lot' }: { batchIs?: 'lot' | 'serial' } = {}) {
  const timeline = manualTimeline();
  const customers = [{ id: 12, name: 'Lamps', facilities: [{ id: 1, name: 'Reno' }] }];
  const sandbox = await startExtensivSandbox({ port: 0, credentials: SECRET, timeline, customers });
  const place = { customerId: '12', facilityId: '1', timeZone: 'UTC', callsPerMinute: 400 };
  const settings = { baseUrl: sandbox.url, ...place, loginField: 'user_login', batchIs } as const;
  const provider = extensiv({ system: 'extensiv', settings, secret: SECRET, now: timeline.now });
  onTestFinished(async () => {
    await provider.close();
    await sandbox.close();
  });
  const call = sandboxCaller(sandbox.url, '');
  return {
    provider,
    timeline,
    settings,
    url: sandbox.url,
    setTo: (change: object) => call('PATCH', '/sandbox/settings', change),
    fault: (fault: object) => call('POST', '/sandbox/faults', fault),
    putStock: (row: object) => call('PATCH', '/sandbox/stock', { customerId: 12, facilityId: 1, ...row }),
    act: (id: string, step: string, body: object = {}) => call('POST', `/sandbox/orders/${id}/${step}`, body),
    orders: async () => (await call<{ orders: OrderRecord[] }>('GET', '/sandbox/orders')).orders,
    tokenCalls: () => sandbox.calls().filter(({ path }) => path === '/AuthServer/api/Token').length,
  };
}

describe('the parcels of Extensiv', () => {
  it('name each lot of a line with its expiry date', async () => {
    const { provider, putStock, act } = await openAccount();
    await putStock({ sku: 'SHADE-LINEN', onHand: 3, lotNumber: 'B8', expirationDate: '2027-06-30' });
    await putStock({ sku: 'SHADE-LINEN', onHand: 1, lotNumber: 'B7', expirationDate: '2027-01-31' });
    const { providerOrderId } = await provider.submit(sampleOrder({ lines: [sampleLine()] }));
    await act(providerOrderId, 'ship');
    expect((await shipmentsSince(provider, null)).map(({ contents }) => contents)).toEqual([
      [
        { key: 'line-1', sku: 'SHADE-LINEN', quantity: 1, batch: 'B7', expiry: '2027-01-31' },
        { key: 'line-1', sku: 'SHADE-LINEN', quantity: 1, batch: 'B8', expiry: '2027-06-30' },
      ],
    ]);
  });

  it('name one line for each serial number', async () => {
    const { provider, act } = await openAccount({ batchIs: 'serial' });
    const { providerOrderId } = await provider.submit(sampleOrder({ lines: [sampleLine()] }));
    await act(providerOrderId, 'ship', { serials: { 'SHADE-LINEN': ['S1', 'S2'] } });
    const [shipment] = await shipmentsSince(provider, null);
    expect(shipment?.contents).toMatchObject([
      { quantity: 1, batch: 'S1' },
      { quantity: 1, batch: 'S2' },
    ]);
  });

  it.each(['without-contents', 'no-packages'])(
    'hold the whole order where the warehouse packs %s',
    async (packs) => {
      const { provider, setTo, act, putStock } = await openAccount();
      await setTo({ packs, keepsSavedElements: false });
      await putStock({ sku: 'SHADE-LINEN', onHand: 9, lotNumber: 'B7', expirationDate: '2027-01-31' });
      const lines = [sampleLine(), sampleLine({ key: 'line-2', sku: 'CLOTH', quantity: 2.5 })];
      const { providerOrderId } = await provider.submit(sampleOrder({ lines }));
      await act(providerOrderId, 'ship', { trackingNumber: '1Z77' });
      const shipments = await shipmentsSince(provider, null);
      expect(shipments).toMatchObject([
        {
          trackingNumbers: ['1Z77'],
          contents: [
            { key: 'line-1', quantity: 2, batch: 'B7', expiry: '2027-01-31' },
            { key: 'line-2', quantity: 2.5 },
          ],
        },
      ]);
    },
  );
});

it('reports stock by lot and expiry date', async () => {
  const { provider, putStock } = await openAccount();
  await putStock({ sku: 'CUP', onHand: 3, lotNumber: 'B8', expirationDate: '2027-06-30' });
  await putStock({ sku: 'CUP', onHand: 1, serialNumber: 'S1' });
  expect(await getStock(provider)).toEqual([
    { sku: 'CUP', onHand: 3, batch: 'B8', expiry: '2027-06-30' },
    { sku: 'CUP', onHand: 1, batch: 'S1', expiry: '' },
  ]);
});

describe('a token', () => {
  it('is used for every call until most of its life is over, and renewed after a refusal', async () => {
    const { provider, timeline, setTo, tokenCalls } = await openAccount();
    await Promise.all([provider.find('SO-1-1'), provider.find('SO-2-1')]);
    await timeline.advance(20 * MINUTE);
    await provider.find('SO-1-1');
    expect(tokenCalls()).toBe(1);
    await setTo({ tokenLifetime: 60 });
    await timeline.advance(5 * MINUTE);
    await provider.submit(sampleOrder());
    expect(tokenCalls()).toBe(2);
  });

  it('that is refused is replaced once, also for a write', async () => {
    const { provider, fault, tokenCalls, orders } = await openAccount();
    await fault({ kind: 'answer', status: 401, match: { method: 'POST', path: '/orders' } });
    await provider.submit(sampleOrder());
    expect(tokenCalls()).toBe(2);
    expect(await orders()).toHaveLength(1);
  });
});

describe('a change', () => {
  const given = sampleOrder();
  const changed = sampleOrder({ lines: [sampleLine({ quantity: 3 })] });

  it.each(['replace', 'merge'])('leaves the wanted lines where Extensiv would %s them', async (putLines) => {
    const { provider, setTo, orders } = await openAccount();
    await setTo({ putLines });
    const { providerOrderId } = await provider.submit(given);
    await provider.update(providerOrderId, changed, [given]);
    const [order] = await orders();
    expect(order?.items.map(({ fields }) => [fields.externalId, fields.qty])).toEqual([['line-1', 3]]);
  });

  it('reads again and decides again where the order changed meanwhile', async () => {
    const { provider, fault, orders } = await openAccount();
    const { providerOrderId } = await provider.submit(given);
    await fault({ kind: 'stale', match: { path: '/canceler' } });
    await provider.cancel(providerOrderId, given.reference);
    expect((await orders()).map(({ status }) => status)).toEqual([2]);
  });

  it('is refused once the warehouse replaced a product', async () => {
    const { provider, act } = await openAccount();
    const { providerOrderId } = await provider.submit(given);
    await act(providerOrderId, 'substitute', { sku: 'LAMP-OAK', becomes: 'LAMP-ASH' });
    await expect(provider.update(providerOrderId, changed, [given])).rejects.toBeInstanceOf(Rejected);
  });
});

it('finds a reference with the marks of the query language', async () => {
  const { provider } = await openAccount();
  const reference = 'SO (1),2;3=*%!-1';
  const { providerOrderId } = await provider.submit(sampleOrder({ reference }));
  expect(await provider.find(reference)).toEqual([{ providerOrderId, cancelled: false }]);
});

it('accepts a webhook that Extensiv signed, and no other', async () => {
  const { url, settings, timeline } = await openAccount();
  const readSecret = async () => SECRET;
  const { verify } = extensivNotificationVerifier({
    system: 'e',
    settings,
    readSecret,
    now: timeline.now,
    fetch,
  });
  const time = new Date(timeline.now()).toISOString();
  const rawBody = JSON.stringify({ eventType: 'OrderConfirm', eventDateTimeUtc: time });
  const answer = await fetch(`${url}/sandbox/sign`, { method: 'POST', body: rawBody });
  const { signature } = (await answer.json()) as { signature: string };
  const headers = { signature };
  expect(await verify({ headers, query: {}, rawBody })).toEqual({ genuine: true, kind: 'OrderConfirm' });
  expect(await verify({ headers, query: {}, rawBody: `${rawBody} ` })).toMatchObject({ genuine: false });
  await timeline.advance(5 * 24 * 60 * MINUTE);
  expect(await verify({ headers, query: {}, rawBody })).toMatchObject({ genuine: false });
});
