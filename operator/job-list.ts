import { DAY_MS, formatSeconds, HOUR_MS, isoTime } from '../lib/domain/clock.ts';
import { whyOnlyReported } from '../lib/domain/inventory/drift-report.ts';
import { ageOfJob, type JobRun, keyOfJob } from '../lib/domain/job/job-run.ts';
import { ACCOUNT_JOBS, CONNECTION_JOBS, type JobName } from '../lib/messaging/messages.ts';
import { getSchedules, type JobSchedule } from '../lib/runtime/job-schedules.ts';
import type { Settings } from '../lib/settings/schema.ts';
import type { Bridge } from './bridge.ts';

interface JobFacts {
  /** One sentence. */
  readonly about: string;
  /** Where it writes outside the bridge: the end of `It writes to …`; '' where it only reads. */
  readonly writes: (connection: Settings['connections'][number] | undefined) => string;
}

const readsOnly = () => '';

/** What each job does, for people. */
export const JOB_FACTS: Readonly<Record<JobName, JobFacts>> = {
  'collect-shipments': {
    about: 'Reads what left, was voided or came back at the service, and queues it for DEAR.',
    writes: () => 'DEAR: pick, pack and ship of what left',
  },
  'check-orders': {
    about: 'Compares orders that have not left with what the service has: held, cancelled, merged.',
    writes: readsOnly,
  },
  'refresh-tracking': {
    about: 'Reads which parcels have arrived.',
    writes: readsOnly,
  },
  'sync-inventory': {
    about: 'Compares the stock of both sides, line by line, and reports what differs.',
    writes: (connection) =>
      connection === undefined || whyOnlyReported(connection, connection.inventory) !== null
        ? ''
        : 'DEAR: the stock, where it differs within the guard',
  },
  'refresh-catalogue': {
    about: 'Reads which SKUs the service knows.',
    writes: () => 'the service: orders that waited for a SKU are sent',
  },
  'sweep-sales': {
    about: 'Reads the sales that changed in DEAR and that no webhook reported.',
    writes: () => 'the services: orders of sales that were missed, and their changes',
  },
  'check-webhooks': {
    about: 'Looks whether DEAR’s webhooks are active, and restores those that were switched off.',
    writes: () => 'DEAR: webhooks that were switched off or changed',
  },
  probe: {
    about: 'Measures how long orders and jobs have waited, for the alarms and charts.',
    writes: readsOnly,
  },
};

export interface JobView {
  readonly job: JobName;
  /** '' for a job of the whole account. */
  readonly connection: string;
  /** null where it never ran. */
  readonly run: JobRun | null;
  readonly about: string;
  /** '' where it only reads. */
  readonly writes: string;
  /** About when it runs next, ISO UTC; '' where the settings switch it off. */
  readonly next: string;
  readonly judgement: JobJudgement;
}

/** Whether a job succeeds as often as its schedule asks for. */
export interface JobJudgement {
  /** `new`: its first periods are not over. */
  readonly state: 'in order' | 'new' | 'late' | 'failing' | 'off';
  /** The end of a sentence. */
  readonly found: string;
}

/** Every job, those too that the settings switch off: an operator may still run one. */
export async function readJobs({
  runs,
  settings,
  now,
}: Pick<Bridge, 'runs' | 'settings' | 'now'>): Promise<JobView[]> {
  const schedules = new Map(getSchedules(settings).map((one) => [keyOfJob(one.request), one]));
  const expected = await runs.readExpected();
  const all = [
    ...settings.connections.flatMap(({ id }) => CONNECTION_JOBS.map((job) => ({ job, connection: id }))),
    ...ACCOUNT_JOBS.map((job) => ({ job, connection: '' })),
  ];
  return await Promise.all(
    all.map(async ({ job, connection }) => {
      const run = await runs.read(job, connection);
      const schedule = schedules.get(keyOfJob({ job, connection }));
      const since = expected[keyOfJob({ job, connection })];
      return {
        job,
        connection,
        run,
        about: JOB_FACTS[job].about,
        writes: JOB_FACTS[job].writes(settings.connections.find(({ id }) => id === connection)),
        next: schedule === undefined ? '' : isoTime(getNextRun(schedule, run, since, now())),
        judgement:
          schedule === undefined
            ? { state: 'off', found: 'is switched off by the settings' }
            : judgeJob(schedule, since, run, now()),
      };
    }),
  );
}

/** Periods that a job may pass without success; fewer for collecting shipments, as in its alarm. */
const MAX_MISSED_PERIODS = 3;
const MAX_MISSED_COLLECTIONS = 2;

/**
 * A job that has never succeeded counts from when the probe first saw it scheduled; before that the deployment is new. Only the
 * probe itself is not excused, because nothing else would tell that no schedule runs.
 * @param expected that moment, ISO UTC
 */
