import type { Clock } from '../domain/clock.ts';
import { BudgetExhausted, type FailureDetails, Unavailable } from '../domain/errors.ts';
import {
  type BudgetClass,
  type BudgetTerms,
  intervalMs,
  LATEST_START_MS,
  LONGEST_PAUSE_MS,
  type RateBudget,
  slotFor,
  termsOf,
} from '../domain/rate-budget.ts';
import type { SlotBook } from '../store/slot-book.ts';

export interface SharedBudgetOptions {
  readonly slots: SlotBook;
  /** The account whose limit it is. All workers that call it name it alike. */
  readonly account: string;
  readonly callsPerMinute: number;
  readonly budgetClass: BudgetClass;
  readonly now: Clock;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** In [0, 1), so that those who wait for the same slot do not ask for it at once. */
  readonly random: () => number;
}

/** One worker's part in an account's budget. The slots are in the table; what is kept here only saves asking for them. */
export class SharedBudget implements RateBudget {
  readonly #options: SharedBudgetOptions;
  readonly #terms: BudgetTerms;
  readonly #interval: number;
  /** The account's next free slot when we last heard of it. It only grows, so what is too late by this is too late. */
  #nextSlot = 0;
  /** Others book as well, or we were refused: then a look, at a fifth of a write's price, saves most writes in vain. */
  #looksFirst = false;
  #expectsBacklog = false;

  constructor(options: SharedBudgetOptions) {
    this.#options = options;
    this.#interval = intervalMs(options.callsPerMinute);
    this.#terms = termsOf(options.budgetClass, this.#interval);
  }

  async take(call: FailureDetails): Promise<void> {
    const giveUpAt = this.#options.now() + this.#terms.patienceMs;
    while (!(await this.#useSlot(giveUpAt, call))) {
      if (slotFor(this.#nextSlot, this.#options.now(), giveUpAt) === null) throw this.#exhausted(call);
      await this.#standBy();
    }
  }

  async slowDown(retryAfterMs: number): Promise<void> {
    const { slots, account, now } = this.#options;
    const until = now() + Math.min(retryAfterMs, LONGEST_PAUSE_MS);
    this.#nextSlot = Math.max(this.#nextSlot, until);
    try {
      await slots.postpone(account, until);
    } catch {
      // The refusal itself is what the caller has to hear of. Here it is heeded; the others' next call meets one of its own.
    }
  }

  /** Waits for a slot and returns true at its moment; false where there was none, or it was missed. */
  async #useSlot(giveUpAt: number, call: FailureDetails): Promise<boolean> {
    const slot = await this.#book(giveUpAt).catch((cause: unknown) => {
      throw new Unavailable({ ...call, code: 'budget_unavailable', cause });
    });
    if (slot === null) return false;
    const { now, wait } = this.#options;
    if (slot > now()) await wait(slot - now());
    return now() - slot <= LATEST_START_MS;
  }

  async #book(giveUpAt: number): Promise<number | null> {
    const { slots, account, now } = this.#options;
    if (this.#isTooLate(giveUpAt)) return null;
    if (this.#looksFirst) {
      this.#learn(await slots.nextSlot(account));
      if (this.#isTooLate(giveUpAt)) return null;
    }
    const asked = now();
    const { slot, nextSlot } = await slots.book(account, {
      now: asked,
      latest: this.#latest(asked, giveUpAt),
      intervalMs: this.#interval,
      expectsBacklog: this.#expectsBacklog,
    });
    this.#looksFirst = slot === null || slot > Math.max(this.#nextSlot, asked);
    this.#expectsBacklog = nextSlot > asked + this.#interval;
    this.#learn(nextSlot);
    return slot;
  }

  /** Until the first moment at which the next slot that we know of may be booked, and a little longer than others. */
  async #standBy(): Promise<void> {
    const { now, wait, random } = this.#options;
    const { leadMs } = this.#terms;
    const earliest = this.#nextSlot - leadMs;
    // Within the lead nothing is lost by coming later; a job has none, and is late by what it waits beyond the slot.
    const spread = leadMs > 0 ? leadMs / 2 : this.#interval / 10;
    if (earliest > now()) await wait(earliest + random() * spread - now());
  }

  #isTooLate(giveUpAt: number): boolean {
    const now = this.#options.now();
    return slotFor(this.#nextSlot, now, this.#latest(now, giveUpAt)) === null;
  }

  #latest(now: number, giveUpAt: number): number {
    return Math.min(now + this.#terms.leadMs, giveUpAt);
  }

  #learn(nextSlot: number): void {
    this.#nextSlot = Math.max(this.#nextSlot, nextSlot);
  }

  #exhausted(call: FailureDetails): BudgetExhausted {
    const { leadMs, comeBackMs } = this.#terms;
    return new BudgetExhausted(call, Math.max(this.#nextSlot - leadMs - this.#options.now(), comeBackMs));
  }
}
