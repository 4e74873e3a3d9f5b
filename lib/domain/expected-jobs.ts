import { isoTime } from './clock.ts';
import type { JobRun } from './job-run.ts';

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
