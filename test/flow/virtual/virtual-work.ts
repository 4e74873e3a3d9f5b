import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { setImmediate as turn } from 'node:timers/promises';
import type { Timeline } from 'dear-sandbox/kit';

interface Work {
  /** What the clock stands still for. */
  readonly busy: Set<Busy>;
  /** How many of its parts wait for the clock. */
  waiting: number;
  /** Those without a complete answer. */
  readonly requests: Set<object>;
}

interface Busy {
  readonly rest: () => void;
  readonly fail: (error: unknown) => void;
}

/** In which a part of a work does what it can before it waits for another part, while none of its requests is on its way. */
const TURNS = 10;

const current = new AsyncLocalStorage<Work>();

// An answer takes more turns than that where the machine is busy, so a work knows its requests until their end.
const sender = new WeakMap<object, Work>();
const getRequest = (message: unknown): object => Object(Object(message).request);
subscribe('undici:request:create', (message) => {
  const work = current.getStore();
  if (work === undefined) return;
  work.requests.add(getRequest(message));
  sender.set(getRequest(message), work);
});
for (const end of ['undici:request:trailers', 'undici:request:error'])
  subscribe(end, (message) => sender.get(getRequest(message))?.requests.delete(getRequest(message)));

/**
 * Lets work wait for a clock that is moved by hand. The clock stands still while the work is busy, also with real sockets, and
 * goes on with what else is due while it waits; so several workers wait at once, as several containers do. Of work whose parts
 * wait at the same time, one that wakes has some turns of the event loop, because it may wait for the others next, and those of its requests.
 */
export class VirtualWork {
  readonly #timeline: Timeline;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  /** Resolves when the work has ended, or waits for the first time. */
  run(begin: () => Promise<void>): Promise<void> {
    return new Promise((rest, fail) => {
      const work = { busy: new Set<Busy>([{ rest, fail }]), waiting: 0, requests: new Set<object>() };
      current.run(work, begin).then(
        () => rests(work),
        (error: unknown) => {
          for (const one of work.busy) one.fail(error);
        },
      );
    });
  }

  /**
   * Only within work that `run` has begun.
   * @param isGone whether the process that waits is dead by then: it never goes on, and the clock does not wait for it
   */
  readonly wait = (milliseconds: number, isGone = () => false): Promise<void> => {
    const work = current.getStore();
    if (work === undefined) throw new Error('What waits for the clock is not run in its time');
    return new Promise((wake) => {
      work.waiting += 1;
      this.#timeline.after(milliseconds, () => {
        work.waiting -= 1;
        if (isGone()) return;
        wake();
        return work.waiting > 0 ? takeTurns(work) : nextRest(work);
      });
      rests(work);
    });
  };
}

async function takeTurns({ requests }: Work): Promise<void> {
  for (let quiet = 0; quiet < TURNS; quiet = requests.size > 0 ? 0 : quiet + 1) await turn();
}

function nextRest({ busy }: Work): Promise<void> {
  return new Promise((rest, fail) => {
    busy.add({ rest, fail });
  });
}

function rests({ busy }: Work): void {
  for (const { rest } of busy) rest();
  busy.clear();
}
