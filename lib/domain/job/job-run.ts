import { isoTime } from '../clock.ts';

/** The stored state of a job: its latest run, and when one last succeeded. All times are ISO UTC. */
export interface JobRun {
  readonly job: string;
  /** '' for a job of the whole account. */
  readonly connection: string;
  /** Every run that was scheduled before is done: a run that finished began then; ''. */
  readonly doneUntil: string;
  /** Of the latest run; a run that continues keeps its own. */
  readonly startedAt: string;
  /** When a run last finished; '' if none did. */
  readonly succeededAt: string;
  readonly outcome: JobOutcome;
  /** Added up over a run and its continuations. */
  readonly counts: Readonly<Record<string, number>>;
  /** Why the latest run failed, or what it waits for, without personal data; ''. */
  readonly failure: string;
}

type JobOutcome = 'running' | 'finished' | 'unfinished' | 'failed';

/** `unfinished`: time ran out, its cursor is saved, and a continuation follows. */
export interface JobResult {
  readonly outcome: 'finished' | 'unfinished';
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Whether what the schedule asked for has been done: by this run, delivered twice, or by one that began later. So the runs
 * that queued up during an outage become one. A run without a schedule is never done.
 */
export function isDone(scheduledAt: string, last: JobRun | null): boolean {
  return scheduledAt !== '' && last !== null && Date.parse(scheduledAt) <= Date.parse(last.doneUntil);
}

/** A job that was due longer ago, and never came to its work, counts as due for so long only. */
const DUE_FOR_MS = 60 * 60_000;

/**
 * Since when the work of a run was due, in ms since the epoch: its scheduled time, where a process that was killed, or an outage,
 * kept it from its work. A run that failed begins anew, because a job fails until a person has stored the credentials.
 */
export function dueSince(scheduledAt: string, last: JobRun | null, now: number): number {
  if (scheduledAt === '' || last?.outcome === 'failed') return now;
  return Math.max(Math.min(Date.parse(scheduledAt), now), now - DUE_FOR_MS);
}

/** How far the clocks of the function that requests a run and of the one that runs it may differ. */
const CLOCKS_DIFFER_MS = 2_000;
/** Between two runs that webhooks request: a packer who buys 100 labels in a row causes 100 requests. */
const BETWEEN_ASKED_RUNS_MS = 5_000;

/**
 * Whether a finished run began after a webhook requested one, so that it read what the webhook announced.
 * @param askedAt ISO UTC; '' without a webhook
 */
export function isCoveredByRun(askedAt: string, last: JobRun | null): boolean {
  return askedAt !== '' && Date.parse(last?.doneUntil ?? '') - Date.parse(askedAt) >= CLOCKS_DIFFER_MS;
}

/** How long a run that a webhook requests waits, so that one run serves many requests, in ms; 0: it may run now. */
export function batchingDelay(askedAt: string, last: JobRun | null, now: number): number {
  if (askedAt === '' || last === null) return 0;
  return Math.max(0, Date.parse(last.startedAt) + BETWEEN_ASKED_RUNS_MS - now);
}

/** @param continues the run goes on where an earlier part of it stopped, if that part is known */
export function beginRun(
  of: { readonly job: string; readonly connection: string },
  last: JobRun | null,
  continues: boolean,
  now: string,
): JobRun {
  const kept = { doneUntil: last?.doneUntil ?? '', succeededAt: last?.succeededAt ?? '' };
  const goesOn = continues && last !== null && last.outcome !== 'finished';
  const progress = goesOn
    ? { startedAt: last.startedAt, counts: last.counts }
    : { startedAt: now, counts: {} };
  return { job: of.job, connection: of.connection, ...kept, ...progress, outcome: 'running', failure: '' };
}

/** @param scheduledAt ISO UTC, '' without a schedule; a clock that runs behind the schedule's does not matter */
export function endRun(run: JobRun, ending: JobResult, scheduledAt: string, now: string): JobRun {
  const counts = added(run.counts, ending.counts);
  if (ending.outcome === 'unfinished') return { ...run, counts, outcome: 'unfinished' };
  const doneUntil = scheduledAt > run.startedAt ? scheduledAt : run.startedAt;
  return { ...run, counts, outcome: 'finished', doneUntil, succeededAt: now };
}

function added(
  before: Readonly<Record<string, number>>,
  more: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum = { ...before };
  for (const [name, count] of Object.entries(more)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** A job that the settings schedule. */
export interface ExpectedJob {
  readonly job: string;
  /** '' for a job of the whole account. */
  readonly connection: string;
}

/** Since when each job has been scheduled (ISO UTC), by its name and connection. */
export type ExpectedSince = Readonly<Record<string, string>>;

export function keyOfJob({ job, connection }: ExpectedJob): string {
  return `${job}#${connection}`;
}

/**
 * A new job counts from now. A job that is switched off is forgotten, so that it is not late when it is switched on again.
 * @returns `before` itself where the jobs are the same
 */
export function expectJobs(before: ExpectedSince, jobs: readonly ExpectedJob[], now: number): ExpectedSince {
  const keys = jobs.map(keyOfJob);
  const same = keys.length === Object.keys(before).length && keys.every((key) => key in before);
  return same ? before : Object.fromEntries(keys.map((key) => [key, before[key] ?? isoTime(now)]));
}

/** How long ago a job last finished, or was first scheduled where that is later, in ms. */
export function ageOfJob(since: string | undefined, run: JobRun | null, now: number): number {
  const moments = [since, run?.succeededAt].map((moment) => (moment ? Date.parse(moment) : 0));
  return Math.max(0, now - Math.max(...moments));
}
