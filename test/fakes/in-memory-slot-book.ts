import { slotFor } from '../../lib/domain/rate-budget.ts';
import type { Booking, SlotBook, SlotCounts, SlotRequest, SlotUse } from '../../lib/store/slot-book.ts';

/** The book of slots in memory. Passes the same contract as DynamoDB's. */
export class InMemorySlotBook implements SlotBook, SlotCounts {
  readonly #next = new Map<string, number>();
  /** Account → when its slots were booked. */
  readonly #booked = new Map<string, number[]>();
  /** What it was asked, in order. */
  readonly asked: Array<'look' | 'book' | 'postpone'> = [];
  /** It fails from now on, as a table does that cannot be reached. */
  broken = false;

  async nextSlot(account: string): Promise<number> {
    this.#heed('look');
    return this.#nextOf(account);
  }

  async readUse(account: string, now: number): Promise<SlotUse> {
    this.#heed('look');
    const minutes = (this.#booked.get(account) ?? []).map((at) => Math.floor(at / 60_000));
    const count = (minute: number) => minutes.filter((one) => one === minute).length;
    const minute = Math.floor(now / 60_000);
    const nextSlot = this.#nextOf(account);
    return { nextSlot, thisMinute: count(minute), minuteBefore: count(minute - 1) };
  }

  async book(account: string, { now, latest, intervalMs }: SlotRequest): Promise<Booking> {
    this.#heed('book');
    const slot = slotFor(this.#nextOf(account), now, latest);
    if (slot !== null) {
      this.#next.set(account, slot + intervalMs);
      this.#booked.set(account, [...(this.#booked.get(account) ?? []).slice(-1_000), now]);
    }
    return { slot, nextSlot: this.#nextOf(account) };
  }

  async postpone(account: string, until: number): Promise<void> {
    this.#heed('postpone');
    this.#next.set(account, Math.max(this.#nextOf(account), until));
  }

  #nextOf(account: string): number {
    return this.#next.get(account) ?? 0;
  }

  #heed(question: 'look' | 'book' | 'postpone'): void {
    this.asked.push(question);
    if (this.broken) throw new Error('socket hang up');
  }
}
