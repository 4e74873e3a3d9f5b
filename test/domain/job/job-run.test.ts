import { describe, expect, it } from 'vitest';
import {
  batchingDelay,
  beginRun,
  endRun,
  isCoveredByRun,
  isDone,
  type JobRun,
} from '../../../lib/domain/job/job-run.ts';

const NINE = '2026-02-03T09:00:00.000Z';
const TEN = '2026-02-03T10:00:00.000Z';
const OF = { job: 'collect-shipments', connection: 'lantern' };
const run = (overrides: Partial<JobRun> = {}): JobRun => ({
  ...OF,
  doneUntil: NINE,
  startedAt: NINE,
  succeededAt: NINE,
  outcome: 'finished',
  counts: { orders: 2 },
  failure: '',
  ...overrides,
});

describe('what a schedule asked for', () => {
  it.each([
    ['before a finished run began', '2026-02-03T08:59:59.999Z', run(), true],
    ['in the moment in which it began', NINE, run(), true],
    ['after it began', TEN, run(), false],
    ['before any run', NINE, null, false],
    ['where no run ever finished', NINE, run({ doneUntil: '' }), false],
    ['without a schedule', '', run(), false],
  ] as const)('%s is done: %s, %j: %s', (_, scheduledAt, last, expected) => {
    expect(isDone(scheduledAt, last)).toBe(expected);
  });
});

describe('what a webhook asked for', () => {
  it.each([
    ['2 s before a finished run began', '2026-02-03T08:59:58.000Z', run(), true],
    ['less than 2 s before, by clocks that may differ', '2026-02-03T08:59:58.001Z', run(), false],
    ['after it began', TEN, run(), false],
    ['before any run', NINE, null, false],
  ] as const)('%s is covered: %s, %j: %s', (_, askedAt, last, expected) => {
    expect(isCoveredByRun(askedAt, last)).toBe(expected);
  });

  it.each([
    ['waits out the 5 s since the last run began', NINE, run(), 1_000, 4_000],
    ['waits no more after them', NINE, run(), 6_000, 0],
    ['does not wait where none ran before', NINE, null, 1_000, 0],
    ['does not wait without a webhook', '', run(), 1_000, 0],
  ] as const)('%s', (_, askedAt, last, afterMs, delay) => {
    expect(batchingDelay(askedAt, last, Date.parse(NINE) + afterMs)).toBe(delay);
  });
});

describe('a run', () => {
  it.each([
    ['the first', null, false],
    ['that continues, of which nothing is known', null, true],
    ['after a finished one', run(), false],
    ['that continues a finished one', run(), true],
    ['after one that time ran out for', run({ outcome: 'unfinished' }), false],
  ] as const)('%s begins now and counts from 0', (_, last, continues) => {
    expect(beginRun(OF, last, continues, TEN)).toEqual({
      ...OF,
      doneUntil: last === null ? '' : NINE,
      succeededAt: last === null ? '' : NINE,
      startedAt: TEN,
      counts: {},
      outcome: 'running',
      failure: '',
    });
  });

  it('that continues an unfinished one keeps its beginning and its counts', () => {
    const last = run({ outcome: 'unfinished', failure: 'It waits for lantern.' });
    const begun = beginRun(OF, last, true, TEN);
    expect(begun).toEqual(run({ outcome: 'running' }));
    expect(endRun(begun, { outcome: 'finished', counts: { orders: 1, boxes: 3 } }, '', TEN)).toEqual(
      run({ counts: { orders: 3, boxes: 3 }, succeededAt: TEN }),
    );
  });

  it('is done until its schedule where its own clock runs behind, and otherwise until it began', () => {
    const ended = (scheduledAt: string) =>
      endRun(run(), { outcome: 'finished', counts: {} }, scheduledAt, TEN).doneUntil;
    expect(ended('2026-02-03T09:00:01.000Z')).toBe('2026-02-03T09:00:01.000Z');
    expect(ended('2026-02-03T08:00:00.000Z')).toBe(NINE);
    expect(ended('')).toBe(NINE);
  });

  it('that ends unfinished has not succeeded, and nothing is done by it', () => {
    const ended = endRun(run({ startedAt: TEN }), { outcome: 'unfinished', counts: { orders: 1 } }, TEN, TEN);
    expect(ended).toEqual(run({ startedAt: TEN, outcome: 'unfinished', counts: { orders: 3 } }));
  });
});
