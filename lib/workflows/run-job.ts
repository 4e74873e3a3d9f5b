import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { Deferred, UpstreamError } from '../domain/errors.ts';
import {
  batchingDelay,
  beginRun,
  endRun,
  isCoveredByRun,
  isDone,
  type JobResult,
  type JobRun,
} from '../domain/job/job-run.ts';
import type { JobRunStore } from '../domain/ports/jobs.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { DeduplicatingPublisher, Publisher } from '../domain/ports/queues.ts';
import { isWait } from '../domain/retry-policy.ts';
import type { AccountJob, ConnectionJob, JobMessage, JobName, JobRequest } from '../messaging/messages.ts';

/** Runs until it is through, or until `hasTime` says no: then it saves its place and says that it is unfinished. */
type ConnectionTask = (connection: Connection, hasTime: () => boolean) => Promise<JobResult>;
type AccountTask = (hasTime: () => boolean) => Promise<JobResult>;
export type Jobs = Readonly<Record<ConnectionJob, ConnectionTask> & Record<AccountJob, AccountTask>>;

interface RunJobDeps {
  readonly jobs: Jobs;
  readonly runs: Pick<JobRunStore, 'read' | 'save'>;
  readonly connections: readonly Connection[];
  /** The jobs queue, for a job that is to be continued. */
  readonly continuations: Publisher<JobRequest>;
  readonly timeLeftMs: () => number;
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'JobStarted' | 'JobFinished' | 'JobFailed') => void;
}

/** A page is at most some hundred provider calls at 200 a minute; what is begun must also be finished. */
const TIME_FOR_A_PAGE_MS = 90_000;

/** The wide line that each job leaves when it stops. */
const EVENTS: Readonly<Record<JobName, string>> = {
  'collect-shipments': 'shipments.collected',
  'check-orders': 'orders.checked',
  'refresh-tracking': 'tracking.refreshed',
  'sync-inventory': 'inventory.synced',
  'refresh-catalogue': 'catalogue.refreshed',
  'sweep-sales': 'sales.swept',
  'check-webhooks': 'webhooks.checked',
  probe: 'serviceLevels.measured',
};

/**
 * Runs one job, once for each time of its schedule however often that is delivered, and once for all webhooks that asked for
 * it before it began, and remembers how it went. Where time runs out, the job queues its own continuation.
 * @throws {Deferred} where a webhook asks for a run so soon after another that more may come
 * @throws whatever the job threw; the message comes back, and the run is remembered as failed
 */
export async function runJob(message: JobMessage, deps: RunJobDeps): Promise<void> {
  const { job, connection, scheduledAt, askedAt } = message;
  const last = await deps.runs.read(job, connection);
  if (isDone(scheduledAt, last) || isCoveredByRun(askedAt, last)) {
    deps.log('job.skipped', { job, connection, scheduledAt, askedAt });
    return;
  }
  const began = deps.now();
  const waitMs = message.continues ? 0 : batchingDelay(askedAt, last, began);
  if (waitMs > 0) throw new Deferred(`${job} of ${connection} ran moments ago`, waitMs);
  const run = beginRun(message, last, message.continues, isoTime(began));
  await deps.runs.save(run);
  deps.count('JobStarted');
  const ending = await attempt(message, run, deps);
  await deps.runs.save(endRun(run, ending, scheduledAt, isoTime(deps.now())));
  if (ending.outcome === 'unfinished') await deps.continuations.publish({ ...message, continues: true });
  else deps.count('JobFinished');
  deps.log(EVENTS[job], {
    ...(connection !== '' && { connection }),
    outcome: ending.outcome,
    durationMs: deps.now() - began,
    ...ending.counts,
  });
}

interface PassOnDeps {
  /** Ids of the other connections with the same account at the provider. */
  readonly sharingAccount: (connection: string) => Promise<readonly string[]>;
  readonly runs: Pick<RunJobDeps['runs'], 'read'>;
  /** Of those with one key, asked for within five minutes, only the first is kept. */
  readonly continuations: Pick<DeduplicatingPublisher<JobRequest>, 'publishOnce'>;
}

/**
 * A provider may take one webhook for each event of an account, so what calls one connection is news for all that share its
 * account: each is asked for a look of its own, once for each webhook, unless it has looked since.
 * @param messages of one job and connection, oldest first: the last webhook among them stands for those before it
 */
export async function forwardHints(messages: readonly JobMessage[], deps: PassOnDeps): Promise<void> {
  const hint = messages.findLast(
    ({ askedAt, passedOn, continues }) => askedAt !== '' && !passedOn && !continues,
  );
  if (hint === undefined) return;
  const { job, askedAt } = hint;
  for (const connection of await deps.sharingAccount(hint.connection)) {
    if (isCoveredByRun(askedAt, await deps.runs.read(job, connection))) continue;
    const key = `passedOn#${job}#${connection}#${askedAt}`;
    await deps.continuations.publishOnce({ job, connection, askedAt, passedOn: true }, key);
  }
}

async function attempt(message: JobMessage, run: JobRun, deps: RunJobDeps): Promise<JobResult> {
  try {
    return await start(message, deps);
  } catch (error) {
    // To wait for the call budget is no failure: live work goes first, and the message brings the job back.
    const waits = isWait(error);
    await deps.runs.save({ ...run, outcome: waits ? 'unfinished' : 'failed', failure: describe(error) });
    if (!waits) deps.count('JobFailed');
    throw error;
  }
}

async function start({ job, connection: id }: JobMessage, deps: RunJobDeps): Promise<JobResult> {
  const hasTime = () => deps.timeLeftMs() > TIME_FOR_A_PAGE_MS;
  switch (job) {
    case 'sweep-sales':
    case 'check-webhooks':
    case 'probe':
      return deps.jobs[job](hasTime);
    default: {
      const connection = deps.connections.find((one) => one.id === id);
      if (connection === undefined)
        throw new Error(`There is no connection ${id} in the settings, so ${job} cannot run`);
      return deps.jobs[job](connection, hasTime);
    }
  }
}

/** An upstream's error says what was being done and never holds its words; of any other only the kind is safe to keep. */
function describe(error: unknown): string {
  if (error instanceof UpstreamError) return error.message;
  return error instanceof Error ? error.name : 'unknown';
}
