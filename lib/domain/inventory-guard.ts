import type { InventoryGuard } from './connection.ts';
import { toDecimal } from './decimal.ts';
import { type DriftLine, isWritable } from './stock-drift.ts';

/** How much of a location's stock a sync would change. Shares: 0 is nothing, 1 all of it. */
export interface GuardReading {
  readonly lines: number;
  readonly quantity: number;
  /** Which limit would be passed, as a sentence; ''. */
  readonly over: string;
}

/** Adds up what a sync would change, line by line. */
export class GuardCount {
  #lines = 0;
  #changed = 0;
  #quantity = 0;
  #changedQuantity = 0;

  /** A line of which neither side has anything is no line: an account may have thousands. */
  add({ action, dear, provider, inFlight, difference }: DriftLine): void {
    if (!dear && !provider && inFlight === 0) return;
    this.#lines += 1;
    this.#quantity += Math.max(0, dear ?? 0);
    if (!isWritable({ action })) return;
    this.#changed += 1;
    this.#changedQuantity += Math.abs(difference);
  }

  /** Of a location without stock, any change changes all of it. */
  read(limits: InventoryGuard): GuardReading {
    const lines = shareOf(this.#changed, this.#lines);
    const quantity = shareOf(this.#changedQuantity, this.#quantity);
    return { lines, quantity, over: sentenceOf({ lines, quantity }, limits) };
  }
}

function shareOf(part: number, whole: number): number {
  if (part === 0) return 0;
  return whole === 0 ? 1 : toDecimal(part / whole);
}

function sentenceOf(shares: Pick<GuardReading, 'lines' | 'quantity'>, limits: InventoryGuard): string {
  if (shares.lines > limits.lines) {
    return `It would change ${percent(shares.lines)} of the lines; guard.lines allows ${percent(limits.lines)}.`;
  }
  if (shares.quantity > limits.quantity) {
    return `It would change ${percent(shares.quantity)} of the quantity on hand; guard.quantity allows ${percent(limits.quantity)}.`;
  }
  return '';
}

function percent(share: number): string {
  return `${toDecimal(share * 100, 1)} %`;
}
