import { BudgetExhausted, toDisposition } from '../../lib/domain/errors.ts';
import type { BudgetClass } from '../../lib/domain/rate-budget.ts';
import { SharedBudget } from '../../lib/runtime/shared-budget.ts';
import type { SlotBook } from '../../lib/store/slot-book.ts';
import { VirtualTime } from './virtual-time.ts';

/** A worker with an endless backlog. All in ms. */
export interface Worker {
  readonly budgetClass: BudgetClass;
  /** By how much its clock is wrong. */
  readonly clockError: number;
  /** How long the table takes to answer it. */
  readonly tableMs: number;
  /** How long a call takes, and what it does until the next one. */
  readonly callMs: number;
  /** By how much it oversleeps every fourth time, as a frozen or busy process does. */
  readonly stallMs: number;
}

export interface Backlog {
  readonly slots: SlotBook;
  readonly callsPerMinute: number;
  /** @default 1 */
  readonly burst?: number;
  readonly workers: readonly Worker[];
  readonly minutes: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** For how long the other side refuses a call that begins then; null if it does not. */
  readonly refusal?: (at: number) => number | 'unsaid' | null;
}

export interface Call {
  /** By the exact clock, in ms since the beginning. */
  readonly at: number;
  readonly budgetClass: BudgetClass;
}

const BEGINNING = Date.UTC(2026, 0, 5, 9);
/** Containers do not start in the same millisecond. */
const STARTS_WITHIN_MS = 2_000;
const CALL = { system: 'DEAR', operation: 'read sale', reference: 'SO-00042' };

/** Lets the workers call for so many minutes of virtual time. @returns their calls, oldest first */
export async function workOff(backlog: Backlog): Promise<Call[]> {
  const time = new VirtualTime(BEGINNING);
  const calls: Call[] = [];
  const begun = (budgetClass: BudgetClass) => {
    calls.push({ at: time.now() - BEGINNING, budgetClass });
    return backlog.refusal?.(time.now() - BEGINNING) ?? null;
  };
  await time.run(backlog.workers.map((worker) => () => workUntilEnd(worker, backlog, time, begun)));
  return calls;
}

async function workUntilEnd(
  worker: Worker,
  backlog: Backlog,
  time: VirtualTime,
  begun: (budgetClass: BudgetClass) => number | 'unsaid' | null,
): Promise<void> {
  const { random } = backlog;
  const budget = getBudget(worker, backlog, time);
  const end = time.now() + backlog.minutes * 60_000;
  let attempt = 1;
  await time.wait(random() * STARTS_WITHIN_MS);
  while (time.now() < end) {
    try {
      await budget.take(CALL);
      attempt = 1;
      const begunAt = time.now() + worker.clockError;
      const refused = begun(worker.budgetClass);
      await time.wait(worker.callMs);
      if (refused !== null) await budget.slowDown(refused === 'unsaid' ? null : refused, begunAt);
    } catch (error) {
      if (!(error instanceof BudgetExhausted)) throw error;
      const disposition = toDisposition(error, attempt, random());
      if (disposition.action === 'retry') await time.wait(disposition.afterMs);
      attempt += 1;
    }
  }
}

function getBudget(worker: Worker, { slots, callsPerMinute, burst = 1, random }: Backlog, time: VirtualTime) {
  return new SharedBudget({
    slots: slow(slots, () => time.wait(worker.tableMs / 2)),
    account: 'dear',
    callsPerMinute,
    burst,
    budgetClass: worker.budgetClass,
    now: () => time.now() + worker.clockError,
    wait: (milliseconds) => time.wait(milliseconds + (random() < 0.25 ? worker.stallMs : 0)),
    random,
  });
}

/** The same book at the end of a wire. */
function slow(slots: SlotBook, way: () => Promise<void>): SlotBook {
  const overTheWire = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    await way();
    const answer = await ask();
    await way();
    return answer;
  };
  return {
    nextSlot: (account) => overTheWire(() => slots.nextSlot(account)),
    book: (account, request) => overTheWire(() => slots.book(account, request)),
    postpone: (account, until) => overTheWire(() => slots.postpone(account, until)),
  };
}

const WINDOW_MS = 60_000;

/** The most calls in any 60 s, wherever they begin. */
export function fullestWindow(calls: readonly Call[]): number {
  const moments = calls.map(({ at }) => at).sort((a, b) => a - b);
  let first = 0;
  return moments.reduce((most, at, index) => {
    while ((moments[first] ?? at) <= at - WINDOW_MS) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}

/** The most calls in a bucket that drains one every so many ms, filled by each call by one. */
export function fullestBucket(calls: readonly Call[], leakMs: number): number {
  let level = 0;
  let before = 0;
  let most = 0;
  for (const at of calls.map((call) => call.at).sort((a, b) => a - b)) {
    level = Math.max(0, level - (at - before) / leakMs) + 1;
    before = at;
    most = Math.max(most, level);
  }
  return most;
}

/** Of the calls that the account allows in that time, how many were made. */
export function shareUsed(calls: readonly Call[], { callsPerMinute, minutes }: Backlog): number {
  return calls.filter(({ at }) => at < minutes * 60_000).length / (callsPerMinute * minutes);
}

export function getCalls(calls: readonly Call[], budgetClass: BudgetClass): number {
  return calls.filter((call) => call.budgetClass === budgetClass).length;
}

/** Numbers in [0, 1) that are the same for the same seed (a linear congruential generator of 32 bits). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
