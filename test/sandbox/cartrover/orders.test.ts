import { describe, expect, it } from 'vitest';
import { type ApiAnswer, orderBody, startSandbox } from './sandbox-harness.ts';

describe('access to the API', () => {
  it('refuses unknown keys with 200, or with 401 where it is set so', async () => {
    const { call, setTo } = await startSandbox();
    const refuse = () => call('GET', '/v1/cart/orders/list/any', undefined, { user: 'x', key: 'y' });
    expect(await refuse()).toMatchObject({
      status: 200,
      body: { success_code: false, error_code: 'Invalid' },
    });
    await setTo({ refusedKeysStatus: 401 });
    expect(await refuse()).toMatchObject({ status: 401, body: { success_code: false } });
  });

  it('admits 100 calls at once, then one every 0.6 s, and names what is left', async () => {
    const { call, timeline } = await startSandbox();
    const read = () => call('GET', '/v1/cart/orders/list/any');
    const first = await read();
    expect(first.headers.get('x-cartrover-api-minute-hits-remaining')).toBe('99');
    expect(first.headers.get('x-cartrover-process-id')).toBe('p-1');
    for (let calls = 1; calls < 100; calls += 1) expect((await read()).body.success_code).toBe(true);
    expect(await read()).toMatchObject({
      status: 200,
      body: { success_code: false, error_code: 'RateLimit' },
    });
    await timeline.advance(600);
    expect((await read()).body.success_code).toBe(true);
    expect((await read()).body.success_code).toBe(false);
  });

  it('reads the stock with the keys of the merchant alone where it is set so', async () => {
    const merchant = { user: 'merchant-user', key: 'merchant-key' };
    const { call, setTo } = await startSandbox({ merchant });
    const read = async (keys?: typeof merchant) =>
      (await call('GET', '/v1/merchant/inventory', undefined, keys)).body.success_code;
    expect([await read(), await read(merchant)]).toEqual([true, true]);
    await setTo({ cartKeysReadStock: false });
    expect([await read(), await read(merchant)]).toEqual([false, true]);
  });
});

describe('creating an order', () => {
  it('answers with the order’s number, beside the success code', async () => {
    const { create } = await startSandbox();
    expect((await create('SO-1-1')).body).toEqual({
      success_code: true,
      cust_ref: 'SO-1-1',
      order_number: '700001',
    });
  });

  it('refuses a reference that is taken, also by a cancelled order', async () => {
    const { create, call } = await startSandbox();
    await create('SO-1-1');
    const duplicate = { success_code: false, error_code: 'Failure', message: 'OrderDuplicate' };
    expect((await create('SO-1-1')).body).toEqual(duplicate);
    await call('GET', '/v1/cart/orders/wms_cancel/SO-1-1');
    expect((await create('SO-1-1')).body).toEqual(duplicate);
  });

  it.each([
    ['no reference', { cust_ref: undefined }, 'Order missing required field(s): cust_ref'],
    ['no state', { ship_state: undefined }, 'Order missing required field(s): ship_state'],
    ['no name', { ship_company: '' }, 'Order missing required field(s): ship_company'],
    ['neither a billing block nor the mark', { ship_is_billing: false }, 'cust_company'],
    ['an unknown country', { ship_country: 'United States' }, 'is no ISO 3166-1 code'],
    ['an undocumented field', { ship_method: 'Ground' }, 'Unrecognized key'],
    ['no line', { items: [] }, 'items'],
    ['a broken line', { items: [{ item: 'MUG', quantity: 1.5 }] }, 'items.0.quantity'],
    [
      'a wrong line sum',
      { items: [{ item: 'MUG', quantity: 2, price: 10, extended_amount: 10 }] },
      'extended_amount of MUG',
    ],
    ['a wrong sum of lines', { sub_total: 40 }, 'sub_total'],
    ['a wrong total', { sub_total: 48, sales_tax: 2, grand_total: 48 }, 'grand_total'],
  ])('refuses %s', async (_, fields, message) => {
    const { create, list } = await startSandbox();
    const { body } = await create('SO-1-1', fields);
    expect(body).toMatchObject({ success_code: false, error_code: 'Invalid' });
    expect(body.message).toContain(message);
    expect(await list('any')).toEqual([]);
  });

  it('takes a batch with a result for each order', async () => {
    const { call } = await startSandbox();
    const batch = [orderBody('SO-1-1'), { ...orderBody('SO-2-1'), ship_city: '' }, orderBody('SO-1-1')];
    const { body } = await call<ApiAnswer<object>>('POST', '/v1/cart/orders/batch', batch);
    expect(body).toMatchObject({
      success_code: true,
      response: {
        success: [{ cust_ref: 'SO-1-1' }],
        failed: [
          { cust_ref: 'SO-2-1', index_pos: 1 },
          { cust_ref: 'SO-1-1', index_pos: 2, message: 'OrderDuplicate' },
        ],
      },
    });
  });
});

