import { GAUGE_NAMES, METRIC_NAMES } from '../../runtime/metrics.ts';
import { ASSUMED, MEASURED } from './measured-operations.ts';
import { PRICES } from './prices.ts';
import type { TemplateFacts } from './template-facts.ts';

export interface CostItem {
  readonly what: string;
  readonly usd: number;
}

/** In USD at list prices, without free tiers, taxes and what DEAR and the provider charge. */
export interface CostEstimate {
  readonly ordersPerMonth: number;
  /** Of one order from webhook to confirmed shipment, times a million. */
  readonly perMillionOrders: readonly CostItem[];
  /** Every one of an order's webhooks costs its share of the order. */
  readonly usdPerMillionEvents: number;
  /** What runs whether anything is sold or not. */
  readonly perMonth: readonly CostItem[];
  readonly usdPerMonth: number;
}

/** Lambda holds five long polls of 20 s open for each queue, all month. */
const POLLS_PER_MONTH = (5 * 30 * 86_400) / 20;
const MONTH_SECONDS = 30 * 86_400;
/** Most are only counted in hours in which something is wrong. */
const METRICS = METRIC_NAMES.length + GAUGE_NAMES.length;

/** @param jobPeriods how often each job runs, in seconds */
export function estimateCost(
  facts: TemplateFacts,
  jobPeriods: readonly number[],
  ordersPerMonth: number,
): CostEstimate {
  const perMillionOrders = ofAnOrder(facts).map(({ what, usd }) => ({ what, usd: usd * 1e6 }));
  const perMonth = ofAMonth(facts, jobPeriods);
  const million = sumOf(perMillionOrders);
  return {
    ordersPerMonth,
    perMillionOrders,
    usdPerMillionEvents: million / ASSUMED.webhooksPerOrder,
    perMonth,
    usdPerMonth: sumOf(perMonth) + (million * ordersPerMonth) / 1e6,
  };
}

export function sumOf(items: readonly CostItem[]): number {
  return items.reduce((sum, { usd }) => sum + usd, 0);
}

function ofAnOrder({ memoryGigabytes }: TemplateFacts): CostItem[] {
  const { webhooksPerOrder, workersPerOrder } = ASSUMED;
  const invocations = webhooksPerOrder + workersPerOrder;
  const calls = MEASURED.dearCalls + ASSUMED.providerCallsPerOrder;
  const milliseconds =
    webhooksPerOrder * ASSUMED.receiverMs +
    calls * ASSUMED.callMs +
    workersPerOrder * ASSUMED.workerOverheadMs;
  const lambda = invocations * PRICES.invocation + secondsPrice(milliseconds / 1000, memoryGigabytes);
  return [
    { what: 'table', usd: MEASURED.writeUnits * PRICES.tableWrite + MEASURED.readUnits * PRICES.tableRead },
    { what: 'queues', usd: (MEASURED.queueRequests + ASSUMED.echoQueueRequests) * PRICES.fifoRequest },
    { what: 'webhook addresses', usd: webhooksPerOrder * PRICES.httpRequest },
    { what: 'functions', usd: lambda },
    { what: 'logs', usd: logsPrice(invocations) },
  ];
}

function ofAMonth(facts: TemplateFacts, jobPeriods: readonly number[]): CostItem[] {
  const runs = jobPeriods.reduce((sum, seconds) => sum + MONTH_SECONDS / seconds, 0);
  const run =
    3 * PRICES.fifoRequest +
    PRICES.invocation +
    secondsPrice(ASSUMED.jobMs / 1000, facts.memoryGigabytes) +
    ASSUMED.jobWrites * PRICES.tableWrite +
    ASSUMED.jobReads * PRICES.tableRead +
    logsPrice(1);
  return [
    { what: `${Math.round(runs)} runs of the jobs`, usd: runs * run },
    {
      what: `polling of ${facts.polledQueues} queues`,
      usd: facts.polledQueues * POLLS_PER_MONTH * PRICES.fifoRequest,
    },
    { what: `${METRICS} metrics, at most`, usd: METRICS * PRICES.metricMonth },
    { what: `${facts.secrets} secrets`, usd: facts.secrets * PRICES.secretMonth },
    { what: `alarms over ${facts.alarmMetrics} metrics`, usd: facts.alarmMetrics * PRICES.alarmMetricMonth },
    { what: 'dashboard', usd: facts.dashboards * PRICES.dashboardMonth },
    { what: 'key of the alarms’ topic', usd: facts.keys * PRICES.keyMonth },
  ].filter(({ usd }) => usd > 0);
}

function secondsPrice(seconds: number, gigabytes: number): number {
  return seconds * gigabytes * PRICES.gigabyteSecond;
}

function logsPrice(invocations: number): number {
  return ((invocations * ASSUMED.logBytesPerInvocation) / 1e9) * PRICES.logGigabyte;
}
