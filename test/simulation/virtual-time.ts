interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * A clock for many workers that stands still while any of them is at work, also while it waits for a real engine, and jumps
 * to the next one's waking once all of them sleep.
 */
export class VirtualTime {
  #now: number;
  #atWork = 0;
  #sleepers: Sleeper[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  /** Only for a worker that `run` has begun. */
  readonly wait = (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      this.#insert({ at: this.#now + Math.max(0, milliseconds), wake });
      this.#rest();
    });

  /** Runs all workers to their end. */
  async run(workers: ReadonlyArray<() => Promise<void>>): Promise<void> {
    this.#atWork += workers.length;
    await Promise.all(workers.map((worker) => worker().finally(() => this.#rest())));
  }

  #rest(): void {
    this.#atWork -= 1;
    if (this.#atWork > 0) return;
    const next = this.#sleepers.shift();
    if (next === undefined) return;
    this.#now = next.at;
    this.#atWork += 1;
    next.wake();
  }

  /** Behind those of the same moment. */
  #insert(sleeper: Sleeper): void {
    const later = this.#sleepers.findIndex(({ at }) => at > sleeper.at);
    this.#sleepers.splice(later === -1 ? this.#sleepers.length : later, 0, sleeper);
  }
}
