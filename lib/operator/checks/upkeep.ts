import type { JobRun } from '../../domain/job-run.ts';
import { type JobSchedule, schedulesOf } from '../../infra/job-schedules.ts';
import type { Bridge } from '../bridge.ts';
import { type Check, type Examination, fine, wrong } from './check.ts';

const DAY_MS = 86_400_000;
/** Vendors recommend a new key every year; none of them says how old one is. */
const OLDEST_SECRET_DAYS = 365;
/** As many of its periods a job may go without success before it is missing. */
const MISSED_PERIODS = 3;
/** More than the two seconds for which the call budget allows. */
const MOST_SKEW_MS = 2_000;

/** A job that has never run is not missing: only the alarms know since when it should have. */
export const heartbeats: Examination = {
  name: 'jobs',
  examine: async (bridge) =>
    await Promise.all(
      schedulesOf(bridge.settings).map(async (schedule) => {
        const { job, connection } = schedule.request;
        return heartbeat(schedule, await bridge.runs.read(job, connection), bridge.now());
      }),
    ),
};

function heartbeat({ name, everySeconds }: JobSchedule, run: JobRun | null, now: number): Check {
  const check = `job ${name}`;
  const next = 'bridge logs --service run-job --since 1d';
  if (run === null) return fine(check, 'has not run yet');
  const failed = run.failure === '' ? '' : `; the last run failed: ${run.failure}`;
  if (run.succeededAt === '') {
    const found = `has never succeeded; began at ${run.startedAt}${failed}`;
    return failed === '' ? fine(check, found) : wrong(check, found, next);
  }
  const late = now - Date.parse(run.succeededAt) > MISSED_PERIODS * everySeconds * 1000;
  const found = `last succeeded at ${run.succeededAt}${failed}`;
  return late ? wrong(check, found, next) : fine(check, found);
}

export const secretsAge: Examination = {
  name: 'secrets',
  examine: async (bridge) => {
    const { secretNames, settings } = bridge;
    const others = [secretNames.dear, ...settings.connections.map(({ id }) => secretNames.connection(id))];
    const renew = 'issue a new key at the vendor, then: bridge init --secrets FILE --secrets-only';
    return await Promise.all([
      ageCheck(bridge, secretNames.webhook, 'bridge webhooks rotate'),
      ...others.map((name) => ageCheck(bridge, name, renew)),
    ]);
  },
};

async function ageCheck({ secrets, now }: Bridge, name: string, next: string): Promise<Check> {
  const changedAt = await secrets.changedAt(name);
  const check = `secret ${name}`;
  if (changedAt === '') return wrong(check, 'is not there', next);
  const days = Math.floor((now() - Date.parse(changedAt)) / DAY_MS);
  const found = `last changed ${days} days ago`;
  return days > OLDEST_SECRET_DAYS ? wrong(check, found, next) : fine(check, found);
}

/** By the Date that DEAR's server puts on any answer, to the second. */
export const clock: Examination = {
  name: 'clock',
  examine: async ({ settings, now }) => {
    const before = now();
    const answer = await fetch(new URL('/', settings.dear.baseUrl), { method: 'HEAD', redirect: 'manual' });
    const theirs = Date.parse(answer.headers.get('date') ?? '');
    if (Number.isNaN(theirs)) return [fine('clock', 'DEAR does not say what time it is')];
    // Somewhere in the second that the header names, and between asking and hearing.
    const skew = Math.max(before - (theirs + 1_000), theirs - now(), 0);
    const found = `at most ${Math.ceil(skew / 1000)} s from DEAR's`;
    return [
      skew > MOST_SKEW_MS ? wrong('clock', found, 'set this machine to network time') : fine('clock', found),
    ];
  },
};
