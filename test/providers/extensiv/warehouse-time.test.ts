import { describe, expect, it } from 'vitest';
import { toDeparture } from '../../../lib/providers/extensiv/warehouse-time.ts';

describe('when a parcel left an Extensiv warehouse', () => {
  it.each([
    ['2026-03-04', 'Australia/Sydney', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T00:00:00', 'Australia/Sydney', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04 00:00:00.000', 'America/Chicago', '2026-03-04T00:00:00.000Z'],
    ['2026-03-04T09:15:27.183', 'America/Chicago', '2026-03-04T15:15:27.183Z'],
    ['soon', 'America/Chicago', '1970-01-01T00:00:00.000Z'],
  ])('is read from %s in %s as %s', (text, timeZone, at) => {
    expect(toDeparture(text, timeZone)).toBe(at);
  });
});
