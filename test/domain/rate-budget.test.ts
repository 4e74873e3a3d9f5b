import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BudgetClass, getTerms, intervalMs, NO_LIMIT, slotFor } from '../../lib/domain/rate-budget.ts';

const classes: BudgetClass[] = ['confirmation', 'sale', 'background'];

describe('the interval between two slots', () => {
  it.each([
    [55, 1_137],
    [60, 1_042],
    [200, 313],
  ])('for %d calls a minute is %d ms', (callsPerMinute, interval) => {
    expect(intervalMs(callsPerMinute)).toBe(interval);
  });

  it('spreads one call more than allowed over at least 62.5 s, and uses 95 % of the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), (callsPerMinute) => {
        const interval = intervalMs(callsPerMinute);
        expect(callsPerMinute * interval).toBeGreaterThanOrEqual(62_500);
        expect(60_000 / interval / callsPerMinute).toBeGreaterThanOrEqual(0.95);
      }),
    );
  });
});

describe('slotFor', () => {
  it('returns the next free slot, or now if that has passed', () => {
    expect(slotFor(0, 1_000, 1_000)).toBe(1_000);
    expect(slotFor(900, 1_000, 1_000)).toBe(1_000);
    expect(slotFor(1_500, 1_000, 2_000)).toBe(1_500);
  });

  it('returns null if the slot would be later than the latest', () => {
    expect(slotFor(1_501, 1_000, 1_500)).toBeNull();
    expect(slotFor(0, 1_000, 999)).toBeNull();
  });
});

describe('the budget classes', () => {
  it('book ahead by priority on an account of any size, and wait for their slots', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), (interval) => {
        const terms = classes.map((budgetClass) => getTerms(budgetClass, interval));
        const [confirmation, sale, background] = terms;
        expect(confirmation!.leadMs).toBeGreaterThan(sale!.leadMs);
        expect(sale!.leadMs).toBeGreaterThan(background!.leadMs);
        for (const { leadMs, patienceMs } of terms.slice(0, 2))
          expect(patienceMs).toBeGreaterThanOrEqual(leadMs);
      }),
    );
  });
});

describe('NO_LIMIT', () => {
  it('allows every call', async () => {
    await NO_LIMIT.take({ system: 'DEAR', operation: 'read sale' });
    expect(await NO_LIMIT.slowDown(60_000, 0)).toBe(60_000);
    await expect(NO_LIMIT.take({ system: 'DEAR', operation: 'read sale' })).resolves.toBeUndefined();
  });
});
