import type { Bridge } from '../bridge.ts';

/** One thing that was looked at. */
export interface Check {
  /** Stays the same from run to run, for programs. */
  readonly name: string;
  readonly ok: boolean;
  /** What was found, in one sentence. */
  readonly found: string;
  /** What to do, a command where there is one; '' where nothing is to be done. */
  readonly next: string;
}

/** Looks at something; what it cannot look at is a check that failed. */
export interface Examination {
  /** For progress, and for the check that stands for it where it throws. */
  readonly name: string;
  readonly examine: (bridge: Bridge) => Promise<Check[]>;
}

export function fine(name: string, found: string): Check {
  return { name, ok: true, found, next: '' };
}

export function wrong(name: string, found: string, next: string): Check {
  return { name, ok: false, found, next };
}
