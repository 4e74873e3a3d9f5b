/** Containers that are kept, of all functions together. One takes 30 MB. */
const MAX_KEPT = 8;
/** A shorter time would end containers between two messages of a busy system, and a start takes 300 ms of CPU. */
const IDLE_MS = 15_000;

/** The idle containers of all functions. The least recently used is reclaimed first, as in Lambda. */
export interface IdleContainers {
  /** Counts a new container, which is busy until `idle`. */
  started(): void;
  /** Counts a container that ended for another reason than being reclaimed. */
  ended(): void;
  /** @param reclaim ends the container; called at most once, and never after `busy` */
  idle(container: object, reclaim: () => void): void;
  busy(container: object): void;
}

/**
 * Reclaims containers that were idle for a while, as long as there are more than are kept. Busy ones are never reclaimed, so
 * there can be more.
 */
export function createIdleContainers(maxKept = MAX_KEPT, idleMs = IDLE_MS): IdleContainers {
  /** In the order in which they became idle. */
  const idle = new Map<object, { readonly since: number; readonly reclaim: () => void }>();
  let existing = 0;
  let timer: NodeJS.Timeout | null = null;

  function reclaimExpired(): void {
    const [oldest] = idle;
    if (timer !== null || existing <= maxKept || oldest === undefined) return;
    const [container, { since, reclaim }] = oldest;
    const remaining = since + idleMs - performance.now();
    if (remaining > 0) {
      timer = setTimeout(() => {
        timer = null;
        reclaimExpired();
      }, remaining).unref();
      return;
    }
    idle.delete(container);
    existing -= 1;
    reclaim();
    reclaimExpired();
  }

  return {
    started: () => {
      existing += 1;
      reclaimExpired();
    },
    ended: () => {
      existing -= 1;
    },
    idle: (container, reclaim) => {
      idle.set(container, { since: performance.now(), reclaim });
      reclaimExpired();
    },
    busy: (container) => {
      idle.delete(container);
    },
  };
}
