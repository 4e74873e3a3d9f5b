import * as z from 'zod';
import { getSchedules, type JobSchedule } from '../../lib/runtime/job-schedules.ts';
import { GAUGE_NAMES } from '../../lib/runtime/metrics.ts';
import type { Settings } from '../../lib/settings/schema.ts';
import type { LocalSystem } from '../open-bridge.ts';

/**
 * Operations of one simple order from webhook to confirmed shipment, as `npm run bench -- operations` counts them on the real
 * workflows. A test fails where the figures differ by more than a tenth.
 */
export const MEASURED = { writeUnits: 47, readUnits: 14, queueRequests: 12, dearCalls: 4 } as const;

/** What keeping its five calls adds (`callRetentionDays`). Only an answer with a sentence costs reads: of the customer, to mask it. */
export const CALLS_MEASURED = { writeUnits: 7, readUnits: 0 } as const;

/**
 * What the running system takes for an order beyond that, as `npm run bench -- cost` measures at 10,000 orders a day: names that
 * operators mapped and marks of a restore, read for each message; the collection that a label's webhook causes; and the message
 * of DEAR's echo.
 */
export const RUNNING_MEASURED = { readUnits: 14, queueRequests: 4 } as const;

/**
 * Assumptions until there is a bill. A provider and DEAR answer in about half a second; an order's webhooks are its
 * authorisation, the provider's label, and DEAR's echo of the tracking.
 */
export const ASSUMED = {
  webhooksPerOrder: 3,
  workersPerOrder: 5,
  receiverMs: 20,
  callMs: 500,
  providerCallsPerOrder: 2,
  workerOverheadMs: 100,
  logBytesPerInvocation: 1_200,
  jobMs: 1_500,
  jobWrites: 2,
  jobReads: 3,
} as const;

/**
 * List prices of us-east-1 in USD, without free tiers. Compared on 2026-11-29 with AWS's page of X-Ray, and with pages of others
 * that quote AWS for Lambda, DynamoDB, metrics and alarms; the rest is as AWS listed it before.
 */
export const PRICES = {
  tableWrite: 0.625e-6,
  /** Consistent, 4 KB. */
  tableRead: 0.125e-6,
  fifoRequest: 0.5e-6,
  httpRequest: 1e-6,
  invocation: 0.2e-6,
  /** ARM. */
  gigabyteSecond: 1.33334e-5,
  logGigabyte: 0.5,
  /** Charged for the hours in which it is counted. */
  metricMonth: 0.3,
  secretMonth: 0.4,
  secretRead: 5e-6,
  /** Of EventBridge Scheduler. */
  scheduledRun: 1e-6,
  trace: 5e-6,
  /** For each metric of an alarm. */
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  keyMonth: 1,
} as const;

export interface CostItem {
  readonly what: string;
  readonly usd: number;
}

/** In USD at list prices, without free tiers, taxes and what DEAR and the provider charge. */
export interface CostEstimate {
  readonly ordersPerMonth: number;
  /** Of one order from webhook to confirmed shipment, times a million. */
  readonly perMillionOrders: readonly CostItem[];
  /** Each webhook of an order costs its share of the order. */
  readonly usdPerMillionEvents: number;
  /** Standing costs, without any sale. */
  readonly perMonth: readonly CostItem[];
  readonly usdPerMonth: number;
}

/** Lambda holds five long polls of 20 s open for each queue, all month. */
const POLLS_PER_MONTH = (5 * 30 * 86_400) / 20;
const MONTH_SECONDS = 30 * 86_400;
/** Two secrets, every five minutes, in a container that is always there. */
const SECRET_READS_PER_MONTH = (2 * MONTH_SECONDS) / 300;

/** What a bridge with these settings would cost, by the template that would be deployed. */
export async function getCost(
  settings: Settings,
  ordersPerMonth: number,
  { synthesise }: Pick<LocalSystem, 'synthesise'>,
): Promise<CostEstimate> {
  const facts = { ...readFacts(await synthesise(settings)), keepsCalls: settings.callRetentionDays > 0 };
  return estimateCost(facts, getSchedules(settings), ordersPerMonth);
}

