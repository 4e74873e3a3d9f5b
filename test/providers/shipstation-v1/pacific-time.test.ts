import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromPacific,
  toPacific,
  toPacificBound,
  toPacificDate,
} from '../../../lib/providers/shipstation-v1/pacific-time.ts';

const HOUR = 3_600_000;
/** Changes of the clock in California: to daylight time in March, back in November. */
const CHANGES = [
  Date.UTC(2025, 2, 9, 10),
  Date.UTC(2025, 10, 2, 9),
  Date.UTC(2026, 2, 8, 10),
  Date.UTC(2026, 10, 1, 9),
];
const nearChange = fc
  .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -30 * HOUR, max: 30 * HOUR }))
  .map(([change, distance]) => change + distance);
const anyTime = fc.oneof(nearChange, fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2035, 0) }));

describe('Pacific time', () => {
  it.each([
    ['2026-03-04T09:15:27.1830000', '2026-03-04T17:15:27.183Z'],
    ['2026-07-04T09:15:27.1830000', '2026-07-04T16:15:27.183Z'],
    [' 2026-07-04 09:15:27 ', '2026-07-04T16:15:27.000Z'],
    ['2026-07-04 09:15:27', '2026-07-04T16:15:27.000Z'],
    ['2026-07-04T09:15', '2026-07-04T16:15:00.000Z'],
    ['2026-07-04', '2026-07-04T07:00:00.000Z'],
    ['2026-03-04T17:15:27Z', '2026-03-04T17:15:27.000Z'],
    ['2026-03-04T17:15:27+02:00', '2026-03-04T15:15:27.000Z'],
  ])('reads %s as %s', (text, moment) => {
    expect(new Date(fromPacific(text)).toISOString()).toBe(moment);
  });

  it.each(['', 'soon', '2026-13-40T00:00:00', 'null'])('reads %j as no time', (text) => {
    expect(fromPacific(text)).toBeNaN();
  });

  it('reads an hour that occurs twice as the first, and one that never occurs as the earlier of both readings', () => {
    expect(new Date(fromPacific('2026-11-01T01:30:00')).toISOString()).toBe('2026-11-01T08:30:00.000Z');
    expect(new Date(fromPacific('2026-03-08T02:30:00')).toISOString()).toBe('2026-03-08T09:30:00.000Z');
  });

  it('has the day of California, which begins seven or eight hours after that of UTC', () => {
    const moments = ['2026-07-04T06:59:59Z', '2026-07-04T07:00:00Z', '2026-01-01T07:59:59Z'];
    expect(moments.map((at) => toPacificDate(Date.parse(at)))).toEqual([
      '2026-07-03',
      '2026-07-04',
      '2025-12-31',
    ]);
  });

  it('reads what it writes, or the earlier moment of the same wall time', () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        const second = Math.floor(at / 1_000) * 1_000;
        const read = fromPacific(toPacific(at));
        expect([0, HOUR]).toContain(second - read);
        expect(toPacific(read)).toBe(toPacific(at));
      }),
    );
  });

  /** The three ways in which a server may compare a row with a bound. */
  const COMPARISONS: ReadonlyArray<[string, (row: number, bound: string) => boolean]> = [
    ['as texts', (row, bound) => toPacific(row) >= bound.replace(' ', 'T')],
    ['as the first of two moments', (row, bound) => row >= fromPacific(bound)],
    ['as the second of two moments', (row, bound) => row >= toSecondMoment(bound)],
  ];

  it.each(COMPARISONS)('gives a lower bound that excludes no later row, compared %s', (_, isListed) => {
    fc.assert(
      fc.property(anyTime, fc.integer({ min: 0, max: 30 * HOUR }), (from, later) => {
        expect(isListed(from + later, toPacificBound(new Date(from).toISOString()))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(CHANGES)(
    'gives a bound an hour early up to two hours from a change of the clock, at %d',
    (change) => {
      const early = (at: number) => toPacificBound(new Date(at).toISOString()).replace(' ', 'T');
      for (const distance of [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5]) {
        const at = change + distance * HOUR;
        expect(early(at)).toBe(toPacific(at - HOUR));
      }
      for (const distance of [-2.5, 2, 2.5]) {
        const at = change + distance * HOUR;
        expect(early(at)).toBe(toPacific(at));
      }
    },
  );

  it('gives a bound that is at most two hours early, and exact away from a change', () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        const early = at - fromPacific(toPacificBound(new Date(at).toISOString()));
        expect(early).toBeLessThanOrEqual(2 * HOUR + 1_000);
        if (
          CHANGES.every((change) => Math.abs(at - change) > 3 * HOUR) &&
          at > Date.UTC(2025, 3) &&
          at < Date.UTC(2026, 11)
        )
          expect(early).toBeLessThan(1_000);
      }),
    );
  });
});

function toSecondMoment(bound: string): number {
  const first = fromPacific(bound);
  return toPacific(first + HOUR) === toPacific(first) ? first + HOUR : first;
}
