import { describe, expect, it } from 'vitest';
import {
  fromSavedElements,
  getReference,
  isForeign,
  toExtensivOrder,
  toPapers,
} from '../../../lib/providers/extensiv/order-mapper.ts';
import { orderReader } from '../../../lib/providers/extensiv/order-reader.ts';
import { escapeValue, joinAnd, joinOr } from '../../../lib/providers/extensiv/rql.ts';
import { orderRow } from '../../../lib/providers/extensiv/schemas.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const SETTINGS = { customerId: '12', facilityId: '3', batchIs: 'lot' } as const;
const SHIP_TO = sampleOrder().shipTo;
type Overrides = Parameters<typeof sampleOrder>[0];

describe('an order in Extensiv’s form', () => {
  it.each<[string, Overrides, object]>([
    [
      'the ship-by date, the notes and the word gift in lines of their own',
      { internalNotes: ' Fragile ', gift: true },
      { notes: 'Ship by 2026-01-09\nFragile\nGift' },
    ],
    ['no notes where there is nothing to note', { shipBy: '', internalNotes: ' ' }, { notes: null }],
    [
      'the notes of the customer for the shipment',
      { customerNotes: ' Ring twice ' },
      { shippingNotes: 'Ring twice' },
    ],
    ['no shipping notes of blanks', { customerNotes: ' ' }, { shippingNotes: null }],
    [
      'the message of a gift',
      { gift: true, giftMessage: ' For you ' },
      { fulfillInvInfo: { fulfillInvGiftMessage: 'For you' } },
    ],
    [
      'a method with a mode',
      { shippingMethod: ' UPS / Ground/2 ' },
      { routingInfo: { carrier: 'UPS', mode: 'Ground/2' } },
    ],
    ['a method without a mode', { shippingMethod: 'UPS' }, { routingInfo: { carrier: 'UPS', mode: null } }],
    ['no method', { shippingMethod: '' }, { routingInfo: { carrier: null, mode: null } }],
    [
      'the address that DEAR shows where the first line is empty',
      { shipTo: { ...SHIP_TO, line1: '' } },
      { shipTo: { address1: '77 Larkspur Lane, Suite 4' } },
    ],
    ['the code of a state', { shipTo: { ...SHIP_TO, state: 'Oregon' } }, { shipTo: { state: 'OR' } }],
    [
      'a state without a code as it is',
      { shipTo: { ...SHIP_TO, state: 'Hamburg', country: 'DE' } },
      { shipTo: { state: 'Hamburg' } },
    ],
    ['the state for a missing city', { shipTo: { ...SHIP_TO, city: '' } }, { shipTo: { city: 'OR' } }],
    [
      'the country for a missing city and state',
      { shipTo: { ...SHIP_TO, city: '', state: '', country: 'DE' } },
      { shipTo: { city: 'DE', state: null } },
    ],
    [
      'the customer for a missing company and name',
      { shipTo: { ...SHIP_TO, company: '', contact: '' } },
      { shipTo: { companyName: 'Quillfeather Interiors', name: 'Quillfeather Interiors' } },
    ],
    [
      'the company for a missing name',
      { shipTo: { ...SHIP_TO, company: 'Ledger & Co', contact: ' ' } },
      { shipTo: { companyName: 'Ledger & Co', name: 'Ledger & Co' } },
    ],
  ])('has %s', (_, overrides, expected) => {
    expect(toExtensivOrder(sampleOrder(overrides), SETTINGS)).toMatchObject(expected);
  });

  it.each<[string, Overrides]>([
    ['an order that is no gift', { giftMessage: 'For you' }],
    ['a gift without a message', { gift: true, giftMessage: ' ' }],
  ])('has no gift message for %s', (_, overrides) => {
    expect(toPapers(sampleOrder(overrides))).not.toHaveProperty('fulfillInvInfo');
  });

  it.each([
    ['lot', 'B7', { lotNumber: 'B7', serialNumber: null }],
    ['serial', 'B7', { lotNumber: null, serialNumber: 'B7' }],
    ['lot', '', { lotNumber: null, serialNumber: null }],
  ] as const)('has a batch as a %s: %j', (batchIs, batch, expected) => {
    const content = sampleOrder({ lines: [sampleLine({ batch })] });
    expect(toExtensivOrder(content, { ...SETTINGS, batchIs }).orderItems).toMatchObject([expected]);
  });

  it('tells the packer a broken quantity, which is read back from the notes where no elements were kept', () => {
    const options = [{ name: 'Colour', value: 'red; dark' }];
    const [line] = toExtensivOrder(
      sampleOrder({ lines: [sampleLine({ quantity: 2.5, batch: 'LOT: 7', options })] }),
      SETTINGS,
    ).orderItems;
    expect(line).toMatchObject({ qty: 1, notes: 'Quantity: 2.5; Batch: LOT: 7; Colour: red, dark' });
    const read = fromSavedElements({ savedElements: [], notes: line?.notes ?? '' });
    expect(read).toEqual(fromSavedElements({ savedElements: [...(line?.savedElements ?? [])], notes: '' }));
    expect(read.quantity).toBe('2.5');
  });
});

