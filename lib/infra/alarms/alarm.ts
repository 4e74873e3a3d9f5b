import type { Stack } from 'aws-cdk-lib/core';
import type { JobName } from '../../messaging/messages.ts';
import type { FunctionName } from '../../runtime/environment.ts';
import type { GaugeName, MetricName, System } from '../../runtime/metrics.ts';

/** `page`: a promise to a customer is broken or about to be, at any hour. `ticket`: in working hours is soon enough. */
export type Severity = 'page' | 'ticket';

export type QueueName = 'sale-events' | 'fulfillment' | 'confirmations' | 'jobs';

/** What an alarm watches, by names alone; `getMetric` finds the metric of this stack. */
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
  /** Answers of 429 by API Gateway. */
  | { readonly kind: 'webhooks-throttled' }
  | { readonly kind: 'errors' | 'throttles' | 'percent-of-timeout'; readonly function: FunctionName };

/** `breaching` of the last `of` periods have to breach. */
export interface Datapoints {
  readonly breaching: number;
  readonly of: number;
  readonly minutes: number;
}

export interface AlarmDefinition {
  /** Ends the alarm's name, and heads its section of the runbook: lower-case letters and dashes, so it is its own anchor. */
  readonly id: string;
  readonly severity: Severity;
  readonly summary: string;
  /** Who is affected while it lasts, and how. */
  readonly impact: string;
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

const RUNBOOK = 'docs/runbook.md';

/**
 * Written for a telephone at night: severity, summary, impact, and where to look. At most 1,024 characters, CloudWatch's
 * limit, with the longest names of a stack and a region; `runbookUrl` may add 250.
 * @param runbookUrl where the runbook is published; '' for its path in the project
 */
export function describeAlarm(definition: AlarmDefinition, links: ConsoleLinks, runbookUrl: string): string {
  const { id, severity, summary, impact, queue, logs } = definition;
  return [
    `${severity.toUpperCase()}: ${summary}`,
    `Impact: ${impact}`,
    `Command: ${getCommand(definition)} --stack ${links.stackName}`,
    `Runbook: ${runbookUrl === '' ? RUNBOOK : runbookUrl}#${id}`,
    ...(queue === undefined ? [] : [`Queue: ${links.queue(queue)}`]),
    `Logs: ${links.logs(logs)}`,
  ].join('\n');
}

const OF_LEVEL: Readonly<Partial<Record<GaugeName, string>>> = {
  OldestUnsubmittedSaleSeconds: 'submission',
  OldestUnconfirmedShipmentSeconds: 'confirmation',
  OrdersFailed: 'failed',
  OrdersOnHoldTooLong: 'hold',
  StockTakesOpenTooLong: 'stock-take',
  OrdersCancelRefused: 'cancel-refused',
  OrdersStandingStill: 'standstill',
  OrdersUnshippedTooLong: 'departure',
  OrdersConfirmationRefused: 'confirmation-refused',
};

/** Shows what the alarm is about. */
function getCommand({ watches, logs }: AlarmDefinition): string {
  switch (watches.kind) {
    case 'level': {
      const waiting = OF_LEVEL[watches.metric];
      return waiting === undefined ? 'bridge doctor' : `bridge orders list --waiting ${waiting}`;
    }
    case 'job-age':
      return 'bridge doctor';
    case 'queue-age':
    case 'dead-letters':
      return 'bridge queues status';
    default:
      return `bridge logs --service ${logs} --since 1h`;
  }
}

/** Pages of the AWS console, in the stack's region, of things that have a name we gave. */
export class ConsoleLinks {
  readonly #region: string;
  readonly #account: string;
  readonly stackName: string;

  constructor({ region, account, stackName }: Pick<Stack, 'region' | 'account' | 'stackName'>) {
    this.#region = region;
    this.#account = account;
    this.stackName = stackName;
  }

  /** @param name of a function, without the stack's */
  logs(name: string): string {
    // The console wants a slash encoded twice, with dollar signs in place of the per cent.
    return this.#page(
      'cloudwatch',
      `logsV2:log-groups/log-group/$252Faws$252Flambda$252F${this.stackName}-${name}`,
    );
  }

  /** @param name of a queue, without the stack's */
  queue(name: string): string {
    const url = `https://sqs.${this.#region}.amazonaws.com/${this.#account}/${this.stackName}-${name}`;
    return this.#page('sqs/v3', `/queues/${encoded(url)}`);
  }

  dashboard(name: string): string {
    return this.#page('cloudwatch', `dashboards/dashboard/${name}`);
  }

  #page(service: string, fragment: string): string {
    return `https://${this.#region}.console.aws.amazon.com/${service}/home?region=${this.#region}#${fragment}`;
  }
}

/** Not `encodeURIComponent`, which would encode the tokens that CloudFormation fills in. */
function encoded(url: string): string {
  return url.replaceAll(':', '%3A').replaceAll('/', '%2F');
}
