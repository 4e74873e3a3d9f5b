import type { SandboxStorage } from '../storage.ts';
import type { DearState } from './state.ts';
import type { World } from './world.ts';

export interface Store {
  state(): DearState;
  /** Runs a rule on a copy and keeps the copy, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
  /** Called after every change, once it is saved. */
  onChange(listener: () => void): void;
}

interface StoreSettings {
  storage: SandboxStorage<DearState>;
  now: () => number;
  newId: () => string;
  seed: (now: number) => DearState;
  /** What follows from any change, worked out before it is saved. */
  derive: (before: DearState, world: World) => void;
}

/** Saved before `change` returns, so a SIGKILL after an answer loses nothing that was answered. */
export function openStore({ storage, now, newId, seed, derive }: StoreSettings): Store {
  const listeners: Array<() => void> = [];
  const saved = storage.load();
  let current = saved ?? seed(now());
  if (saved === null) storage.save(current);
  return {
    state: () => current,
    change: (rule) => {
      const world: World = { state: structuredClone(current), now: now(), newId };
      const result = rule(world);
      derive(current, world);
      storage.save(world.state);
      current = world.state;
      for (const listener of listeners) listener();
      return result;
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}
