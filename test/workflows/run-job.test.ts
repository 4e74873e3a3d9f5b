import { describe, expect, it } from 'vitest';
import { BudgetExhausted, Unavailable } from '../../lib/domain/errors.ts';
import { beginRun, type JobResult } from '../../lib/domain/job/job-run.ts';
import type { LogFields } from '../../lib/domain/ports/log.ts';
import { type JobMessage, type JobRequest, jobMessage } from '../../lib/messaging/messages.ts';
import { JobRuns } from '../../lib/store/job-runs.ts';
import { forwardHints, type Jobs, runJob } from '../../lib/workflows/run-job.ts';
import { connection } from '../builders/connection.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';

/** Jobs that end as the test says, on a clock that advances a minute with each. */
class Office {
  now = Date.UTC(2026, 4, 4, 12, 0);
  readonly runs = new JobRuns(new InMemoryTable());
  readonly continuations = new RecordingQueue<JobRequest>();
  readonly lines: [string, LogFields][] = [];
  readonly counted: string[] = [];
  readonly ran: string[] = [];
  endings: Array<JobResult | Error> = [];
  /** As the sweep was told, ISO UTC. */
  readonly due: string[] = [];

  async run(request: JobRequest): Promise<void> {
    const job = async (name: string): Promise<JobResult> => {
      this.ran.push(name);
      this.now += 60_000;
      const ending = this.endings.shift() ?? { outcome: 'finished', counts: { looked: 1 } };
      if (ending instanceof Error) throw ending;
      return ending;
    };
    const jobs: Jobs = {
      'collect-shipments': (one) => job(one.id),
      'check-orders': (one) => job(one.id),
      'refresh-tracking': (one) => job(one.id),
      'sync-inventory': (one) => job(one.id),
      'refresh-catalogue': (one) => job(one.id),
      'sweep-sales': (_, dueSince) => {
        this.due.push(new Date(dueSince).toISOString());
        return job('sweep');
      },
      'check-webhooks': () => job('webhooks'),
      probe: () => job('probe'),
    };
    await runJob(jobMessage.parse(request), {
      jobs,
      runs: this.runs,
      connections: [connection()],
      continuations: this.continuations,
      timeLeftMs: () => 300_000,
      now: () => this.now,
      log: (...line) => void this.lines.push(line),
      count: (metric) => void this.counted.push(metric),
    });
  }
}

const SWEEP = { job: 'sweep-sales', connection: '' } as const;
const COLLECT = { job: 'collect-shipments', connection: 'lantern' } as const;

