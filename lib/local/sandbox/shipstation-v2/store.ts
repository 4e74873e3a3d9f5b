import type { SandboxStorage } from '../storage.ts';
import type { ShipStationState, World } from './state.ts';

export interface Store {
  state(): ShipStationState;
  /** Runs a rule on a copy and keeps the copy, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
  /** Called after every change, once it is saved. */
  onChange(listener: () => void): void;
}

/** Saved before `change` returns, so a SIGKILL after an answer loses nothing that was answered. */
export function openStore(
  storage: SandboxStorage<ShipStationState>,
  seed: () => ShipStationState,
  now: () => number,
  origin: () => string,
): Store {
  const listeners: Array<() => void> = [];
  const saved = storage.load();
  let current = saved ?? seed();
  if (saved === null) storage.save(current);
  return {
    state: () => current,
    change: (rule) => {
      const world: World = { state: structuredClone(current), now: now(), origin: origin() };
      const result = rule(world);
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
