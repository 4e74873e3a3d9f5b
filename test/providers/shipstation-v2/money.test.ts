import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCents } from '../../../lib/providers/shipstation-v2/money.ts';

describe('toCents', () => {
  it.each([
    [1.005, 1.01],
    [-1.005, -1.01],
    [0.125, 0.13],
    [2.675, 2.68],
    [19.9949, 19.99],
    [-0.001, 0],
    [0, 0],
  ])('%d → %d', (amount, cents) => {
    expect(Object.is(toCents(amount), cents)).toBe(true);
  });

  it('is within half a cent, and treats a discount as the charge it mirrors', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (tenThousandths) => {
        const amount = tenThousandths / 10_000;
        expect(Math.abs(toCents(amount) - amount)).toBeLessThanOrEqual(0.005 + 1e-9);
        expect(toCents(-amount) + toCents(amount)).toBe(0);
      }),
    );
  });
});
