import { describe, expect, it } from 'vitest';
import { Throttled } from '../../lib/domain/errors.ts';
import type { JobResult } from '../../lib/domain/job/job-run.ts';
import type { ChangedSale } from '../../lib/domain/sale/reasons-to-read.ts';
import type { SaleEventMessage } from '../../lib/messaging/messages.ts';
import { Cursors } from '../../lib/store/job-runs.ts';
import { Sales } from '../../lib/store/sales.ts';
import { noteSilence, sweepSales } from '../../lib/workflows/sweep-sales.ts';
import { changedSale, PLACE } from '../builders/changed-sale.ts';
import { connection } from '../builders/connection.ts';
import { LOCATION } from '../builders/sale.ts';
import { saleRecord } from '../builders/sale-record.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A list of changed sales, and a sweep over it. */
class Beat {
  now = Date.parse('2026-02-03T09:30:00.000Z');
  webhooks: 'on' | 'off' = 'on';
  pages: Array<ChangedSale[] | Error> = [[]];
  readonly asked: string[] = [];
  locations = [{ id: PLACE.locationId, name: LOCATION, parentId: null }];
  locationCalls = 0;
  connections = [connection()];
  readonly #table = new InMemoryTable();
  readonly sales = new Sales(this.#table);
  readonly cursors = new Cursors(this.#table);
  readonly saleEvents = new RecordingQueue<SaleEventMessage>();
  missed = 0;

  async sweep(hasTime = () => true, dueSince = this.now): Promise<JobResult> {
    return sweepSales({
      dear: {
        changedSales: (since) => this.#list(since),
        listLocations: async () => {
          this.locationCalls += 1;
          return this.locations;
        },
      },
      sales: this.sales,
      cursors: this.cursors,
      saleEvents: this.saleEvents,
      connections: this.connections,
      webhooks: this.webhooks,
      hasTime,
      dueSince,
      now: () => this.now,
      count: () => {
        this.missed += 1;
      },
    });
  }

  async *#list(since: string): AsyncIterable<ChangedSale[]> {
    this.asked.push(since);
    for (const page of this.pages) {
      if (page instanceof Error) throw page;
      yield page;
    }
  }

  queued(): string[] {
    return this.saleEvents.messages.map(({ saleId }) => saleId);
  }
}

const row = (saleId: string, overrides: Partial<ChangedSale> = {}) =>
  changedSale({ saleId, orderNumber: saleId, ...overrides });

describe('a sweep', () => {
  it('queues a sale that has to be read, with the time of its change', async () => {
    const beat = new Beat();
    beat.pages = [[changedSale()]];
    expect((await beat.sweep()).counts).toMatchObject({ rows: 1, queued: 1 });
    const { saleId, orderNumber: saleOrderNumber, updatedAt } = changedSale();
    expect(beat.saleEvents.messages).toEqual([
      {
        saleId,
        saleOrderNumber,
        saleTaskId: '',
        event: 'sweep',
        trackingNumbers: [],
        receivedAt: '2026-02-03T09:30:00.000Z',
        updatedAt,
      },
    ]);
  });

  it('counts the rows that it skips, by reason', async () => {
    const beat = new Beat();
    await beat.sales.save(saleRecord({ saleId: 'known', readAt: '2026-02-03T09:01:00.000Z' }), null);
    await beat.sales.save(saleRecord({ saleId: 'complete', readAt: '', isComplete: true }), null);
    beat.pages = [
      [
        row('known'),
        row('complete', { shippingStatus: 'SHIPPED' }),
        row('elsewhere', { locationId: 'main' }),
      ],
    ];
    const { counts } = await beat.sweep();
    expect(counts).toMatchObject({ rows: 3, known: 1, complete: 1, irrelevant: 1, queued: 0 });
    expect(beat.queued()).toEqual([]);
  });

  it('leaves a change to its webhook for two minutes, and reads it afterwards', async () => {
    const beat = new Beat();
    beat.pages = [[row('young', { updatedAt: '2026-02-03T09:28:01.000Z' })]];
    expect((await beat.sweep()).counts).toMatchObject({ tooRecent: 1, queued: 0 });
    beat.now += 15 * MINUTE;
    await beat.sweep();
    expect(beat.asked[1] ?? '').toBe('2026-02-03T09:25:00.000Z');
    expect(beat.queued()).toEqual(['young']);
  });

  it('queues a sale whose row has no time of change, without a time, and advances its window', async () => {
    const beat = new Beat();
    await beat.sales.save(saleRecord({ saleId: 'undated', readAt: '2026-02-03T09:29:00.000Z' }), null);
    beat.pages = [[row('undated', { updatedAt: '' }), row('dated')]];
    expect((await beat.sweep()).outcome).toBe('finished');
    expect(beat.saleEvents.messages[0]).not.toHaveProperty('updatedAt');
    expect(beat.queued()).toEqual(['undated', 'dated']);
    beat.now += 15 * MINUTE;
    await beat.sweep();
    expect(beat.asked[1] ?? '').toBe('2026-02-03T09:25:00.000Z');
  });

  it('leaves nothing to webhooks that are off, and counts none as missed', async () => {
    const beat = new Beat();
    beat.webhooks = 'off';
    beat.pages = [[row('young', { updatedAt: '2026-02-03T09:29:59.000Z' })]];
    expect((await beat.sweep()).counts).toMatchObject({ queued: 1, missedWebhooks: 0 });
    expect(beat.missed).toBe(0);
  });

  it('counts missed webhooks, and does not count edits', async () => {
    const beat = new Beat();
    await beat.sales.save(saleRecord({ saleId: 'edited', readAt: '2026-02-03T08:00:00.000Z' }), null);
    await beat.sales.save(saleRecord({ saleId: 'voided', readAt: '2026-02-03T08:00:00.000Z' }), null);
    beat.pages = [[row('new'), row('edited'), row('voided', { status: 'VOIDED' })]];
    expect((await beat.sweep()).counts).toMatchObject({ queued: 3, missedWebhooks: 2 });
    expect(beat.missed).toBe(2);
  });

  it('queues a sale that waits for goods every four hours, though it is not in the list', async () => {
    const beat = new Beat();
    const goodsAwaitedSince = '2026-02-01T09:00:00.000Z';
    const waiting = saleRecord({ saleId: 'w', readAt: '2026-02-03T09:00:00.000Z', goodsAwaitedSince });
    await beat.sales.save(waiting, null);
    beat.now = Date.parse('2026-02-03T12:59:00.000Z');
    expect((await beat.sweep()).counts).toMatchObject({ awaitedGoods: 0 });
    beat.now += MINUTE;
    expect((await beat.sweep()).counts).toMatchObject({ awaitedGoods: 1 });
    expect(beat.saleEvents.messages).toMatchObject([{ saleId: 'w', event: 'sweep' }]);
    expect(beat.saleEvents.messages[0]).not.toHaveProperty('updatedAt');
  });
});

describe('the window of a sweep', () => {
  it('begins with the first run, and overlaps by five minutes', async () => {
    const beat = new Beat();
    await beat.sweep();
    beat.now += 15 * MINUTE;
    await beat.sweep();
    expect(beat.asked).toEqual(['2026-02-03T09:25:00.000Z', '2026-02-03T09:25:00.000Z']);
  });

  it('begins when the schedule was created, a quarter of an hour before the first run was due', async () => {
    const beat = new Beat();
    const late = beat.now - 20 * MINUTE;
    await beat.sweep(undefined, late);
    await beat.sweep(undefined, beat.now - 1);
    expect(beat.asked).toEqual(['2026-02-03T08:55:00.000Z', '2026-02-03T09:25:00.000Z']);
  });

  it('begins with the first run also if that run fails', async () => {
    const beat = new Beat();
    const throttled = new Throttled({ system: 'DEAR', operation: 'list changed sales' }, 60_000);
    beat.pages = [throttled];
    await expect(beat.sweep()).rejects.toBe(throttled);
    beat.now += HOUR;
    beat.pages = [[]];
    await beat.sweep();
    expect(beat.asked).toEqual(['2026-02-03T09:25:00.000Z', '2026-02-03T09:25:00.000Z']);
  });

  it('does not advance if a page could not be read, or a sale not be queued', async () => {
    const beat = new Beat();
    await beat.sweep();
    const throttled = new Throttled({ system: 'DEAR', operation: 'list changed sales' }, 60_000);
    beat.now += HOUR;
    beat.pages = [[row('first')], throttled];
    await expect(beat.sweep()).rejects.toBe(throttled);
    beat.pages = [[row('first')]];
    beat.saleEvents.stopped = true;
    await expect(beat.sweep()).rejects.toThrow('ECONNREFUSED');
    beat.saleEvents.stopped = false;
    await beat.sweep();
    expect(new Set(beat.asked)).toEqual(new Set(['2026-02-03T09:25:00.000Z']));
    expect(beat.queued()).toEqual(['first', 'first']);
  });

  it('does not advance if time ran out, and is read again', async () => {
    const beat = new Beat();
    await beat.sweep();
    beat.now += HOUR;
    expect(await beat.sweep(() => false)).toMatchObject({ outcome: 'unfinished' });
    expect(await beat.sweep()).toMatchObject({ outcome: 'finished' });
    expect(new Set(beat.asked)).toEqual(new Set(['2026-02-03T09:25:00.000Z']));
  });

  it('is read again if a sale moved between its pages, because another may have been missed', async () => {
    const beat = new Beat();
    await beat.sweep();
    beat.now += HOUR;
    beat.pages = [[row('moved')], [row('other'), row('moved')]];
    await beat.sweep();
    beat.pages = [[row('moved')], [row('other'), row('slipped')]];
    await beat.sweep();
    await beat.sweep();
    expect(beat.asked.slice(1)).toEqual([
      '2026-02-03T09:25:00.000Z',
      '2026-02-03T09:25:00.000Z',
      '2026-02-03T10:25:00.000Z',
    ]);
    expect(beat.queued()).toContain('slipped');
  });

  it('advances by what two readings covered, if sales move between its pages every time', async () => {
    const beat = new Beat();
    await beat.sweep();
    beat.asked.length = 0;
    beat.pages = [
      [row('moved'), row('second')],
      [row('third'), row('moved')],
    ];
    for (let run = 0; run < 4; run += 1) {
      beat.now += 15 * MINUTE;
      await beat.sweep();
    }
    const time = (minutes: string) => `2026-02-03T${minutes}:00.000Z`;
    expect(beat.asked).toEqual([time('09:25'), time('09:25'), time('09:40'), time('09:55')]);
  });

  it('goes back to the start of a silence of webhooks, once for each, also one stored during a run', async () => {
    const beat = new Beat();
    await beat.sweep();
    const silentFrom = Date.parse('2026-02-03T06:00:00.000Z');
    await noteSilence(beat.cursors, silentFrom, beat.now);
    await beat.sweep();
    await beat.sweep();
    beat.pages = [[row('any')]];
    await beat.sweep(() => {
      void noteSilence(beat.cursors, silentFrom, beat.now + 1);
      return true;
    });
    await beat.sweep();
    expect(beat.asked.slice(1)).toEqual([
      '2026-02-03T05:55:00.000Z',
      '2026-02-03T09:25:00.000Z',
      '2026-02-03T09:25:00.000Z',
      '2026-02-03T05:55:00.000Z',
    ]);
  });
});

describe('the connected locations', () => {
  it('are read once a day, and when a connection is new', async () => {
    const beat = new Beat();
    await beat.sweep();
    beat.now += 23 * HOUR;
    await beat.sweep();
    expect(beat.locationCalls).toBe(1);
    beat.now += HOUR;
    await beat.sweep();
    expect(beat.locationCalls).toBe(2);
    beat.connections = [connection(), connection({ id: 'harbour', location: 'Harbour' })];
    await beat.sweep();
    expect(beat.locationCalls).toBe(3);
  });

  it('that DEAR does not list do not filter the sales: each changed sale is read', async () => {
    const beat = new Beat();
    beat.locations = [];
    beat.pages = [[row('anywhere', { locationId: 'main' })]];
    await beat.sweep();
    expect(beat.queued()).toEqual(['anywhere']);
  });
});
