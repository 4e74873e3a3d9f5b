import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where a sandbox keeps its state between starts. `save` returns only when a SIGKILL can no longer lose it. */
export interface SandboxStorage<State> {
  load(): State | null;
  save(state: State): void;
}

export function memoryStorage<State>(): SandboxStorage<State> {
  let kept: string | null = null;
  return {
    load: () => (kept === null ? null : JSON.parse(kept)),
    save: (state) => {
      kept = JSON.stringify(state);
    },
  };
}

/** Written to a sibling and renamed, so that a reader sees the old state or the new one, never half of it. */
export function fileStorage<State>(path: string): SandboxStorage<State> {
  return {
    load: () => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null),
    save: (state) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(state));
      renameSync(`${path}.new`, path);
    },
  };
}
