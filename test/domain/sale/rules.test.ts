import { describe, expect, it } from 'vitest';
import type { Connection, Rule } from '../../../lib/domain/connection.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { type Plan, planSale } from '../../../lib/domain/order/plan.ts';
import { NO_BOOKS } from '../../../lib/domain/sale/catalogue.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { connection, rule } from '../../builders/connection.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const rest = connection({ id: 'rest' });
const ruled = (id: string, ...rules: Partial<Rule>[]): Connection =>
  connection({ id, rules: rules.map(rule) });

function plan(from: Sale, connections: readonly Connection[]): Plan {
  return planSale({ sale: from, connections, orders: [], by: 'DEAR Sale/OrderAuthorised', now: NOW });
}

function getOrders({ changes }: Plan) {
  return changes.map(({ order }) => [order.connection, order.lines.map(({ sku }) => sku).join()]);
}

const { submission: UNSENT_STATE, fingerprint, planned, status } = queuedOrder();
const UNSENT = { submission: UNSENT_STATE, fingerprint, planned, status };

const inCanada = sale({ shippingAddress: { ...sale().shippingAddress, country: 'Canada' } });
const heavy = sale({ lines: [line({ weightGrams: 12_000, quantity: 2 })] });

describe('a rule of a connection', () => {
  it.each<[string, Partial<Rule>, Sale, Sale]>([
    ['sales channel', { salesChannels: ['amazon '] }, sale({ sourceChannel: 'Amazon' }), sale()],
    ['country, however it is written', { countries: ['MX', 'CA'] }, inCanada, sale()],
    ['price tier', { priceTiers: ['Wholesale'] }, sale({ priceTier: 'wholesale' }), sale()],
    ['customer', { customers: ['quill*'] }, sale(), sale({ customer: 'Ink & Quill' })],
    [
      'attribute',
      { attributes: { AdditionalAttribute2: ['3PL', '4PL'] } },
      sale({ additionalAttributes: { AdditionalAttribute2: '4PL' } }),
      sale({ additionalAttributes: { AdditionalAttribute2: '5PL' } }),
    ],
    ['lower bound of the weight', { weightGrams: { from: 24_000, below: null } }, heavy, sale()],
    ['upper bound of the weight', { weightGrams: { from: 0, below: 24_000 } }, sale(), heavy],
    [
      'every condition',
      { countries: ['CA'], salesChannels: ['Amazon'] },
      { ...inCanada, sourceChannel: 'Amazon' },
      inCanada,
    ],
  ])('chooses a sale by its %s, and leaves others to the connection without rules', (_, one, fits, not) => {
    const connections = [rest, ruled('north', one)];
    expect(plan(fits, connections).changes.map(({ order }) => order.connection)).toEqual(['north']);
    expect(plan(not, connections).changes.map(({ order }) => order.connection)).toEqual(['rest']);
  });

  it('by SKU chooses lines, so that the sale goes apart', () => {
    const connections = [ruled('north', { skus: ['WAX-*'] }), rest];
    const planned = plan(sale(), connections);
    expect(getOrders(planned)).toEqual([
      ['north', 'WAX-02'],
      ['rest', 'QUILL-01'],
    ]);
    expect(planned.changes.map(({ order }) => order.reference)).toEqual(['SO-00042-1', 'SO-00042-2']);
  });

  it('wins over rules of connections that come later in the settings', () => {
    const [one, two] = [ruled('one', { skus: ['*'] }), ruled('two', { countries: ['US'] })];
    expect(plan(sale(), [one, two]).changes[0]?.order.connection).toBe('one');
    expect(plan(sale(), [two, one]).changes[0]?.order.connection).toBe('two');
  });

  it('by weight does not apply where DEAR has no weight of a product, and the order says of which', () => {
    const lines = [line(), line({ sku: 'FEATHER', weightGrams: 0 })];
    const [change] = plan(sale({ lines }), [
      ruled('parcels', { weightGrams: { from: 0, below: 20_000 } }),
      rest,
    ]).changes;
    expect(change?.order).toMatchObject({
      connection: 'rest',
      chosenBy:
        'No rule of parcels fits, so rest ships it. Rules by weight do not apply, because DEAR has no weight of FEATHER.',
    });
  });

  it('by weight ignores services, which have none', () => {
    const lines = [line(), line({ productId: 'service-1', sku: 'SETUP', weightGrams: 0 })];
    const books = { ...NO_BOOKS, products: new Map([['service-1', 'service' as const]]) };
    const connections = [ruled('parcels', { weightGrams: { from: 0, below: 20_000 } }), rest];
    const { demands } = findDemands(sale({ lines }), connections, [], books);
    expect(demands).toMatchObject([
      { connection: { id: 'parcels' }, lines: [{ line: { sku: 'QUILL-01' } }] },
    ]);
  });

  it('is named on the order and in its log, without the names of customers', () => {
    const connections = [
      rest,
      ruled('north', { name: 'Trade', customers: ['Quill & *'], countries: ['US'] }),
    ];
    const { changes, reason } = plan(sale(), connections);
    const chosenBy = "The rule 'Trade' of north chose it: country US; the customer.";
    expect(changes[0]?.order.chosenBy).toBe(chosenBy);
    expect(changes[0]?.order.log[0]?.what).toContain(chosenBy);
    expect(reason).toBe(`north ships it from Lantern Depot. ${chosenBy}`);
  });

  it.each<[string, Partial<Rule>]>([
    ['Rule 1 of north chose it: sales channel web, shop.', { salesChannels: ['web', 'shop'] }],
    ['Rule 1 of north chose it: country US, CA.', { countries: ['US', 'CA'] }],
    ['Rule 1 of north chose it: price tier Tier 1.', { priceTiers: ['Tier 1'] }],
    [
      'Rule 1 of north chose it: AdditionalAttribute2 3PL.',
      { attributes: { AdditionalAttribute2: ['3PL'] } },
    ],
    [
      'Rule 1 of north chose it: at least 100 g, less than 900 g.',
      { weightGrams: { from: 100, below: 900 } },
    ],
    ['Rule 1 of north chose it: less than 900 g.', { weightGrams: { from: 0, below: 900 } }],
    ['Rule 1 of north chose it: at least 1 g.', { weightGrams: { from: 1, below: null } }],
    ['Rule 1 of north chose it: SKU WAX-*, QUILL-*.', { skus: ['WAX-*', 'QUILL-*'] }],
  ])('says on the order: %s', (chosenBy, one) => {
    const from = sale({ sourceChannel: 'web', additionalAttributes: { AdditionalAttribute2: '3PL' } });
    expect(plan(from, [ruled('north', one), rest]).changes[0]?.order.chosenBy).toBe(chosenBy);
  });

  it.each([
    ['to another connection', rest, 'rest ships it instead. No rule of north fits, so rest ships it.'],
    ['to none', ruled('other', { skus: ['Y'] }), 'No line of the sale is to be shipped.'],
  ])('that no longer fits moves an order that was not sent %s, and the order says so', (_, other, reason) => {
    const orders = plan(sale(), [ruled('north', { countries: ['US'] }), other]).changes.map(
      ({ order }) => order,
    );
    const connections = [ruled('north', { skus: ['X'] }), other];
    const { changes } = planSale({ sale: sale(), connections, orders, by: 'sweep', now: NOW });
    expect(changes[0]?.order).toMatchObject({ connection: 'north', status: 'Cancelled' });
    expect(changes[0]?.order.reason).toContain(reason);
  });

  it('is named by its place among the rules of its connection', () => {
    const north = ruled('north', { countries: ['CA'] }, { countries: ['US'] });
    expect(plan(sale(), [north, rest]).changes[0]?.order.chosenBy).toBe(
      'Rule 2 of north chose it: country US.',
    );
  });

  it('by weight counts what is shipped: goods from stock with a quantity', () => {
    const nothing = { sku: 'NOTHING', weightGrams: 0 };
    const lines = [
      line({ weightGrams: 400, quantity: 2 }),
      line({ ...nothing, dropShip: true }),
      line({ ...nothing, productId: '' }),
      line({ ...nothing, quantity: 0 }),
      line({ weightGrams: 400, quantity: -1 }),
    ];
    const [change] = plan(sale({ lines }), [
      ruled('north', { weightGrams: { from: 800, below: 801 } }),
      rest,
    ]).changes;
    expect(change?.order.connection).toBe('north');
  });

  it('that does not fit is not blamed on a weight where every product has one, or no rule asks for it', () => {
    const parcels = ruled('parcels', { weightGrams: { from: 0, below: 10 } });
    const abroad = ruled('abroad', { countries: ['CA'] });
    const unknown = sale({ lines: [line({ weightGrams: 0, sku: 'FEATHER' })] });
    const chosenBy = (from: Sale, ...connections: Connection[]) =>
      plan(from, connections).changes[0]?.order.chosenBy;
    expect(chosenBy(sale(), parcels, abroad, rest)).toBe(
      'No rule of parcels, abroad fits, so rest ships it.',
    );
    const mixed = ruled('mixed', { weightGrams: { from: 0, below: 10 } }, { countries: ['CA'] });
    expect(chosenBy(unknown, mixed, rest)).toContain('because DEAR has no weight of FEATHER');
    expect(chosenBy(unknown, abroad, rest)).toBe('No rule of abroad fits, so rest ships it.');
    expect(chosenBy(unknown, parcels, abroad, rest)).toBe(
      'No rule of parcels, abroad fits, so rest ships it. Rules by weight do not apply, because DEAR has no weight of FEATHER.',
    );
  });

  it('leaves no trace on the order of a location with one connection', () => {
    expect(plan(sale(), [rest]).changes[0]?.order).not.toHaveProperty('chosenBy');
  });
});

