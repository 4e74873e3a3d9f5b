import { describe, expect, it } from 'vitest';
import { toGrams } from '../../lib/dear/wire-values.ts';

describe('toGrams', () => {
  it.each([
    [3, 'g', 3],
    [1.5, 'kg', 1500],
    [1, 'lb', 453.592],
    [16, 'oz', 453.592],
    [500, 'mg', 0.5],
    [2, ' KG ', 2000],
    [2, 'stone', 0],
    [-1, 'g', 0],
    [0, 'kg', 0],
  ])('%d %s is %d g', (weight, units, grams) => {
    expect(toGrams(weight, units, '')).toBe(grams);
  });

  it('does not apply the default to an unknown unit', () => {
    expect(toGrams(2, 'stone', 'kg')).toBe(0);
  });
});
