import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancellationPending, Rejected } from '../../../lib/domain/errors.ts';
import { toCartRoverOrder } from '../../../lib/providers/cartrover/order-mapper.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { RecordingBudget } from '../../fakes/recording-budget.ts';
import { openAccount } from './account.ts';

const SETTINGS = { warehouse: 'EAST', sendsWarehouse: true };
const DAY_MS = 86_400_000;

describe('an order in CartRover’s form', () => {
  it('has the sale’s number for people, and names, country and state as CartRover has them', () => {
    expect(toCartRoverOrder(sampleOrder(), SETTINGS)).toMatchObject({
      cust_ref: 'SO-20417-1',
      cust_po_no: 'SO-20417',
      ship_company: 'Quillfeather Interiors',
      ship_first_name: 'Odalys',
      ship_last_name: 'Brandt',
      ship_state: 'OR',
      ship_country: 'USA',
      cust_company: 'Quillfeather Interiors',
      cust_zip: '97207',
      requested_ship_date: '2026-01-09',
      ship_code: 'Ground',
      location: 'EAST',
      extra_fields: { dear_reference: 'SO-20417-1' },
      items: [{ line_no: 1, item: 'SHADE-LINEN', quantity: 2, line_item_id: 'line-1' }, { line_no: 2 }],
    });
  });

  it('names no warehouse where the settings say so', () => {
    expect(toCartRoverOrder(sampleOrder(), { ...SETTINGS, sendsWarehouse: false })).not.toHaveProperty(
      'location',
    );
  });

  it('says that billing is as shipping where DEAR has no whole billing address', () => {
    const { billTo } = sampleOrder();
    const order = toCartRoverOrder(sampleOrder({ billTo: { ...billTo, city: '' } }), SETTINGS);
    expect(order).toMatchObject({ ship_is_billing: true });
    expect(order).not.toHaveProperty('cust_company');
  });

  it('adds up, as CartRover demands, whatever the prices, taxes and discounts are', async () => {
    const { provider, orders } = await openAccount({ sandbox: { callsPerMinute: 100_000 } });
    const amount = fc.integer({ min: 0, max: 9_999_999 }).map((units) => units / 10_000);
    const line = fc.record({
      quantity: fc.integer({ min: 1, max: 99_999 }).map((units) => units / 100),
      total: amount,
      tax: amount,
    });
    const content = fc.record({
      lines: fc.array(line, { minLength: 1, maxLength: 4 }),
      adjustments: fc.array(
        amount.chain((value) => fc.constantFrom(value, -value)),
        { maxLength: 3 },
      ),
      tax: amount,
      taxInclusive: fc.boolean(),
    });
    let number = 0;
    await fc.assert(
      fc.asyncProperty(content, async ({ lines, adjustments, ...rest }) => {
        number += 1;
        const order = sampleOrder({
          ...rest,
          reference: `SO-${number}-1`,
          lines: lines.map((one, index) => sampleLine({ ...one, key: `line-${index}` })),
          adjustments: adjustments.map((value) => ({ description: '', amount: value })),
        });
        await provider.submit(order);
      }),
      { numRuns: 150 },
    );
    expect(await orders()).toHaveLength(number);
  });

  it('is ours for as long as it has our reference or one of our goods', async () => {
    const { provider, submit } = await openAccount();
    await submit('SO-1-1');
    expect(await provider.find('SO-1-1', ['OTHER'])).toHaveLength(1);
    expect(await provider.foreignOrders('SO-1-1', ['OTHER'])).toEqual([]);
  });

  it('leaves CartRover’s number and the id of its call for the order’s log', async () => {
    const { provider } = await openAccount();
    expect((await provider.submit(sampleOrder())).remarks).toEqual([
      "CartRover's support knows it as order 700001, X-CartRover-Process-ID p-1.",
    ]);
  });
});

