import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../lib/domain/connection.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import type { Sale, SaleLine } from '../../../lib/domain/sale/sale.ts';
import { connection, rule } from '../../builders/connection.ts';
import { acceptedOrder, box, queuedOrder } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const product = (sku: string) => ({ productId: sku.toLowerCase(), sku });
const asks = (sku: string, quantity: number, backorderQuantity = 0): SaleLine =>
  line({ ...product(sku), quantity, backorderQuantity });
const covers = (place: number, sku: string, quantity: number): FulfillmentOrder['lines'][number] => ({
  key: `line-${place}`,
  ...product(sku),
  name: '',
  quantity,
});
const contents = (place: number, quantity: number) => [
  { key: `line-${place}`, quantity, batch: '', expiry: '' },
];

const partial = connection({ backorders: 'ship-available' });
const [north, south] = [
  connection({ id: 'north', rules: [rule({ skus: ['INK'] })] }),
  connection({ id: 'south' }),
];

/** Each demand as `key: lines`, with what else it says. */
function plan(from: Sale, connections: readonly Connection[], orders: readonly FulfillmentOrder[] = []) {
  const { demands, reasons } = findDemands(from, connections, orders);
  return {
    demands: demands.map(
      ({ key, lines }) =>
        `${key}: ${lines.map(({ line: { sku }, quantity }) => `${quantity} ${sku}`).join(', ')}`,
    ),
    remarks: demands.flatMap(({ remarks }) => remarks),
    reasons,
  };
}

describe('the orders of a whole sale', () => {
  it('name lines that are not shipped, also one without a SKU', () => {
    const text = line({ productId: '', sku: '', name: 'Thank you' });
    expect(plan(sale({ lines: [asks('PEN', 1), text] }), [partial]).remarks).toEqual([
      'A line is not a product.',
    ]);
  });

  it('are none while the sale waits for all goods, except what has left', () => {
    const from = sale({ lines: [asks('PEN', 3), asks('INK', 2, 2)] });
    const order = { demand: 'lantern', lines: [covers(1, 'PEN', 3)] };
    const reasons = ['Waiting for what is on backorder: INK (0 of 2 allotted by DEAR).'];
    expect(plan(from, [connection()], [queuedOrder(sale(), order)])).toEqual({
      demands: [],
      remarks: [],
      reasons,
    });
    const left = acceptedOrder(sale(), { ...order, packages: [box({ contents: contents(1, 3) })] });
    expect(plan(from, [connection()], [left])).toEqual({ demands: ['lantern: 3 PEN'], remarks: [], reasons });
  });

  it('name what is on backorder, and that it is ordered later', () => {
    const from = sale({ lines: [asks('PEN', 3, 1), asks('INK', 2, 2)] });
    expect(plan(from, [partial])).toEqual({
      demands: ['lantern: 2 PEN'],
      remarks: ['Waiting for what is on backorder: 1 × PEN, 2 × INK. It is ordered when it comes in.'],
      reasons: [],
    });
  });

  it('are followed by one for goods that came in, which says what it completes', () => {
    const from = sale({ lines: [asks('PEN', 3)] });
    const awaited = [{ ...product('PEN'), quantity: 1 }];
    const first = acceptedOrder(sale(), { demand: 'lantern', lines: [covers(1, 'PEN', 2)], awaited });
    expect(plan(from, [partial], [first])).toEqual({
      demands: ['lantern: 2 PEN', 'lantern#rest-2: 1 PEN'],
      remarks: ['It ships what SO-00042-1 could not.'],
      reasons: [],
    });
  });

  it('are followed by none after a person cancelled one, which says how to order the rest', () => {
    const from = sale({ lines: [asks('PEN', 3)] });
    const awaited = [{ ...product('PEN'), quantity: 1 }];
    const cancelled = acceptedOrder(sale(), {
      demand: 'lantern',
      status: 'Cancelled',
      lines: [covers(1, 'PEN', 2)],
      awaited,
    });
    expect(plan(from, [partial], [cancelled])).toEqual({
      demands: ['lantern: 2 PEN'],
      remarks: [
        'SO-00042-1 was cancelled, so no further order is made; undo and authorise the sale to order what it still asks for.',
      ],
      reasons: [],
    });
    const partlyLeft = { ...cancelled, packages: [box({ contents: contents(1, 1) })] };
    expect(plan(from, [partial], [partlyLeft]).demands).toEqual(['lantern: 2 PEN', 'lantern#rest-2: 1 PEN']);
  });

  it('that were cancelled stay without a remark where the sale asks for nothing more', () => {
    const cancelled = acceptedOrder(sale(), {
      demand: 'lantern',
      status: 'Cancelled',
      lines: [covers(1, 'PEN', 3)],
    });
    expect(plan(sale({ lines: [asks('PEN', 3)] }), [partial], [cancelled])).toEqual({
      demands: ['lantern: 3 PEN'],
      remarks: [],
      reasons: [],
    });
  });

  it('have no demand once the sale asks for none of their goods', () => {
    const orders = [
      acceptedOrder(sale(), { demand: 'lantern', lines: [covers(1, 'PEN', 3)] }),
      acceptedOrder(sale(), {
        demand: 'lantern#rest-2',
        reference: 'SO-00042-2',
        lines: [covers(2, 'INK', 1)],
      }),
    ];
    expect(plan(sale({ lines: [asks('PEN', 3)] }), [partial], orders).demands).toEqual(['lantern: 3 PEN']);
  });

  it('that were not sent take what the sale asks for instead of their goods', () => {
    const orders = [
      acceptedOrder(sale(), { demand: 'lantern', lines: [covers(1, 'PEN', 3)] }),
      queuedOrder(sale(), {
        demand: 'lantern#rest-2',
        reference: 'SO-00042-2',
        lines: [covers(2, 'INK', 1)],
      }),
    ];
    expect(plan(sale({ lines: [asks('PEN', 3), asks('PAD', 2)] }), [partial], orders).demands).toEqual([
      'lantern: 3 PEN',
      'lantern#rest-2: 2 PAD',
    ]);
  });

  it('are each for a fulfilment of their own', () => {
    const from = sale({ lines: [asks('PEN', 3)] });
    const first = acceptedOrder(sale(), {
      demand: 'lantern',
      lines: [covers(1, 'PEN', 2)],
      awaited: [{ ...product('PEN'), quantity: 1 }],
    });
    const { demands } = findDemands(from, [partial], [first]);
    expect(demands.map(({ taskId }) => taskId)).toEqual([sale().id, '']);
    const second = { ...first, reference: 'SO-00042-2', demand: 'lantern#rest-2', taskId: '' };
    const both = findDemands(sale({ lines: [asks('PEN', 4)] }), [partial], [first, second]).demands;
    expect(both.map(({ key, taskId }) => [key, taskId])).toEqual([
      ['lantern', sale().id],
      ['lantern#rest-2', ''],
    ]);
  });
});

