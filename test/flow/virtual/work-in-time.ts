import { AsyncLocalStorage } from 'node:async_hooks';
import type { Timeline } from 'dear-sandbox/kit';

interface Spell {
  readonly rest: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Lets work wait for a clock that is moved by hand. The clock stands still while the work is busy, also with real sockets, and
 * goes on with what else is due while it waits; so several workers wait at once, as several containers do.
 */
export class WorkInTime {
  readonly #timeline: Timeline;
  readonly #spell = new AsyncLocalStorage<{ current: Spell }>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Resolves when the work has ended, or waits for the first time. */
  run(work: () => Promise<void>): Promise<void> {
    return new Promise((rest, fail) => {
      const spell = { current: { rest, fail } };
      this.#spell.run(spell, work).then(
        () => spell.current.rest(),
        (error: unknown) => spell.current.fail(error),
      );
    });
  }

  /** Only within work that `run` has begun. */
  readonly wait = (milliseconds: number): Promise<void> => {
    const spell = this.#spell.getStore();
    if (spell === undefined) throw new Error('What waits for the clock is not run in its time');
    const { rest } = spell.current;
    return new Promise((wake) => {
      this.#timeline.after(milliseconds, () => {
        const next = new Promise<void>((resolve, fail) => {
          spell.current = { rest: resolve, fail };
        });
        wake();
        return next;
      });
      rest();
    });
  };
}
