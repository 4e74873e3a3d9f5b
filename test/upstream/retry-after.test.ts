import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../lib/upstream/client.ts';

const now = () => Date.parse('2026-10-21T07:28:00Z');

describe('parseRetryAfter', () => {
  it.each([
    ['7', 7_000],
    ['1.5', 1_500],
    ['60 Seconds', 60_000],
    ['12 seconds', 12_000],
    [' 3s ', 3_000],
    ['0', 1_000],
    ['999999', 3_600_000],
    ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
    ['Wednesday, 21-Oct-26 07:29:00 GMT', 60_000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 1_000],
    ['Wed, 21 Oct 2027 07:28:00 GMT', 3_600_000],
  ])('reads %j as %d ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });

  it.each(['', '-5', 'soon', '7 minutes', 'Wed, 99 Nox 2026 07:28:30 GMT'])(
    'returns null for %j',
    (header) => {
      expect(parseRetryAfter(header, now)).toBeNull();
    },
  );
});
