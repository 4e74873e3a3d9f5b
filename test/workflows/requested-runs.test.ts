import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deferred } from '../../lib/domain/errors.ts';
import { type JobMessage, jobMessage } from '../../lib/messaging/messages.ts';
import { JobRuns } from '../../lib/store/job-runs.ts';
import { type Jobs, runJob } from '../../lib/workflows/run-job.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const LOOK_MS = 800;
const never = async () => Promise.reject(new Error('Only shipments are asked for'));
const NO_JOBS: Jobs = {
  'collect-shipments': never,
  'check-orders': never,
  'refresh-tracking': never,
  'sync-inventory': never,
  'refresh-catalogue': never,
  'sweep-sales': never,
  'check-webhooks': never,
  probe: never,
};
const isoAt = (time: number) => new Date(time).toISOString();

/** A provider that announces parcels by webhooks, and the queue of the runs that these request. */
class Dock {
  now = NOW;
  parcels = 0;
  seen = 0;
  looks = 0;
  readonly queue: JobMessage[] = [];
  readonly #runs = new JobRuns(new InMemoryTable());

  /** @param clockAheadMs how far the receiver's clock is ahead of the worker's */
  announce(clockAheadMs = 0): void {
    this.parcels += 1;
    const askedAt = isoAt(this.now + clockAheadMs);
    this.queue.push(jobMessage.parse({ job: 'collect-shipments', connection: 'lantern', askedAt }));
  }

  /** Takes the next message, as long as there is one and until a moment; a parcel that leaves meanwhile is not seen. */
  async workUntil(moment: number): Promise<void> {
    while (this.queue.length > 0 && this.now < moment) {
      const [message] = this.queue as [JobMessage];
      try {
        await runJob(message, this.#deps);
        this.queue.shift();
      } catch (error) {
        if (!(error instanceof Deferred)) throw error;
        this.now += error.afterMs;
      }
    }
    this.now = Math.max(this.now, Math.min(moment, Number.MAX_SAFE_INTEGER));
  }

  get #deps() {
    const look = async () => {
      this.looks += 1;
      this.seen = this.parcels;
      this.now += LOOK_MS;
      return { outcome: 'finished', counts: {} } as const;
    };
    return {
      jobs: { ...NO_JOBS, 'collect-shipments': look },
      runs: this.#runs,
      connections: [connection()],
      continuations: { publish: async () => {} },
      timeLeftMs: () => 300_000,
      now: () => this.now,
      log: () => {},
      count: () => {},
    };
  }
}

describe('runs that webhooks request', () => {
  it('begin at once for a single parcel', async () => {
    const dock = new Dock();
    dock.announce();
    await dock.workUntil(NOW + 1);
    expect(dock).toMatchObject({ looks: 1, seen: 1 });
  });

  it('are one for every five seconds of a burst: 40 for 500 parcels in 200 s, and none is missed', async () => {
    const dock = new Dock();
    for (let parcel = 0; parcel < 500; parcel += 1) {
      dock.announce();
      await dock.workUntil(NOW + (parcel + 1) * 400);
    }
    await dock.workUntil(Number.MAX_SAFE_INTEGER);
    expect(dock.seen).toBe(500);
    expect(dock.looks).toBeLessThanOrEqual(42);
  });

  it('are two for 500 webhooks at once', async () => {
    const dock = new Dock();
    for (let parcel = 0; parcel < 500; parcel += 1) dock.announce();
    await dock.workUntil(Number.MAX_SAFE_INTEGER);
    expect(dock).toMatchObject({ seen: 500, looks: 2 });
  });

  it('never miss a parcel, whenever it is announced and by whatever clock', async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 7_000 }), { minLength: 1, maxLength: 30 });
    const story = fc.asyncProperty(
      gaps,
      fc.integer({ min: -1_900, max: 1_900 }),
      async (afterMs, clockAheadMs) => {
        const dock = new Dock();
        for (const gap of afterMs) {
          dock.announce(clockAheadMs);
          await dock.workUntil(dock.now + gap);
        }
        await dock.workUntil(Number.MAX_SAFE_INTEGER);
        expect(dock.seen).toBe(dock.parcels);
      },
    );
    await fc.assert(story, { numRuns: 150 });
  });
});