describe('reading orders', () => {
  it('gives an order with a rewritten address and texts for numbers, and extras only on request', async () => {
    const { create, call } = await startSandbox();
    await create('SO/1#1', { extra_fields: { sale: 's-1' } });
    const path = `/v1/cart/orders/${encodeURIComponent('SO/1#1')}`;
    const { response } = (await call<ApiAnswer<object>>('GET', path)).body;
    expect(response).toMatchObject({
      cust_ref: 'SO/1#1',
      order_status: 'new',
      ship_address_1: '9 QUAY STREET',
      ship_zip: '89501-0001',
      num_to_ship: '3',
      items: [{ item: 'MUG', quantity: '2' }, { item: 'LAMP' }],
      shipments: [],
    });
    expect(response).not.toHaveProperty('extra_fields');
    const whole = await call<ApiAnswer<object>>('GET', `${path}?include_order_extras=Y`);
    expect(whole.body.response).toHaveProperty('extra_fields.sale', 's-1');
  });

  it('refuses an unknown reference with 200', async () => {
    const { call } = await startSandbox();
    expect(await call('GET', '/v1/cart/orders/SO-9-1')).toMatchObject({
      status: 200,
      body: { success_code: false, error_code: 'Failure', message: expect.stringContaining('not found') },
    });
  });

  it('lists each status by its own time', async () => {
    const { create, act, list, timeline } = await startSandbox();
    await create('SO-1-1');
    await timeline.advance(60_000);
    await act('SO-1-1', 'send');
    await timeline.advance(60_000);
    await act('SO-1-1', 'ship', { items: [{ item: 'MUG', quantity: 2 }] });
    await timeline.advance(60_000);
    const since = (minutes: number) =>
      `?from_date=${encodeURIComponent(`2026-01-05T00:0${minutes}:00+00:00`)}`;
    const counts = async (status: string) => [
      (await list(status, since(0))).length,
      (await list(status, since(1))).length,
      (await list(status, since(2))).length,
      (await list(status, since(3))).length,
    ];
    expect(await counts('new_or_at_wms')).toEqual([1, 0, 0, 0]);
    expect(await counts('at_wms')).toEqual([1, 1, 0, 0]);
    expect(await counts('partial')).toEqual([1, 1, 1, 0]);
    await act('SO-1-1', 'ship');
    expect(await counts('partial')).toEqual([0, 0, 0, 0]);
    expect(await counts('shipped_or_confirmed')).toEqual([1, 1, 1, 1]);
  });

  it('refuses a date whose plus sign was not encoded', async () => {
    const { call } = await startSandbox();
    const path = '/v1/cart/orders/list/any?from_date=2026-01-05T00:00:00+00:00';
    expect((await call('GET', path)).body).toMatchObject({ success_code: false, error_code: 'Invalid' });
  });

  it('counts the rows of all pages in a header', async () => {
    const { create, call } = await startSandbox();
    for (const number of [1, 2, 3]) await create(`SO-${number}-1`);
    const page = await call<ApiAnswer<unknown[]>>('GET', '/v1/cart/orders/list/any?limit=2&page=2');
    expect([page.body.response.length, page.headers.get('total-records')]).toEqual([1, '3']);
  });
});

