import { type ContainerOptions, FunctionError, INIT_LIMIT_MS, LambdaContainer } from './lambda-container.ts';

/**
 * How long an event waits for a warm container before another is started, which takes 300 ms of CPU and 40 MB. Lambda starts
 * one at once, but has more than one machine.
 */
const WARM_WITHIN_MS = 250;

/** A Lambda function with as many containers as its load required so far, up to a limit. */
export interface LambdaFunction {
  readonly name: string;
  /**
   * Runs in the first free container. As many are started as events wait, up to the limit, but an event takes a warm
   * container as soon as one is free.
   * @throws {FunctionError}
   */
  invoke(event: unknown): Promise<unknown>;
  /** Fails running and waiting invocations. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly resolve: (container: LambdaContainer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * @param concurrency most containers at once
 * @param initLimitMs the time limit of a container's first start
 * @param idleContainers shared by the functions that share a machine
 */
export function createLambdaFunction(
  options: ContainerOptions,
  concurrency: number,
  initLimitMs = INIT_LIMIT_MS,
  idleContainers: IdleContainers = createIdleContainers(),
): LambdaFunction {
  const containers = new Set<LambdaContainer>();
  /** The most recently used is used first, so that the others can be reclaimed. */
  const idle: LambdaContainer[] = [];
  const waiting: Waiting[] = [];
  let starting = 0;
  let stopped = false;

  function acquire(): Promise<LambdaContainer> {
    if (stopped) return Promise.reject(stoppedError(options));
    for (let free = idle.pop(); free !== undefined; free = idle.pop()) {
      idleContainers.busy(free);
      if (free.alive) return Promise.resolve(free);
      forget(free);
    }
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      if (containers.size === 0) startWhereNeeded();
      else setTimeout(startWhereNeeded, WARM_WITHIN_MS).unref();
    });
  }

  function startWhereNeeded(): void {
    while (!stopped && starting < waiting.length && containers.size < concurrency) void start();
  }

  async function start(): Promise<void> {
    starting += 1;
    try {
      offer(await startInTime(load, initLimitMs, options.timeoutMs));
    } catch (error) {
      waiting.shift()?.reject(error);
    } finally {
      starting -= 1;
      startWhereNeeded();
    }
  }

  async function load(limitMs: number): Promise<LambdaContainer> {
    if (stopped) throw stoppedError(options);
    const container = new LambdaContainer(options, limitMs);
    containers.add(container);
    idleContainers.started();
    await container.ready.catch((error: unknown) => {
      forget(container);
      throw error;
    });
    return container;
  }

  function forget(container: LambdaContainer): void {
    containers.delete(container);
    idleContainers.ended();
  }

  function reclaim(container: LambdaContainer): void {
    idle.splice(idle.indexOf(container), 1);
    containers.delete(container);
    void container.stop();
  }

  function offer(container: LambdaContainer): void {
    const next = waiting.shift();
    if (next === undefined) {
      idle.push(container);
      idleContainers.idle(container, () => reclaim(container));
    } else next.resolve(container);
  }

  function release(container: LambdaContainer): void {
    if (container.alive) offer(container);
    else forget(container);
    startWhereNeeded();
  }

  return {
    name: options.functionName,
    invoke: async (event) => {
      const container = await acquire();
      try {
        return await container.invoke(event);
      } finally {
        release(container);
      }
    },
    stop: async () => {
      stopped = true;
      for (const { reject } of waiting.splice(0)) reject(stoppedError(options));
      await Promise.all([...containers].map((container) => container.stop()));
    },
  };
}

/** Repeats a start that timed out once, with the function's own time-out, as Lambda does. */
async function startInTime(
  load: (limitMs: number) => Promise<LambdaContainer>,
  limitMs: number,
  timeoutMs: number,
): Promise<LambdaContainer> {
  try {
    return await load(limitMs);
  } catch (error) {
    if (!(error instanceof FunctionError && error.type === 'Sandbox.Timedout')) throw error;
    return await load(Math.max(timeoutMs, limitMs));
  }
}

function stoppedError({ functionName }: ContainerOptions): Error {
  return new Error(`${functionName} was stopped`);
}

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
