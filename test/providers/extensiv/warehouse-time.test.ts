import { describe, expect, it } from 'vitest';
import {
  fromWarehouseTime,
  numberToWall,
  toDeparture,
  toWarehouseTime,
  wallToNumber,
} from '../../../lib/providers/extensiv/warehouse-time.ts';

describe('when a parcel left an Extensiv warehouse', () => {
  it.each([
    ['2026-03-04', 'Australia/Sydney', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T00:00:00', 'Australia/Sydney', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04 00:00:00.000', 'America/Chicago', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T09:15:27.183', 'America/Chicago', '2026-03-04T15:15:27.183Z'],
    ['2026-03-04T09:15:27.1834567', 'America/Chicago', '2026-03-04T15:15:27.183Z'],
    ['2026-03-04T00:00', 'Australia/Sydney', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T09:15:27+0100', 'America/Chicago', '2026-03-04T08:15:27.000Z'],
    ['2026-03-04T09:15:27Z', 'America/Chicago', '2026-03-04T09:15:27.000Z'],
    ['2026-03-04T09:15:27+01:00', 'America/Chicago', '2026-03-04T08:15:27.000Z'],
    ['soon', 'America/Chicago', '1970-01-01T00:00:00.000Z'],
  ])('is read from %s in %s as %s', (text, timeZone, at) => {
    expect(toDeparture(text, timeZone)).toBe(at);
  });
});

describe('a wall time of an Extensiv warehouse', () => {
  it.each([
    ['2026-03-04T09:15:27', 'America/Chicago', '2026-03-04T15:15:27.000Z'],
    ['2026-03-04 09:15:27', 'Australia/Sydney', '2026-03-03T22:15:27.000Z'],
    ['2026-03-04', 'Australia/Sydney', '2026-03-03T13:00:00.000Z'],
    ['2026-07-04T09:15:27', 'America/Chicago', '2026-07-04T14:15:27.000Z'],
    // On 2026-11-01 the hour from 1:00 occurs twice, and on 2026-03-08 that from 2:00 never.
    ['2026-11-01T01:30:00', 'America/Chicago', '2026-11-01T06:30:00.000Z'],
    ['2026-11-01T02:30:00', 'America/Chicago', '2026-11-01T08:30:00.000Z'],
    ['2026-11-01T00:30:00', 'America/Chicago', '2026-11-01T05:30:00.000Z'],
    ['2026-03-08T02:30:00', 'America/Chicago', '2026-03-08T07:30:00.000Z'],
    ['2026-03-08T03:30:00', 'America/Chicago', '2026-03-08T08:30:00.000Z'],
  ])('%s in %s is %s', (text, timeZone, at) => {
    expect(new Date(fromWarehouseTime(text, timeZone)).toISOString()).toBe(at);
  });

  it('of a moment is that of the zone, and compares as a number', () => {
    const wall = toWarehouseTime(Date.UTC(2026, 2, 4, 15, 15, 27, 183), 'America/Chicago');
    expect(wall).toBe('2026-03-04T09:15:27');
    expect(numberToWall(wallToNumber(`${wall}.183`))).toBe(wall);
    expect(wallToNumber('2026-03-04 09:15:27.1834567Z')).toBe(Date.UTC(2026, 2, 4, 9, 15, 27, 183));
    expect(wallToNumber('soon')).toBeNaN();
  });
});