describe('goods that no rule chooses, where each connection has rules', () => {
  it('are ordered from none, and the sale says which', () => {
    const { changes, reason } = plan(sale(), [
      ruled('north', { skus: ['WAX-*'] }),
      ruled('south', { skus: ['X'] }),
    ]);
    expect(changes.map(({ order }) => order.connection)).toEqual(['north']);
    expect(reason).toContain('No rule of north, south fits QUILL-01, so nothing ships it');
  });

  it('leave the sale ignored where there are no others', () => {
    expect(plan(sale(), [ruled('north', { skus: ['X'] })])).toMatchObject({
      outcome: 'ignored',
      reason:
        'No line of the sale is to be shipped. No rule of north fits QUILL-01, WAX-02, so nothing ships it: correct the rules, or ship it by hand.',
    });
  });
});

describe('a line on backorder', () => {
  it('keeps back the lines of its own connection only', () => {
    const lines = [line(), line({ productId: 'wax', sku: 'WAX-02', backorderQuantity: 1 })];
    const planned = plan(sale({ lines }), [ruled('north', { skus: ['WAX-*'] }), rest]);
    expect(getOrders(planned)).toEqual([['rest', 'QUILL-01']]);
    expect(planned).toMatchObject({ waitsFor: [{ sku: 'WAX-02' }] });
    expect(planned.reason).toContain('Waiting for what is on backorder: WAX-02 (');
  });
});