describe('the rest of a sale a part of which others shipped', () => {
  const from = (fulfilments: Sale['fulfilments']) =>
    sale({ type: 'advanced', lines: [asks('PEN', 5)], fulfilments });
  const first = acceptedOrder(sale(), {
    demand: 'lantern',
    lines: [covers(1, 'PEN', 1)],
    packages: [box({ contents: contents(1, 1) })],
    confirmation: { ...acceptedOrder().confirmation, packages: ['label:1'], taskId: 't1' },
  });
  const goods = (quantity: number) => [stageLine({ ...product('PEN'), quantity })];
  const ours = fulfilment({
    taskId: 't1',
    pick: { status: 'AUTHORISED', lines: goods(1) },
    pack: { status: 'AUTHORISED', lines: goods(1) },
    ship: { status: 'AUTHORISED', lines: [] },
  });
  const byHand = (ship: string, packed = goods(2)) =>
    fulfilment({
      taskId: 't2',
      number: 2,
      pick: { status: 'AUTHORISED', lines: goods(2) },
      pack: { status: 'AUTHORISED', lines: packed },
      ship: { status: ship, lines: [] },
    });

  it.each([
    ['all that our order did not', [ours], 4],
    ['without what a person shipped', [ours, byHand('AUTHORISED')], 2],
    ['without what a person shipped in part', [ours, byHand('PARTIALLY AUTHORISED')], 2],
    ['without what a person shipped without packing', [ours, byHand('AUTHORISED', [])], 2],
    ['by what was packed, where less was packed than picked', [ours, byHand('AUTHORISED', goods(1))], 3],
    ['with what a person only packed', [ours, byHand('DRAFT')], 4],
  ])('is %s', (_, fulfilments, quantity) => {
    const [kept, rest] = plan(from(fulfilments), [partial], [first]).demands;
    expect([kept, rest]).toEqual(['lantern: 1 PEN', `lantern#rest-2: ${quantity} PEN`]);
  });

  it('is less by what a person shipped, also where an order of ours is still on its way out', () => {
    const { packages: _, ...unsent } = first;
    const sent = { ...unsent, packages: [], confirmation: acceptedOrder().confirmation, awaited: [] };
    const waits = { ...sent, awaited: [{ ...product('PEN'), quantity: 4 }] };
    expect(plan(from([byHand('AUTHORISED')]), [partial], [waits]).demands).toEqual([
      'lantern: 1 PEN',
      'lantern#rest-2: 2 PEN',
    ]);
  });
});

