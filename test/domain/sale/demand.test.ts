import { describe, expect, it } from 'vitest';
import type { Trigger } from '../../../lib/domain/connection.ts';
import { NO_BOOKS } from '../../../lib/domain/sale/catalogue.ts';
import { findDemands, getStatus, whyNotAdmitted } from '../../../lib/domain/sale/demands-of-sale.ts';
import type { Sale, SaleFulfilment } from '../../../lib/domain/sale/sale.ts';
import { admission, connection } from '../../builders/connection.ts';
import { acceptedOrder } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const picked = (overrides: Partial<SaleFulfilment> = {}) =>
  fulfilment({ pick: { status: 'AUTHORISED', lines: [stageLine()] }, ...overrides });
const packed = (overrides: Partial<SaleFulfilment> = {}) =>
  picked({
    pack: { status: 'AUTHORISED', lines: [stageLine({ box: 'A' }), stageLine({ box: 'B', quantity: 1 })] },
    ...overrides,
  });
const shipLine = (box: string, carrier: string) => ({
  boxes: [box],
  carrier,
  trackingNumbers: [],
  shippedAt: '',
  isShipped: true,
});

describe('findDemands', () => {
  it('finds all deliverable lines of an order for the connection of its location', () => {
    const { demands } = findDemands(sale(), [
      connection(),
      connection({ id: 'other', location: 'Elsewhere' }),
    ]);
    expect(demands).toMatchObject([
      {
        key: 'lantern',
        taskId: sale().id,
        shippingMethod: 'UPS Ground',
        lines: [{ quantity: 2 }, { quantity: 3 }],
      },
    ]);
  });

  it('finds nothing if the carrier skips fulfillment', () => {
    expect(findDemands(sale({ carrier: 'Skip fulfillment' }), [connection()])).toEqual({
      demands: [],
      reasons: ['The sale says to skip fulfillment.'],
    });
  });

  it('finds what was picked at the location, with lot and expiry, and nothing before', () => {
    const using = connection({ trigger: 'PickAuthorised' });
    expect(findDemands(sale({ fulfilments: [fulfilment()] }), [using])).toEqual({
      demands: [],
      reasons: ['Waiting for a pick at Lantern Depot to be authorised.'],
    });
    const lot = stageLine({ quantity: 1, batch: 'L7', expiry: '2027-01-01' });
    const elsewhere = stageLine({ location: 'Main Warehouse', quantity: 1 });
    const from = sale({ fulfilments: [picked({ pick: { status: 'AUTHORISED', lines: [lot, elsewhere] } })] });
    expect(findDemands(from, [using]).demands).toMatchObject([
      {
        key: `lantern#${sale().id}`,
        lines: [{ quantity: 1, batch: 'L7', expiry: '2027-01-01', line: { unitPrice: 10 } }],
      },
    ]);
  });

  it.each<[Trigger, string]>([
    ['PickAuthorised', 'a pick'],
    ['PackAuthorised', 'a pack'],
    ['ShipmentAuthorised', 'a shipment'],
  ])('says with the trigger %s that it waits for %s', (trigger, stage) => {
    expect(findDemands(sale({ fulfilments: [fulfilment()] }), [connection({ trigger })]).reasons).toEqual([
      `Waiting for ${stage} at Lantern Depot to be authorised.`,
    ]);
  });

  it('finds one demand for each connected location of a pick', () => {
    const lines = [stageLine(), stageLine({ location: 'Harbour Store: Bin 4', quantity: 1 })];
    const from = sale({ fulfilments: [picked({ pick: { status: 'AUTHORISED', lines } })] });
    const using = [
      connection({ trigger: 'PickAuthorised' }),
      connection({ id: 'harbour', location: 'Harbour Store', trigger: 'PickAuthorised' }),
    ];
    expect(
      findDemands(from, using).demands.map(({ connection: { id }, lines: goods }) => [
        id,
        goods.map(({ quantity }) => quantity),
      ]),
    ).toEqual([
      ['lantern', [2]],
      ['harbour', [1]],
    ]);
  });

  it('finds one demand for each pack of an advanced sale, without its services', () => {
    const service = stageLine({ productId: 'svc', sku: 'SVC' });
    const fulfilments = [
      packed({ taskId: 't1' }),
      packed({ taskId: 't2', pack: { status: 'AUTHORISED', lines: [stageLine({ quantity: 1 }), service] } }),
    ];
    const books = { ...NO_BOOKS, products: new Map([['svc', 'service'] as const]) };
    const from = sale({ type: 'advanced', fulfilments });
    const { demands } = findDemands(from, [connection({ trigger: 'PackAuthorised' })], [], books);
    expect(demands.map(({ taskId, lines, remarks }) => [taskId, lines.length, remarks])).toEqual([
      ['t1', 2, []],
      ['t2', 1, ['SVC is a service.']],
    ]);
  });

  it('finds the boxes of a shipment whose carrier does not skip fulfillment', () => {
    const ship = {
      status: 'AUTHORISED',
      lines: [shipLine('A', 'DHL Express'), shipLine('B', 'Skip Fulfillment')],
    };
    const { demands } = findDemands(sale({ fulfilments: [packed({ ship })] }), [
      connection({ trigger: 'ShipmentAuthorised' }),
    ]);
    expect(demands).toMatchObject([{ shippingMethod: 'DHL Express', lines: [{ quantity: 2 }] }]);
    expect(demands[0]?.lines).toHaveLength(1);
  });

  it.each([
    ['AUTHORISED', 1],
    ['PARTIALLY AUTHORISED', 1],
    ['DRAFT', 0],
    ['VOIDED', 0],
  ])('finds for a shipment that is %s %d demands', (status, count) => {
    const ship = { status, lines: [shipLine('A', 'DHL Express'), shipLine('B', 'DHL Express')] };
    const using = connection({ trigger: 'ShipmentAuthorised' });
    expect(findDemands(sale({ fulfilments: [packed({ ship })] }), [using]).demands).toHaveLength(count);
  });

  it.each([
    ['Skip Fulfilment', true],
    [' skip fulfillment ', true],
    ['Do not skip fulfillment', false],
    ['Skip fulfillment later', false],
  ])('takes the carrier %j for a sale that the merchant ships: %j', (carrier, isSkipped) => {
    expect(findDemands(sale({ carrier }), [connection()]).demands).toHaveLength(isSkipped ? 0 : 1);
  });

  it('finds nothing in a stage that has only services and lines without a quantity', () => {
    const lines = [stageLine({ productId: 'svc', sku: 'SVC' }), stageLine({ quantity: 0 })];
    const books = { ...NO_BOOKS, products: new Map([['svc', 'service'] as const]) };
    const from = sale({ fulfilments: [picked({ pick: { status: 'AUTHORISED', lines } })] });
    expect(findDemands(from, [connection({ trigger: 'PickAuthorised' })], [], books)).toEqual({
      demands: [],
      reasons: ['Waiting for a pick at Lantern Depot to be authorised.'],
    });
  });

  it('finds a demand of its own for boxes with another carrier', () => {
    const ship = { status: 'AUTHORISED', lines: [shipLine('A', 'DHL Express'), shipLine('B', 'UPS Ground')] };
    const { demands } = findDemands(sale({ fulfilments: [packed({ ship })] }), [
      connection({ trigger: 'ShipmentAuthorised' }),
    ]);
    expect(demands.map(({ key, shippingMethod }) => [key, shippingMethod])).toEqual([
      [expect.stringMatching(/^lantern#[\da-f-]{36}#[\da-f]{8}$/), 'DHL Express'],
      [expect.stringMatching(/^lantern#[\da-f-]{36}#[\da-f]{8}$/), 'UPS Ground'],
    ]);
  });

  it('gives a reason for every line of a stage that is not shipped', () => {
    const lines = [
      stageLine(),
      stageLine({ productId: 'x', sku: 'STRANGER' }),
      stageLine({ productId: 'drop', sku: 'DROP' }),
      stageLine({ productId: 'renumbered', sku: 'GONE' }),
      stageLine({ quantity: 0, sku: 'ZERO' }),
    ];
    const from = sale({
      lines: [
        ...sale().lines,
        line({ productId: 'drop', sku: 'DROP', dropShip: true }),
        line({ productId: 'gone', sku: 'GONE', dropShip: true }),
      ],
      fulfilments: [picked({ pick: { status: 'AUTHORISED', lines } })],
    });
    expect(findDemands(from, [connection({ trigger: 'PickAuthorised' })]).demands[0]?.remarks).toEqual([
      'DROP is drop-shipped by its supplier.',
      'GONE is drop-shipped by its supplier.',
      'ZERO has the quantity 0.',
      'STRANGER is on no line of the order: it is shipped as DEAR has picked it, and not billed.',
    ]);
  });

  it('has one line for a kit, with the kit’s SKU', () => {
    const [demand] = findDemands(sale({ lines: [line({ sku: 'KIT-DESK', name: 'Desk kit' })] }), [
      connection(),
    ]).demands;
    expect(demand?.lines.map(({ line: { sku }, quantity }) => [sku, quantity])).toEqual([['KIT-DESK', 2]]);
  });

  it('keeps a fractional quantity', () => {
    const [demand] = findDemands(sale({ lines: [line({ quantity: 2.5 })] }), [connection()]).demands;
    expect(demand?.lines).toMatchObject([{ quantity: 2.5 }]);
  });

  it('has the carrier of the sale as the method of a pick, whatever a shipment says', () => {
    const ship = { status: 'DRAFT', lines: [shipLine('', 'DHL Express')] };
    const from = sale({ fulfilments: [picked({ ship })] });
    expect(findDemands(from, [connection({ trigger: 'PickAuthorised' })]).demands).toMatchObject([
      { shippingMethod: 'UPS Ground' },
    ]);
  });

  it('omits services of the settings', () => {
    const from = sale({ lines: [line(), line({ sku: 'SVC-ENGRAVE' }), line({ sku: 'giftwrap' })] });
    const [demand] = findDemands(from, [connection({ serviceSkus: ['svc-*', 'GIFTWRAP'] })]).demands;
    expect(demand?.lines).toHaveLength(1);
    expect(demand?.remarks).toEqual(['SVC-ENGRAVE is a service.', 'giftwrap is a service.']);
  });
});

describe('whyNotAdmitted', () => {
  const why = (from: Partial<Sale>, which: Parameters<typeof admission>[0], taskId = '') =>
    whyNotAdmitted(sale(from), connection({ admission: admission(which) }), taskId);

  it.each<[string, Partial<Sale>, Parameters<typeof admission>[0], string]>([
    [
      'its status',
      { status: 'ORDERED' },
      { saleStatuses: ['PICKED'] },
      'The sale is ORDERED; lantern takes PICKED.',
    ],
    [
      'its date',
      { orderDate: '2025-12-31' },
      { ordersFrom: '2026-01-01' },
      'The sale is dated 2025-12-31; lantern takes sales from 2026-01-01 on.',
    ],
    [
      'its channel',
      { sourceChannel: 'eBay' },
      { salesChannels: ['Shopify'] },
      "The sale came through 'eBay'; lantern takes Shopify.",
    ],
    [
      'an attribute',
      { additionalAttributes: { AdditionalAttribute3: 'Own' } },
      { attributes: { AdditionalAttribute3: ['3PL'] } },
      "The sale's AdditionalAttribute3 is another one; lantern takes 3PL.",
    ],
  ])('returns the reason against a sale by %s', (_, from, which, expected) => {
    expect(why(from, which)).toBe(expected);
  });

  it('names all statuses and all channels that the connection takes, any of which is enough', () => {
    const which = { saleStatuses: ['PICKED', 'PACKED'], salesChannels: ['Shopify', 'eBay'] };
    expect(why({ status: 'ORDERED' }, which)).toBe('The sale is ORDERED; lantern takes PICKED, PACKED.');
    expect(why({ status: 'PACKED', sourceChannel: 'Etsy' }, which)).toBe(
      "The sale came through 'Etsy'; lantern takes Shopify, eBay.",
    );
    expect(why({ status: 'PACKED', sourceChannel: 'eBay' }, which)).toBeNull();
  });

  it('takes a sale without a date, and says of a missing attribute that it is empty', () => {
    expect(why({ orderDate: '' }, { ordersFrom: '2026-01-01' })).toBeNull();
    expect(why({}, { attributes: { AdditionalAttribute3: ['3PL', '4PL'] } })).toBe(
      "The sale's AdditionalAttribute3 is empty; lantern takes 3PL, 4PL.",
    );
  });

  it.each<[Trigger, string, string[], string, boolean]>([
    ['OrderAuthorised', 'AUTHORISED', [], 't1', false],
    ['OrderAuthorised', 'PARTIALLY AUTHORISED', [], 't1', false],
    ['OrderAuthorised', 'DRAFT', [], 't1', true],
    ['OrderAuthorised', 'DRAFT', ['1Z1'], '', false],
    ['PickAuthorised', 'AUTHORISED', [], 't1', false],
    ['PickAuthorised', 'AUTHORISED', ['1Z1'], 't2', true],
    ['ShipmentAuthorised', 'AUTHORISED', [], 't1', true],
    ['ShipmentAuthorised', 'AUTHORISED', ['1Z1'], 't1', false],
    ['ShipmentAuthorised', 'AUTHORISED', ['1Z1'], 't2', true],
  ])(
    'with %s where shipment t1 is %s with the numbers %j admits %s: %j',
    (trigger, status, trackingNumbers, taskId, isAdmitted) => {
      const shipped = fulfilment({
        taskId: 't1',
        ship: { status, lines: [{ ...shipLine('A', 'UPS'), trackingNumbers }] },
      });
      const from = sale({ type: 'advanced', fulfilments: [shipped, fulfilment({ taskId: 't2' })] });
      expect(whyNotAdmitted(from, connection({ trigger }), taskId)).toBe(
        isAdmitted ? null : 'The sale was already shipped in DEAR, so it is not sent again.',
      );
    },
  );

  it('returns null if everything fits', () => {
    const from = {
      status: 'PICKED',
      orderDate: '2026-01-01',
      sourceChannel: 'shopify',
      additionalAttributes: { AdditionalAttribute3: '3PL' },
    };
    const which = {
      saleStatuses: ['PICKED'],
      ordersFrom: '2026-01-01',
      salesChannels: ['Shopify'],
      attributes: { AdditionalAttribute3: ['3PL'] },
    };
    expect(why(from, which)).toBeNull();
  });

  it.each<[string, Partial<SaleFulfilment>]>([
    ['ORDERED', {}],
    ['PICKING', { pick: { status: 'DRAFT', lines: [stageLine()] } }],
    ['ORDERED', { pick: { status: 'DRAFT', lines: [] } }],
    ['PICKED', { pick: { status: 'AUTHORISED', lines: [] } }],
    ['PICKED', { pick: { status: 'AUTHORISED', lines: [] }, pack: { status: 'DRAFT', lines: [] } }],
    [
      'PACKING',
      { pick: { status: 'AUTHORISED', lines: [] }, pack: { status: 'DRAFT', lines: [stageLine()] } },
    ],
    ['PACKED', { pack: { status: 'AUTHORISED', lines: [] } }],
    ['SHIPPING', { ship: { status: 'DRAFT', lines: [] } }],
  ])('derives %s from the stages of an advanced sale’s fulfilment', (status, stages) => {
    const from = {
      type: 'advanced',
      status: 'ORDERED',
      fulfilments: [fulfilment({ taskId: 't1', ...stages })],
    } as const;
    expect(why(from, { saleStatuses: [status] }, 't1')).toBeNull();
    expect(why(from, { saleStatuses: ['CREDITED'] }, 't1')).toContain(`The sale is ${status};`);
  });

  it('derives SHIPPING from a part of a fulfilment’s shipment', () => {
    const pack = { status: 'AUTHORISED', lines: [] };
    const shipped = fulfilment({ taskId: 't1', pack, ship: { status: 'PARTIALLY AUTHORISED', lines: [] } });
    expect(getStatus(sale({ type: 'advanced', fulfilments: [shipped] }), 't1')).toBe('SHIPPING');
    expect(getStatus(sale({ type: 'advanced', fulfilments: [shipped] }), 't2')).toBe('ORDERED');
  });

  it('derives the status of a fulfilment from its own invoice and an open pick alone', () => {
    const pick = { status: 'VOIDED', lines: [stageLine()] };
    const fulfilments = [
      fulfilment({ taskId: 't1', number: 1, pick }),
      fulfilment({ taskId: 't2', number: 2 }),
    ];
    const invoice = { taskId: 'i1', number: 'INV-1', status: 'PAID', memo: '', lines: [], isCredited: true };
    const from = sale({ type: 'advanced', fulfilments, invoices: [{ ...invoice, fulfilmentNumber: 2 }] });
    expect(['t1', 't2'].map((taskId) => getStatus(from, taskId))).toEqual(['ORDERED', 'CREDITED']);
  });

  it('takes a tracking number for one of others until an order of ours is confirmed', () => {
    const from = sale({ trackingNumbers: ['1Z1'] });
    expect(whyNotAdmitted(from, connection(), '', [acceptedOrder()])).toContain('already shipped');
    const confirmation = { ...acceptedOrder().confirmation, packages: ['label:1'], taskId: sale().id };
    expect(whyNotAdmitted(from, connection(), '', [{ ...acceptedOrder(), confirmation }])).toBeNull();
  });

  it.each([
    ['INVOICING', 'DRAFT', 'NOT AVAILABLE'],
    ['INVOICED', 'AUTHORISED', 'NOT AVAILABLE'],
    ['COMPLETED', 'PAID', 'AUTHORISED'],
    ['CREDITED', 'PAID', 'AUTHORISED'],
  ])('derives %s from the invoice of an advanced sale’s fulfilment', (status, invoice, ship) => {
    const fulfilments = [fulfilment({ taskId: 't1', number: 2, ship: { status: ship, lines: [] } })];
    const invoices = [
      {
        taskId: 'i1',
        number: 'INV-1',
        status: invoice,
        fulfilmentNumber: 2,
        memo: '',
        lines: [],
        isCredited: status === 'CREDITED',
      },
    ];
    expect(getStatus(sale({ type: 'advanced', fulfilments, invoices }), 't1')).toBe(status);
  });
});
