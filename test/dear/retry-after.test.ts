import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../lib/dear/retry-after.ts';

describe('retryAfterMs', () => {
  it.each([
    ['', 60_000],
    ['7', 7_000],
    ['1.5', 1_500],
    ['60 Seconds', 60_000],
    ['12 seconds', 12_000],
    ['3s', 3_000],
    ['0', 1_000],
    ['999999', 3_600_000],
    ['-5', 60_000],
    ['soon', 60_000],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 60_000],
  ])('%j means a wait of %d ms', (header, expected) => {
    expect(retryAfterMs(header)).toBe(expected);
  });
});
