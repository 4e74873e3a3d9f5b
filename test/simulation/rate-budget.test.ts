import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BudgetClass, LATEST_START_MS } from '../../lib/domain/rate-budget.ts';
import { InMemorySlotBook } from '../fakes/in-memory-slot-book.ts';
import {
  type Backlog,
  type Call,
  fullestBucket,
  fullestWindow,
  getCalls,
  seeded,
  shareUsed,
  type Worker,
  workOff,
} from './backlog.ts';

const RUNS = 200;

const backlog = (changes: Partial<Backlog> & Pick<Backlog, 'workers'>): Backlog => ({
  slots: new InMemorySlotBook(),
  callsPerMinute: 55,
  minutes: 4,
  random: seeded(1),
  ...changes,
});

const worker = (budgetClass: BudgetClass, changes: Partial<Worker> = {}): Worker => ({
  budgetClass,
  clockError: 0,
  tableMs: 8,
  callMs: 300,
  stallMs: 0,
  ...changes,
});

const team = (size: number, budgetClass: BudgetClass): Worker[] =>
  Array.from({ length: size }, () => worker(budgetClass));

/** Two clocks differ by 2 s at most; some workers are slow, and some tables so slow that slots are missed. */
const anyWorker = (...classes: BudgetClass[]): fc.Arbitrary<Worker> =>
  fc.record({
    budgetClass: fc.constantFrom(...classes),
    clockError: fc.integer({ min: -1_000, max: 1_000 }),
    tableMs: fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 60 }) },
      fc.integer({ min: 0, max: 1_500 }),
    ),
    callMs: fc.integer({ min: 50, max: 3_000 }),
    stallMs: fc.integer({ min: 0, max: 10_000 }),
  });

/** Calls that take less than an interval. The order of classes holds for clocks that differ by a quarter of a second. */
const steadyWorker = (budgetClass: BudgetClass, clockError = 125): fc.Arbitrary<Worker> =>
  fc.record({
    budgetClass: fc.constant(budgetClass),
    clockError: fc.integer({ min: -clockError, max: clockError }),
    tableMs: fc.integer({ min: 2, max: 40 }),
    callMs: fc.integer({ min: 50, max: 500 }),
    stallMs: fc.constant(0),
  });

const refusals = fc.option(
  fc.record({ every: fc.integer({ min: 5, max: 60 }), forMs: fc.integer({ min: 1_000, max: 60_000 }) }),
  { nil: null },
);

/** Without the beginning, where the order is random, and the end, where some workers have no backlog any more. */
const settled = (calls: readonly Call[]) => calls.filter(({ at }) => at > 10_000 && at < 240_000);

