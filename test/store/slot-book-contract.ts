import { describe, expect, it } from 'vitest';
import type { SlotBook, SlotCounts, SlotRequest } from '../../lib/store/slot-book.ts';

const NOW = 1_767_603_600_000;
const INTERVAL = 1_137;

const request = (changes: Partial<SlotRequest> = {}): SlotRequest => ({
  now: NOW,
  latest: NOW + 5_000,
  intervalMs: INTERVAL,
  expectsBacklog: false,
  ...changes,
});

/** What a budget relies on, of DynamoDB and of every stand-in for it. */
export function describeSlotBookContract(name: string, book: () => SlotBook & SlotCounts): void {
  describe(`${name} as the book of slots`, () => {
    let count = 0;
    const freshAccount = () => `contract-${++count}`;

    it.each([true, false])(
      'gives the present moment where nothing is booked (backlog: %s)',
      async (expectsBacklog) => {
        const account = freshAccount();
        expect(await book().nextSlot(account)).toBe(0);
        const booking = await book().book(account, request({ expectsBacklog }));
        expect(booking).toEqual({ slot: NOW, nextSlot: NOW + INTERVAL });
        expect(await book().nextSlot(account)).toBe(NOW + INTERVAL);
      },
    );

    it.each([true, false])(
      'gives one slot after the other, an interval apart (backlog: %s)',
      async (expectsBacklog) => {
        const account = freshAccount();
        await book().book(account, request());
        const second = await book().book(account, request({ now: NOW + 10, expectsBacklog }));
        const third = await book().book(account, request({ now: NOW + 20, expectsBacklog }));
        expect([second.slot, third.slot]).toEqual([NOW + INTERVAL, NOW + 2 * INTERVAL]);
        expect(third.nextSlot).toBe(NOW + 3 * INTERVAL);
      },
    );

    it.each([true, false])('gives no slot of the past (backlog: %s)', async (expectsBacklog) => {
      const account = freshAccount();
      await book().book(account, request());
      const later = NOW + 60_000;
      const booking = await book().book(account, request({ now: later, latest: later, expectsBacklog }));
      expect(booking).toEqual({ slot: later, nextSlot: later + INTERVAL });
    });

    it.each([true, false])(
      'gives the latest slot that is of use, and no later one (backlog: %s)',
      async (expectsBacklog) => {
        const account = freshAccount();
        await book().book(account, request());
        const latest = NOW + INTERVAL;
        const useful = await book().book(account, request({ latest, expectsBacklog }));
        expect(useful.slot).toBe(latest);
        const late = await book().book(account, request({ latest, expectsBacklog }));
        expect(late).toEqual({ slot: null, nextSlot: NOW + 2 * INTERVAL });
        expect(await book().nextSlot(account)).toBe(NOW + 2 * INTERVAL);
      },
    );

    it('counts the slots of this minute and of the one before, and none that was not given', async () => {
      const account = freshAccount();
      const at = (now: number, expectsBacklog = false) =>
        book().book(account, request({ now, latest: now + 5_000, expectsBacklog }));
      expect(await book().readUse(account, NOW)).toEqual({ nextSlot: 0, thisMinute: 0, minuteBefore: 0 });
      for (const ms of [0, 10, 20]) await at(NOW + ms, ms > 0);
      await book().book(account, request({ now: NOW + 30, latest: NOW + 40 }));
      await at(NOW + 60_000);
      const counts = async (now: number) => {
        const { thisMinute, minuteBefore } = await book().readUse(account, now);
        return [minuteBefore, thisMinute];
      };
      expect(await counts(NOW + 59_999)).toEqual([0, 3]);
      expect(await counts(NOW + 60_000)).toEqual([3, 1]);
      expect(await counts(NOW + 120_000)).toEqual([1, 0]);
      await at(NOW + 120_000);
      expect(await counts(NOW + 120_000)).toEqual([1, 1]);
      // Whatever is left of a minute is taken away by the next call, long before its name comes again.
      await at(NOW + 61 * 60_000);
      expect(await counts(NOW + 61 * 60_000)).toEqual([0, 1]);
    });

    it('gives each slot to one of many that ask at once', async () => {
      const account = freshAccount();
      const asked = Array.from({ length: 20 }, () => book().book(account, request({ expectsBacklog: true })));
      const slots = (await Promise.all(asked)).map(({ slot }) => slot).filter((slot) => slot !== null);
      // 5 s hold the present moment and four more; a worker that is overtaken three times may get none.
      expect(slots.length).toBeGreaterThan(0);
      expect(new Set(slots).size).toBe(slots.length);
      expect(slots.every((slot) => slot >= NOW && slot <= NOW + 5_000 && (slot - NOW) % INTERVAL === 0)).toBe(
        true,
      );
    });

    it('postpones the next slot, and never calls it back', async () => {
      const account = freshAccount();
      await book().postpone(account, NOW + 60_000);
      await book().postpone(account, NOW + 30_000);
      expect(await book().nextSlot(account)).toBe(NOW + 60_000);
      expect(await book().book(account, request())).toEqual({ slot: null, nextSlot: NOW + 60_000 });
      const later = await book().book(account, request({ now: NOW + 58_000, latest: NOW + 63_000 }));
      expect(later.slot).toBe(NOW + 60_000);
    });

    it('keeps accounts apart', async () => {
      const [one, other] = [freshAccount(), freshAccount()];
      await book().postpone(one, NOW + 60_000);
      expect((await book().book(other, request())).slot).toBe(NOW);
    });
  });
}
