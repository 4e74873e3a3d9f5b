import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import {
  applyPatches,
  enableArrayMethods,
  enablePatches,
  isDraft,
  type Patch,
  produceWithPatches,
  current as snapshotOf,
} from 'immer';

enablePatches();

/** Where a sandbox keeps its state between starts. `save` returns only when a SIGKILL can no longer lose it. */
export interface SandboxStorage<State> {
  load(): State | null;
  /** @param patches from the state that was saved last to this one; null where there was none */
  save(state: State, patches: readonly Patch[] | null): void;
}

/** States never change once they are saved, so the state itself is kept. */
export function memoryStorage<State>(): SandboxStorage<State> {
  let kept: State | null = null;
  return {
    load: () => kept,
    save: (state) => {
      kept = state;
    },
  };
}

/** A journal that is longer than this, and than the state itself, is folded into it: bytes. */
const FOLD_AT = 4 * 1024 * 1024;

/**
 * The state in one file, and what has changed since in a journal beside it, a line of JSON each: a change costs what it
 * changes, and not the whole state. A line that a SIGKILL cut off was never answered for.
 */
export function fileStorage<State extends object>(path: string): SandboxStorage<State> {
  const journal = `${path}.journal`;
  let sequence = 0;
  let stateBytes = 0;

  function write(state: State): void {
    mkdirSync(dirname(path), { recursive: true });
    const text = JSON.stringify({ sequence, state });
    writeFileSync(`${path}.new`, text);
    // Renamed, so that a reader sees the old state or the new one. Lines of the journal up to its number are in it already.
    renameSync(`${path}.new`, path);
    rmSync(journal, { force: true });
    stateBytes = text.length;
  }

  return {
    load: () => {
      if (!existsSync(path)) return null;
      const snapshot = JSON.parse(readFileSync(path, 'utf8')) as { sequence: number; state: State };
      const changes = readJournal(journal).filter((line) => line.sequence > snapshot.sequence);
      sequence = changes.at(-1)?.sequence ?? snapshot.sequence;
      const state = changes.reduce((before, { patches }) => applyPatches(before, patches), snapshot.state);
      write(state);
      return state;
    },
    save: (state, patches) => {
      sequence += 1;
      const isLong = existsSync(journal) && statSync(journal).size > Math.max(FOLD_AT, stateBytes);
      if (patches === null || isLong) return write(state);
      appendFileSync(journal, `${JSON.stringify({ sequence, patches })}\n`);
    },
  };
}

function readJournal(path: string): Array<{ sequence: number; patches: Patch[] }> {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The text after the last line break is empty or was cut off.
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

enablePatches();
enableArrayMethods();

/** A sandbox's state. A change is kept as a whole or, where its rule throws, not at all. */
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
        returned.push(detach(rule(draft as State, before)));
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
function detach<Value>(value: Value): Value {
  if (isDraft(value)) return snapshotOf(value as object) as Value;
  if (Array.isArray(value)) return value.map(detach) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, detach(part)])) as Value;
}