describe('workers of any class, with clocks that are wrong', () => {
  it('make no more calls in any 60 s than the setting', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyWorker('confirmation', 'sale', 'background'), { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 5, max: 250 }),
        refusals,
        fc.nat(),
        async (workers, callsPerMinute, refused, seed) => {
          let made = 0;
          const refusal = () => {
            made += 1;
            return refused !== null && made % refused.every === 0 ? refused.forMs : null;
          };
          const calls = await workOff(backlog({ workers, callsPerMinute, random: seeded(seed), refusal }));
          expect(fullestWindow(calls)).toBeLessThanOrEqual(callsPerMinute);
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('workers of an account whose limit is a bucket', () => {
  const LEAK_MS = 600;

  it('never fill it to more than their burst and five calls, whatever their clocks say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyWorker('confirmation', 'sale', 'background'), { minLength: 1, maxLength: 50 }),
        fc.constantFrom(1, 10, 50),
        refusals,
        fc.nat(),
        async (workers, burst, refused, seed) => {
          let made = 0;
          const refusal = () => {
            made += 1;
            return refused !== null && made % refused.every === 0 ? refused.forMs : null;
          };
          const random = seeded(seed);
          const calls = await workOff(backlog({ workers, callsPerMinute: 100, burst, random, refusal }));
          expect(fullestBucket(calls, LEAK_MS)).toBeLessThanOrEqual(burst + 5);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('make their burst at once, and then the calls that drain', async () => {
    const workers = team(50, 'sale').map((one) => ({ ...one, callMs: 50 }));
    const calls = await workOff(backlog({ workers, callsPerMinute: 100, burst: 50 }));
    expect(calls.filter(({ at }) => at < 4_000).length).toBeGreaterThanOrEqual(50);
    expect(shareUsed(calls, backlog({ workers, callsPerMinute: 100 }))).toBeGreaterThanOrEqual(0.95);
  });

  it('keep the pause after a refusal, and make no burst afterwards', async () => {
    let isFirst = true;
    const refusal = () => {
      const isRefused = isFirst;
      isFirst = false;
      return isRefused ? 30_000 : null;
    };
    const workers = [worker('sale', { callMs: 50 })];
    const [first, ...others] = await workOff(
      backlog({ workers, callsPerMinute: 100, burst: 50, refusal, minutes: 2 }),
    );
    expect(others[0]!.at - first!.at).toBeGreaterThanOrEqual(30_000);
    // Only what has drained since the pause ended may begin at once.
    for (const [index, { at }] of others.entries())
      expect(index).toBeLessThanOrEqual((at - first!.at - 30_000) / 625 + 1);
  });
});

describe('a backlog', () => {
  it.each([1, 2, 10, 50])(
    '%d workers use 95 % of the calls or more, for about one write each',
    async (size) => {
      for (const budgetClass of ['confirmation', 'sale', 'background'] as const) {
        const slots = new InMemorySlotBook();
        const settings = backlog({ workers: team(size, budgetClass), slots, minutes: 10 });
        const calls = await workOff(settings);
        expect(shareUsed(calls, settings), budgetClass).toBeGreaterThanOrEqual(0.95);
        const bookings = slots.asked.filter((asked) => asked === 'book').length;
        expect(bookings / calls.length, budgetClass).toBeLessThan(1.5);
      }
    },
  );

  it('is worked off at 95 % of the budget or more if calls are short, however wrong the clocks', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(steadyWorker('confirmation', 1_000), steadyWorker('sale', 1_000)), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.integer({ min: 20, max: 60 }),
        fc.nat(),
        async (workers, callsPerMinute, seed) => {
          const settings = backlog({ workers, callsPerMinute, random: seeded(seed), minutes: 10 });
          expect(shareUsed(await workOff(settings), settings)).toBeGreaterThanOrEqual(0.95);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('of sales takes nothing from two confirmation workers or more', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steadyWorker('confirmation'), { minLength: 2, maxLength: 5 }),
        fc.array(steadyWorker('sale'), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        async (confirmations, sales, seed) => {
          const random = () => seeded(seed);
          const alone = await workOff(backlog({ workers: confirmations, random: random() }));
          const together = await workOff(
            backlog({ workers: [...confirmations, ...sales], random: random() }),
          );
          expect(getCalls(settled(together), 'sale')).toBe(0);
          expect(getCalls(together, 'confirmation')).toBeGreaterThanOrEqual(alone.length - 5);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('of a sale worker leaves nothing to jobs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steadyWorker('sale'), { minLength: 1, maxLength: 5 }),
        fc.array(steadyWorker('background'), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        async (sales, jobs, seed) => {
          const calls = await workOff(backlog({ workers: [...sales, ...jobs], random: seeded(seed) }));
          expect(getCalls(settled(calls), 'background')).toBe(0);
          expect(getCalls(settled(calls), 'sale')).toBeGreaterThanOrEqual(0.95 * 55 * (230 / 60));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('of confirmations gives one worker about half of the slots or more', async () => {
    const calls = await workOff(backlog({ workers: [...team(1, 'confirmation'), ...team(10, 'sale')] }));
    expect(getCalls(calls, 'confirmation') / calls.length).toBeGreaterThan(0.45);
  });

  it('that is done leaves the whole budget to jobs', async () => {
    const settings = backlog({ workers: team(5, 'background') });
    expect(shareUsed(await workOff(settings), settings)).toBeGreaterThanOrEqual(0.95);
  });
});

describe('a refusal by rate', () => {
  it('stops all workers for as long as it says, except calls that were booked before', async () => {
    const refusedAt = 120_000;
    let refused = false;
    const refusal = (at: number) => {
      if (refused || at < refusedAt) return null;
      refused = true;
      return 60_000;
    };
    const workers = [...team(2, 'confirmation'), ...team(2, 'sale'), ...team(3, 'background')];
    const calls = await workOff(backlog({ workers, refusal, minutes: 6 }));
    const during = calls.filter(({ at }) => at > refusedAt + 5_500 && at < refusedAt + 60_000);
    expect(refused).toBe(true);
    expect(during).toEqual([]);
    expect(calls.filter(({ at }) => at > refusedAt + 60_000).length).toBeGreaterThan(100);
  });

  it('without a time costs seconds, and not a minute', async () => {
    const refusedAt = 120_000;
    let refused = false;
    const refusal = (at: number) => {
      if (refused || at < refusedAt) return null;
      refused = true;
      return 'unsaid' as const;
    };
    const workers = [...team(2, 'confirmation'), ...team(2, 'sale'), ...team(3, 'background')];
    const calls = await workOff(backlog({ workers, refusal }));
    const next = calls.filter(({ at }) => at > refusedAt + 5_500 && at < refusedAt + 60_000);
    expect(next.length).toBeGreaterThan(40);
    expect(fullestWindow(calls)).toBeLessThanOrEqual(55);
  });

  it('leaves the limit as it is if others use the account, and some calls succeed each minute', async () => {
    await fc.assert(
      fc.asyncProperty(
        // A worker whose table answers later than a call may begin after its slot makes no call, refused or not.
        fc.array(
          anyWorker('confirmation', 'sale').filter(({ tableMs }) => tableMs < LATEST_START_MS),
          { minLength: 1, maxLength: 10 },
        ),
        fc.integer({ min: 1_500, max: 6_000 }),
        fc.nat(),
        async (workers, everyMs, seed) => {
          const account = sharedAccount(everyMs);
          const settings = backlog({ workers, random: seeded(seed), refusal: account.refusal, minutes: 8 });
          const calls = await workOff(settings);
          expect(fullestWindow(calls)).toBeLessThanOrEqual(55);
          for (let minute = 0; minute < 8; minute += 2) {
            const isThen = (at: number) => at >= minute * 60_000 && at < (minute + 2) * 60_000;
            expect(account.admitted.filter(isThen).length).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** An account of 60 calls in any 60 s, refused ones counted, that another program calls every so many ms. */
function sharedAccount(everyMs: number) {
  let window: number[] = [];
  let others = 0;
  const admitted: number[] = [];
  const refusal = (at: number) => {
    for (; others <= at; others += everyMs) window.push(others);
    window = window.filter((before) => before > at - 60_000);
    window.push(at);
    if (window.length > 60) return 'unsaid' as const;
    admitted.push(at);
    return null;
  };
  return { refusal, admitted };
}
