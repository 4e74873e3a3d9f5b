import { BudgetExhausted, type FailureDetails } from '../../lib/domain/errors.ts';
import type { RateBudget } from '../../lib/domain/rate-budget.ts';

/** A budget that records its requests, and has a slot for every call or for none. */
export class RecordingBudget implements RateBudget {
  readonly taken: FailureDetails[] = [];
  readonly slowDowns: Array<number | null> = [];
  isExhausted = false;

  async take(call: FailureDetails): Promise<void> {
    this.taken.push(call);
    if (this.isExhausted) throw new BudgetExhausted(call, 5_000);
  }

  async slowDown(askedMs: number | null): Promise<number> {
    this.slowDowns.push(askedMs);
    return askedMs ?? 60_000;
  }
}