describe('a cancellation', () => {
  it('that the warehouse carries out later is pending, asked for once in a quarter of an hour, and then done', async () => {
    const { provider, submit, act, setTo, callsTo, timeline } = await openAccount();
    await setTo({ warehouseCancels: 'later' });
    await submit('SO-1-1');
    await act('SO-1-1', 'send');
    for (let tries = 0; tries < 3; tries += 1)
      await expect(provider.cancel('SO-1-1', 'SO-1-1')).rejects.toBeInstanceOf(CancellationPending);
    expect(callsTo('wms_cancel')).toHaveLength(1);
    await timeline.advance(16 * 60_000);
    await expect(provider.cancel('SO-1-1', 'SO-1-1')).rejects.toBeInstanceOf(CancellationPending);
    expect(callsTo('wms_cancel')).toHaveLength(2);
    await act('SO-1-1', 'cancel');
    await expect(provider.cancel('SO-1-1', 'SO-1-1')).resolves.toBeUndefined();
  });

  it('that the warehouse refuses is refused with its text', async () => {
    const { provider, submit, act, setTo } = await openAccount();
    await setTo({ warehouseCancels: 'refused' });
    await submit('SO-1-1');
    await act('SO-1-1', 'send');
    const failure = await provider.cancel('SO-1-1', 'SO-1-1').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Rejected);
    expect((failure as Rejected).details.upstreamMessage).toContain('does not take cancellations');
  });

  it('is asked for once where its answer is lost, and looked up before it is asked for again', async () => {
    const { provider, submit, fault, callsTo } = await openAccount();
    await submit('SO-1-1');
    await fault({ kind: 'timeout-after', match: { path: 'wms_cancel' } });
    await expect(provider.cancel('SO-1-1', 'SO-1-1')).rejects.toMatchObject({ kind: 'ambiguous' });
    expect(callsTo('wms_cancel')).toHaveLength(1);
    await provider.cancel('SO-1-1', 'SO-1-1');
    expect(callsTo('wms_cancel')).toHaveLength(1);
  });

  it('sends a reference with a slash and a hash in its path', async () => {
    const { provider, submit } = await openAccount();
    await submit('SO/1#1 é');
    await provider.cancel('', 'SO/1#1 é');
    expect(await provider.find('SO/1#1 é')).toMatchObject([{ cancelled: true }]);
  });
});

describe('the state of an order', () => {
  const parts = async ({ provider }: Awaited<ReturnType<typeof openAccount>>) =>
    (await provider.orderParts('SO-1-1', 'SO-1-1')).map(({ state, error }) =>
      error === undefined ? state : `${state}: ${error}`,
    );

  it('that CartRover does not pass on is held, with its message', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'error', { code: 'SM', reason: 'Unmapped ship method', message: 'Ground' });
    expect(await parts(account)).toEqual(['held: Unmapped ship method: SM: Ground']);
    const listed = [];
    for await (const page of account.provider.openOrders()) listed.push(...page);
    expect(listed).toMatchObject([{ reference: 'SO-1-1', part: { state: 'held' } }]);
  });

  it('that its staff hold is held, without a message', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'hold');
    expect(await parts(account)).toEqual(['held']);
  });

  it.each(['at_wms', 'partial'])(
    'that left in part, shown as %s, has an open rest',
    async (partialStatus) => {
      const account = await openAccount();
      await account.setTo({ partialStatus });
      await account.submit('SO-1-1');
      await account.act('SO-1-1', 'ship', { items: [{ item: 'LAMP-OAK', quantity: 2 }] });
      expect(await parts(account)).toEqual(['left', 'open']);
    },
  );

  it('that is shown as shipped and is short may have more parcels for three days', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'ship', { items: [{ item: 'LAMP-OAK', quantity: 2 }], closesOrder: true });
    expect(await parts(account)).toEqual(['left', 'unknown']);
    await account.timeline.advance(3 * DAY_MS + 1);
    expect(await parts(account)).toEqual(['left']);
  });

  it('of which a shipment was loaded twice has left as a whole', async () => {
    const account = await openAccount();
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'ship');
    await account.act('SO-1-1', 'load-again');
    expect(await parts(account)).toEqual(['left']);
  });
});

describe('calls', () => {
  it('carry no key in their address', async () => {
    const { provider, submit, callsTo } = await openAccount();
    await submit('SO-1-1');
    for await (const _ of provider.shipmentsSince(null));
    for await (const _ of provider.stock());
    expect(JSON.stringify(callsTo('/'))).not.toContain('cart-key');
  });

  it('rest where another program has nearly used up the bucket, before one of ours is refused', async () => {
    const budget = new RecordingBudget();
    const { provider, submit } = await openAccount({ sandbox: { callsPerMinute: 12 }, budget });
    await submit('SO-1-1');
    for (let calls = 0; calls < 4; calls += 1) await provider.find('SO-1-1');
    // Of twelve, eleven, ten, nine and eight are left after each call.
    expect(budget.slowDowns).toEqual([600, 1_200]);
  });
});
