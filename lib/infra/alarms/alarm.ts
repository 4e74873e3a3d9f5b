import type { JobName } from '../../messaging/messages.ts';
import type { FunctionName } from '../../runtime/environment.ts';
import type { GaugeName, MetricName, System } from '../../runtime/metrics.ts';

/** `page`: a promise to a customer is broken or about to be, at any hour. `ticket`: in working hours is soon enough. */
export type Severity = 'page' | 'ticket';

export type QueueName = 'sale-events' | 'fulfillment' | 'confirmations' | 'jobs';

/** What an alarm watches, by names alone; `metricOf` finds the metric of this stack. */
export type Watched =
  /** What the probe measured. */
  | { readonly kind: 'level'; readonly metric: GaugeName }
  | { readonly kind: 'job-age'; readonly job: JobName }
  /** What functions counted, added up. */
  | {
      readonly kind: 'count';
      readonly metric: MetricName;
      readonly functions: readonly FunctionName[];
      readonly system?: System;
    }
  | { readonly kind: 'queue-age'; readonly queue: QueueName }
  | { readonly kind: 'dead-letters'; readonly queue: QueueName | 'schedules' }
  /** Answers of 500 and above, by API Gateway or the function. */
  | { readonly kind: 'webhook-failures' }
  | { readonly kind: 'errors' | 'throttles' | 'percent-of-timeout'; readonly function: FunctionName };

/** So many of the last so many periods have to breach. */
export interface Datapoints {
  readonly breaching: number;
  readonly of: number;
  readonly minutes: number;
}

export interface AlarmDefinition {
  /** Ends the alarm's name, and heads its section of the runbook: lower-case letters and dashes, so it is its own anchor. */
  readonly id: string;
  readonly severity: Severity;
  readonly means: string;
  /** Who is hurt while it lasts. */
  readonly hurts: string;
  readonly watches: Watched;
  /** Breaches at this value and above. */
  readonly atLeast: number;
  readonly datapoints: Datapoints;
  /** What no data means: `notBreaching` that nothing happened, `breaching` that it was not measured, `ignore` nothing new. */
  readonly missing: 'breaching' | 'notBreaching' | 'ignore';
  /** Whose log to read first. */
  readonly logs: FunctionName;
  /** Which queue to look at: its name without the stack's. */
  readonly queue?: string;
}

/** The probe measures, and most metrics are summed up, every five minutes. */
export const AT_ONCE: Datapoints = { breaching: 1, of: 1, minutes: 5 };
