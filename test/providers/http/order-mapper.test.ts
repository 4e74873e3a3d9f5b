import { describe, expect, it } from 'vitest';
import { isSameGoods, toParts, toWireOrder } from '../../../lib/providers/http/order-mapper.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const CHANGED_AT = '2026-01-05T09:00:00+01:00';

describe('an order in the form of the contract', () => {
  it('names the recipient and the company at the delivery address, and the customer alone at the billing address', () => {
    const { shipTo, billTo } = toWireOrder(sampleOrder());
    expect(shipTo).toMatchObject({
      name: 'Odalys Brandt',
      company: 'Quillfeather Interiors',
      line1: '77 Larkspur Lane',
      line2: 'Suite 4',
    });
    expect(billTo).toEqual({
      name: 'Quillfeather Interiors',
      company: '',
      line1: 'PO Box 118',
      line2: '',
      city: 'Portland',
      state: 'OR',
      postcode: '97207',
      country: 'US',
    });
  });

  it('has the street that DEAR shows where the field of the street is empty', () => {
    const billTo = { ...sampleOrder().billTo, line1: '' };
    expect(toWireOrder(sampleOrder({ billTo })).billTo.line1).toBe('PO Box 118');
  });

  it('has the price of one unit after discount, to four decimals', () => {
    const lines = [
      sampleLine({ quantity: 2, unitPrice: 28, discountPercent: 10, total: 50.4 }),
      sampleLine({ quantity: 3, unitPrice: 3.3333, total: 10 }),
    ];
    const wire = toWireOrder(sampleOrder({ lines }));
    expect(wire.lines.map(({ unitPrice }) => unitPrice)).toEqual([25.2, 3.3333]);
  });

  it('has the options of a line with their names', () => {
    const options = [
      { name: 'Colour', value: 'Oak' },
      { name: 'Size', value: 'L' },
    ];
    expect(toWireOrder(sampleOrder({ lines: [sampleLine({ options })] })).lines[0]?.options).toEqual(options);
  });

  it.each([
    [2_000, 2_000],
    [2_001, 0],
  ])('has %i characters of an address of a picture as %i: a part of it leads nowhere', (given, sent) => {
    const imageUrl = 'https://img.example/'.padEnd(given, 'x');
    const [line] = toWireOrder(sampleOrder({ lines: [sampleLine({ imageUrl })] })).lines;
    expect(line?.imageUrl).toBe(imageUrl.slice(0, sent));
  });
});

describe('goods of an order', () => {
  const GOODS = [
    { sku: 'MUG', quantity: 2 },
    { sku: 'LAMP', quantity: 1 },
  ];

  it.each<[string, typeof GOODS, boolean]>([
    ['in another order of lines', GOODS.toReversed(), true],
    ['in lower case', GOODS.map(({ sku, quantity }) => ({ sku: sku.toLowerCase(), quantity })), true],
    ['with another quantity', [{ sku: 'MUG', quantity: 3 }, GOODS[1]!], false],
    ['with another SKU', [{ sku: 'CUP', quantity: 2 }, GOODS[1]!], false],
    ['with quantities exchanged', GOODS.map(({ sku, quantity }) => ({ sku, quantity: 3 - quantity })), false],
    ['with a line less', GOODS.slice(1), false],
  ])('%s are the same: %s', (_, other, isSame) => {
    expect(isSameGoods(GOODS, other)).toBe(isSame);
  });
});

describe('an order as the warehouse holds it', () => {
  const state = (status: string, shipped = 0, heldUntil = '') =>
    toParts({
      reference: 'SO-1-1',
      status,
      heldUntil,
      changedAt: CHANGED_AT,
      lines: [{ key: 'line-1', sku: 'MUG', quantity: 2, shipped }],
    });

  it('is one part, with the time of its change in UTC', () => {
    expect(state('open')).toEqual([
      {
        providerOrderId: 'SO-1-1',
        state: 'open',
        heldUntil: '',
        mergedWith: [],
        changedAt: '2026-01-05T08:00:00.000Z',
      },
    ]);
  });

  it.each<[string, number, string[]]>([
    ['shipped', 0, ['left']],
    ['open', 1, ['left', 'open']],
    ['cancelled', 1, ['left', 'cancelled']],
    ['held', 0, ['held']],
    ['dusting', 0, ['unknown']],
  ])('with the status %s and %i of a line shipped is %j', (status, shipped, states) => {
    expect(state(status, shipped).map((part) => part.state)).toEqual(states);
  });

  it('has the day on which it goes on while it is held, and not once it was released', () => {
    expect(state('held', 1, '2026-02-01').map(({ heldUntil }) => heldUntil)).toEqual(['', '2026-02-01']);
    expect(state('open', 0, '2026-02-01').map(({ heldUntil }) => heldUntil)).toEqual(['']);
  });
});
