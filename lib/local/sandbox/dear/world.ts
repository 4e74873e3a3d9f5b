import type { DearState } from './state.ts';

/** What a rule works on. Rules change `state` in place: they are given a copy that is kept only if they do not throw. */
export interface World {
  readonly state: DearState;
  /** ms since the Unix epoch. */
  readonly now: number;
  readonly newId: () => string;
  /** Whether a stock take in progress stops this caller too; left out, it does. */
  readonly ignoresLocks?: boolean;
}

export function isoNow(world: World): string {
  return new Date(world.now).toISOString();
}

/** DEAR keeps amounts and quantities to four decimals. */
export function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

export function sum<Item>(items: Iterable<Item>, of: (item: Item) => number): number {
  let total = 0;
  for (const item of items) total += of(item);
  return round4(total);
}
