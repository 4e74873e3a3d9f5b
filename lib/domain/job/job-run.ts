import { isoTime } from '../clock.ts';

/** What is remembered of a job: how its latest run stands, and when one last succeeded. All times are ISO UTC. */
export interface JobRun {
  readonly job: string;
  /** '' for a job of the whole account. */
  readonly connection: string;
  /** Whatever the schedule asked for until then has been done: a run that came to its end began then; ''. */
  readonly doneUntil: string;
  /** Of the latest run; a run that continues keeps its own. */
  readonly startedAt: string;
  /** When a run last came to its end; '' where none ever did. */
  readonly succeededAt: string;
  readonly outcome: JobOutcome;
  /** Added up over a run and its continuations. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the latest run failed of, or waits for, in words without personal data; ''. */
  readonly failure: string;
}

type JobOutcome = 'running' | 'finished' | 'unfinished' | 'failed';

/** What a job says of itself when it stops. `unfinished`: time ran out, its place is saved, and it is to be continued. */
export interface JobResult {
  readonly outcome: 'finished' | 'unfinished';
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Whether what the schedule asked for has been done: by this run, delivered twice, or by one that began later. So the runs
 * that queued up behind a long outage are one. A run that nobody scheduled is always wanted.
 */
export function isDone(scheduledAt: string, last: JobRun | null): boolean {
  return scheduledAt !== '' && last !== null && Date.parse(scheduledAt) <= Date.parse(last.doneUntil);
}

/** How far the clocks of whoever asks for a run and whoever runs it may differ. */
const CLOCKS_DIFFER_MS = 2_000;
/** Between two runs that webhooks ask for. A packer who buys 100 labels in a row asks 100 times. */
const BETWEEN_ASKED_RUNS_MS = 5_000;

/**
 * Whether a run that came to its end began after a webhook asked for one: it has seen what the webhook tells of.
 * @param askedAt ISO UTC; '' where no webhook asked
 */
export function isCoveredByRun(askedAt: string, last: JobRun | null): boolean {
  return askedAt !== '' && Date.parse(last?.doneUntil ?? '') - Date.parse(askedAt) >= CLOCKS_DIFFER_MS;
}

/** How long a run that a webhook asks for waits, so that one answers many, in ms; 0: it may run now. */
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

/** @param scheduledAt ISO UTC, '' where nobody scheduled it; a clock that runs behind the schedule's does not matter */
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

/** A job that the settings ask for. */
export interface ExpectedJob {
  readonly job: string;
  /** '' for a job of the whole account. */
  readonly connection: string;
}

/** Since when each job has been asked for (ISO UTC), by its name and connection. */
export type ExpectedSince = Readonly<Record<string, string>>;

export function keyOfJob({ job, connection }: ExpectedJob): string {
  return `${job}#${connection}`;
}

/**
 * A job that is new counts from now, and one that is asked for no more is forgotten: switched on again, it does not count
 * as late from when it last ran.
 * @returns `before` itself where the jobs are the same
 */
export function expectJobs(before: ExpectedSince, jobs: readonly ExpectedJob[], now: number): ExpectedSince {
  const keys = jobs.map(keyOfJob);
  const same = keys.length === Object.keys(before).length && keys.every((key) => key in before);
  return same ? before : Object.fromEntries(keys.map((key) => [key, before[key] ?? isoTime(now)]));
}

/** How long ago a job last came to its end, or was first asked for where that is later, in ms. */
export function ageOfJob(since: string | undefined, run: JobRun | null, now: number): number {
  const moments = [since, run?.succeededAt].map((moment) => (moment ? Date.parse(moment) : 0));
  return Math.max(0, now - Math.max(...moments));
}
