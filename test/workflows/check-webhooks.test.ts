import { describe, expect, it } from 'vitest';
import { OperatorActionNeeded, Rejected, Unavailable } from '../../lib/domain/errors.ts';
import type { JobResult } from '../../lib/domain/job/job-run.ts';
import type { RegisteredWebhook } from '../../lib/domain/job/webhook-drift.ts';
import type { JobRequest } from '../../lib/messaging/messages.ts';
import { Cursors } from '../../lib/store/job-runs.ts';
import { checkWebhooks } from '../../lib/workflows/check-webhooks.ts';
import { openWindow } from '../../lib/workflows/sweep-sales.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';

const URL = 'https://bridge.example/webhooks/dear';
const TYPES = ['Sale/OrderAuthorised', 'Sale/Voided'];
const HOUR = 3_600_000;

/** DEAR's list of webhooks, watched every hour. */
class Tower {
  now = Date.parse('2026-02-03T09:00:00.000Z');
  held: RegisteredWebhook[] = TYPES.map((type, index) => ({
    id: `webhook-${index}`,
    type,
    isActive: true,
    url: URL,
    hasBearer: true,
  }));
  refusal: Error | null = null;
  readonly sent: unknown[] = [];
  readonly cursors = new Cursors(new InMemoryTable());
  readonly jobs = new RecordingQueue<JobRequest>();
  drifts = 0;

  async check(): Promise<JobResult> {
    const refuse = () => {
      if (this.refusal !== null) throw this.refusal;
    };
    return checkWebhooks<RegisteredWebhook>({
      dear: {
        listSubscriptions: async () => {
          if (this.refusal instanceof Rejected) throw this.refusal;
          return this.held;
        },
        createSubscription: async (wanted) => {
          refuse();
          this.sent.push(['create', wanted]);
          this.held.push({ id: 'webhook-new', type: wanted.type, isActive: true, url: URL, hasBearer: true });
          return 'webhook-new';
        },
        replaceSubscription: async (existing, wanted) => {
          refuse();
          this.sent.push([existing.id, wanted]);
          this.change(existing.id, { isActive: true, url: URL, hasBearer: true });
        },
      },
      wanted: { types: TYPES, url: URL },
      token: async () => 'the-token',
      cursors: this.cursors,
      jobs: this.jobs,
      now: () => this.now,
      count: () => {
        this.drifts += 1;
      },
      log: () => {},
    });
  }

  change(id: string, changes: Partial<RegisteredWebhook>): void {
    this.held = this.held.map((one) => (one.id === id ? { ...one, ...changes } : one));
  }

  async sweepsFrom(): Promise<string> {
    return new Date((await openWindow(this.cursors, this.now, this.now)).since).toISOString();
  }
}

const wanted = (type: string) => ({ type, url: URL, bearerToken: 'the-token' });

describe('checking webhooks', () => {
  it('changes nothing if all are in order', async () => {
    const tower = new Tower();
    expect(await tower.check()).toEqual({
      outcome: 'finished',
      counts: { inOrder: 2, drifted: 0, restored: 0 },
    });
    expect(tower.sent).toEqual([]);
    expect(tower.jobs.messages).toEqual([]);
  });

  it('switches on what DEAR switched off, with its whole body, and sweeps from before the silence', async () => {
    const tower = new Tower();
    await tower.check();
    tower.now += HOUR;
    tower.change('webhook-0', { isActive: false });
    expect((await tower.check()).counts).toEqual({ inOrder: 1, drifted: 1, restored: 1 });
    expect(tower.sent).toEqual([['webhook-0', wanted('Sale/OrderAuthorised')]]);
    expect(tower.drifts).toBe(1);
    expect(tower.jobs.messages).toEqual([{ job: 'sweep-sales', connection: '' }]);
    expect(await tower.sweepsFrom()).toBe('2026-02-03T07:44:00.000Z');
    tower.now += HOUR;
    expect((await tower.check()).counts).toMatchObject({ inOrder: 2, drifted: 0 });
  });

  it('subscribes again to a webhook of ours that was deleted', async () => {
    const tower = new Tower();
    await tower.check();
    tower.held = tower.held.filter(({ id }) => id !== 'webhook-1');
    await tower.check();
    expect(tower.sent).toEqual([['create', wanted('Sale/Voided')]]);
  });

  it('restores our address on a webhook of ours that has another one', async () => {
    const tower = new Tower();
    await tower.check();
    tower.change('webhook-1', { url: 'https://elsewhere.example/' });
    await tower.check();
    expect(tower.sent).toEqual([['webhook-1', wanted('Sale/Voided')]]);
  });

  it('does not make a first subscription, and reports each time that it is missing', async () => {
    const tower = new Tower();
    tower.held = [];
    await tower.check();
    expect((await tower.check()).counts).toEqual({ inOrder: 0, drifted: 2, restored: 0 });
    expect(tower.sent).toEqual([]);
    expect(tower.drifts).toBe(4);
    expect(tower.jobs.messages).toEqual([]);
  });

  it('stores the silence before restoring fails, and continues with it next time', async () => {
    const tower = new Tower();
    await tower.check();
    tower.now += HOUR;
    tower.change('webhook-0', { isActive: false });
    const outage = new Unavailable({ system: 'DEAR', operation: 'replace webhook' });
    tower.refusal = outage;
    await expect(tower.check()).rejects.toBe(outage);
    expect(await tower.sweepsFrom()).toBe('2026-02-03T07:44:00.000Z');
    tower.refusal = null;
    tower.now += HOUR;
    await tower.check();
    expect(await tower.sweepsFrom()).toBe('2026-02-03T07:44:00.000Z');
    expect(tower.held.every(({ isActive }) => isActive)).toBe(true);
  });

  it('fails with an instruction for the operator if the account has no Automation module', async () => {
    const tower = new Tower();
    tower.refusal = new Rejected({ system: 'DEAR', operation: 'list webhooks', status: 400 });
    const error = await tower.check().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OperatorActionNeeded);
    expect(String(error)).toContain("without it set dear.webhooks to 'off'");
  });
});
