import { CONFORMANCE_RULES, type ConformanceRule } from './conformance-rules.ts';
import { type ConformanceOptions, NOT_OFFERED, Trial } from './conformance-trial.ts';

/** What a warehouse keeps of one rule of the contract. */
export interface ConformanceResult {
  readonly part: ConformanceRule['part'];
  readonly rule: string;
  readonly outcome: 'kept' | 'broken' | 'not implemented';
  /** The last request that was sent: `POST /orders order.submitted CHECK-1f2e-1`. */
  readonly request: string;
  readonly expected: string;
  /** What came in its place; '' where the rule is kept. */
  readonly found: string;
}

/** A secret for trials, which is no secret. */
export const TRIAL_SECRET = 'whsec_dHJpYWwgc2VjcmV0IG9mIHRoZSBjb250cmFjdA==';

/**
 * Tries each rule of the contract, in their order, with orders of its own, whose references begin with `CHECK-`. It cancels them
 * where the warehouse can.
 * @throws {Unavailable} the warehouse gives no answer at all
 */
export async function* checkConformance(options: ConformanceOptions): AsyncGenerator<ConformanceResult> {
  const trial = new Trial(options);
  await trial.connect();
  for (const { part, rule, expected, check } of CONFORMANCE_RULES) {
    const found = await check(trial).catch((error: unknown) => `no answer: ${toReason(error)}`);
    const result = { part, rule, request: trial.lastRequest, expected };
    if (found === NOT_OFFERED) yield { ...result, outcome: 'not implemented', found: 'not_implemented' };
    else yield { ...result, outcome: found === '' ? 'kept' : 'broken', found };
  }
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
