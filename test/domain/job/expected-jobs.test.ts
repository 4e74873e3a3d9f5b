import { describe, expect, it } from 'vitest';
import { ageOfJob, expectJobs, type JobRun } from '../../../lib/domain/job/job-run.ts';
import { NOW } from '../../builders/order.ts';

const HOUR = 3_600_000;
const collect = { job: 'collect-shipments', connection: 'lantern' };
const probe = { job: 'probe', connection: '' };
const run = (succeededAt: string): JobRun => ({
  ...collect,
  doneUntil: '',
  startedAt: '',
  succeededAt,
  outcome: 'finished',
  counts: {},
  failure: '',
});

describe('expectJobs', () => {
  const first = expectJobs({}, [collect], NOW);

  it('expects a job from when it was first in the settings', () => {
    expect(first).toEqual({ 'collect-shipments#lantern': '2026-02-03T09:00:00.000Z' });
    expect(expectJobs(first, [probe, collect], NOW + HOUR)).toEqual({
      'collect-shipments#lantern': '2026-02-03T09:00:00.000Z',
      'probe#': '2026-02-03T10:00:00.000Z',
    });
  });

  it('returns the same object while the settings are unchanged', () => {
    expect(expectJobs(first, [collect], NOW + HOUR)).toBe(first);
  });

  it('restarts a job that was switched off and on again', () => {
    const off = expectJobs(first, [], NOW + HOUR);
    expect(off).toEqual({});
    expect(expectJobs(off, [collect], NOW + 2 * HOUR)).toEqual({
      'collect-shipments#lantern': '2026-02-03T11:00:00.000Z',
    });
  });
});

describe('the age of a job', () => {
  const since = '2026-02-03T09:00:00.000Z';
  it.each<[string, string | undefined, JobRun | null, number]>([
    ['counts from its last success', since, run('2026-02-03T10:30:00.000Z'), HOUR / 2],
    ['counts from when it was first expected where it never ran', since, null, 2 * HOUR],
    ['counts so also where it ran and never succeeded', since, run(''), 2 * HOUR],
    [
      'does not count the time for which it was switched off',
      since,
      run('2026-01-03T10:00:00.000Z'),
      2 * HOUR,
    ],
    ['is never below 0, whatever two clocks say', since, run('2026-02-03T11:00:01.000Z'), 0],
  ])('%s', (_, from, last, age) => {
    expect(ageOfJob(from, last, NOW + 2 * HOUR)).toBe(age);
  });
});
