import { Deferred } from '../domain/errors.ts';

/**
 * Lets pieces of work that were begun at the same time wait for each other.
 * @returns runs the work after that of all earlier callers
 */
export function createTurns() {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;

  /**
   * @param hasTime whether the work may still begin
   * @param work receives whether it had to wait, so that what was read before may be outdated
   * @throws {Deferred} there is no time left, so it has to be done later
   */
  return async function inTurn<Result>(
    hasTime: () => boolean,
    work: (hasWaited: boolean) => Promise<Result>,
  ): Promise<Result> {
    const hasToWait = waiting > 0;
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    waiting += 1;
    try {
      await before;
      if (!hasTime()) throw new Deferred('No time is left for another order', 0);
      return await work(hasToWait);
    } finally {
      waiting -= 1;
      resolve();
    }
  };
}
