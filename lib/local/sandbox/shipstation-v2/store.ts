import type { SandboxStorage } from '../storage.ts';
import { openStateStore, type StateStore } from '../store.ts';
import type { ShipStationState, World } from './state.ts';

export interface Store extends Pick<StateStore<ShipStationState>, 'state' | 'onChange'> {
  /** Runs a rule on a draft of the state and keeps it, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
  /** ms since the epoch. */
  now(): number;
}

export function openStore(
  storage: SandboxStorage<ShipStationState>,
  seed: () => ShipStationState,
  now: () => number,
  origin: () => string,
): Store {
  const { state, change, onChange } = openStateStore(storage, seed);
  return {
    state,
    now,
    change: (rule) => change((draft) => rule({ state: draft, now: now(), origin: origin() })),
    onChange,
  };
}
