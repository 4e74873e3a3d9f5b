import { AsyncLocalStorage } from 'node:async_hooks';
import type { SQSBatchResponse } from 'aws-lambda';
import type { Timeline } from 'dear-sandbox/kit';
import type { VirtualWork } from '../../flow/virtual/virtual-work.ts';
import type { Random } from './random.ts';

const MINUTE = 60_000;
/** As Lambda ends a function that takes too long, in less than the messages are hidden. */
const TIME_LIMIT_MS = 2.5 * MINUTE;

interface Process {
  /** What modules keep in its environment. */
  readonly memory: Map<string, unknown>;
  isDead: boolean;
  /** Calls until it dies; null: it lives. */
  callsLeft: number | null;
  readonly die: () => void;
}

interface ProcessesOptions {
  readonly random: Random;
  readonly timeline: Timeline;
  readonly work: VirtualWork;
  /** How many of them die, from 0 to 1. */
  readonly mortality: number;
  /** By which some of them live longer: a plan of a new order alone is twice as many calls as others live; null: none does. */
  readonly longevity: Random | null;
  /** The call of them all, from 1 on, at which its process dies, in a run in which nothing else goes wrong; null: none. */
  readonly killAt: number | null;
}

const current = new AsyncLocalStorage<Process>();

/**
 * A map of a module, of which each process has its own, as each Lambda environment has.
 * @param name of the module and the map
 */
export function mapOfProcess(name: string): Map<string, unknown> {
  const own = () => {
    const { memory } = current.getStore() ?? { memory: new Map<string, unknown>() };
    const map = (memory.get(name) ?? new Map<string, unknown>()) as Map<string, unknown>;
    memory.set(name, map);
    return map;
  };
  return new Proxy(new Map<string, unknown>(), {
    get: (_, key) => {
      const map = own();
      const value = Reflect.get(map, key, map) as unknown;
      return typeof value === 'function' ? value.bind(map) : value;
    },
  });
}

/** Workers that die at any of their calls, and that others overtake. A dead one does nothing more: no catch, no finally. */
export class Processes {
  readonly #options: ProcessesOptions;
  readonly #current = current;
  #isCalm = false;
  started = 0;
  died = 0;
  /** Times that a process could have died: before and after each call of a client, a provider, the table or a queue. */
  passed = 0;

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  /** From now on none dies. */
  calm(): void {
    this.#isCalm = true;
  }

  /**
   * Runs work in one process.
   * @param memory of the environment that it runs in
   * @returns null where it died
   */
  async run(
    memory: Map<string, unknown>,
    work: () => Promise<SQSBatchResponse>,
  ): Promise<SQSBatchResponse | null> {
    const { random, timeline, mortality, longevity } = this.#options;
    this.started += 1;
    const dies = !this.#isCalm && random.chance(mortality);
    const death = Promise.withResolvers<null>();
    const process: Process = {
      memory,
      isDead: false,
      callsLeft: dies ? random.between(1, 30) * (longevity?.pick([1, 2, 3]) ?? 1) : null,
      die: () => {
        process.isDead = true;
        this.died += 1;
        death.resolve(null);
      },
    };
    const cancelLimit = timeline.after(TIME_LIMIT_MS, process.die);
    const answer = await Promise.race([this.#current.run(process, work), death.promise]);
    cancelLimit();
    // Lambda freezes what was left running.
    process.isDead = true;
    return answer;
  }

  /** Waits on the clock, if the process lives. */
  readonly wait = async (milliseconds: number): Promise<void> => {
    const process = this.#current.getStore();
    if (process?.isDead) return NEVER;
    await this.#options.work.wait(milliseconds, () => process?.isDead === true);
  };

  /** The same object, each of whose calls may be the last of its process, and may give others time to overtake. */
  readonly wrap = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get: (_, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => this.#call(() => Reflect.apply(value, target, args) as unknown);
      },
    });

  #call(made: () => unknown): unknown {
    const process = this.#current.getStore();
    if (process === undefined) return made();
    if (this.#pass(process)) return NEVER;
    const result = made();
    if (!(result instanceof Promise)) return result;
    return result.then(
      async (value) => ((await this.#overtake(process)) ? NEVER : value),
      async (error) => {
        if (await this.#overtake(process)) return NEVER;
        throw error;
      },
    );
  }

  /** @returns whether the process is dead */
  async #overtake(process: Process): Promise<boolean> {
    const { random } = this.#options;
    if (!this.#isCalm && random.chance(0.04)) await this.wait(random.between(1, 8_000));
    return this.#pass(process);
  }

  #pass(process: Process): boolean {
    if (process.isDead) return true;
    this.passed += 1;
    if (this.passed === this.#options.killAt) {
      process.die();
      return true;
    }
    if (process.callsLeft === null) return false;
    process.callsLeft -= 1;
    if (process.callsLeft > 0) return false;
    process.die();
    return true;
  }
}

const NEVER = new Promise<never>(() => {});
