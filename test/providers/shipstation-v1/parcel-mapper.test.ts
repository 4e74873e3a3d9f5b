import { describe, expect, it } from 'vitest';
import {
  fromFulfillment,
  fromReturnLabel,
  fromShipment,
  fromVoided,
} from '../../../lib/providers/shipstation-v1/parcel-mapper.ts';
import { fulfillment, order, shipment } from '../../../lib/providers/shipstation-v1/schemas.ts';

const item = (lineItemKey: string, sku: string, quantity: number | null, overrides: object = {}) => ({
  lineItemKey,
  sku,
  quantity,
  ...overrides,
});
const OWN = [item('SO-1-1/line-1', 'QUILL', 2), item('SO-1-1/line-2', 'WAX', 3)];
const label = (overrides: object = {}) =>
  shipment.parse({
    shipmentId: 900,
    orderId: 70,
    orderKey: '',
    orderNumber: 'SO-1-1',
    createDate: '2026-02-03T08:00:00.000',
    shipDate: '2026-02-04',
    shipmentCost: 7.5,
    trackingNumber: '1Z0001',
    carrierCode: 'ups',
    serviceCode: 'ups_ground',
    warehouseId: 12,
    shipmentItems: OWN,
    ...overrides,
  });
const theOrder = (items: object[] = OWN) =>
  order.parse({
    orderId: 70,
    orderNumber: 'SO-1-1',
    orderKey: 'SO-1-1~00000000',
    orderStatus: 'shipped',
    items,
    advancedOptions: { warehouseId: 13 },
  });
const marked = (overrides: object = {}) =>
  fulfillment.parse({
    fulfillmentId: 44,
    orderId: 70,
    orderNumber: 'SO-1-1',
    shipDate: '2026-02-04',
    trackingNumber: 'T1',
    carrierCode: 'royal_mail',
    fulfillmentServiceCode: 'tracked_48',
    fulfillmentFee: null,
    ...overrides,
  });

describe('a label of ShipStation', () => {
  it('is a parcel with its journey, cost and goods', () => {
    expect(fromShipment(label(), 'EUR')).toEqual([
      {
        id: 'label:900',
        reference: 'SO-1-1',
        providerOrderId: '70',
        trackingNumbers: ['1Z0001'],
        carrier: 'UPS',
        service: 'ups_ground',
        shippedAt: '2026-02-04T00:00:00.000Z',
        cost: { amount: 7.5, currency: 'EUR' },
        warehouse: '12',
        contents: [
          { key: 'line-1', sku: 'QUILL', quantity: 2, batch: '', expiry: '' },
          { key: 'line-2', sku: 'WAX', quantity: 3, batch: '', expiry: '' },
        ],
      },
    ]);
  });

  it('without a number or a cost has none, also where the cost is 0', () => {
    const [bare] = fromShipment(label({ trackingNumber: '', shipmentCost: null }), 'USD');
    expect(bare).toMatchObject({ trackingNumbers: [], cost: null });
    expect(fromShipment(label({ shipmentCost: 0 }), 'USD')[0]?.cost).toEqual({ amount: 0, currency: 'USD' });
  });

  it.each([
    [
      'is its ship date, whatever time is with it',
      { shipDate: '2026-02-04T17:00:00' },
      '2026-02-04T00:00:00.000Z',
    ],
    [
      'is when it was made, in Pacific time, without a ship date',
      { shipDate: '' },
      '2026-02-03T16:00:00.000Z',
    ],
    [
      'is when it was made where the ship date is none',
      { shipDate: 'on 2026-02-04' },
      '2026-02-03T16:00:00.000Z',
    ],
    [
      'is when it was made where no calendar has the ship date',
      { shipDate: '2026-13-45' },
      '2026-02-03T16:00:00.000Z',
    ],
    [
      'is the beginning of time where neither is known',
      { shipDate: '', createDate: '' },
      '1970-01-01T00:00:00.000Z',
    ],
  ])('left on the day that %s', (_, dates, shippedAt) => {
    expect(fromShipment(label(dates), 'USD')[0]?.shippedAt).toBe(shippedAt);
  });

  it('of merged orders is a parcel of each, and what a packer added is of the first', () => {
    const shipmentItems = [
      item('SO-1-1/line-1', 'QUILL', 2),
      item('SO-2-1/line-1', 'INK', 1),
      item('', 'LEAFLET', null),
    ];
    const parcels = fromShipment(label({ shipmentItems }), 'USD');
    expect(parcels.map(({ reference, contents }) => [reference, contents])).toEqual([
      [
        'SO-1-1',
        [
          { key: 'line-1', sku: 'QUILL', quantity: 2, batch: '', expiry: '' },
          { key: '', sku: 'LEAFLET', quantity: 1, batch: '', expiry: '' },
        ],
      ],
      ['SO-2-1', [{ key: 'line-1', sku: 'INK', quantity: 1, batch: '', expiry: '' }]],
    ]);
  });

  it('holds no charge or discount, and the rest of the order where it names no goods', () => {
    const charge = item('SO-1-1/charge-1', '', 1, { adjustment: true });
    expect(fromShipment(label({ shipmentItems: [...OWN, charge] }), 'USD')[0]?.contents).toHaveLength(2);
    expect(fromShipment(label({ shipmentItems: [charge] }), 'USD')).toMatchObject([
      { reference: 'SO-1-1', contents: 'remaining' },
    ]);
    expect(fromShipment(label({ shipmentItems: [] }), 'USD')).toMatchObject([{ contents: 'remaining' }]);
  });

  it('for a return tells which order it is of, and no goods', () => {
    expect(fromReturnLabel(label())).toEqual([
      {
        reference: 'SO-1-1',
        id: 'return:900',
        trackingNumbers: ['1Z0001'],
        reportedAt: '2026-02-04T00:00:00.000Z',
        progress: 'label',
        contents: [],
      },
    ]);
  });
});

