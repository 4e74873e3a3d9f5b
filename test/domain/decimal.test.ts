import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  currencyDecimals,
  getProduct,
  getShare,
  subtract,
  sumAll,
  toDecimal,
  toMoney,
} from '../../lib/domain/decimal.ts';

/** What DEAR can hold: up to four decimals, of either sign. */
const amounts = fc.integer({ min: -1e10, max: 1e10 }).map((units) => units / 10_000);
const quantities = fc.integer({ min: 1, max: 1e7 }).map((units) => units / 10_000);

/** The shares of parts that follow each other. */
function getShares(amount: number, whole: number, parts: readonly number[], currency = 'EUR'): number[] {
  let before = 0;
  return parts.map((quantity) => {
    const share = getShare(amount, { whole, before, quantity, currency });
    before = sumAll([before, quantity]);
    return share;
  });
}

describe('decimal arithmetic', () => {
  it.each([
    ['a sum of tenths', sumAll([0.1, 0.2]), 0.3],
    ['a sum of nothing', sumAll([]), 0],
    ['a difference of cents', subtract(1.1, 1.09), 0.01],
    ['a product of prices', getProduct(1.15, 3), 3.45],
    ['a half, away from zero', toDecimal(1.00005), 1.0001],
    ['a negative half, away from zero', toDecimal(-1.00005), -1.0001],
    ['a half to two decimals', toDecimal(1.005, 2), 1.01],
  ])('%s is exact', (_, actual, expected) => {
    expect(actual).toBe(expected);
  });

  it.each([
    ['a sum', sumAll([-0, -0])],
    ['a difference', subtract(-0, 0)],
    ['a product', getProduct(-5, 0)],
    ['what rounds to nothing', toDecimal(-0.00001)],
    ['an amount of money', toMoney(-0.4, 'JPY')],
    ['a share', getShare(-5, { whole: 3, before: 1, quantity: 0, currency: 'EUR' })],
  ])('%s is never negative zero', (_, actual) => {
    expect(Object.is(actual, 0)).toBe(true);
  });
});

describe('getShare', () => {
  it('gives the rest to the last part: thirds of 10 are 3.3333, 3.3333 and 3.3334', () => {
    expect(getShares(10, 3, [1, 1, 1])).toEqual([3.3333, 3.3333, 3.3334]);
  });

  it('has no decimals in a currency without decimals, unless the amount has some', () => {
    expect(getShares(10, 3, [1, 1, 1], 'JPY')).toEqual([3, 3, 4]);
    expect(getShares(10.5, 3, [1, 1, 1], 'JPY')).toEqual([3.5, 3.5, 3.5]);
  });

  it('adds up to the amount exactly, in however many parts a line is shipped', () => {
    const currencies = fc.constantFrom('EUR', 'JPY', 'KWD', '');
    const partsOfLine = fc.array(quantities, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(amounts, partsOfLine, currencies, (amount, parts, currency) => {
        const shares = getShares(amount, sumAll(parts), parts, currency);
        expect(sumAll(shares)).toBe(toDecimal(amount));
        expect(shares.every((share) => Math.sign(share) * Math.sign(amount) >= 0)).toBe(true);
      }),
    );
  });

  it('is a finite number, whatever the quantities are', () => {
    const any = fc.oneof(fc.constant(0), amounts);
    fc.assert(
      fc.property(amounts, any, any, any, (amount, whole, before, quantity) => {
        const share = getShare(amount, { whole, before, quantity, currency: 'EUR' });
        expect(Number.isFinite(share) && !Object.is(share, -0)).toBe(true);
      }),
    );
  });

  it('is 0 for a line of quantity 0', () => {
    expect(getShare(10, { whole: 0, before: 0, quantity: 2, currency: 'EUR' })).toBe(0);
  });
});

describe('the decimals of a currency', () => {
  it.each([
    ['JPY', 0],
    ['krw', 0],
    ['CLP', 0],
    ['VND', 0],
    ['KWD', 3],
    ['BHD', 3],
    ['TND', 3],
    ['IQD', 3],
    ['CLF', 4],
    ['USD', 2],
    ['HUF', 2],
    ['RSD', 2],
    ['', 2],
    ['none such', 2],
  ])('%j are %i', (currency, decimals) => {
    expect(currencyDecimals(currency)).toBe(decimals);
  });

  it('match Intl for every currency with decimals there', () => {
    // Where Intl has none, it may mean cash: HUF and IDR have two on paper.
    const differing = Intl.supportedValuesOf('currency').filter((currency) => {
      const format = new Intl.NumberFormat('en', { style: 'currency', currency });
      const decimals = format.resolvedOptions().maximumFractionDigits;
      return decimals !== 0 && decimals !== currencyDecimals(currency);
    });
    expect(differing).toEqual([]);
  });

  it.each([
    ['KWD', 1.2345, 1.235],
    ['JPY', 100.5, 101],
    ['EUR', 1.005, 1.01],
  ])('in %s round %d to %d', (currency, amount, money) => {
    expect(toMoney(amount, currency)).toBe(money);
  });
});
