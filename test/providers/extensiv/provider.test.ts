import { describe, expect, it } from 'vitest';
import { OperatorActionNeeded, Rejected, UnexpectedAnswer } from '../../../lib/domain/errors.ts';
import { extensivNotificationVerifier } from '../../../lib/providers/extensiv/notifications.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { shipmentsSince } from '../../contract/service-under-test.ts';
import { getStock } from '../../contract/stock-contract.ts';
import { MINUTE, openAccount, SECRET } from './account.ts';

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
  await putStock({ sku: 'CUP', onHand: 9, lotNumber: 'B9', isOnHold: true });
  expect(await getStock(provider)).toEqual([
    { sku: 'CUP', onHand: 3, batch: 'B8', expiry: '2027-06-30' },
    { sku: 'CUP', onHand: 1, batch: 'S1', expiry: '' },
    { sku: 'CUP', onHand: 0, batch: 'B9', expiry: '' },
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

  it('whose lifetime comes as a text is renewed before it ends', async () => {
    const { provider, timeline, setTo, tokenCalls } = await openAccount();
    await setTo({ form: 'plain', tokenLifetime: 60 });
    await provider.find('SO-1-1');
    await timeline.advance(50_000);
    await provider.find('SO-1-1');
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

describe('a token of a request', () => {
  it.each(['user_login', 'user_login_id'] as const)('names the user as %s', async (loginField) => {
    const { provider, setTo } = await openAccount({ loginField });
    await setTo({ loginField });
    expect(await provider.find('SO-1-1')).toEqual([]);
  });

  it('names the setting to change where Extensiv expects another name of the user', async () => {
    const { provider, setTo, tokenCalls } = await openAccount();
    await setTo({ loginField: 'user_login_id' });
    const failure: unknown = await provider.find('SO-1-1').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OperatorActionNeeded);
    expect(String((failure as OperatorActionNeeded).details.upstreamMessage)).toContain('loginField');
    expect(tokenCalls()).toBe(1);
  });

  it('that ends between two pages of a list is renewed, and the list is read to its end', async () => {
    const { provider, setTo, timeline, tokenCalls, orders } = await openAccount();
    for (const number of [1, 2, 3]) await provider.submit(sampleOrder({ reference: `SO-${number}-1` }));
    await setTo({ tokenLifetime: 1 });
    await timeline.advance(2_000);
    const before = tokenCalls();
    expect(await orders()).toHaveLength(3);
    const found = await Promise.all([1, 2, 3].map((number) => provider.find(`SO-${number}-1`)));
    expect(found.map((rows) => rows.length)).toEqual([1, 1, 1]);
    expect(tokenCalls() - before).toBe(1);
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

it.each(['{"ResourceList":[]}', '{"TotalResults":"some","ResourceList":[]}'])(
  'takes the list %s, without its count of rows, for no empty one',
  async (body) => {
    const { provider, fault } = await openAccount();
    await fault({ kind: 'answer', status: 200, body, match: { path: '/orders' } });
    await expect(provider.find('SO-1-1')).rejects.toBeInstanceOf(UnexpectedAnswer);
  },
);

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
