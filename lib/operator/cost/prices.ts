/** List prices of us-east-1 in USD, without free tiers. */
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
  /** For each metric that an alarm looks at. */
  alarmMetricMonth: 0.1,
  dashboardMonth: 3,
  keyMonth: 1,
} as const;
