import { slotFor } from '../../lib/domain/rate-budget.ts';
import type { Booking, SlotBook, SlotRequest } from '../../lib/store/slot-book.ts';

/** The book of slots in memory. Passes the same contract as DynamoDB's. */
export class InMemorySlotBook implements SlotBook {
  readonly #next = new Map<string, number>();
  /** What it was asked, in order. */
  readonly asked: Array<'look' | 'book' | 'postpone'> = [];
  /** It fails from now on, as a table does that cannot be reached. */
  broken = false;

  async nextSlot(account: string): Promise<number> {
    this.#heed('look');
    return this.#nextOf(account);
  }

  async book(account: string, { now, latest, intervalMs }: SlotRequest): Promise<Booking> {
    this.#heed('book');
    const slot = slotFor(this.#nextOf(account), now, latest);
    if (slot !== null) this.#next.set(account, slot + intervalMs);
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