describe('a sale whose location has several connections', () => {
  const lines = [asks('PEN', 3), asks('INK', 2)];
  const inNorth = { demand: 'north', connection: 'north', chosenBy: 'It was so.' };

  it('ships as goods what is a service of another connection alone', () => {
    const [one, other] = [
      { ...north, serviceSkus: ['PEN', 'INK'] },
      { ...south, rules: [rule({ skus: ['PEN'] })] },
    ];
    expect(plan(sale({ lines }), [one, other]).demands).toEqual(['south: 3 PEN']);
    expect(
      plan(sale({ lines: [...lines, asks('PAD', 1)] }), [one, { ...other, serviceSkus: ['PAD'] }]),
    ).toMatchObject({
      demands: ['south: 3 PEN'],
      remarks: ['INK is a service.', 'PAD is a service.'],
    });
  });

  it('moves the goods of an order that was not sent where the rules choose now', () => {
    const unsent = queuedOrder(sale(), { ...inNorth, lines: [covers(1, 'PEN', 3), covers(2, 'INK', 2)] });
    expect(plan(sale({ lines }), [north, south], [unsent]).demands).toEqual(['north: 2 INK', 'south: 3 PEN']);
  });

  it('gives up an order that was not sent and has no goods that the rules choose for it', () => {
    const unsent = queuedOrder(sale(), { ...inNorth, lines: [covers(1, 'PEN', 3)] });
    expect(plan(sale({ lines: [asks('PEN', 3)] }), [north, south], [unsent]).demands).toEqual([
      'south: 3 PEN',
    ]);
    const { demands } = findDemands(sale({ lines }), [north, south], [unsent]);
    expect(demands.map(({ key, completes }) => [key, completes])).toEqual([
      ['north', []],
      ['south', []],
    ]);
  });

  const inkAndPad = { ...north, rules: [rule({ skus: ['INK', 'PAD'] })] };
  const sentInNorth = (place: number, sku: string, quantity: number) =>
    acceptedOrder(sale(), { ...inNorth, lines: [covers(place, sku, quantity)] });
  const second = { ...inNorth, demand: 'north#rest-2', reference: 'SO-00042-2' };

  it('leaves an order that was not sent the goods that the rules still choose for it', () => {
    const unsent = queuedOrder(sale(), { ...second, lines: [covers(1, 'PEN', 3), covers(2, 'INK', 2)] });
    const from = sale({ lines: [...lines, asks('PAD', 1)] });
    expect(plan(from, [inkAndPad, south], [sentInNorth(3, 'PAD', 1), unsent]).demands).toEqual([
      'north: 1 PAD',
      'north#rest-2: 2 INK',
      'south: 3 PEN',
    ]);
  });

  it('gives added goods to the order that was sent, not to one from which the rules took everything', () => {
    const unsent = queuedOrder(sale(), { ...second, lines: [covers(1, 'PEN', 3)] });
    expect(plan(sale({ lines }), [north, south], [sentInNorth(2, 'INK', 1), unsent]).demands).toEqual([
      'north: 2 INK',
      'south: 3 PEN',
    ]);
  });

  it('keeps an order that was sent, with the sentence on why it was chosen then', () => {
    const sent = acceptedOrder(sale(), { ...inNorth, lines: [covers(1, 'PEN', 2)] });
    const { demands } = findDemands(sale({ lines: [asks('PEN', 3)] }), [north, south], [sent]);
    expect(
      demands.map(({ key, lines: own, chosenBy, keptFrom }) => [key, own[0]?.quantity, chosenBy, keptFrom]),
    ).toEqual([
      ['north', 2, 'It was so.', ['south']],
      ['south', 1, 'No rule of north fits, so south ships it.', []],
    ]);
  });
});