describe('shipping and confirming', () => {
  it('counts a shipment that is loaded twice, so that less than nothing is left to ship', async () => {
    const { create, act, call } = await startSandbox();
    await create('SO-1-1');
    await act('SO-1-1', 'ship');
    await act('SO-1-1', 'load-again');
    const { response } = (await call<ApiAnswer<object>>('GET', '/v1/cart/orders/SO-1-1')).body;
    expect(response).toMatchObject({ order_status: 'shipped', num_to_ship: '-3', num_shipped: '6' });
  });

  it('is confirmed only with tracking numbers that it has', async () => {
    const { create, act, call } = await startSandbox();
    await create('SO-1-1');
    const confirm = async (number: string) => {
      const body = { order_status: 'confirmed', shipments: [{ tracking_no: number }] };
      return (await call('POST', '/v1/cart/orders/update/SO-1-1', body)).body.success_code;
    };
    expect(await confirm('1Z1')).toBe(false);
    await act('SO-1-1', 'ship', { trackingNumber: '1Z1' });
    expect([await confirm('1Z2'), await confirm('1Z1')]).toEqual([false, true]);
    const status = await call<ApiAnswer<object>>('GET', '/v1/cart/orders/status/SO-1-1');
    expect(status.body.response).toMatchObject({ order_status: 'confirmed' });
  });

  it('ships by itself, but no order that is held', async () => {
    const { create, act, list, timeline } = await startSandbox({ shipsByItself: { afterMs: 1_000 } });
    await create('SO-1-1');
    await create('SO-2-1');
    await act('SO-2-1', 'hold');
    await timeline.advance(5_000);
    expect((await list('shipped')).map(({ cust_ref }) => cust_ref)).toEqual(['SO-1-1']);
  });
});

describe('cancelling', () => {
  const ask = async ({ call }: Awaited<ReturnType<typeof startSandbox>>) =>
    (await call<ApiAnswer<object>>('GET', '/v1/cart/orders/wms_cancel/SO-1-1')).body.response;

  it.each([
    ['at-once', true, 'canceled'],
    ['later', true, 'at_wms'],
    ['refused', false, 'at_wms'],
  ])('of an order in work is answered by a warehouse that cancels %s', async (how, success, status) => {
    const sandbox = await startSandbox();
    await sandbox.setTo({ warehouseCancels: how });
    await sandbox.create('SO-1-1');
    await sandbox.act('SO-1-1', 'send');
    expect(await ask(sandbox)).toMatchObject({ success });
    expect(await sandbox.list('any')).toMatchObject([{ order_status: status }]);
  });

  it('is refused once a parcel has left', async () => {
    const sandbox = await startSandbox();
    await sandbox.create('SO-1-1');
    await sandbox.act('SO-1-1', 'ship');
    expect(await ask(sandbox)).toMatchObject({ success: false });
  });
});

describe('stock', () => {
  it('is listed by warehouse, with aliases as an object or an empty list', async () => {
    const stock = [
      { sku: 'MUG', quantity: 5, warehouse: 'EAST' },
      { sku: 'MUG', quantity: 2, warehouse: 'WEST' },
    ];
    const { call } = await startSandbox({ warehouses: ['EAST', 'WEST'], stock });
    const lamp = { sku: 'LAMP', warehouse: 'EAST', onHand: 1, aliases: { UPC: '0123' } };
    await call('PATCH', '/sandbox/stock', lamp);
    const { body } = await call<ApiAnswer<object[]>>('GET', '/v1/merchant/inventory');
    expect(body.response).toMatchObject([
      {
        sku: 'MUG',
        qty_on_hand: 7,
        aliases: [],
        warehouses: {
          4000: { warehouse: 'EAST', qty_on_hand: 5 },
          4001: { warehouse: 'WEST', qty_on_hand: 2 },
        },
      },
      { sku: 'LAMP', aliases: { UPC: '0123' } },
    ]);
  });
});
