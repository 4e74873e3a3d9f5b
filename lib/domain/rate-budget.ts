import type { FailureDetails } from './errors.ts';

/** Keeps the calls of all workers together below an account's limit. */
export interface RateBudget {
  /**
   * Resolves when the call may begin; the caller then begins it at once.
   * @param call what the call is for, as its errors name it
   * @throws {BudgetExhausted} if no slot is free soon; nothing was sent
   * @throws {Unavailable} if the budget cannot be read; nothing was sent
   */
  take(call: FailureDetails): Promise<void>;
  /**
   * After a rate refusal: no worker begins a call for so many ms. Never throws.
   * @param askedMs the pause that the other system asked for; null if it named none
   * @param begunAt when the refused call began, ms since the epoch
   * @returns for how long, in ms
   */
  slowDown(askedMs: number | null, begunAt: number): Promise<number>;
}

/** For an account that has no other callers. */
export const NO_LIMIT: RateBudget = {
  take: async () => {},
  slowDown: async (askedMs) => askedMs ?? WINDOW_MS,
};

/** In order of priority: confirming what has left, then sending orders, then background jobs. */
export type BudgetClass = 'confirmation' | 'sale' | 'background';

/** All in ms. */
export interface BudgetTerms {
  /** How far ahead a slot may be booked; a longer lead has priority. */
  readonly leadMs: number;
  /** How long a worker waits from its request to the beginning of its call. */
  readonly patienceMs: number;
  /** How long a worker without a slot waits at least before it asks again. */
  readonly comeBackMs: number;
}

const WINDOW_MS = 60_000;
/** By how much the clocks of two workers may differ. */
const CLOCK_SKEW_MS = 2_000;
/**
 * How long after its slot a call may still begin; later the slot is unused. Without a bound, a stalled worker would begin its
 * call among those of later slots.
 */
export const LATEST_START_MS = 500;
/**
 * The pause after a refusal that names no time; then one call tries. A sliding window has freed four of our own calls by then.
 */
const FIRST_PAUSE_MS = 5_000;

/** The pause of all workers, and when it ends. */
export interface Pause {
  readonly until: number;
  readonly ms: number;
}
export const NO_PAUSE: Pause = { until: 0, ms: 0 };

/**
 * The pause after a refusal: as long as the other system asked for, or a few seconds. It doubles, up to a whole window, if the
 * trial call was refused too. A call that began before the last pause ended is ignored. A refusal after other calls succeeded
 * starts anew: the window has filled again.
 * @param isTrial whether it was the first call after the last pause
 */
export function pauseAfter(
  last: Pause,
  { askedMs, begunAt, isTrial }: { askedMs: number | null; begunAt: number; isTrial: boolean },
  now: number,
): Pause {
  if (begunAt < last.until) return last;
  const isAgain = isTrial && begunAt < last.until + WINDOW_MS;
  const grown = isAgain ? Math.min(2 * last.ms, WINDOW_MS) : 0;
  const ms = Math.min(Math.max(askedMs ?? FIRST_PAUSE_MS, grown), MAX_PAUSE_MS);
  return { until: now + ms, ms };
}

/** The limits are per minute, so a request for a longer pause is an error of the other system. */
const MAX_PAUSE_MS = 5 * 60_000;

/**
 * From one slot to the next. That many calls and one more are then 62.5 s apart by their slots, and by any clock at least
 * 60 s, as two workers disagree by 2 s at most and a call begins 0.5 s late at most: so no window of 60 s holds more than
 * that many. 96 % of them can be used.
 */
export function intervalMs(callsPerMinute: number): number {
  return Math.ceil((WINDOW_MS + CLOCK_SKEW_MS + LATEST_START_MS) / callsPerMinute);
}

/**
 * By how much a call may begin before its slot, in ms, so that so many calls may begin at once where none began for a while. A
 * limit that drains like a bucket allows that; a limit of calls in a window does not. Within any time so many calls more begin
 * than their interval allows, and four or five for wrong clocks and late starts: a bucket of twice the burst never overflows.
 */
export function getHeadStart(burst: number, interval: number): number {
  return (burst - 1) * interval;
}

/** Longer than a short interval, or of two sale workers the one whose clock is behind would find no slot. */
const MIN_SALE_LEAD_MS = 1_000;
/** Less than a sale's, on any account. */
const MAX_JOB_LEAD_MS = 500;
/** A sale may not look as far ahead as a confirmation, however slow the account. */
const MAX_SALE_LEAD_MS = 2_500;

/**
 * Two confirmation workers with a backlog keep the next free slot between one and two intervals ahead, where a sale, at up to 80
 * calls a minute, may not book; one sale worker keeps it further ahead than a job may book. So each class takes what the one
 * before it leaves, without a queue. This holds as long as a worker asks again within one interval of its slot; slower workers
 * do not use the budget up, and what they leave is free for the next class. One confirmation worker alone gets at least half
 * of the slots.
 */
export function getTerms(budgetClass: BudgetClass, interval: number): BudgetTerms {
  switch (budgetClass) {
    case 'confirmation':
      return { leadMs: 5_000, patienceMs: 5_000, comeBackMs: 5_000 };
    case 'sale':
      return { leadMs: saleLead(interval), patienceMs: 5_000, comeBackMs: 10_000 };
    case 'background':
      return { leadMs: jobLead(interval), patienceMs: 20_000, comeBackMs: 60_000 };
  }
}

function jobLead(interval: number): number {
  return Math.min(Math.floor(interval / 4), MAX_JOB_LEAD_MS);
}

function saleLead(interval: number): number {
  return Math.min(Math.max(interval, MIN_SALE_LEAD_MS), MAX_SALE_LEAD_MS);
}

/**
 * The slot for a request made now; null if it would be later than `latest`.
 * @param nextSlot the account's first free slot, 0 before the first call; it only moves forward
 */
export function slotFor(nextSlot: number, now: number, latest: number): number | null {
  const slot = Math.max(nextSlot, now);
  return slot <= latest ? slot : null;
}