describe('a connection whose goods come in after another one shipped its own', () => {
  const connections = [ruled('north', { skus: ['WAX-*'] }), rest];
  const lines = [line({ quantity: 2 }), line({ productId: 'wax', sku: 'WAX-02', quantity: 3 })];
  const waxPicked = stageLine({ productId: 'wax', sku: 'WAX-02', quantity: 3 });
  const shipped = fulfilment({
    pick: { status: 'AUTHORISED', lines: [waxPicked] },
    ship: {
      status: 'AUTHORISED',
      lines: [{ boxes: [], carrier: 'UPS', trackingNumbers: ['1Z1'], shippedAt: '', isShipped: true }],
    },
  });
  const ours = acceptedOrder(sale(), {
    connection: 'north',
    demand: 'north',
    lines: [{ key: 'line-2', productId: 'wax', sku: 'WAX-02', name: '', quantity: 3 }],
    packages: [box({ contents: [{ key: 'line-2', quantity: 3, batch: '', expiry: '' }] })],
    confirmation: {
      state: 'confirmed',
      attempt: 1,
      packages: [box().id],
      taskId: sale().id,
      corrections: [],
      at: '',
    },
  });

  it('orders them, because our own shipment is no sign that others shipped the sale', () => {
    const from = sale({ lines, fulfilments: [shipped], trackingNumbers: ['1Z1'] });
    const planned = planSale({ sale: from, connections, orders: [ours], by: 'schedule', now: NOW });
    expect(getOrders(planned)).toContainEqual(['rest', 'QUILL-01']);
  });

  it('orders none where the shipment is not ours', () => {
    const from = sale({ lines, fulfilments: [shipped], trackingNumbers: ['1Z1'] });
    expect(plan(from, connections)).toMatchObject({ outcome: 'ignored' });
  });
});