export function judgeJob(
  { everySeconds, request: { job } }: JobSchedule,
  expected: string | undefined,
  run: JobRun | null,
  now: number,
): JobJudgement {
  const missed = job === 'collect-shipments' ? MAX_MISSED_COLLECTIONS : MAX_MISSED_PERIODS;
  const isLate = ageOfJob(expected, run, now) > missed * everySeconds * 1000;
  if (run === null) {
    const isNew = expected === undefined ? job !== 'probe' : !isLate;
    return isNew
      ? { state: 'new', found: 'has not run yet, and its first run is not late' }
      : { state: 'late', found: 'never ran' };
  }
  const failure = run.failure === '' ? '' : `; the last run failed: ${run.failure}`;
  const running = run.outcome === 'running' ? `; a run that began at ${run.startedAt} has not ended` : '';
  const succeeded = run.succeededAt === '' ? 'has not succeeded yet' : `last succeeded at ${run.succeededAt}`;
  const found = `${succeeded}${failure}${running}`;
  if (run.succeededAt === '' && failure !== '') return { state: 'failing', found };
  const isUnknown = expected === undefined && run.succeededAt === '';
  return { state: isLate && !isUnknown ? 'late' : 'in order', found };
}

/** At an interval from the latest run; a schedule by the clock has its own hours. */
function getNextRun(
  { expression, everySeconds }: JobSchedule,
  run: JobRun | null,
  since: string | undefined,
  now: number,
): number {
  const byClock = /^cron\((\d+) ([\d,]+) /.exec(expression);
  if (byClock === null) {
    const last = run?.startedAt || since || isoTime(now);
    return Math.max(now, Date.parse(last) + everySeconds * 1000);
  }
  const [, minute = '0', hours = '0'] = byClock;
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  const times = hours.split(',').map((hour) => midnight + Number(hour) * HOUR_MS + Number(minute) * 60_000);
  return [...times, ...times.map((time) => time + DAY_MS)].find((time) => time > now) ?? now;
}

/** Counts of a run → the words after the number. */
const COUNT_WORDS: Readonly<Record<string, string>> = {
  pages: 'pages read',
  shipments: 'shipments read',
  packages: 'new packages',
  withdrawn: 'packages taken back',
  returns: 'returns',
  unmatched: 'of no order',
  otherConnections: 'of another connection',
  queued: 'queued',
  setAside: 'set aside',
  unreadable: 'unreadable',
  acknowledged: 'acknowledged',
  open: 'open at the service',
  orders: 'orders looked at',
  lookedUp: 'looked up one by one',
  unknown: 'of an unknown state',
  changed: 'changed',
  leftOver: 'left for the next run',
  delivered: 'delivered',
  troubled: 'in trouble on the way',
  completed: 'completed without news',
  corrected: 'corrected',
  lines: 'lines compared',
  matching: 'agree',
  differing: 'differ',
  onlyProvider: 'only at the service',
  onlyDear: 'only in DEAR',
  quantityDifference: 'units differ',
  written: 'written to DEAR',
  refused: 'refused',
  skus: 'SKUs known',
  released: 'orders go on',
  notInPlan: 'lists missing in the account’s plan',
  rows: 'changed sales',
  known: 'known already',
  complete: 'complete',
  irrelevant: 'of no connection',
  tooRecent: 'left to their webhooks',
  awaitedGoods: 'that wait for goods',
  missedWebhooks: 'missed by webhooks',
  inOrder: 'webhooks in order',
  drifted: 'changed or switched off',
  restored: 'restored',
  restoring: 'restore under way',
  OrdersFailed: 'orders refused by a service',
  OrdersOnHoldTooLong: 'orders on hold for too long',
  StockTakesOpenTooLong: 'stock takes open for too long',
  OrdersCancelRefused: 'ship after their cancellation',
  OrdersStandingStill: 'orders stand still',
  OrdersUnshippedTooLong: 'orders late to leave',
  OrdersConfirmationRefused: 'shipments refused by DEAR',
  OrdersSetAside: 'shipments set aside',
  deadLetters: 'parked messages',
};

const COUNT_SECONDS: Readonly<Record<string, string>> = {
  OldestUnsubmittedSaleSeconds: 'the oldest unsent order waits for',
  OldestUnconfirmedShipmentSeconds: 'the oldest shipment waits for DEAR for',
};

/** `6 lines compared, 5 agree, 1,700 units differ`; what is 0 is left out. */
export function describeCounts({ counts }: Pick<JobRun, 'counts'>): string {
  const words = Object.entries(counts)
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => {
      const seconds = COUNT_SECONDS[name];
      if (seconds !== undefined) return `${seconds} ${formatSeconds(count)}`;
      return `${count.toLocaleString('en')} ${COUNT_WORDS[name] ?? splitName(name)}`;
    });
  return words.length === 0 ? 'nothing new' : words.join(', ');
}

/** Of a count that a newer version stored: `notInPlan` as `not in plan`. */
function splitName(name: string): string {
  return name
    .replaceAll(/([A-Z])/g, ' $1')
    .toLowerCase()
    .trim();
}
