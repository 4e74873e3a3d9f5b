import { DAY_SECONDS, parseDuration } from '../domain/clock.ts';
import {
  ACCOUNT_JOBS,
  type AccountJob,
  CONNECTION_JOBS,
  type ConnectionJob,
  type JobRequest,
} from '../messaging/messages.ts';
import type { ConnectionSettings } from '../settings/connection.ts';
import type { Settings } from '../settings/schema.ts';

/** DEAR's 60 calls a minute keep one worker busy; more of them would only wait for each other. 2 is the least AWS allows. */
const DEAR_BOUND = 2;
/** Providers allow several times as much, and a slow one should not hold up the others. */
const PROVIDER_BOUND = 5;

/**
 * How many batches each worker works on at once. Schedules of all connections fall due together, and a sync of stock may take a
 * quarter of an hour, so `run-job` has as many as there are groups in its queue: no job ever waits for another, neither news of
 * parcels for a sync, nor the probe for anything.
 */
export function batchesAtOnce(connections: number) {
  return {
    'reconcile-sale': DEAR_BOUND,
    'dispatch-order': PROVIDER_BOUND,
    'confirm-shipment': DEAR_BOUND,
    'run-job': ACCOUNT_JOBS.length + CONNECTION_JOBS.length * connections,
  } as const;
}

export interface JobSchedule {
  readonly name: string;
  /** As EventBridge Scheduler reads it, in UTC. */
  readonly expression: string;
  /** Between two runs, at most. */
  readonly everySeconds: number;
  readonly request: JobRequest;
}

type Timing = Pick<JobSchedule, 'expression' | 'everySeconds'>;

/** When a job of the whole account runs. */
const ACCOUNT_SCHEDULES: Readonly<Record<AccountJob, Timing>> = {
  'sweep-sales': every('15 minutes'),
  'check-webhooks': every('1 hour'),
  probe: every('5 minutes'),
};

/** When a job of a connection runs; null: never. */
function connectionSchedules(connection: ConnectionSettings): Record<ConnectionJob, Timing | null> {
  return {
    'collect-shipments': every('5 minutes'),
    'check-orders': everyUnlessOff(connection.checkOrders),
    // When DEAR refreshes the orders of its own external fulfillment.
    'refresh-tracking': { expression: 'cron(51 0,12 * * ? *)', everySeconds: DAY_SECONDS / 2 },
    'sync-inventory': everyUnlessOff(connection.inventory.every),
    'refresh-catalogue': everyUnlessOff(connection.catalogue.every),
  };
}

/** Every run that these settings ask for: each job of each connection, and each of the account. */
export function getSchedules({ connections, dear }: Pick<Settings, 'connections' | 'dear'>): JobSchedule[] {
  const ofAccount = ACCOUNT_JOBS.filter((job) => job !== 'check-webhooks' || dear.webhooks === 'on').map(
    (job) => ({ name: job, ...ACCOUNT_SCHEDULES[job], request: { job, connection: '' } }),
  );
  const ofConnections = connections.flatMap((connection) =>
    CONNECTION_JOBS.flatMap((job) => {
      const timing = connectionSchedules(connection)[job];
      const request = { job, connection: connection.id };
      return timing === null ? [] : [{ name: `${job}-${connection.id}`, ...timing, request }];
    }),
  );
  return [...ofAccount, ...ofConnections];
}

function everyUnlessOff(interval: string): Timing | null {
  return interval === 'off' ? null : every(interval);
}

/** @param interval as the settings check it: `1 hour`, `30 minutes` */
function every(interval: string): Timing {
  const ms = parseDuration(interval);
  if (ms === null || ms === 0) throw new Error(`'${interval}' is not an interval such as '30 minutes'`);
  return { expression: `rate(${interval})`, everySeconds: ms / 1_000 };
}
