import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sumAll } from '../../../lib/domain/decimal.ts';
import type { Adjustment } from '../../../lib/domain/order/order-content.ts';
import { getItemPrices } from '../../../lib/providers/shipstation-v2/items.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const cents = (max: number) => fc.integer({ min: 0, max }).map((amount) => amount / 100);

describe('the prices of an order’s items', () => {
  it.each<
    [why: string, adjustments: readonly Adjustment[], lines: readonly number[], charges: readonly number[]]
  >([
    ['without an adjustment', [], [60, 40], []],
    ['with a charge', [{ description: 'Freight', amount: 12 }], [60, 40], [12]],
    ['with a charge of nothing', [{ description: 'Gift wrap', amount: 0 }], [60, 40], [0]],
    [
      'with two charges',
      [
        { description: 'Freight', amount: 12 },
        { description: 'Gift wrap', amount: 3 },
      ],
      [60, 40],
      [12, 3],
    ],
    ['with a discount on a line', [{ description: '', amount: -15, line: 'b' }], [60, 25], []],
    ['with a free line', [{ description: '', amount: -40, line: 'b' }], [60, 0], []],
    ['with a line that costs more than its price', [{ description: '', amount: 5, line: 'a' }], [65, 40], []],
    ['with a discount on the order', [{ description: 'Loyalty', amount: -10 }], [54, 36], []],
    [
      'with a discount on goods and freight',
      [
        { description: 'Loyalty', amount: -12.5 },
        { description: 'Freight', amount: 25 },
      ],
      [54, 36],
      [22.5],
    ],
    ['with a discount that is more than a line', [{ description: '', amount: -46, line: 'b' }], [54, 0], []],
    ['with a discount that is more than all', [{ description: 'Refund', amount: -300 }], [0, 0], []],
    [
      'with a discount on a line that is not on this order',
      [{ description: '', amount: -10, line: 'z' }],
      [54, 36],
      [],
    ],
  ])('are correct %s', (_, adjustments, lines, charges) => {
    const priced = {
      lines: [
        sampleLine({ key: 'a', unitPrice: 30, quantity: 2 }),
        sampleLine({ key: 'b', unitPrice: 40, quantity: 1 }),
      ],
      adjustments,
      currency: 'USD',
    };
    const prices = getItemPrices(priced);
    expect(prices.lines).toEqual(lines);
    expect(prices.charges.map(({ amount }) => amount)).toEqual(charges);
  });

  it('are never negative, and add up to the goods and charges less the discounts', () => {
    const rows = fc.array(fc.record({ unitPrice: cents(10_000), quantity: fc.integer({ min: 1, max: 9 }) }), {
      minLength: 1,
    });
    const amounts = fc.array(
      fc.record({
        amount: fc.integer({ min: -30_000, max: 10_000 }).map((amount) => amount / 100),
        line: fc.option(fc.constantFrom('line-1', 'line-2'), { nil: undefined }),
      }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(rows, amounts, fc.constantFrom('USD', 'JPY', 'KWD'), (lines, adjusted, currency) => {
        const order = {
          lines: lines.map((line, index) => sampleLine({ ...line, key: `line-${index + 1}` })),
          adjustments: adjusted.map((adjustment) => ({ description: 'x', ...adjustment })),
          currency,
        };
        const prices = getItemPrices(order);
        const all = [...prices.lines, ...prices.charges.map(({ amount }) => amount)];
        const owed = sumAll([
          ...lines.map(({ unitPrice, quantity }) => unitPrice * quantity),
          ...adjusted.map(({ amount }) => amount),
        ]);
        expect(all.every((price) => price >= 0)).toBe(true);
        expect(sumAll(all)).toBe(Math.max(0, owed));
      }),
    );
  });

  it.each([
    ['fractional amounts', [7.31, 25.37, 7.91], -40],
    ['whole and fractional amounts', [10, 21.11, 1.8], -32],
  ])('are not negative where a discount in whole yen is spread over %s', (_, amounts, discount) => {
    const lines = amounts.map((unitPrice, index) =>
      sampleLine({ key: `line-${index + 1}`, unitPrice, quantity: 1 }),
    );
    const adjustments = [{ description: '', amount: discount }];
    const { lines: prices } = getItemPrices({ lines, adjustments, currency: 'JPY' });
    expect(prices.every((price) => price >= 0)).toBe(true);
    expect(sumAll(prices)).toBe(sumAll([...amounts, discount]));
  });

  it('are sent for each piece, a fraction as one piece', () => {
    const lines = [
      sampleLine({ key: 'line-1', unitPrice: 20, quantity: 3 }),
      sampleLine({ key: 'line-2', unitPrice: 8, quantity: 2.5 }),
    ];
    const adjustments = [
      { description: '', amount: -15, line: 'line-1' },
      { description: '', amount: -5, line: 'line-2' },
    ];
    const { items } = toShipStationOrder(sampleOrder({ lines, adjustments }), { warehouseId: 'se-1' });
    expect(items.map(({ quantity, unit_price }) => [quantity, unit_price])).toEqual([
      [3, 15],
      [1, 15],
    ]);
  });
});
