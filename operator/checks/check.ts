import type { Bridge } from '../bridge.ts';

/** The result of one check. */
export interface Check {
  /** The same in every run, for programs. */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in one sentence. */
  readonly found: string;
  /** What to do, a command where there is one; '' where it passed. */
  readonly next: string;
}

/** A group of checks. One that throws is a failed check. */
export interface Examination {
  /** For progress, and for the failed check where it throws. */
  readonly name: string;
  readonly examine: (bridge: Bridge) => Promise<Check[]>;
}

export function passed(name: string, found: string): Check {
  return { name, ok: true, found, next: '' };
}

export function failed(name: string, found: string, next: string): Check {
  return { name, ok: false, found, next };
}
