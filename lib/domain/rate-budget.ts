import type { FailureDetails } from './errors.ts';

/** What a transport asks before every exchange, so that all workers together stay below an account's limit. */
export interface RateBudget {
  /**
   * Resolves when the call may begin, and has to be followed by it at once.
   * @param call what the call is for, as its errors name it
   * @throws {BudgetExhausted} where that is not soon; nothing was sent
   * @throws {Unavailable} where the budget itself cannot be asked; nothing was sent
   */
  take(call: FailureDetails): Promise<void>;
  /**
   * After a refusal by rate: nobody begins a call for so many ms, whatever they had counted. Never throws.
   * @param askedMs how long the other side asked for; null where it did not say
   * @param begunAt when the refused call began, ms since the epoch
   * @returns for how long, in ms
   */
  slowDown(askedMs: number | null, begunAt: number): Promise<number>;
}

/** Of whoever calls no account that others call as well. */
export const NO_LIMIT: RateBudget = {
  take: async () => {},
  slowDown: async (askedMs) => askedMs ?? WINDOW_MS,
};

/** Who goes first: what has left and DEAR does not know, then what has to leave, then what can wait. */
export type BudgetClass = 'confirmation' | 'sale' | 'background';

/** All in ms. */
export interface BudgetTerms {
  /** How far ahead of now a slot may be booked: the further, the earlier in the line. */
  readonly leadMs: number;
  /** How long a worker stands by, from asking to the beginning of its call. */
  readonly patienceMs: number;
  /** How long whoever was sent away stays away at least. */
  readonly comeBackMs: number;
}

const WINDOW_MS = 60_000;
/** By how much the clocks of two workers may differ. */
const CLOCK_SKEW_MS = 2_000;
/**
 * How long after its slot a call may still begin; a slot that is missed by more is left unused. Without a bound, a worker
 * that stalled would begin its call among those of later slots.
 */
export const LATEST_START_MS = 500;
/**
 * How long everyone stays away after a refusal that says no time: then one call tries it. A window that slides has let go
 * four of our own calls by then.
 */
const FIRST_PAUSE_MS = 5_000;

/** How long everyone stays away, and until when. */
export interface Pause {
  readonly until: number;
  readonly ms: number;
}
export const NO_PAUSE: Pause = { until: 0, ms: 0 };

/**
 * The pause after a refusal: as long as was asked for, or a few seconds; twice as long as the last one, to a whole window,
 * where the call that tried it was refused as well. A call that began before the last pause was over tells nothing new, and one
 * that was refused after others had got through is a new matter: the window is full again, and has let them go by then.
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

/** The limits are counted by the minute. A longer pause for everyone would be a slip of the other side's, and outlive it. */
const MAX_PAUSE_MS = 5 * 60_000;

/**
 * From one slot to the next. That many calls and one more are then 62.5 s apart by their slots, and by any clock at least
 * 60 s, as two workers disagree by 2 s at most and a call begins 0.5 s late at most: so no window of 60 s holds more than
 * that many. 96 % of them can be used.
 */
export function intervalMs(callsPerMinute: number): number {
  return Math.ceil((WINDOW_MS + CLOCK_SKEW_MS + LATEST_START_MS) / callsPerMinute);
}

/** More than one interval where that is short, or of two sale workers the one whose clock is behind would find no slot. */
const SHORTEST_SALE_LEAD_MS = 1_000;
/** Less than a sale's, on any account. */
const MAX_JOB_LEAD_MS = 500;
/** A sale may not look as far ahead as a confirmation, however slow the account. */
const MAX_SALE_LEAD_MS = 2_500;

/**
 * Two confirmation workers with a backlog keep the next free slot between one and two intervals ahead, where a sale, at up to 80
 * calls a minute, may not book; one sale worker keeps it further ahead than a job may book. So each class takes what the one
 * before it leaves, without a queue that anybody would have to keep. It holds as long as a worker asks again within one
 * interval of its slot; slower ones do not use the budget up, and what they leave is free for the next class. One
 * confirmation worker alone gets half of the slots or more.
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
  return Math.min(Math.max(interval, SHORTEST_SALE_LEAD_MS), MAX_SALE_LEAD_MS);
}

/**
 * The slot that whoever asks now is given; null where it would be later than `latest`.
 * @param nextSlot the account's first slot that nobody has booked, 0 before the first call; it only ever moves forward
 */
export function slotFor(nextSlot: number, now: number, latest: number): number | null {
  const slot = Math.max(nextSlot, now);
  return slot <= latest ? slot : null;
}
