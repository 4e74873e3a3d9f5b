import { AsyncLocalStorage } from 'node:async_hooks';
import type { Timeline } from 'dear-sandbox/kit';

interface Segment {
  readonly rest: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Lets work wait for a clock that is moved by hand. The clock stands still while the work is busy, also with real sockets, and
 * goes on with what else is due while it waits; so several workers wait at once, as several containers do.
 */
export class VirtualWork {
  readonly #timeline: Timeline;
  readonly #segment = new AsyncLocalStorage<{ current: Segment }>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Resolves when the work has ended, or waits for the first time. */
  run(work: () => Promise<void>): Promise<void> {
    return new Promise((rest, fail) => {
      const segment = { current: { rest, fail } };
      this.#segment.run(segment, work).then(
        () => segment.current.rest(),
        (error: unknown) => segment.current.fail(error),
      );
    });
  }

  /** Only within work that `run` has begun. */
  readonly wait = (milliseconds: number): Promise<void> => {
    const segment = this.#segment.getStore();
    if (segment === undefined) throw new Error('What waits for the clock is not run in its time');
    const { rest } = segment.current;
    return new Promise((wake) => {
      this.#timeline.after(milliseconds, () => {
        const next = new Promise<void>((resolve, fail) => {
          segment.current = { rest: resolve, fail };
        });
        wake();
        return next;
      });
      rest();
    });
  };
}