describe('running a job', () => {
  it('logs one line with its counts, and stores when it succeeded', async () => {
    const office = new Office();
    await office.run({ ...COLLECT, scheduledAt: '2026-05-04T12:00:00Z' });
    expect(office.lines).toEqual([
      ['shipments.collected', { connection: 'lantern', outcome: 'finished', durationMs: 60_000, looked: 1 }],
    ]);
    expect(office.counted).toEqual(['JobStarted', 'JobFinished']);
    expect(await office.runs.read('collect-shipments', 'lantern')).toMatchObject({
      outcome: 'finished',
      succeededAt: '2026-05-04T12:01:00.000Z',
      counts: { looked: 1 },
    });
  });

  it('is due since its scheduled time where its process was killed, for an hour at most', async () => {
    const office = new Office();
    await office.runs.save(beginRun(SWEEP, null, false, '2026-05-04T11:46:00.000Z'));
    await office.run({ ...SWEEP, scheduledAt: '2026-05-04T11:45:00Z' });
    await office.run(SWEEP);
    office.now = Date.UTC(2026, 4, 5);
    await office.run({ ...SWEEP, scheduledAt: '2026-05-04T12:15:00Z' });
    expect(office.due).toEqual([
      '2026-05-04T11:45:00.000Z',
      '2026-05-04T12:01:00.000Z',
      '2026-05-04T23:00:00.000Z',
    ]);
  });

  it('is due from now on where it failed before, as it does until there are credentials', async () => {
    const office = new Office();
    office.endings = [new Unavailable({ system: 'DEAR', operation: 'read' })];
    const scheduled = { ...SWEEP, scheduledAt: '2026-05-04T11:45:00Z' };
    await expect(office.run(scheduled)).rejects.toThrow(Unavailable);
    await office.run(scheduled);
    expect(office.due).toEqual(['2026-05-04T11:45:00.000Z', '2026-05-04T12:01:00.000Z']);
  });

  it('runs once for a scheduled time, however often that is delivered', async () => {
    const office = new Office();
    const scheduled = { ...SWEEP, scheduledAt: '2026-05-04T12:00:00Z' };
    await office.run(scheduled);
    await office.run(scheduled);
    expect(office.ran).toEqual(['sweep']);
  });

  it('runs once also if its own clock is behind the schedule’s', async () => {
    const office = new Office();
    const scheduled = { ...SWEEP, scheduledAt: '2026-05-04T12:00:30Z' };
    await office.run(scheduled);
    await office.run(scheduled);
    expect(office.ran).toEqual(['sweep']);
  });

  it('runs once for the times that queued up during an outage, and again when the next is due', async () => {
    const office = new Office();
    for (const minute of ['00', '15', '30']) {
      office.now = Date.UTC(2026, 4, 4, 12, 31);
      await office.run({ ...SWEEP, scheduledAt: `2026-05-04T12:${minute}:00Z` });
    }
    expect(office.ran).toEqual(['sweep']);
    office.now = Date.UTC(2026, 4, 4, 12, 45);
    await office.run({ ...SWEEP, scheduledAt: '2026-05-04T12:45:00Z' });
    expect(office.ran).toEqual(['sweep', 'sweep']);
  });

  it('runs whenever a person or a provider requests it', async () => {
    const office = new Office();
    await office.run(COLLECT);
    await office.run(COLLECT);
    expect(office.ran).toEqual(['lantern', 'lantern']);
  });

  it('queues its continuation if time ran out, and is done only after that', async () => {
    const office = new Office();
    const scheduled = { ...SWEEP, scheduledAt: '2026-05-04T12:00:00Z' };
    office.endings = [{ outcome: 'unfinished', counts: { looked: 5 } }];
    await office.run(scheduled);
    expect(office.continuations.messages).toEqual([
      { ...scheduled, askedAt: '', passedOn: false, continues: true },
    ]);
    expect(office.counted).toEqual(['JobStarted']);
    await office.run(office.continuations.messages[0]!);
    expect(await office.runs.read('sweep-sales', '')).toMatchObject({
      outcome: 'finished',
      startedAt: '2026-05-04T12:00:00.000Z',
      counts: { looked: 6 },
    });
  });

  it('stores a failure, is tried again, and keeps the time of its last success', async () => {
    const office = new Office();
    await office.run(SWEEP);
    const outage = new Unavailable({ system: 'DEAR', operation: 'list sales', upstreamMessage: 'private' });
    office.endings = [outage];
    const scheduled = { ...SWEEP, scheduledAt: '2026-05-04T12:15:00Z' };
    await expect(office.run(scheduled)).rejects.toBe(outage);
    const failed = await office.runs.read('sweep-sales', '');
    expect(failed).toMatchObject({ outcome: 'failed', succeededAt: '2026-05-04T12:01:00.000Z' });
    expect(failed?.failure).toBe('DEAR could not be reached: list sales');
    expect(office.counted).toContain('JobFailed');
    await office.run(scheduled);
    expect(office.ran).toHaveLength(3);
  });

  it('does not count waiting for the call budget as a failure', async () => {
    const office = new Office();
    const wait = new BudgetExhausted({ system: 'DEAR', operation: 'list sales' }, 60_000);
    office.endings = [wait];
    await expect(office.run(SWEEP)).rejects.toBe(wait);
    expect(office.counted).toEqual(['JobStarted']);
    expect(await office.runs.read('sweep-sales', '')).toMatchObject({
      outcome: 'unfinished',
      failure: expect.stringContaining('list sales'),
    });
  });

  it('fails with the name of a connection that was removed from the settings', async () => {
    const office = new Office();
    await expect(office.run({ job: 'collect-shipments', connection: 'gone' })).rejects.toThrow(
      'There is no connection gone',
    );
  });
});

describe('a webhook of an account that several connections have', () => {
  const askedAt = '2026-05-04T12:00:00.000Z';
  const hint = jobMessage.parse({ ...COLLECT, askedAt });

  async function passOn(messages: JobMessage[], sharing = ['anvil', 'mill'], office = new Office()) {
    const { runs, continuations } = office;
    await forwardHints(messages, { runs, continuations, sharingAccount: async () => sharing });
    return continuations.messages;
  }
  const getLook = (connection: string) => ({ ...COLLECT, connection, askedAt, passedOn: true });

  it('requests a run for each of the others, once for each webhook', async () => {
    const office = new Office();
    await passOn([hint], undefined, office);
    expect(await passOn([hint], undefined, office)).toEqual([getLook('anvil'), getLook('mill')]);
  });

  it('is forwarded if a scheduled message came after it', async () => {
    const scheduled = jobMessage.parse({ ...COLLECT, scheduledAt: '2026-05-04T12:05:00Z' });
    expect(await passOn([hint, scheduled], ['anvil'])).toEqual([getLook('anvil')]);
  });

  it.each([
    ['was passed on itself', { ...hint, passedOn: true }],
    ['goes on with a look', { ...hint, continues: true }],
    ['no webhook asked for', { ...hint, askedAt: '' }],
  ])('requests nothing for a message that %s', async (_, message) => {
    expect(await passOn([message])).toEqual([]);
  });

  it('requests nothing for a connection that has run since', async () => {
    const office = new Office();
    office.now = Date.parse(askedAt) + 5_000;
    await office.run(COLLECT);
    expect(await passOn([hint], ['lantern', 'anvil'], office)).toEqual([getLook('anvil')]);
  });
});
