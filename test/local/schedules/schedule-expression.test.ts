import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../local/schedules.ts';

const START = Date.parse('2026-03-04T10:02:30Z');

/** The first runs after the start, ISO without milliseconds. */
function runs(expression: string, count: number, timezone = 'UTC', after = START): string[] {
  const next = parseSchedule(expression, timezone, START);
  const times: string[] = [];
  let at: number | null = after;
  while (times.length < count) {
    at = next(at);
    if (at === null) break;
    times.push(new Date(at).toISOString().replace('.000Z', 'Z'));
  }
  return times;
}

describe('rate', () => {
  it.each([
    ['rate(5 minutes)', ['2026-03-04T10:07:30Z', '2026-03-04T10:12:30Z']],
    ['rate(1 hour)', ['2026-03-04T11:02:30Z', '2026-03-04T12:02:30Z']],
    ['rate(2 days)', ['2026-03-06T10:02:30Z', '2026-03-08T10:02:30Z']],
  ])('%s is counted from the start', (expression, expected) => {
    expect(runs(expression, 2)).toEqual(expected);
  });

  it('keeps its rhythm after a pause', () => {
    expect(runs('rate(5 minutes)', 1, 'UTC', Date.parse('2026-03-04T10:31:00Z'))).toEqual([
      '2026-03-04T10:32:30Z',
    ]);
  });
});

describe('cron', () => {
  it.each([
    [
      'twice a day',
      'cron(51 0,12 * * ? *)',
      'UTC',
      ['2026-03-04T12:51:00Z', '2026-03-05T00:51:00Z', '2026-03-05T12:51:00Z'],
    ],
    [
      'on weekdays, where Sunday is 1',
      'cron(0 9 ? * 2-6 *)',
      'UTC',
      ['2026-03-05T09:00:00Z', '2026-03-06T09:00:00Z', '2026-03-09T09:00:00Z'],
    ],
    ['on days by name', 'cron(0 9 ? * SUN *)', 'UTC', ['2026-03-08T09:00:00Z']],
    ['on the third Friday', 'cron(0 9 ? * 6#3 *)', 'UTC', ['2026-03-20T09:00:00Z']],
    [
      'on the last day of the month',
      'cron(0 9 L * ? *)',
      'UTC',
      ['2026-03-31T09:00:00Z', '2026-04-30T09:00:00Z'],
    ],
    [
      'in another time zone, across the change of its clocks',
      'cron(30 6 * * ? *)',
      'Europe/Berlin',
      ['2026-03-05T05:30:00Z'],
    ],
    ['in one year only', 'cron(0 0 1 1 ? 2027)', 'UTC', ['2027-01-01T00:00:00Z']],
  ])('runs %s', (_, expression, timezone, expected) => {
    expect(runs(expression, expected.length, timezone)).toEqual(expected);
  });

  it('follows daylight saving time of its time zone', () => {
    const after = Date.parse('2026-03-28T12:00:00Z');
    expect(runs('cron(30 6 * * ? *)', 2, 'Europe/Berlin', after)).toEqual([
      '2026-03-29T04:30:00Z',
      '2026-03-30T04:30:00Z',
    ]);
  });

  it('has no run after its last year', () => {
    expect(runs('cron(0 0 1 1 ? 2027)', 5)).toHaveLength(1);
  });
});

it.each([
  'rate(0 minutes)',
  'rate(5 seconds)',
  'rate(5)',
  'cron(0 9 * * *)',
  'cron(0 9 * * * *)',
  'cron(0 9 ? * ? *)',
  'cron(99 9 * * ? *)',
  'at(2027-01-01T00:00:00)',
  'every day',
])('refuses %s', (expression) => {
  expect(() => parseSchedule(expression, 'UTC', START)).toThrow(/cannot be read|neither/);
});

it('refuses a time zone that does not exist', () => {
  expect(() => parseSchedule('cron(0 9 * * ? *)', 'Mars/Olympus', START)).toThrow(
    'Mars/Olympus cannot be read',
  );
});
