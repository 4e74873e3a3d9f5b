import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';
import type { DearState } from './state.ts';

export interface Store extends Pick<StateStore<DearState>, 'state' | 'onChange'> {
  /** Runs a rule on a draft of the state and keeps it, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
}

interface StoreSettings {
  storage: SandboxStorage<DearState>;
  now: () => number;
  newId: () => string;
  seed: (now: number) => DearState;
  /** Runs after every change and before it is saved. */
  derive: (before: DearState, world: World) => void;
}

export function openStore({ storage, now, newId, seed, derive }: StoreSettings): Store {
  const { state, change, onChange } = openStateStore(storage, () => seed(now()));
  return {
    state,
    change: (rule) =>
      change((draft, before) => {
        const world: World = { state: draft, now: now(), newId };
        const result = rule(world);
        derive(before, world);
        return result;
      }),
    onChange,
  };
}

/** What a rule works on. A rule changes `state` in place, on a copy that is kept only if the rule does not throw. */
export interface World {
  readonly state: DearState;
  /** ms since the Unix epoch. */
  readonly now: number;
  readonly newId: () => string;
  /** Whether the caller may ignore the lock of a stock take in progress. */
  readonly ignoresLocks?: boolean;
}

export function isoNow(world: World): string {
  return new Date(world.now).toISOString();
}
