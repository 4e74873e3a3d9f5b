import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../domain/clock.ts';
import { BudgetExhausted, type FailureDetails, Unavailable } from '../domain/errors.ts';
import {
  type BudgetClass,
  type BudgetTerms,
  getHeadStart,
  getTerms,
  intervalMs,
  LATEST_START_MS,
  NO_PAUSE,
  type Pause,
  pauseAfter,
  type RateBudget,
  slotFor,
} from '../domain/rate-budget.ts';
import { DynamoDbSlotBook, type SlotBook, type SlotRequest } from '../store/slot-book.ts';

interface SharedBudgetOptions {
  readonly slots: SlotBook;
  /** The account whose limit it is. All workers that call it name it alike. */
  readonly account: string;
  readonly callsPerMinute: number;
  /** How many calls may begin at once where none began for a while; the limit then is a bucket that drains. @default 1 */
  readonly burst?: number;
  readonly budgetClass: BudgetClass;
  readonly now: Clock;
  readonly wait: (milliseconds: number) => Promise<unknown>;
  /** In [0, 1), so that workers that wait for the same slot do not ask for it at once. */
  readonly random: () => number;
}

/**
 * A worker that met others reads the next slot before it books, until it booked this often in a row without meeting any. A read
 * costs a fifth of a write, and most writes in vain are those of workers that try for the same free slot.
 */
const ALONE_AFTER = 5;
/** The part of their lead over which workers that wait for the same slot spread; all of it would make the last one late. */
const SPREAD = 0.7;

/** One worker's part in an account's budget. The slots are in the table; the fields here only save reads of it. */
export class SharedBudget implements RateBudget {
  readonly #options: SharedBudgetOptions;
  readonly #terms: BudgetTerms;
  readonly #interval: number;
  /** By how much a call may begin before its slot, in ms. */
  readonly #headStart: number;
  /** The account's next free slot as last read. It only grows, so a slot that is too late by it is too late. */
  #nextSlot = 0;
  /** The same as our own last booking left it. */
  #leftBehind = 0;
  /** Our bookings in a row with no other worker's between them. A new worker reads once. */
  #aloneFor = ALONE_AFTER - 1;
  /** Of the latest refusal to this worker. Other workers have their own, and all of them move the one book of slots. */
  #pause: Pause = NO_PAUSE;
  /** Our calls since then: the first one tries whether the account takes calls again. */
  #begunSincePause = 0;

  constructor(options: SharedBudgetOptions) {
    this.#options = options;
    this.#interval = intervalMs(options.callsPerMinute);
    this.#headStart = getHeadStart(options.burst ?? 1, this.#interval);
    this.#terms = getTerms(options.budgetClass, this.#interval);
  }

  async take(call: FailureDetails): Promise<void> {
    const giveUpAt = this.#options.now() + this.#terms.patienceMs;
    for (let refusals = 1; !(await this.#useSlot(giveUpAt, call)); refusals += 1) {
      const latest = giveUpAt + this.#headStart;
      if (slotFor(this.#nextSlot, this.#options.now(), latest) === null) throw this.#exhausted(call);
      await this.#standBy(refusals);
    }
    this.#begunSincePause += 1;
  }

  async slowDown(askedMs: number | null, begunAt: number): Promise<number> {
    const { slots, account, now } = this.#options;
    const last = this.#pause;
    this.#pause = pauseAfter(last, { askedMs, begunAt, isTrial: this.#begunSincePause <= 1 }, now());
    if (this.#pause !== last) this.#begunSincePause = 0;
    const { until } = this.#pause;
    // The next call begins at the end of the pause, and no burst follows it.
    const slot = until + this.#headStart;
    this.#nextSlot = Math.max(this.#nextSlot, slot);
    try {
      await slots.postpone(account, slot);
    } catch {
      // The caller gets the refusal itself. This worker keeps the pause; the next call of each other worker is refused as well.
    }
    return Math.max(until - now(), 0);
  }

  /** Waits until a call may begin and returns true then; false where there was no slot, or it was missed. */
  async #useSlot(giveUpAt: number, call: FailureDetails): Promise<boolean> {
    const slot = await this.#book(giveUpAt).catch((cause: unknown) => {
      throw new Unavailable({ ...call, system: `The call budget of ${call.system}`, cause });
    });
    if (slot === null) return false;
    const { now, wait } = this.#options;
    const begin = slot - this.#headStart;
    if (begin > now()) await wait(begin - now());
    return now() - slot <= LATEST_START_MS;
  }

  /** null where no slot is early enough; the table is not even asked where that is known already. */
  async #book(giveUpAt: number): Promise<number | null> {
    const { slots, account } = this.#options;
    if (this.#request(giveUpAt) === null) return null;
    if (this.#aloneFor < ALONE_AFTER) this.#learn(await slots.nextSlot(account));
    const request = this.#request(giveUpAt);
    if (request === null) return null;
    const { slot, nextSlot } = await slots.book(account, request);
    const alone = slot !== null && slot <= Math.max(this.#leftBehind, request.now);
    this.#aloneFor = alone ? this.#aloneFor + 1 : 0;
    if (slot !== null) this.#leftBehind = nextSlot;
    this.#learn(nextSlot);
    return slot;
  }

  #request(giveUpAt: number): SlotRequest | null {
    const now = this.#options.now();
    const latest = Math.min(now + this.#terms.leadMs, giveUpAt) + this.#headStart;
    if (slotFor(this.#nextSlot, now, latest) === null) return null;
    return { now, latest, intervalMs: this.#interval, expectsBacklog: this.#nextSlot > now };
  }

  /**
   * Until the next slot that we know of may be booked, and not at the very moment at which all others ask for it. A job that
   * was refused before lets some slots pass as well.
   */
  async #standBy(refusals: number): Promise<void> {
    const { now, wait, random, budgetClass } = this.#options;
    const { leadMs } = this.#terms;
    const passed = budgetClass === 'background' ? Math.floor(random() * refusals) * this.#interval : 0;
    const at = this.#nextSlot - this.#headStart + passed - leadMs + random() * leadMs * SPREAD;
    if (at > now()) await wait(at - now());
  }

  #learn(nextSlot: number): void {
    this.#nextSlot = Math.max(this.#nextSlot, nextSlot);
  }

  #exhausted(call: FailureDetails): BudgetExhausted {
    const { leadMs, comeBackMs } = this.#terms;
    const free = this.#nextSlot - this.#headStart - leadMs;
    return new BudgetExhausted(call, Math.max(free - this.#options.now(), comeBackMs));
  }
}

/** The budget of an account that may be called so often in a minute, and so often at once. */
export type BudgetOf = (account: string, callsPerMinute: number, burst?: number) => RateBudget;

/** A function's part in the budgets of all accounts that it calls, under the class of its work. */
export function rateBudgets(client: DynamoDBClient, table: string, budgetClass: BudgetClass): BudgetOf {
  const slots = new DynamoDbSlotBook(client, table);
  return (account, callsPerMinute, burst = 1) =>
    new SharedBudget({
      slots,
      account,
      callsPerMinute,
      burst,
      budgetClass,
      now: Date.now,
      wait: sleep,
      random: Math.random,
    });
}
