import { describe, expect, it } from 'vitest';
import { acceptSubstitution, whyNotAcceptable } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { Package } from '../../../lib/domain/shipment/package.ts';
import { needsConfirmation, stillToShip } from '../../../lib/domain/shipment/still-to-ship.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder, box, NOW } from '../../builders/order.ts';

const packed = (key: string, quantity: number) => ({ key, quantity, batch: '', expiry: '' });
const inPlace = (key: string, quantity: number, leftInstead = 'WAX-03') => ({
  ...packed(key, quantity),
  leftInstead,
});
const QUILLS = box({ contents: [packed('line-1', 2)] });

/** It asks for 2 × QUILL-01 and 3 × WAX-02, and its service ships no more of it. */
const standing = (...packages: Package[]): FulfillmentOrder => ({
  ...acceptedOrder(),
  packages,
  standstill: 'incomplete',
});
const accept = (order: FulfillmentOrder) => acceptSubstitution(order, 'Ada', NOW);
const goodsIn = ({ packages }: FulfillmentOrder) =>
  packages.map(({ id, contents, others }) => ({ id, contents, others }));
const missingOf = (order: FulfillmentOrder) =>
  stillToShip(order).map(({ key, quantity }) => `${quantity} of ${key}`);

describe('another product that is accepted in place of a missing one', () => {
  const with3 = { ...QUILLS, others: [{ sku: 'WAX-03', quantity: 3 }] };

  it('counts for all that is missing, so that DEAR is told of everything', () => {
    const order = accept(standing(with3));
    expect(goodsIn(order)).toEqual([
      { id: 'label:1', contents: [packed('line-1', 2), inPlace('line-2', 3)], others: undefined },
    ]);
    expect(order).toMatchObject({ standstill: '', confirmation: { state: 'none' } });
    expect(order.reason).toContain('DEAR is being updated');
    expect(needsConfirmation(order, connection())).toBe(true);
    expect(order.log.at(-1)).toMatchObject({
      by: 'Ada',
      what: expect.stringContaining('Ada accepted 3 × WAX-03 in place of 3 × WAX-02.'),
    });
  });

  it('counts for as much as there is of it, and the rest is still missing', () => {
    const order = accept(standing({ ...QUILLS, others: [{ sku: 'WAX-03', quantity: 1 }] }));
    expect(missingOf(order)).toEqual(['2 of line-2']);
    expect(order.standstill).toBe('incomplete');
    expect(order.reason).toContain('missing: 2 × WAX-02');
    expect(order.log.at(-1)?.what).toContain('1 × WAX-03 in place of 1 × WAX-02');
  });

  it('stays beside the order as far as there is more of it than is missing', () => {
    const order = accept(standing({ ...QUILLS, others: [{ sku: 'WAX-03', quantity: 5 }] }));
    expect(goodsIn(order)).toEqual([
      {
        id: 'label:1',
        contents: [packed('line-1', 2), inPlace('line-2', 3)],
        others: [{ sku: 'WAX-03', quantity: 2 }],
      },
    ]);
  });

  it('is a package of its own where DEAR shows the parcel already, which is not told twice', () => {
    const order = standing({ ...with3, others: [...with3.others, { sku: 'FLYER', quantity: 1 }] });
    const shown = { ...order.confirmation, state: 'confirmed', packages: ['label:1'] } as const;
    const accepted = accept({ ...order, confirmation: shown });
    expect(goodsIn(accepted)).toEqual([
      { id: 'label:1', contents: [packed('line-1', 2)], others: [{ sku: 'FLYER', quantity: 1 }] },
      { id: 'label:1#accepted', contents: [inPlace('line-2', 3)], others: undefined },
    ]);
    expect(accepted.packages[1]?.trackingNumbers).toEqual(['1Z0001']);
    expect(needsConfirmation(accepted, connection())).toBe(true);
  });

  it('is taken from one parcel after the other, and a parcel without it stays as it is', () => {
    const second = box({ id: 'label:2', others: [{ sku: 'WAX-03', quantity: 2 }] });
    const third = box({ id: 'label:3', others: [{ sku: 'WAX-04', quantity: 2 }] });
    const order = accept(standing(QUILLS, second, third));
    expect(order.packages[0]).toBe(QUILLS);
    expect(goodsIn(order).slice(1)).toEqual([
      { id: 'label:2', contents: [inPlace('line-2', 2)], others: undefined },
      { id: 'label:3', contents: [inPlace('line-2', 1, 'WAX-04')], others: [{ sku: 'WAX-04', quantity: 1 }] },
    ]);
    expect(missingOf(order)).toEqual([]);
  });

  it('leaves a parcel whose goods are needed no more as it is', () => {
    const more = box({ id: 'label:2', others: [{ sku: 'WAX-03', quantity: 1 }] });
    expect(accept(standing(with3, more)).packages[1]).toBe(more);
  });

  it('fills the lines of the missing product one after the other', () => {
    const order = standing({ ...QUILLS, others: [{ sku: 'WAX-03', quantity: 3 }] });
    const [quill, wax] = order.lines;
    const lines = [quill!, { ...wax!, quantity: 1 }, { ...wax!, key: 'line-3', quantity: 4 }];
    const accepted = accept({ ...order, lines });
    expect(accepted.packages[0]?.contents).toEqual([
      packed('line-1', 2),
      inPlace('line-2', 1),
      inPlace('line-3', 2),
    ]);
    expect(missingOf(accepted)).toEqual(['2 of line-3']);
    expect(accepted.log.at(-1)?.what).toContain('3 × WAX-03 in place of 1 × WAX-02, 2 × WAX-02.');
  });

  it('is counted in the units of the line: a box of twelve leaves for twelve pieces', () => {
    const order = standing({ ...QUILLS, others: [{ sku: 'WAX-03', quantity: 2 }] });
    const [quill, wax] = order.lines;
    const lines = [quill!, { ...wax!, quantity: 12, units: { dear: 12, provider: 1 } }];
    const accepted = accept({ ...order, lines });
    expect(goodsIn(accepted)).toEqual([
      {
        id: 'label:1',
        contents: [packed('line-1', 2), inPlace('line-2', 12)],
        others: [{ sku: 'WAX-03', quantity: 1 }],
      },
    ]);
  });
});

describe('other goods in the parcels of an order', () => {
  const others = [{ sku: 'WAX-03', quantity: 3 }];

  it.each<[string, FulfillmentOrder, RegExp | null]>([
    ['can stand for the one missing product', standing({ ...QUILLS, others }), null],
    ['are none', standing(QUILLS), /hold nothing that is not on the order/],
    [
      'stand for nothing where nothing is missing',
      standing({ ...QUILLS, contents: [packed('line-1', 2), packed('line-2', 3)], others }),
      /nothing of it is missing/,
    ],
    ['could stand for several missing products', standing(box({ others })), /several of its products/],
  ])('%s', (_, order, why) => {
    if (why === null) expect(whyNotAcceptable(order)).toBeNull();
    else expect(whyNotAcceptable(order)).toMatch(why);
  });
});
