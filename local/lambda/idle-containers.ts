/** So many containers stay, of all functions together; one takes 30 MB. */
const MAX_KEPT = 8;
/** Less would end containers between two messages of a busy system, and a start costs 300 ms of a processor. */
const IDLE_MS = 15_000;

/** Which containers stand idle, of all functions; the one used longest ago goes first, as Lambda reclaims them. */
export interface IdleContainers {
  /** One more exists. It is busy until it is said to be idle. */
  started(): void;
  /** One fewer exists, for another reason than that it was reclaimed. */
  ended(): void;
  /** @param reclaim ends it; called at most once, and never after `busy` */
  idle(container: object, reclaim: () => void): void;
  busy(container: object): void;
}

/**
 * While there are more containers than are kept, each that has stood idle for a while is reclaimed. A busy one never is, so
 * that there can be more than are kept as long as they all work.
 */
export function createIdleContainers(mostKept = MAX_KEPT, idleMs = IDLE_MS): IdleContainers {
  /** In the order in which they became idle. */
  const idle = new Map<object, { readonly since: number; readonly reclaim: () => void }>();
  let existing = 0;
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    const [oldest] = idle;
    if (timer !== null || existing <= mostKept || oldest === undefined) return;
    const [container, { since, reclaim }] = oldest;
    const remaining = since + idleMs - performance.now();
    if (remaining > 0) {
      timer = setTimeout(() => {
        timer = null;
        look();
      }, remaining).unref();
      return;
    }
    idle.delete(container);
    existing -= 1;
    reclaim();
    look();
  }

  return {
    started: () => {
      existing += 1;
      look();
    },
    ended: () => {
      existing -= 1;
    },
    idle: (container, reclaim) => {
      idle.set(container, { since: performance.now(), reclaim });
      look();
    },
    busy: (container) => {
      idle.delete(container);
    },
  };
}
