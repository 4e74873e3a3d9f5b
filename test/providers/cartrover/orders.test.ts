import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancellationPending, Rejected } from '../../../lib/domain/errors.ts';
import { fromComment, isForeign, toCartRoverOrder } from '../../../lib/providers/cartrover/order-mapper.ts';
import { orderRow } from '../../../lib/providers/cartrover/schemas.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { RecordingBudget } from '../../fakes/recording-budget.ts';
import { openAccount } from './account.ts';

const SETTINGS = { warehouse: 'EAST', sendsWarehouse: true };
const DAY_MS = 86_400_000;
const SHIP_TO = sampleOrder().shipTo;

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
      currency_code: 'USD',
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

  it.each<[string, Parameters<typeof sampleOrder>[0], object]>([
    [
      'the address that DEAR shows where the first line is empty',
      { shipTo: { ...SHIP_TO, line1: '' } },
      { ship_address_1: '77 Larkspur Lane, Suite 4' },
    ],
    [
      'a code that no place has for a missing one',
      { shipTo: { ...SHIP_TO, postcode: '' } },
      { ship_zip: '00000' },
    ],
    ['the state for a missing city', { shipTo: { ...SHIP_TO, city: '' } }, { ship_city: 'OR' }],
    [
      'the country for a missing city and state',
      { shipTo: { ...SHIP_TO, city: '', state: '', country: 'DE' } },
      { ship_city: 'DE', ship_state: 'DE', ship_country: 'DEU' },
    ],
    ['the code of a state', { shipTo: { ...SHIP_TO, state: 'Oregon' } }, { ship_state: 'OR' }],
    [
      'a state that has no code as it is',
      { shipTo: { ...SHIP_TO, state: 'Narnia', postcode: '' } },
      { ship_state: 'Narnia' },
    ],
    [
      'the state of a country without codes as it is',
      { shipTo: { ...SHIP_TO, state: 'Hamburg', country: 'DE' } },
      { ship_state: 'Hamburg' },
    ],
    [
      'the customer as company where no person is named',
      { shipTo: { ...SHIP_TO, company: '', contact: ' ' } },
      { ship_company: 'Quillfeather Interiors' },
    ],
    [
      'a name of one word as a first name',
      { shipTo: { ...SHIP_TO, company: '', contact: 'Odalys' } },
      { ship_first_name: 'Odalys' },
    ],
    [
      'a name of three words as two first names',
      { shipTo: { ...SHIP_TO, contact: 'Odalys  van Brandt' } },
      { ship_first_name: 'Odalys van', ship_last_name: 'Brandt' },
    ],
    [
      'both notes, each in a line of its own, without blanks around them',
      { customerNotes: ' Ring twice ', internalNotes: '\nTrade customer' },
      { shipping_instructions: 'Ring twice\nTrade customer' },
    ],
    ['one note alone', { customerNotes: '  ' }, { shipping_instructions: 'Trade customer' }],
    ['a gift', { gift: true, giftMessage: 'For you' }, { gift_wrap: 'Y', gift_message: 'For you' }],
    [
      'a whole part of a piece, and its quantity for the packer',
      { lines: [sampleLine({ quantity: 2.5, total: 50, batch: 'B;7' })] },
      { items: [{ quantity: 1, price: 50, line_comment: 'Quantity: 2.5; Batch: B,7', lot_number: 'B;7' }] },
    ],
    [
      'prices without the tax that is in them',
      { taxInclusive: true, lines: [sampleLine({ quantity: 2, total: 60, tax: 10 })] },
      { items: [{ quantity: 2, price: 25, extended_amount: 50, tax: 10 }], sub_total: 50 },
    ],
    [
      'the taxes, the charges and the discounts in its sum',
      {
        tax: 9.4,
        lines: [sampleLine({ quantity: 2, total: 56 }), sampleLine({ quantity: 1, total: 20 })],
        adjustments: [5, -7.5, 2, -0.5].map((amount) => ({ description: '', amount })),
      },
      { sub_total: 76, shipping_handling: 7, sales_tax: 9.4, order_discount: 8, grand_total: 84.4 },
    ],
    [
      'a discount, never of more than the order',
      {
        tax: 0,
        lines: [sampleLine({ quantity: 1, total: 20, tax: 0 })],
        adjustments: [
          { description: 'Carriage', amount: 5 },
          { description: 'Voucher', amount: -40 },
        ],
      },
      { sub_total: 20, shipping_handling: 5, order_discount: 25, grand_total: 0 },
    ],
  ])('has %s', (_, overrides, expected) => {
    expect(toCartRoverOrder(sampleOrder(overrides), SETTINGS)).toMatchObject(expected);
  });

  it.each([
    ['as it was written', '; '],
    ['without the blanks between its parts', ';'],
  ])('has in a line’s comment, read back %s, what no field of CartRover holds', (_, mark) => {
    const line = sampleLine({ quantity: 2.5, batch: 'LOT: B7', expiry: '2027-05-01', comment: 'Note: a; b' });
    const [kept] = orderRow.parse(toCartRoverOrder(sampleOrder({ lines: [line] }), SETTINGS)).items;
    const line_comment = kept?.line_comment.replaceAll('; ', mark) ?? '';
    expect(fromComment({ line_comment })).toEqual({
      quantity: '2.5',
      batch: 'LOT: B7',
      expiry: '2027-05-01',
    });
  });

  it.each<[string, Parameters<typeof sampleOrder>[0], string]>([
    ['company where a person is named', { shipTo: { ...SHIP_TO, company: '' } }, 'ship_company'],
    ['last name of one word', { shipTo: { ...SHIP_TO, contact: 'Odalys' } }, 'ship_last_name'],
    ['message of an order that is no gift', { giftMessage: 'For you' }, 'gift_message'],
    ['wrapping of an order that is no gift', {}, 'gift_wrap'],
    ['currency that is no code', { currency: 'US Dollars' }, 'currency_code'],
    ['currency that only begins as a code', { currency: 'USDX' }, 'currency_code'],
    ['currency that only ends as a code', { currency: 'xUSD' }, 'currency_code'],
    [
      'instructions where there are no notes',
      { customerNotes: ' ', internalNotes: '' },
      'shipping_instructions',
    ],
  ])('has no %s', (_, overrides, field) => {
    expect(toCartRoverOrder(sampleOrder(overrides), SETTINGS)).not.toHaveProperty(field);
  });

  it.each(['customer', 'line1', 'city', 'postcode', 'country'])(
    'says that billing is as shipping where the %s of the biller is blank',
    (part) => {
      const { billTo } = sampleOrder();
      const overrides = part === 'customer' ? { customer: ' ' } : { billTo: { ...billTo, [part]: ' ' } };
      const order = toCartRoverOrder(sampleOrder(overrides), SETTINGS);
      expect(order).toMatchObject({ ship_is_billing: true });
      expect(order).not.toHaveProperty('cust_company');
    },
  );

  it('bills to the street that DEAR shows where its own field is empty', () => {
    const billTo = { ...sampleOrder().billTo, line1: '', displayLine1: '14 Alder Lane' };
    expect(toCartRoverOrder(sampleOrder({ billTo }), SETTINGS)).toMatchObject({
      cust_address_1: '14 Alder Lane',
    });
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

  it.each<[string, object, readonly string[] | undefined, boolean]>([
    ['none of our goods', {}, ['OTHER'], true],
    ['our goods, in another case', {}, ['OTHER', 'lamp'], false],
    ['our reference where we put it', { extra_fields: { dear_reference: 'SO-1-1' } }, ['OTHER'], false],
    ['another reference there', { extra_fields: { dear_reference: 'SO-2-1' } }, ['OTHER'], true],
    ['goods that are not compared', {}, undefined, false],
    ['no goods at all', { items: [] }, ['OTHER'], false],
    [
      'some of our goods',
      {
        items: [
          { item: 'LAMP', quantity: 1 },
          { item: 'VASE', quantity: 1 },
        ],
      },
      ['VASE'],
      false,
    ],
  ])('with %s under our reference is another cart’s or not', (_, fields, skus, expected) => {
    const row = orderRow.parse({ cust_ref: 'SO-1-1', items: [{ item: 'LAMP', quantity: 1 }], ...fields });
    expect(isForeign(row, skus)).toBe(expected);
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

  it('that left in part is listed by its open rest alone', async () => {
    const account = await openAccount();
    await account.setTo({ partialStatus: 'at_wms' });
    await account.submit('SO-1-1');
    await account.act('SO-1-1', 'ship', { items: [{ item: 'LAMP-OAK', quantity: 2 }] });
    const listed = [];
    for await (const page of account.provider.openOrders()) listed.push(...page);
    expect(new Set(listed.map(({ part }) => part.state))).toEqual(new Set(['open']));
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
