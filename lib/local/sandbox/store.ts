import { enableArrayMethods, enablePatches, isDraft, produceWithPatches, current as snapshotOf } from 'immer';
import type { SandboxStorage } from './storage.ts';

enablePatches();
enableArrayMethods();

/** A sandbox's state, changed by rules that a sale's refusal undoes as a whole. */
export interface StateStore<State> {
  /** As it is now; it never changes afterwards. */
  state(): State;
  /**
   * Runs a rule on a draft and keeps what it changed, saved, only if neither the rule nor the saving throws. It costs what
   * changes, however much there is. What the rule returns may hold parts of the state, as they are when it ends.
   */
  change<Result>(rule: (draft: State, before: State) => Result): Result;
  /** Called after every change, once it is saved. */
  onChange(listener: () => void): void;
}

/** Saved before `change` returns, so a SIGKILL after an answer loses nothing that was answered. */
export function openStateStore<State extends object>(
  storage: SandboxStorage<State>,
  seed: () => State,
): StateStore<State> {
  const listeners: Array<() => void> = [];
  const saved = storage.load();
  let state = saved ?? seed();
  if (saved === null) storage.save(state, null);
  return {
    state: () => state,
    change: (rule) => {
      const before = state;
      const returned: Array<ReturnType<typeof rule>> = [];
      const [next, patches] = produceWithPatches(before, (draft) => {
        returned.push(detached(rule(draft as State, before)));
      });
      const result = returned.pop() as ReturnType<typeof rule>;
      if (patches.length === 0) return result;
      storage.save(next, patches);
      state = next;
      for (const listener of listeners) listener();
      return result;
    },
    onChange: (listener) => {
      listeners.push(listener);
    },
  };
}

/** A draft ends with its rule; what outlives it is copied. */
function detached<Value>(value: Value): Value {
  if (isDraft(value)) return snapshotOf(value as object) as Value;
  if (Array.isArray(value)) return value.map(detached) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, detached(part)])) as Value;
}