export function estimateCost(
  facts: TemplateFacts & { readonly keepsCalls: boolean },
  schedules: readonly Scheduled[],
  ordersPerMonth: number,
): CostEstimate {
  const perMillionOrders = getOrderCosts(facts).map(({ what, usd }) => ({ what, usd: usd * 1e6 }));
  const perMonth = getMonthlyCosts(facts, schedules);
  const million = sumAll(perMillionOrders);
  return {
    ordersPerMonth,
    perMillionOrders,
    usdPerMillionEvents: million / ASSUMED.webhooksPerOrder,
    perMonth,
    usdPerMonth: sumAll(perMonth) + (million * ordersPerMonth) / 1e6,
  };
}

export function sumAll(items: readonly CostItem[]): number {
  return items.reduce((sum, { usd }) => sum + usd, 0);
}

function getOrderCosts(facts: TemplateFacts & { readonly keepsCalls: boolean }): CostItem[] {
  const { webhooksPerOrder, workersPerOrder } = ASSUMED;
  const invocations = webhooksPerOrder + workersPerOrder;
  const calls = MEASURED.dearCalls + ASSUMED.providerCallsPerOrder;
  const milliseconds =
    webhooksPerOrder * ASSUMED.receiverMs +
    calls * ASSUMED.callMs +
    workersPerOrder * ASSUMED.workerOverheadMs;
  const lambda =
    invocations * PRICES.invocation + getDurationPrice(milliseconds / 1000, facts.memoryGigabytes);
  return [
    {
      what: 'table',
      usd: getTablePrice({ ...MEASURED, readUnits: MEASURED.readUnits + RUNNING_MEASURED.readUnits }),
    },
    { what: 'requests and answers kept', usd: facts.keepsCalls ? getTablePrice(CALLS_MEASURED) : 0 },
    { what: 'queues', usd: (MEASURED.queueRequests + RUNNING_MEASURED.queueRequests) * PRICES.fifoRequest },
    { what: 'webhook addresses', usd: webhooksPerOrder * PRICES.httpRequest },
    { what: 'functions', usd: lambda },
    { what: 'logs', usd: getLogsPrice(invocations) },
    { what: 'traces', usd: getTracePrice(invocations, facts) },
  ].filter(({ usd }) => usd > 0);
}

function getTablePrice({
  writeUnits,
  readUnits,
}: Readonly<Record<'writeUnits' | 'readUnits', number>>): number {
  return writeUnits * PRICES.tableWrite + readUnits * PRICES.tableRead;
}

type Scheduled = Pick<JobSchedule, 'everySeconds' | 'request'>;

/** Of the receiver: `WebhookAccepted`; and of each worker: `MessageProcessed`. */
const METRICS_OF_ORDERS = 1 + 4;
/** Of `run-job`, in each hour. */
const METRICS_OF_JOBS = ['JobStarted', 'JobFinished'].length;

/**
 * How many metrics are charged all month: the probe's, of which the age is one for each job and for each connection whose
 * shipments are collected, and the counts of orders and jobs. A count of faults is charged for the hours in which there are any,
 * at 0.0004 USD each.
 */
export function countMetrics(schedules: readonly Scheduled[]): number {
  const jobs = new Set(schedules.map(({ request }) => request.job));
  const collected = schedules.filter(({ request }) => request.job === 'collect-shipments');
  const ages = jobs.size + collected.length;
  return GAUGE_NAMES.length - 1 + ages + METRICS_OF_JOBS + METRICS_OF_ORDERS;
}

