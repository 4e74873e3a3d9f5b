/**
 * Kills a process at one of its awaits: whatever it does from then on fails, until its message is received again by another
 * process. The awaits are counted before and after each call of what it wraps, so a call may have been made or not.
 */
export class Killer {
  /** How many awaits the process passed while the killer was armed. */
  passed = 0;
  #killAt: number | null = null;
  #isArmed = false;
  #isDead = false;

  /** @param killAt which await, from 1 on; null: only counts */
  arm(killAt: number | null): void {
    this.passed = 0;
    this.#killAt = killAt;
    this.#isArmed = true;
  }

  /** Runs a process. @throws {Error} it was killed */
  async run(process: () => Promise<void>): Promise<void> {
    this.#isDead = false;
    await process();
  }

  /** The same object, whose calls may be the last that the process makes. */
  wrap<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (_, name) => {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const made = () => Reflect.apply(value, target, args) as unknown;
          if (!this.#isArmed) return made();
          this.#pass();
          const result = made();
          return result instanceof Promise ? result.finally(() => this.#pass()) : result;
        };
      },
    });
  }

  #pass(): void {
    if (this.#isDead) throw new Error('The process is dead');
    this.passed += 1;
    if (this.passed !== this.#killAt) return;
    this.#isDead = true;
    throw new Error('The process was killed');
  }
}
