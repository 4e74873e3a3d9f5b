import { describe, expect, it } from 'vitest';
import { BudgetExhausted, neverArrived, Unavailable } from '../../lib/domain/errors.ts';
import type { BudgetClass } from '../../lib/domain/rate-budget.ts';
import { SharedBudget } from '../../lib/runtime/shared-budget.ts';
import { InMemorySlotBook } from '../fakes/in-memory-slot-book.ts';

const CALL = { system: 'DEAR', operation: 'authorise pick', reference: 'SO-00042-1' };
/** At 55 calls a minute. */
const INTERVAL = 1_137;

/** Workers of one account on a clock that only their waits move. */
class Account {
  now = 1_767_603_600_000;
  readonly slots = new InMemorySlotBook();
  readonly waits: number[] = [];

  worker(budgetClass: BudgetClass, burst = 1): SharedBudget {
    return new SharedBudget({
      slots: this.slots,
      account: 'dear',
      callsPerMinute: 55,
      burst,
      budgetClass,
      now: () => this.now,
      wait: async (milliseconds) => {
        this.waits.push(milliseconds);
        this.now += milliseconds;
      },
      random: () => 0,
    });
  }

  /** How long it takes until the worker may call. */
  async timeToTake(worker: SharedBudget): Promise<number> {
    const asked = this.now;
    await worker.take(CALL);
    return this.now - asked;
  }

  /** The next free slot is so many ms ahead. */
  bookUntil(milliseconds: number): Promise<void> {
    return this.slots.postpone('dear', this.now + milliseconds);
  }
}

const getError = (promise: Promise<void>) => promise.catch((error: unknown) => error);

describe('a call’s slot', () => {
  it('is now on an idle account, and an interval later for the next call', async () => {
    const account = new Account();
    const worker = account.worker('sale');
    expect(await account.timeToTake(worker)).toBe(0);
    account.now += 300;
    expect(await account.timeToTake(worker)).toBe(INTERVAL - 300);
  });

  it('is shared with every other worker of the account', async () => {
    const account = new Account();
    expect(await account.timeToTake(account.worker('confirmation'))).toBe(0);
    expect(await account.timeToTake(account.worker('confirmation'))).toBe(INTERVAL);
    expect(await account.timeToTake(account.worker('sale'))).toBe(INTERVAL);
  });

  it('costs a worker that is alone one question, after its first look', async () => {
    const account = new Account();
    const worker = account.worker('confirmation');
    for (let calls = 1; calls <= 4; calls += 1) await worker.take(CALL);
    expect(account.slots.asked).toEqual(['look', 'book', 'book', 'book', 'book']);
  });

  it('is looked for before it is booked while others are at work', async () => {
    const account = new Account();
    const [one, other] = [account.worker('confirmation'), account.worker('confirmation')];
    await one.take(CALL);
    await other.take(CALL);
    await one.take(CALL);
    account.slots.asked.length = 0;
    for (let calls = 1; calls <= 6; calls += 1) await one.take(CALL);
    expect(account.slots.asked.filter((asked) => asked === 'look')).toHaveLength(5);
  });

  it('is expected to be booked by others only while the next free one is ahead', async () => {
    const account = new Account();
    const worker = account.worker('confirmation');
    const expected: boolean[] = [];
    const { slots } = account;
    const book = slots.book.bind(slots);
    slots.book = (name, request) => {
      expected.push(request.expectsBacklog);
      return book(name, request);
    };
    for (const pause of [0, INTERVAL, INTERVAL - 1]) {
      account.now += pause;
      await worker.take(CALL);
    }
    expect(expected).toEqual([false, false, true]);
  });

  it('is not used by a worker that wakes more than half a second late', async () => {
    const account = new Account();
    const worker = new SharedBudget({
      slots: account.slots,
      account: 'dear',
      callsPerMinute: 55,
      budgetClass: 'confirmation',
      now: () => account.now,
      wait: async (milliseconds) => {
        account.waits.push(milliseconds);
        account.now += milliseconds + (account.waits.length === 1 ? 501 : 500);
      },
      random: () => 0,
    });
    await account.bookUntil(1_000);
    const asked = account.now;
    await worker.take(CALL);
    // The first slot is missed by 501 ms; the second is 1,137 ms after it, and met 500 ms late.
    expect(account.now - asked).toBe(1_000 + INTERVAL + 500);
  });
});