function getMonthlyCosts(facts: TemplateFacts, schedules: readonly Scheduled[]): CostItem[] {
  const runs = schedules.reduce((sum, { everySeconds }) => sum + MONTH_SECONDS / everySeconds, 0);
  const metrics = schedules.length === 0 ? 0 : countMetrics(schedules);
  const run =
    PRICES.scheduledRun +
    3 * PRICES.fifoRequest +
    PRICES.invocation +
    getTracePrice(1, facts) +
    getDurationPrice(ASSUMED.jobMs / 1000, facts.memoryGigabytes) +
    ASSUMED.jobWrites * PRICES.tableWrite +
    ASSUMED.jobReads * PRICES.tableRead +
    getLogsPrice(1);
  return [
    { what: `${Math.round(runs)} runs of the jobs`, usd: runs * run },
    {
      what: `polling of ${facts.polledQueues} queues`,
      usd: facts.polledQueues * POLLS_PER_MONTH * PRICES.fifoRequest,
    },
    { what: `${metrics} metrics`, usd: metrics * PRICES.metricMonth },
    { what: `${facts.secrets} secrets`, usd: facts.secrets * PRICES.secretMonth },
    { what: `alarms over ${facts.alarmMetrics} metrics`, usd: facts.alarmMetrics * PRICES.alarmMetricMonth },
    { what: 'dashboard', usd: facts.dashboards * PRICES.dashboardMonth },
    { what: 'reading secrets', usd: SECRET_READS_PER_MONTH * PRICES.secretRead },
    { what: 'keys', usd: facts.keys * PRICES.keyMonth },
  ].filter(({ usd }) => usd > 0);
}

function getDurationPrice(seconds: number, gigabytes: number): number {
  return seconds * gigabytes * PRICES.gigabyteSecond;
}

/** Lambda traces every run of a function that runs at most once a second, and from there on fewer. */
function getTracePrice(invocations: number, { isTraced }: TemplateFacts): number {
  return isTraced ? invocations * PRICES.trace : 0;
}

function getLogsPrice(invocations: number): number {
  return ((invocations * ASSUMED.logBytesPerInvocation) / 1e9) * PRICES.logGigabyte;
}

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

const traced = z.looseObject({ Mode: z.literal('Active') });

/** The facts of a synthesised stack that decide its standing costs and its costs by the second. */
export interface TemplateFacts {
  /** The largest of any function. */
  readonly memoryGigabytes: number;
  /** Queues that Lambda polls. */
  readonly polledQueues: number;
  readonly secrets: number;
  /** Metrics of the alarms: each metric of an alarm is charged, also those inside an expression. */
  readonly alarmMetrics: number;
  readonly dashboards: number;
  readonly keys: number;
  /** Whether functions are traced by X-Ray. */
  readonly isTraced: boolean;
}

/** @param synthesised parsed JSON */
export function readFacts(synthesised: unknown): TemplateFacts {
  const resources = Object.values(template.parse(synthesised).Resources);
  const count = (type: string) => resources.filter(({ Type }) => Type === type).length;
  const functions = resources.filter(({ Type }) => Type === 'AWS::Lambda::Function');
  const megabytes = functions.map(({ Properties }) => Number(Properties.MemorySize ?? 128));
  return {
    memoryGigabytes: Math.max(0, ...megabytes) / 1024,
    polledQueues: count('AWS::Lambda::EventSourceMapping'),
    secrets: count('AWS::SecretsManager::Secret'),
    alarmMetrics: resources
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .reduce((sum, { Properties }) => sum + getMetrics(Properties.Metrics), 0),
    dashboards: count('AWS::CloudWatch::Dashboard'),
    keys: count('AWS::KMS::Key'),
    isTraced: functions.some(({ Properties }) => traced.safeParse(Properties.TracingConfig).success),
  };
}

/** @param queries an alarm's `Metrics`: metrics and the expressions over them; absent where the alarm is of a single metric */
function getMetrics(queries: unknown): number {
  const metrics = z.array(z.looseObject({ MetricStat: z.unknown().optional() })).safeParse(queries);
  return metrics.success ? metrics.data.filter(({ MetricStat }) => MetricStat !== undefined).length : 1;
}
