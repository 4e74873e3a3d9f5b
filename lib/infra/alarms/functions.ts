import type { FunctionName } from '../../runtime/environment.ts';
import type { AlarmDefinition, Datapoints } from './alarm.ts';

/**
 * Resources, not service levels: a service level that suffers pages by itself. Workers catch failures of messages, so an error
 * here is a crash: a time-out, a lack of memory, a deployment without its environment.
 */
const IMPACTS: Readonly<Record<FunctionName, string>> = {
  'receive-webhook': 'The caller has to try again; after six times DEAR deactivates its webhook.',
  'serve-provider':
    'The customers of that connection: its service fetches no orders, and has to send its notices again.',
  'reconcile-sale': 'The customers of these sales: each waits three minutes before it is tried again.',
  'dispatch-order': 'The customers of these orders: each waits three minutes before it is tried again.',
  'confirm-shipment': 'The customers of these shipments: each waits three minutes before it is tried again.',
  'run-job': 'The work of the job is late: it is tried again after two minutes.',
};

interface Condition {
  readonly kind: 'errors' | 'throttles' | 'percent-of-timeout';
  readonly summary: (name: FunctionName) => string;
  readonly atLeast: (name: FunctionName) => number;
  readonly datapoints: (name: FunctionName) => Datapoints;
}

/**
 * Within how many hours two crashes count: a message that always crashes comes back after 3 minutes; a job that runs into its
 * time limit, after 15 minutes and 2.
 */
const crashHours = (name: FunctionName) => (name === 'run-job' ? 2 : 1);
/**
 * In percent of the time limit. A worker begins nothing in the last 56 % of its time, and a job nothing in the last 10 %, so a
 * run beyond that was itself slow. A job that is continued takes 90 % every time, which is normal.
 */
const slowAt = (name: FunctionName) => (name === 'run-job' ? 95 : 80);

const CONDITIONS: Readonly<Record<'errors' | 'throttles' | 'slow', Condition>> = {
  errors: {
    kind: 'errors',
    summary: (name) =>
      `${name} crashed or timed out at two different times within ${hours(crashHours(name))}.`,
    atLeast: () => 1,
    // One crash heals itself.
    datapoints: (name) => ({ breaching: 2, of: 12 * crashHours(name), minutes: 5 }),
  },
  throttles: {
    kind: 'throttles',
    summary: (name) => `Lambda did not start ${name} because the account is at its limit of concurrent runs.`,
    atLeast: () => 1,
    datapoints: () => ({ breaching: 2, of: 3, minutes: 5 }),
  },
  slow: {
    kind: 'percent-of-timeout',
    summary: (name) =>
      `For 15 minutes the slowest runs of ${name} took more than ${slowAt(name)} % of their time limit.`,
    atLeast: slowAt,
    datapoints: () => ({ breaching: 3, of: 3, minutes: 5 }),
  },
};

function hours(count: number): string {
  return count === 1 ? 'an hour' : `${count} hours`;
}

const NAMES = Object.keys(IMPACTS) as FunctionName[];

export const FUNCTIONS: readonly AlarmDefinition[] = Object.entries(CONDITIONS).flatMap(
  ([condition, { kind, summary, atLeast, datapoints }]) =>
    NAMES.map(
      (name): AlarmDefinition => ({
        id: `${condition}-${name}`,
        severity: 'ticket',
        summary: summary(name),
        impact: IMPACTS[name],
        watches: { kind, function: name },
        atLeast: atLeast(name),
        datapoints: datapoints(name),
        missing: 'notBreaching',
        logs: name,
      }),
    ),
);
