import { describe, expect, it } from 'vitest';
import { order, startHarness } from './sandbox-harness.ts';

describe('orders of the V1 sandbox', () => {
  it('stores an order with Pacific times and its own ids', async () => {
    const { ok } = await startHarness();
    const stored = await ok('POST', '/orders/createorder', order());
    expect(stored).toMatchObject({
      orderNumber: 'SO-1-1',
      createDate: '2026-01-05T09:15:00.0000000',
      orderTotal: 21,
      advancedOptions: { storeId: 77001, mergedOrSplit: false },
    });
    expect(await ok('GET', `/orders/${stored.orderId}`)).toEqual(stored);
  });

  it('replaces an order that has its key, and empties what the request leaves out', async () => {
    const { ok } = await startHarness();
    const first = await ok('POST', '/orders/createorder', order({ internalNotes: 'Fragile' }));
    const second = await ok('POST', '/orders/createorder', order({ customerNotes: 'Ring twice' }));
    expect(second).toMatchObject({
      orderId: first.orderId,
      internalNotes: null,
      customerNotes: 'Ring twice',
    });
    expect((await ok('GET', '/orders')).total).toBe(1);
  });

  it('creates another order without a key, and in a marketplace also without the store', async () => {
    const { ok } = await startHarness();
    await ok('POST', '/orders/createorder', order({ orderKey: null }));
    await ok('POST', '/orders/createorder', order({ orderKey: null }));
    expect((await ok('GET', '/orders')).total).toBe(2);
    const shop = order({ advancedOptions: { storeId: 77003 } });
    const { orderId } = await ok('POST', '/orders/createorder', shop);
    expect((await ok('POST', '/orders/createorder', shop)).orderId).toBe(orderId);
    expect((await ok('POST', '/orders/createorder', order())).orderId).not.toBe(orderId);
  });

  it.each(['echo', 'stored', 'error'])(
    'never changes a locked order, whatever it answers (%s)',
    async (lockedAnswer) => {
      const { ok, call } = await startHarness();
      await ok('PATCH', '/sandbox/settings', { lockedAnswer });
      const { orderId } = await ok('POST', '/orders/createorder', order());
      await ok('POST', `/sandbox/orders/${orderId}/ship`, {});
      const before = await ok('GET', `/orders/${orderId}`);
      const answer = await call('POST', '/orders/createorder', order({ orderStatus: 'cancelled' }));
      expect(answer.status).toBe(lockedAnswer === 'error' ? 400 : 200);
      if (lockedAnswer !== 'error')
        expect(answer.body.orderStatus).toBe(lockedAnswer === 'echo' ? 'cancelled' : 'shipped');
      expect(await ok('GET', `/orders/${orderId}`)).toEqual(before);
    },
  );

  it('names the wrong fields of an order in the form of a model state', async () => {
    const { call } = await startHarness();
    const wrong = order({
      orderNumber: 'x'.repeat(51),
      orderDate: 'soon',
      shipTo: { name: 'A', country: 'ZZ' },
    });
    const { status, body } = await call('POST', '/orders/createorder', wrong);
    expect(status).toBe(400);
    expect(body.Message).toBe('The request is invalid.');
    expect(Object.keys(body.ModelState).sort()).toEqual([
      'apiOrder.orderDate',
      'apiOrder.orderNumber',
      'apiOrder.shipTo.country',
    ]);
  });

  it('cuts custom fields after a hundred characters', async () => {
    const { ok } = await startHarness();
    const stored = await ok(
      'POST',
      '/orders/createorder',
      order({ advancedOptions: { customField1: 'x'.repeat(120) } }),
    );
    expect(stored.advancedOptions.customField1).toHaveLength(100);
  });

  it('gives each row of a bulk call a verdict, in another order, and stores the good ones', async () => {
    const { ok } = await startHarness();
    const rows = [
      order(),
      order({ orderKey: 'key-2', orderNumber: 'SO-2-1', shipTo: { name: 'A', country: 'ZZ' } }),
      order({ orderKey: 'key-3', orderNumber: 'SO-3-1' }),
    ];
    const { hasErrors, results } = await ok('POST', '/orders/createorders', rows);
    expect(hasErrors).toBe(true);
    expect(results).toMatchObject([
      { orderKey: 'key-3', success: true, errorMessage: null },
      { orderKey: 'key-2', success: false, orderId: null, errorMessage: expect.stringContaining('country') },
      { orderKey: 'key-1', success: true },
    ]);
    expect((await ok('GET', '/orders')).total).toBe(2);
  });

  it('leaves a verdict out on demand, although it stored the order', async () => {
    const { ok } = await startHarness();
    await ok('POST', '/sandbox/faults', { kind: 'missing-rows' });
    const { results } = await ok('POST', '/orders/createorders', [order(), order({ orderKey: 'key-2' })]);
    expect(results).toHaveLength(1);
    expect((await ok('GET', '/orders')).total).toBe(2);
  });

  it('refuses more than a hundred orders at once', async () => {
    const { call } = await startHarness();
    const rows = Array.from({ length: 101 }, (_, index) => order({ orderKey: `key-${index}` }));
    expect((await call('POST', '/orders/createorders', rows)).status).toBe(400);
  });

  it('holds an order until a date and restores it', async () => {
    const { ok } = await startHarness();
    const { orderId } = await ok('POST', '/orders/createorder', order());
    await ok('POST', '/orders/holduntil', { orderId, holdUntilDate: '2026-02-01' });
    expect(await ok('GET', `/orders/${orderId}`)).toMatchObject({
      orderStatus: 'on_hold',
      holdUntilDate: '2026-02-01',
    });
    await ok('POST', '/orders/restorefromhold', { orderId });
    expect(await ok('GET', `/orders/${orderId}`)).toMatchObject({ orderStatus: 'awaiting_shipment' });
  });

  it('splits an order into parts of one number, the new one with a parent', async () => {
    const { ok } = await startHarness();
    const { orderId } = await ok('POST', '/orders/createorder', order());
    const { orders } = await ok('POST', `/sandbox/orders/${orderId}/split`, {
      moves: [{ sku: 'CUP', quantity: 2 }],
    });
    expect(orders).toMatchObject([
      {
        orderId,
        items: [
          { sku: 'CUP', quantity: 1 },
          { sku: 'BOWL', quantity: 1 },
        ],
      },
      { orderNumber: 'SO-1-1', items: [{ sku: 'CUP', quantity: 2 }], advancedOptions: { parentId: orderId } },
    ]);
  });

  it('answers that merged and deleted orders do not exist', async () => {
    const { ok, call } = await startHarness();
    const one = await ok('POST', '/orders/createorder', order());
    const other = await ok(
      'POST',
      '/orders/createorder',
      order({ orderKey: 'key-2', orderNumber: 'SO-2-1' }),
    );
    const orderIds = [one.orderId, other.orderId];
    const merged = await ok('POST', '/sandbox/orders/merge', { orderIds });
    expect(merged).toMatchObject({ orderNumber: 'SO-1-1', advancedOptions: { mergedIds: orderIds } });
    expect((await call('GET', `/orders/${one.orderId}`)).status).toBe(404);
    await ok('DELETE', `/orders/${merged.orderId}`);
    expect((await ok('GET', '/orders')).total).toBe(0);
  });
});