describe('an order that was marked as shipped', () => {
  it('is a parcel with the goods and the warehouse of the order', () => {
    expect(fromFulfillment(marked(), theOrder(), 'USD')).toMatchObject([
      {
        id: 'fulfillment:44',
        reference: 'SO-1-1',
        providerOrderId: '70',
        trackingNumbers: ['T1'],
        carrier: 'Royal Mail',
        service: 'tracked_48',
        cost: null,
        warehouse: '13',
        contents: [
          { key: 'line-1', quantity: 2 },
          { key: 'line-2', quantity: 3 },
        ],
      },
    ]);
  });

  it('is of no warehouse where the order names none', () => {
    const bare = order.parse({ ...theOrder().raw, advancedOptions: null });
    expect(fromFulfillment(marked(), bare, 'USD')[0]?.warehouse).toBe('');
  });

  it('is the rest of the order that has its number where the order is gone', () => {
    expect(fromFulfillment(marked({ trackingNumber: '' }), null, 'USD')).toMatchObject([
      { reference: 'SO-1-1', contents: 'remaining', trackingNumbers: [], warehouse: '' },
    ]);
  });

  it.each([
    [0, null],
    [null, null],
    [undefined, null],
    [3.2, { amount: 3.2, currency: 'EUR' }],
  ])('with a fee of %s costs %j', (fulfillmentFee, cost) => {
    expect(fromFulfillment(marked({ fulfillmentFee }), theOrder(), 'EUR')[0]?.cost).toEqual(cost);
  });
});

describe('a voided label', () => {
  it('takes back the parcel of each order in it', () => {
    const shipmentItems = [...OWN, item('SO-2-1/line-1', 'INK', 1)];
    expect(fromVoided(label({ shipmentItems }), null)).toEqual([
      { reference: 'SO-1-1', id: 'label:900', cause: 'voided' },
      { reference: 'SO-2-1', id: 'label:900', cause: 'voided' },
    ]);
  });

  it('that lost its goods takes back the parcel of its order’s lines', () => {
    const row = label({ shipmentItems: [], orderNumber: 'renamed' });
    expect(fromVoided(row, theOrder([item('SO-2-1/line-1', 'INK', 1)]))).toMatchObject([
      { reference: 'SO-2-1' },
    ]);
    expect(fromVoided(row, null)).toMatchObject([{ reference: 'renamed' }]);
  });

  it('of USPS that was voided three weeks later only had its postage refunded', () => {
    const dates = { createDate: '2026-01-01T08:00:00.000', voidDate: '2026-01-23T08:00:00.000' };
    expect(fromVoided(label({ ...dates, carrierCode: 'stamps_com' }), null)[0]?.cause).toBe('refunded');
    expect(fromVoided(label({ ...dates, carrierCode: 'ups' }), null)[0]?.cause).toBe('voided');
  });
});
