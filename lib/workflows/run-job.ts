import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { Deferred, isWait, UpstreamError } from '../domain/errors.ts';
import {
  batchingDelay,
  beginRun,
  dueSince,
  endRun,
  isCoveredByRun,
  isDone,
  type JobResult,
  type JobRun,
} from '../domain/job/job-run.ts';
import type { JobRunStore } from '../domain/ports/jobs.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { DeduplicatingPublisher, Publisher } from '../domain/ports/queues.ts';
import type { AccountJob, ConnectionJob, JobMessage, JobName, JobRequest } from '../messaging/messages.ts';

/** Runs to its end, or until `hasTime` returns false: then it saves its position and returns `unfinished`. */
type ConnectionTask = (connection: Connection, hasTime: () => boolean) => Promise<JobResult>;
/** @param dueSince ms since the epoch: see {@link dueSince} */
type AccountTask = (hasTime: () => boolean, dueSince: number) => Promise<JobResult>;
export type Jobs = Readonly<Record<ConnectionJob, ConnectionTask> & Record<AccountJob, AccountTask>>;

interface RunJobDeps {
  readonly jobs: Jobs;
  readonly runs: Pick<JobRunStore, 'read' | 'save'>;
  readonly connections: readonly Connection[];
  /** The jobs queue, which continues an unfinished job. */
  readonly continuations: Publisher<JobRequest>;
  readonly timeLeftMs: () => number;
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'JobStarted' | 'JobFinished' | 'JobFailed') => void;
}

/** A page takes at most some hundred provider calls at 200 a minute, and a page that was begun must be finished. */
const TIME_FOR_A_PAGE_MS = 90_000;

/** The log line of each job when it stops. */
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
 * Runs one job and stores its result: once for each scheduled time, however often its message is delivered, and once for all
 * webhooks that requested it before it began. If time runs out, the job queues its own continuation.
 * @throws {Deferred} if a webhook requests a run so soon after another that more webhooks may follow
 * @throws the job's error; the message comes back, and the run is stored as failed
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
  if (waitMs > 0) throw new Deferred(`${job} of ${connection} ran a moment ago`, waitMs);
  const run = beginRun(message, last, message.continues, isoTime(began));
  await deps.runs.save(run);
  deps.count('JobStarted');
  const ending = await attempt(message, run, dueSince(scheduledAt, last, began), deps);
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
  readonly continuations: Pick<DeduplicatingPublisher<JobRequest>, 'publishOnce'>;
}

/**
 * A provider may allow one webhook for each event of an account, so a webhook of one connection concerns all connections of
 * its account. Requests the same job for each of them, once for each webhook, unless it has run since.
 * @param messages of one job and connection, oldest first: the last webhook among them covers the earlier ones
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

async function attempt(message: JobMessage, run: JobRun, due: number, deps: RunJobDeps): Promise<JobResult> {
  try {
    return await start(message, due, deps);
  } catch (error) {
    // Waiting for the call budget is no failure: live work goes first, and the message brings the job back.
    const waits = isWait(error);
    await deps.runs.save({ ...run, outcome: waits ? 'unfinished' : 'failed', failure: describe(error) });
    if (!waits) deps.count('JobFailed');
    throw error;
  }
}

async function start({ job, connection: id }: JobMessage, due: number, deps: RunJobDeps): Promise<JobResult> {
  const hasTime = () => deps.timeLeftMs() > TIME_FOR_A_PAGE_MS;
  switch (job) {
    case 'sweep-sales':
    case 'check-webhooks':
    case 'probe':
      return deps.jobs[job](hasTime, due);
    default: {
      const connection = deps.connections.find((one) => one.id === id);
      if (connection === undefined)
        throw new Error(`There is no connection ${id} in the settings, so ${job} cannot run`);
      return deps.jobs[job](connection, hasTime);
    }
  }
}

/** The message of an UpstreamError holds no personal data. Of any other error only the name is safe to store. */
function describe(error: unknown): string {
  if (error instanceof UpstreamError) return error.message;
  return error instanceof Error ? error.name : 'unknown';
}