describe('a far slot', () => {
  it.each([
    ['confirmation', 5_001, 5_000],
    ['confirmation', 60_000, 55_000],
    ['sale', 5_001, 10_000],
    ['sale', 60_000, 60_000 - INTERVAL],
    ['background', 20_001, 60_000],
    ['background', 300_000, 300_000 - 284],
  ] as const)('sends a %s away at once where it is %d ms ahead', async (budgetClass, ahead, retryAfterMs) => {
    const account = new Account();
    await account.bookUntil(ahead);
    const error = await getError(account.worker(budgetClass).take(CALL));
    expect(error).toMatchObject({ name: 'BudgetExhausted', kind: 'throttled', retryAfterMs });
    expect(account.waits).toEqual([]);
    expect(account.slots.asked).not.toContain('book');
  });

  it.each([
    ['confirmation', 5_000],
    ['sale', 5_000],
    ['background', 20_000],
  ] as const)('is near enough for a %s at %d ms', async (budgetClass, ahead) => {
    const account = new Account();
    await account.bookUntil(ahead);
    expect(await account.timeToTake(account.worker(budgetClass))).toBe(ahead);
  });

  it('that is known costs no further question', async () => {
    const account = new Account();
    await account.bookUntil(30_000);
    const worker = account.worker('confirmation');
    await getError(worker.take(CALL));
    account.slots.asked.length = 0;
    account.now += 10_000;
    expect(await getError(worker.take(CALL))).toBeInstanceOf(BudgetExhausted);
    expect(account.slots.asked).toEqual([]);
  });

  it('says whose call it was, and that nothing was sent', async () => {
    const account = new Account();
    await account.bookUntil(30_000);
    const error = await getError(account.worker('confirmation').take(CALL));
    expect(String(error)).toBe(
      'BudgetExhausted: DEAR has no call left for us just now: authorise pick for SO-00042-1',
    );
    expect(neverArrived(error)).toBe(true);
  });
});

describe('an account that takes three calls at once', () => {
  const HEAD_START = 2 * INTERVAL;

  it('gives three slots at once, and then one each interval', async () => {
    const account = new Account();
    const worker = account.worker('confirmation', 3);
    const times: number[] = [];
    for (let calls = 1; calls <= 5; calls += 1) times.push(await account.timeToTake(worker));
    expect(times).toEqual([0, 0, 0, INTERVAL, INTERVAL]);
  });

  it('lets a worker wait for a slot by when its call may begin', async () => {
    const account = new Account();
    await account.bookUntil(5_000);
    expect(await account.timeToTake(account.worker('sale', 3))).toBe(5_000 - HEAD_START);
  });

  it('sends a worker away until its call may begin', async () => {
    const account = new Account();
    await account.bookUntil(60_000);
    const error = await getError(account.worker('confirmation', 3).take(CALL));
    expect(error).toMatchObject({ retryAfterMs: 55_000 - HEAD_START });
  });
});

describe('a refusal by rate', () => {
  it('moves the slots of everyone', async () => {
    const account = new Account();
    await account.worker('sale').slowDown(60_000, account.now);
    const error = await getError(account.worker('confirmation').take(CALL));
    expect(error).toMatchObject({ retryAfterMs: 55_000 });
    account.now += 55_000;
    expect(await account.timeToTake(account.worker('confirmation'))).toBe(5_000);
  });

  it('never moves them back', async () => {
    const account = new Account();
    await account.worker('sale').slowDown(60_000, account.now);
    await account.worker('sale').slowDown(1_000, account.now);
    expect(await getError(account.worker('confirmation').take(CALL))).toBeInstanceOf(BudgetExhausted);
  });

  it('stops everyone for five minutes at most', async () => {
    const account = new Account();
    await account.worker('sale').slowDown(86_400_000, account.now);
    expect(await getError(account.worker('confirmation').take(CALL))).toMatchObject({
      retryAfterMs: 295_000,
    });
  });

  it('that says no time is over in 5 s, and twice as long each time that the next call is refused as well', async () => {
    const account = new Account();
    const worker = account.worker('sale');
    const pauses: number[] = [];
    for (let refusals = 0; refusals < 6; refusals += 1) {
      const pause = await worker.slowDown(null, account.now);
      pauses.push(pause);
      account.now += pause;
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    account.now += 60_000;
    expect(await worker.slowDown(null, account.now)).toBe(5_000);
  });

  it('is over in 5 s again where calls have got through since the last one', async () => {
    const account = new Account();
    const worker = account.worker('confirmation');
    for (let refusals = 0; refusals < 6; refusals += 1) {
      expect(await worker.slowDown(null, account.now)).toBe(5_000);
      account.now += 10_000;
      await worker.take(CALL);
      await worker.take(CALL);
    }
  });

  it('lasts twice as long where the first call after it is refused, although calls got through before it', async () => {
    const account = new Account();
    const worker = account.worker('confirmation');
    for (let calls = 1; calls <= 3; calls += 1) await worker.take(CALL);
    expect(await worker.slowDown(null, account.now)).toBe(5_000);
    await worker.take(CALL);
    expect(await worker.slowDown(null, account.now)).toBe(10_000);
  });

  it('of a call that began before the pause makes it no longer', async () => {
    const account = new Account();
    const worker = account.worker('sale');
    const begunAt = account.now;
    await worker.slowDown(null, begunAt);
    account.now += 1_000;
    expect(await worker.slowDown(null, begunAt + 500)).toBe(4_000);
  });

  it('is heeded by the one that met it even where the table fails', async () => {
    const account = new Account();
    const worker = account.worker('confirmation');
    account.slots.broken = true;
    await worker.slowDown(60_000, account.now);
    account.slots.broken = false;
    expect(await getError(worker.take(CALL))).toBeInstanceOf(BudgetExhausted);
  });
});

describe('a table that fails', () => {
  it('lets no call begin, and the call counts as one that never arrived', async () => {
    const account = new Account();
    account.slots.broken = true;
    const error = await getError(account.worker('sale').take(CALL));
    expect(error).toBeInstanceOf(Unavailable);
    expect(String(error)).toBe(
      'Unavailable: The call budget of DEAR could not be reached: authorise pick for SO-00042-1',
    );
    expect(neverArrived(error)).toBe(true);
  });
});
