import { describe, expect, it } from 'vitest';
import { isoTime } from '../../lib/domain/clock.ts';
import type { JobRun } from '../../lib/domain/job/job-run.ts';
import { JOBS } from '../../lib/messaging/messages.ts';
import { describeCounts, JOB_FACTS, judgeJob, readJobs } from '../../operator/job-list.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { type } from './cli/session.ts';

const MINUTE = 60_000;
const ago = (minutes: number) => isoTime(NOW - minutes * MINUTE);
const hourly = (job: (typeof JOBS)[number]) => ({
  name: job,
  expression: 'rate(1 hour)',
  everySeconds: 3_600,
  request: { job, connection: '' },
});
const run = (overrides: Partial<JobRun>): JobRun => ({
  job: 'sweep-sales',
  connection: '',
  doneUntil: '',
  startedAt: ago(5),
  succeededAt: ago(5),
  outcome: 'finished',
  counts: {},
  failure: '',
  ...overrides,
});

describe('a job', () => {
  it.each([
    ['never ran and was first seen an hour ago', 'sweep-sales', ago(60), null, 'new'],
    ['never ran and was first seen four hours ago', 'sweep-sales', ago(240), null, 'late'],
    ['never ran on a deployment whose probe has not run', 'sweep-sales', undefined, null, 'new'],
    ['is the probe itself and never ran', 'probe', undefined, null, 'late'],
    ['succeeded a period ago', 'sweep-sales', ago(999), run({ succeededAt: ago(61) }), 'in order'],
    ['succeeded four periods ago', 'sweep-sales', ago(999), run({ succeededAt: ago(241) }), 'late'],
    [
      'failed and never succeeded',
      'sweep-sales',
      ago(1),
      run({ succeededAt: '', failure: 'No.' }),
      'failing',
    ],
    ['runs for the first time', 'sweep-sales', undefined, run({ succeededAt: '' }), 'in order'],
  ] as const)('that %s is judged so', (_, job, expected, latest, state) => {
    expect(judgeJob(hourly(job), expected, latest, NOW).state).toBe(state);
  });

  it('has what it does, whether it writes, its latest run and about when the next one is', async () => {
    const { bridge } = new InMemoryBridge();
    const at = isoTime(bridge.now() - 4 * MINUTE);
    await bridge.runs.save(run({ startedAt: at, succeededAt: at, counts: { rows: 3 } }));
    const views = await readJobs(bridge);
    const find = (job: string) => views.find((one) => one.job === job);
    expect(find('sweep-sales')).toMatchObject({
      next: isoTime(bridge.now() + 11 * MINUTE),
      judgement: { state: 'in order' },
      writes: expect.stringContaining('services'),
    });
    expect(find('refresh-tracking')?.next).toMatch(/T(00|12):51:00/);
    expect(find('sync-inventory')?.writes).toBe('');
    const [lantern] = bridge.settings.connections;
    const written = async (overrides: object) => {
      const connections = lantern === undefined ? [] : [{ ...lantern, ...overrides }];
      const jobs = await readJobs({ ...bridge, settings: { ...bridge.settings, connections } });
      return jobs.find(({ job }) => job === 'sync-inventory')?.writes;
    };
    const adjusts = { inventory: { ...lantern?.inventory, mode: 'adjust', account: '540' } };
    expect(await written(adjusts)).toContain('DEAR: the stock');
    expect(await written({ ...adjusts, shipStage: 'DRAFT' })).toBe('');
    const { out } = await type('jobs list', { bridge });
    expect(out).toMatch(/sweep-sales +- +in order .*3 changed sales/);
  });

  it.each(JOBS)('%s is described in one sentence', (job) => {
    expect(JOB_FACTS[job].about).toMatch(/^[A-Z][^.]*\.$/);
  });
});

describe('the counts of a run', () => {
  it.each([
    [
      { lines: 6, matching: 5, differing: 1, quantityDifference: 1700 },
      '6 lines compared, 5 agree, 1 differ, 1,700 units differ',
    ],
    [{ OrdersFailed: 3, OrdersSetAside: 0 }, '3 orders refused by a service'],
    [{ OldestUnsubmittedSaleSeconds: 300 }, 'the oldest unsent order waits for 5 min'],
    [{ somethingNewer: 2 }, '2 something newer'],
    [{ pages: 0 }, 'nothing new'],
  ])('%o are said in words', (counts, words) => {
    expect(describeCounts({ counts })).toBe(words);
  });
});
