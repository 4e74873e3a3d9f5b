import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromStoreTime, toStoreTime } from '../../../lib/providers/shipstation-store/store-time.ts';

const at = (...parts: [number, number, number, number?, number?, number?]) => Date.UTC(...parts);

describe("ShipStation's form of a moment", () => {
  it.each([
    ['03/04/2026 07:05', at(2026, 2, 4, 7, 5)],
    ['3/4/2026 7:05', at(2026, 2, 4, 7, 5)],
    ['03/04/2026+07:05', at(2026, 2, 4, 7, 5)],
    ['03/04/2026 07:05:09', at(2026, 2, 4, 7, 5, 9)],
    ['03/04/2026 7:05 PM', at(2026, 2, 4, 19, 5)],
    ['03/04/2026 7:05PM', at(2026, 2, 4, 19, 5)],
    ['03/04/2026+7:05:09++pm', at(2026, 2, 4, 19, 5, 9)],
    ['03/04/2026 12:05 AM', at(2026, 2, 4, 0, 5)],
    ['03/04/2026 12:05 PM', at(2026, 2, 4, 12, 5)],
    ['03/04/2026', at(2026, 2, 4)],
    ['03042026x0705', at(2026, 2, 4, 7, 5)],
    [' 03/04/2026 07:05 ', at(2026, 2, 4, 7, 5)],
    ['03/04/2026  07:05', at(2026, 2, 4, 7, 5)],
    [' 03042026x0705 ', at(2026, 2, 4, 7, 5)],
  ])('%j is read as UTC', (text, expected) => {
    expect(fromStoreTime(text)).toBe(expected);
  });

  it.each([
    '',
    'yesterday',
    '13/04/2026 07:05',
    '02/30/2026 07:05',
    '03/04/2026 24:05',
    '03/04/2026 07:60',
    '03/00/2026',
    '03/99/2026',
    'on 03/04/2026',
    '03/04/2026 noon',
    '2026-03-04',
    '03042026x07055',
    '103042026x0705',
    '03/04/2026 07:05:60',
  ])('%j is not read', (text) => {
    expect(fromStoreTime(text)).toBeNull();
  });

  it('has a month, a day, a year and a time to the minute', () => {
    expect(toStoreTime(at(2026, 2, 4, 17, 5, 59))).toBe('03/04/2026 17:05');
  });

  it('keeps every moment to the minute', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }), (date) => {
        const minute = Math.floor(date.getTime() / 60_000) * 60_000;
        expect(fromStoreTime(toStoreTime(date.getTime()))).toBe(minute);
      }),
    );
  });
});
