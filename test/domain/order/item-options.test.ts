import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getUnits, toPieces } from '../../../lib/domain/order/item-options.ts';

/** DEAR's quantities: positive, up to four decimals. */
const quantities = fc.integer({ min: 1, max: 1e8 }).map((tenThousandths) => tenThousandths / 10_000);

describe('the whole-number rule', () => {
  it('sends whole numbers unchanged', () => {
    expect(toPieces(12)).toEqual({ count: 12, unitsEach: 1 });
    expect(toPieces(2.5)).toEqual({ count: 1, unitsEach: 2.5 });
  });

  it('sends only whole numbers, and reads back the ordered quantity', () => {
    fc.assert(
      fc.property(quantities, (quantity) => {
        const { count, unitsEach } = toPieces(quantity);
        expect(Number.isInteger(count) && count >= 1).toBe(true);
        expect(getUnits(count, unitsEach === 1 ? undefined : String(unitsEach))).toBe(quantity);
      }),
    );
  });

  it.each(['', 'a few', '0', '-2', 'Infinity'])('ignores a Quantity option of "%s"', (option) => {
    expect(getUnits(3, option)).toBe(3);
  });
});