const row = (orderId: number, fields: object = {}, readOnly: object = {}) =>
  orderRow.parse({
    readOnly: { orderId, status: 0, isClosed: false, customerIdentifier: { id: 12 }, ...readOnly },
    referenceNum: 'SO-1-1',
    orderItems: [{ readOnly: { orderItemId: 1 }, itemIdentifier: { sku: 'LAMP' }, qty: 1 }],
    ...fields,
  });

describe('an order under our reference at Extensiv', () => {
  it.each<[string, object, readonly string[] | undefined, boolean]>([
    ['has none of our goods', {}, ['OTHER'], true],
    ['has some of them, in another case', {}, ['OTHER', 'lamp'], false],
    [
      'has some of them beside others',
      {
        orderItems: [
          ...row(1).orderItems,
          { readOnly: { orderItemId: 2 }, itemIdentifier: { sku: 'VASE' }, qty: 1 },
        ],
      },
      ['VASE'],
      false,
    ],
    ['has no goods', { orderItems: [] }, ['OTHER'], false],
    ['is not compared', {}, undefined, false],
  ])('that %s is foreign or not', (_, fields, skus, expected) => {
    expect(isForeign(row(1, fields), skus)).toBe(expected);
  });

  it('with our mark is ours, under the reference of the mark', () => {
    const [mark] = toExtensivOrder(sampleOrder({ reference: 'SO-1-1' }), SETTINGS).savedElements;
    const savedElements = [{ name: 'Channel', value: 'Web' }, mark];
    const part = row(2, { referenceNum: 'SO-1-1-B', savedElements });
    expect([getReference(part), isForeign(part, ['OTHER'])]).toEqual(['SO-1-1', false]);
    expect(getReference(row(3, { referenceNum: 'SO-9-1' }))).toBe('SO-9-1');
  });
});

describe('reading orders of Extensiv', () => {
  const reader = (rows: ReturnType<typeof row>[]) => {
    const asked: string[] = [];
    const client = {
      orders: async ({ rql }: { readonly rql: string }) => {
        asked.push(rql);
        return { rows, unreadable: [], total: rows.length };
      },
    };
    const settings = { ...SETTINGS, timeZone: 'UTC' };
    const read = orderReader({
      client,
      settings,
      pageSize: 50,
      wait: async () => {},
    } as unknown as Parameters<typeof orderReader>[0]);
    return { read, asked };
  };

  it('keeps those of the customer with exactly the reference', async () => {
    const { read, asked } = reader([
      row(1),
      row(2, { referenceNum: 'SO-1-10' }),
      row(3, {}, { customerIdentifier: { id: 13 } }),
      row(4, {}, { customerIdentifier: null }),
    ]);
    expect((await read.find('SO-1-1')).map(({ readOnly }) => readOnly.orderId)).toEqual([1]);
    expect(asked).toEqual(['ReadOnly.CustomerIdentifier.Id==12;ReferenceNum==SO-1-1']);
  });

  it('asks for the parts by the reference, and by the id where it is one', async () => {
    const { read, asked } = reader([row(1), row(2, { referenceNum: 'SO-1-10' })]);
    expect((await read.parts('700', 'SO-1-1')).map(({ readOnly }) => readOnly.orderId)).toEqual([1]);
    await read.parts('', 'SO*1');
    for (const id of ['7x', 'x7']) await read.parts(id, 'SO-1-1');
    expect(asked.map((rql) => rql.replace('ReadOnly.CustomerIdentifier.Id==12;', ''))).toEqual([
      '(ReferenceNum==SO-1-1*,ReadOnly.OrderId==700)',
      'ReferenceNum==SO%2A1*',
      'ReferenceNum==SO-1-1*',
      'ReferenceNum==SO-1-1*',
    ]);
  });

  it('lists those that are open or held, and asks for no others', async () => {
    const { read, asked } = reader([
      row(1, {}, { lastModifiedDate: '2026-03-04T09:15:27' }),
      row(2, {}, { onHoldDate: '2026-03-04' }),
      row(3, {}, { status: 1 }),
      row(4, {}, { status: 2 }),
      row(5, {}, { isClosed: true }),
    ]);
    const listed = (await Array.fromAsync(read.openOrders())).flat();
    expect(listed.map(({ part }) => [part.providerOrderId, part.state, part.changedAt])).toEqual([
      ['1', 'open', '2026-03-04T09:15:27.000Z'],
      ['2', 'held', ''],
      ['5', 'unknown', ''],
    ]);
    expect(asked).toEqual(['ReadOnly.CustomerIdentifier.Id==12;ReadOnly.IsClosed==false;ReadOnly.Status!=2']);
  });
});

describe('Extensiv’s query language', () => {
  it('joins what is there, and encloses alternatives', () => {
    expect([joinAnd('a', '', 'b'), joinAnd('', ''), joinOr('a', ''), joinOr('a', '', 'b')]).toEqual([
      'a;b',
      '',
      'a',
      '(a,b)',
    ]);
  });

  it('escapes marks by two digits, and leaves blanks', () => {
    expect(escapeValue('A b;c*(d)\'"&#%')).toBe('A b%3Bc%2A%28d%29%27%22%26%23%25');
  });
});
