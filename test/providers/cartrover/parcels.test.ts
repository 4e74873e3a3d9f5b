import { describe, expect, it } from 'vitest';
import { readParcels } from '../../../lib/providers/cartrover/parcels.ts';
import { orderRow } from '../../../lib/providers/cartrover/schemas.ts';

const LAMPS = { item: 'LAMP', quantity: 2, line_item_id: 'line-1' };
const SHADES = { item: 'SHADE', quantity: 1, line_item_id: 'line-2' };
const FIRST = '2026-01-06T10:00:00Z';
const SECOND = '2026-01-07T10:00:00Z';

const left = (tracking_no: string, date: string, items: readonly object[], more: object = {}) => ({
  ...{ carrier: 'UPS', method: 'Ground', tracking_no, date, whs_location: 'EAST', items },
  ...more,
});
const lamps = (quantity: number, carton_num = '1') => ({ item: 'LAMP', quantity, carton_num });
const shades = { item: 'SHADE', quantity: 1, carton_num: '1' };

const parcelsOf = (shipments: readonly object[], order: object = {}) =>
  readParcels(
    orderRow.parse({
      ...{ cust_ref: 'SO-1-1', currency_code: 'USD', items: [LAMPS, SHADES], shipments },
      ...{ updated_date_time: '2026-01-05T08:00:00Z', ...order },
    }),
  );

/** `TR1: 2 LAMP`: the numbers of each parcel and its goods. */
const summary = (shipments: readonly object[], order: object = {}) =>
  parcelsOf(shipments, order).shipments.map(({ trackingNumbers, contents }) => {
    const goods =
      contents === 'remaining' ? contents : contents.map(({ sku, quantity }) => `${quantity} ${sku}`);
    return `${trackingNumbers}: ${goods}`;
  });