describe('goods of a pick', () => {
  const picking = { trigger: 'PickAuthorised' } as const;
  const picked = (...lines: Parameters<typeof stageLine>[0][]) =>
    fulfilment({ pick: { status: 'AUTHORISED', lines: lines.map((one) => stageLine(one)) } });
  const wax = { productId: sale().lines[1]?.productId ?? '', sku: 'WAX-02', quantity: 3 };
  const connections = [
    { ...ruled('north', { skus: ['WAX-*', 'BOX'] }), ...picking },
    { ...rest, ...picking },
  ];

  it('go apart by SKU, each with its part of the fulfilment', () => {
    expect(getOrders(plan(sale({ fulfilments: [picked({}, wax)] }), connections))).toEqual([
      ['north', 'WAX-02'],
      ['rest', 'QUILL-01'],
    ]);
  });

  it('that are parts of a kit go where the kit goes', () => {
    const kits = new Map([['box', [{ productId: 'wick', sku: 'WICK', quantity: 2, quantityToProduce: 1 }]]]);
    const from = sale({
      lines: [line({ productId: 'box', sku: 'BOX', quantity: 1 })],
      fulfilments: [picked({ productId: 'wick', sku: 'WICK', quantity: 2 })],
    });
    const { demands } = findDemands(from, connections, [], { ...NO_BOOKS, kits });
    expect(demands.map((demand) => demand.connection.id)).toEqual(['north']);
  });

  it('that are also on a line of their own go by their own SKU, although a kit has them as parts', () => {
    const kits = new Map([['box', [{ productId: 'wick', sku: 'WICK', quantity: 2, quantityToProduce: 1 }]]]);
    const from = sale({
      lines: [
        line({ productId: 'box', sku: 'BOX', quantity: 1 }),
        line({ productId: 'wick', sku: 'WICK', quantity: 2 }),
      ],
      fulfilments: [picked({ productId: 'wick', sku: 'WICK', quantity: 2 })],
    });
    const { demands } = findDemands(from, connections, [], { ...NO_BOOKS, kits });
    expect(demands.map((demand) => demand.connection.id)).toEqual(['rest']);
  });

  it('stay with the order of their fulfilment that was sent, whatever the rules choose now', () => {
    const from = sale({ type: 'advanced', fulfilments: [picked({}, wax)] });
    const task = sale().id;
    const sent = (connection: string, demand: string, sku = 'WAX-02') =>
      acceptedOrder(sale(), {
        connection,
        demand,
        chosenBy: 'It was so.',
        lines: [
          { key: 'line-2', productId: sku === 'WAX-02' ? wax.productId : 'x', sku, name: '', quantity: 3 },
        ],
      });
    const shippers = (...orders: FulfillmentOrder[]) =>
      findDemands(from, connections, orders).demands.map(
        ({ connection: { id }, lines, chosenBy, keptFrom }) =>
          [id, lines.map(({ line: { sku } }) => sku).join(), chosenBy, keptFrom.join()].join(' | '),
      );
    const byRules = [
      'north | WAX-02 | Rule 1 of north chose it: SKU WAX-*, BOX. | ',
      'rest | QUILL-01 | No rule of north fits, so rest ships it. | ',
    ];
    expect(shippers()).toEqual(byRules);
    expect(shippers(sent('rest', `rest#${task}`))).toEqual([
      'rest | QUILL-01,WAX-02 | No rule of north fits, so rest ships it. It was so. | north',
    ]);
    expect(shippers(sent('rest', `rest#${task}#1a2b3c4d`))).toHaveLength(1);
    expect(shippers(sent('rest', 'rest#another-task'))).toEqual(byRules);
    expect(shippers(sent('rest', `rest#${task}`, 'OTHER'))).toEqual(byRules);
    expect(shippers({ ...sent('rest', `rest#${task}`), ...UNSENT })).toEqual(byRules);
  });

  it('stay with an order that has them as parts of a kit', () => {
    const sent = acceptedOrder(sale(), {
      connection: 'rest',
      demand: `rest#${sale().id}`,
      lines: [
        {
          key: 'line-1',
          productId: 'set',
          sku: 'SET',
          name: '',
          quantity: 1,
          parts: [{ productId: wax.productId, sku: 'WAX-02', name: '', quantity: 3, batch: '', expiry: '' }],
        },
      ],
    });
    const { demands } = findDemands(sale({ fulfilments: [picked(wax)] }), connections, [sent]);
    expect(demands.map((demand) => demand.connection.id)).toEqual(['rest']);
  });

  it('are chosen by the weight of the sale’s goods, without its services', () => {
    const light = { ...ruled('light', { weightGrams: { from: 0, below: 20_000 } }), ...picking };
    const setUp = line({ productId: 'service-1', sku: 'SETUP', weightGrams: 0 });
    const from = sale({ lines: [...sale().lines, setUp], fulfilments: [picked({})] });
    const books = { ...NO_BOOKS, products: new Map([['service-1', 'service' as const]]) };
    const { demands } = findDemands(from, [light, { ...rest, ...picking }], [], books);
    expect(demands.map((demand) => demand.connection.id)).toEqual(['light']);
  });

  it('are chosen by the weight without what is a service of any of the connections', () => {
    const light = { ...ruled('light', { weightGrams: { from: 0, below: 20_000 } }), ...picking };
    const setUp = line({ productId: 'service-1', sku: 'SETUP', weightGrams: 0 });
    const from = sale({ lines: [...sale().lines, setUp], fulfilments: [picked({})] });
    const { demands } = findDemands(from, [light, { ...rest, ...picking, serviceSkus: ['SETUP'] }]);
    expect(demands.map((demand) => demand.connection.id)).toEqual(['light']);
  });

  it('are waited for by one sentence where nothing is picked, and by none where all of it goes elsewhere', () => {
    const waiting = 'Waiting for a pick at Lantern Depot to be authorised.';
    expect(plan(sale({ fulfilments: [fulfilment()] }), connections).reason).toBe(waiting);
    expect(plan(sale({ fulfilments: [picked({})] }), connections).reason).not.toContain('Waiting');
  });

  it('that no rule chooses are named', () => {
    const [north] = connections;
    const { reason } = plan(sale({ fulfilments: [picked({}, wax)] }), north === undefined ? [] : [north]);
    expect(reason).toContain('No rule of north fits QUILL-01');
  });
});
