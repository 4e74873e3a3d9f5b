import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BudgetClass,
  getHeadStart,
  getTerms,
  intervalMs,
  NO_LIMIT,
  NO_PAUSE,
  pauseAfter,
  slotFor,
} from '../../lib/domain/rate-budget.ts';

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

describe('how far ahead a class books', () => {
  it.each<[BudgetClass, number, number]>([
    ['confirmation', 1_137, 5_000],
    ['sale', 200, 1_000],
    ['sale', 1_137, 1_137],
    ['sale', 6_000, 2_500],
    ['background', 1_137, 284],
    ['background', 6_000, 500],
  ])('is for %s at an interval of %d ms %d ms', (budgetClass, interval, leadMs) => {
    expect(getTerms(budgetClass, interval).leadMs).toBe(leadMs);
  });

  it('goes with a later return for what is less urgent', () => {
    expect(classes.map((budgetClass) => getTerms(budgetClass, 1_137).comeBackMs)).toEqual([
      5_000, 10_000, 60_000,
    ]);
  });
});

describe('the head start of a burst', () => {
  it('is an interval for each call but the first, and none without a burst', () => {
    expect([getHeadStart(1, 300), getHeadStart(5, 300)]).toEqual([0, 1_200]);
  });
});

describe('the pause after a refusal', () => {
  const NOW = 1_767_603_600_000;
  const last = { until: NOW - 1_000, ms: 20_000 };
  const refusal = { askedMs: null, begunAt: NOW - 200, isTrial: true };

  it.each<[string, Parameters<typeof pauseAfter>[1], number]>([
    ['is what the other system asks for', { ...refusal, askedMs: 7_000, isTrial: false }, 7_000],
    ['is 5 s where it names no time', { ...refusal, isTrial: false }, 5_000],
    ['doubles when the trial call is refused too', refusal, 40_000],
    ['is not shortened by what the other system asks for', { ...refusal, askedMs: 7_000 }, 40_000],
    ['is longer if the other system asks for more', { ...refusal, askedMs: 50_000 }, 50_000],
    ['is five minutes at most', { ...refusal, askedMs: 3_600_000 }, 300_000],
  ])('%s', (_, refused, ms) => {
    expect(pauseAfter(last, refused, NOW)).toEqual({ until: NOW + ms, ms });
  });

  it('doubles up to the whole minute of the limit', () => {
    expect(pauseAfter({ ...last, ms: 45_000 }, refusal, NOW).ms).toBe(60_000);
  });

  it('starts anew if the trial call comes a minute after the last pause', () => {
    const long = (before: number) => ({ ...last, until: refusal.begunAt - before });
    expect(pauseAfter(long(59_999), refusal, NOW).ms).toBe(40_000);
    expect(pauseAfter(long(60_000), refusal, NOW).ms).toBe(5_000);
  });

  it('stays as it is after the refusal of a call that began before it ended', () => {
    expect(pauseAfter(last, { ...refusal, begunAt: last.until - 1 }, NOW)).toBe(last);
    expect(pauseAfter(last, { ...refusal, begunAt: last.until }, NOW)).not.toBe(last);
  });

  it('is five seconds after the first refusal of all', () => {
    expect(pauseAfter(NO_PAUSE, refusal, NOW).ms).toBe(5_000);
  });
});

describe('NO_LIMIT', () => {
  it('allows every call', async () => {
    expect(await NO_LIMIT.slowDown(null, 0)).toBe(60_000);
    expect(await NO_LIMIT.slowDown(60_000, 0)).toBe(60_000);
    await expect(NO_LIMIT.take({ system: 'DEAR', operation: 'read sale' })).resolves.toBeUndefined();
  });
});