describe('the parcels of a CartRover order', () => {
  it.each<[string, object[], string[]]>([
    [
      'two numbers with goods of their own are two parcels, oldest first',
      [left('TR2', SECOND, [shades]), left('TR1', FIRST, [lamps(2)])],
      ['TR1: 2 LAMP', 'TR2: 1 SHADE'],
    ],
    [
      'two records of one number are one parcel',
      [left('TR1', FIRST, [lamps(2)]), left('TR1', SECOND, [shades])],
      ['TR1: 2 LAMP,1 SHADE'],
    ],
    [
      'a shipment that was loaded twice counts once',
      [left('TR1', FIRST, [lamps(2)]), left('TR1', SECOND, [lamps(2)])],
      ['TR1: 2 LAMP'],
    ],
    [
      'a second number of the same goods is one more number of their parcel',
      [left('TR1', FIRST, [lamps(2), shades]), left('TR2', SECOND, [lamps(2), shades])],
      ['TR1,TR2: 2 LAMP,1 SHADE'],
    ],
    [
      'two halves of a line are two parcels, as they do not exceed the order',
      [left('TR1', FIRST, [lamps(1)]), left('TR2', SECOND, [lamps(1)])],
      ['TR1: 1 LAMP', 'TR2: 1 LAMP'],
    ],
    [
      'goods too many in another quantity are a parcel of their own, without a line',
      [left('TR1', FIRST, [lamps(2)]), left('TR2', SECOND, [lamps(1)])],
      ['TR1: 2 LAMP', 'TR2: 1 LAMP'],
    ],
    [
      'goods too many in another carton are a parcel of their own',
      [left('TR1', FIRST, [lamps(2)]), left('TR2', SECOND, [lamps(2, '2')])],
      ['TR1: 2 LAMP', 'TR2: 2 LAMP'],
    ],
    [
      'goods too many of another SKU are a parcel of their own',
      [left('TR1', FIRST, [lamps(2)]), left('TR2', SECOND, [{ ...lamps(2), item: 'VASE' }])],
      ['TR1: 2 LAMP', 'TR2: 2 VASE'],
    ],
    [
      'goods too many that were in no one parcel together are a parcel of their own',
      [left('TR1', FIRST, [lamps(2)]), left('TR2', FIRST, [shades]), left('TR3', SECOND, [lamps(2), shades])],
      ['TR1: 2 LAMP', 'TR2: 1 SHADE', 'TR3: 2 LAMP,1 SHADE'],
    ],
    [
      'a record without goods is the rest of the order, and joins no parcel of another number',
      [left('TR1', FIRST, [lamps(2)]), left('TR2', SECOND, [])],
      ['TR1: 2 LAMP', 'TR2: remaining'],
    ],
    [
      'a second number in the same record is of the same parcel, once',
      [
        left('TR1', FIRST, [lamps(2)], { tracking_no_secondary: 'TR9' }),
        left('TR1', SECOND, [shades], { tracking_no_secondary: 'TR9' }),
      ],
      ['TR1,TR9: 2 LAMP,1 SHADE'],
    ],
  ])('%s', (_, shipments, expected) => {
    expect(summary(shipments)).toEqual(expected);
  });

  it.each([
    ['in another case', { item: 'lamp', quantity: 1 }],
    ['under the warehouse’s own code', { item: 'wh-9', quantity: 1 }],
  ])('with the two halves of a line are two where they name it %s', (_, item) => {
    const items = [{ ...LAMPS, alt_sku: 'WH-9' }, SHADES];
    const halves = [left('TR1', FIRST, [item]), left('TR2', SECOND, [item])];
    expect(summary(halves, { items })).toEqual(['TR1: 1 LAMP', 'TR2: 1 LAMP']);
  });

  it('stay two of the same goods where only some of these are too many', () => {
    const same = [lamps(2), shades];
    const items = [LAMPS, { ...SHADES, quantity: 2 }];
    expect(summary([left('TR1', FIRST, same), left('TR2', SECOND, same)], { items })).toEqual([
      'TR1: 2 LAMP,1 SHADE',
      'TR2: 2 LAMP,1 SHADE',
    ]);
  });

  it('hold equal goods of one number as often as they were ordered, and no more', () => {
    const items = [{ ...LAMPS, quantity: 4 }];
    const records = [FIRST, FIRST, SECOND, SECOND].map((date) => left('TR1', date, [lamps(2)]));
    expect(summary(records, { items })).toEqual(['TR1: 2 LAMP,2 LAMP']);
  });

  it('are one under two numbers also where a product of the quantity 0 is in them', () => {
    const same = [lamps(0), shades];
    expect(summary([left('TR1', FIRST, same), left('TR2', SECOND, same)])).toEqual(['TR1,TR2: 1 SHADE']);
  });

  it('have nothing of a product with the quantity 0, and are none where there is nothing else', () => {
    const shipments = [left('TR1', FIRST, [lamps(0), shades]), left('TR2', FIRST, [lamps(0)])];
    expect(summary(shipments)).toEqual(['TR1: 1 SHADE']);
  });

  it('cannot be read where goods are taken back', () => {
    expect(() => parcelsOf([left('TR1', FIRST, [lamps(-1)])])).toThrow();
  });

  it('are read where PHP left out rows and so wrote an object', () => {
    const record = { ...left('TR1', FIRST, []), items: { 2: lamps(2) } };
    const order = { cust_ref: 'SO-1-1', items: [LAMPS], shipments: { 1: record } };
    expect(readParcels(orderRow.parse(order)).shipments[0]?.contents).toMatchObject([{ quantity: 2 }]);
  });

  it.each(['', 'N/A'])('without a number, as %j, are known by their time and warehouse', (none) => {
    const { shipments } = parcelsOf([
      left(none, FIRST, [lamps(1)]),
      left(none, FIRST, [shades], { whs_location: 'WEST' }),
    ]);
    expect(shipments.map(({ id }) => id)).toEqual([
      'SO-1-1:at:2026-01-06T10:00:00.000Z:EAST',
      'SO-1-1:at:2026-01-06T10:00:00.000Z:WEST',
    ]);
  });

  it('hold the order as a whole, but for what CartRover filtered out, once nothing is open', () => {
    expect(parcelsOf([left('TR1', FIRST, [lamps(2)])]).isWhole).toBe(false);
    expect(parcelsOf([left('TR1', FIRST, [lamps(2), shades])]).isWhole).toBe(true);
    expect(parcelsOf([left('TR1', FIRST, [lamps(2)]), left('TR2', SECOND, [])]).isWhole).toBe(true);
    const items = [LAMPS, { ...SHADES, filtered_sku: 'Y' }];
    expect(parcelsOf([left('TR1', FIRST, [lamps(2)])], { items }).isWhole).toBe(true);
    expect(parcelsOf([]).isWhole).toBe(false);
  });

  it('left when their first record says, and cost and travel as their last says', () => {
    const [parcel] = parcelsOf([
      left('TR1', FIRST, [lamps(2)], { total_cost: '7.50' }),
      left('TR1', SECOND, [shades], { carrier: 'FedEx', total_cost: '9.25', whs_location: 'WEST' }),
    ]).shipments;
    expect(parcel).toMatchObject({
      id: 'SO-1-1:TR1',
      reference: 'SO-1-1',
      carrier: 'FedEx',
      service: 'FedEx Ground',
      shippedAt: '2026-01-06T10:00:00.000Z',
      cost: { amount: 9.25, currency: 'USD' },
      warehouse: 'WEST',
    });
  });

  it.each([
    ['the method alone where it names the carrier', 'UPS', 'ups Ground', 'ups Ground'],
    ['the carrier and the method otherwise', 'UPS', 'Ground', 'UPS Ground'],
    ['nothing where no method is named', 'UPS', '', ''],
  ])('have as their service %s', (_, carrier, method, service) => {
    expect(parcelsOf([left('TR1', FIRST, [], { carrier, method })]).shipments).toMatchObject([{ service }]);
  });

  it('have no cost without an amount or a currency', () => {
    const paid = left('TR1', FIRST, [], { total_cost: 7.5 });
    expect(parcelsOf([paid], { currency_code: '' }).shipments).toMatchObject([{ cost: null }]);
    expect(parcelsOf([left('TR1', FIRST, [])]).shipments).toMatchObject([{ cost: null }]);
    const free = left('TR1', FIRST, [], { total_cost: 0 });
    expect(parcelsOf([free]).shipments).toMatchObject([{ cost: { amount: 0, currency: 'USD' } }]);
  });

  it('without a time left when their order changed', () => {
    expect(parcelsOf([left('TR1', '', [])]).shipments).toMatchObject([
      { shippedAt: '2026-01-05T08:00:00.000Z' },
    ]);
    expect(parcelsOf([left('TR1', '', [])], { updated_date_time: '' }).shipments).toMatchObject([
      { shippedAt: '1970-01-01T00:00:00.000Z' },
    ]);
  });

  it('hold pieces of the lines in their order, by either code, with lot and expiry, and the excess without a line', () => {
    const items = [
      { ...LAMPS, alt_sku: 'WH-7', lot_number: 'B7', line_comment: 'Expiry: 2027-05-01' },
      { ...LAMPS, quantity: 1, line_item_id: 'line-3', lot_number: 'B8' },
      SHADES,
    ];
    const own = { item: 'wh-7', quantity: 2 };
    const { shipments } = parcelsOf([left('TR1', FIRST, [shades, own, lamps(2)])], { items });
    expect(shipments[0]?.contents).toEqual([
      { key: 'line-2', sku: 'SHADE', quantity: 1, batch: '', expiry: '' },
      { key: 'line-1', sku: 'LAMP', quantity: 2, batch: 'B7', expiry: '2027-05-01' },
      { key: 'line-3', sku: 'LAMP', quantity: 1, batch: 'B8', expiry: '' },
      { key: '', sku: 'LAMP', quantity: 1, batch: '', expiry: '' },
    ]);
  });

  it('hold pieces of the first of two equal lines alone where they are no more than its own', () => {
    const items = [LAMPS, { ...LAMPS, line_item_id: 'line-3' }];
    const [parcel] = parcelsOf([left('TR1', FIRST, [lamps(2)])], { items }).shipments;
    expect(parcel?.contents).toMatchObject([{ key: 'line-1', quantity: 2 }]);
    expect(parcel?.contents).toHaveLength(1);
  });

  it('count in the units of DEAR what was sent as one piece', () => {
    const items = [{ ...LAMPS, quantity: 1, line_comment: 'Quantity: 2.5' }];
    const { shipments } = parcelsOf([left('TR1', FIRST, [lamps(1)])], { items });
    expect(shipments[0]?.contents).toMatchObject([{ key: 'line-1', quantity: 2.5 }]);
  });

  it('with a product that has no code are not taken for a line without a second code', () => {
    const { shipments } = parcelsOf([left('TR1', FIRST, [{ item: '', quantity: 1 }])]);
    expect(shipments[0]?.contents).toMatchObject([{ key: '', sku: '' }]);
  });
});
