import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatDuration,
  formatSeconds,
  isDay,
  parseDuration,
  toDayOrMoment,
} from '../../lib/domain/clock.ts';

describe('parseDuration', () => {
  it.each([
    ['0m', 0],
    ['1 minute', 60_000],
    ['15 minutes', 900_000],
    ['1 hour', 3_600_000],
    ['2 days', 172_800_000],
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['7 d', 604_800_000],
    [' 2 hours\n', 7_200_000],
  ])('reads %j as %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '5', 'm', '-5m', '1.5h', '5 min', '1 week', '5 minutes ago'])('rejects %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('a time that a service gives', () => {
  it.each([
    ['2026-11-29T00:00:00.000Z', '2026-11-29'],
    ['2026-11-29T00:00:00Z', '2026-11-29'],
    ['2026-11-29', '2026-11-29'],
    ['2026-11-29T00:00:01.000Z', '2026-11-29T00:00:01.000Z'],
    ['2026-11-29T15:00:00.000Z', '2026-11-29T15:00:00.000Z'],
  ])('%s is kept as %s', (given, kept) => {
    expect(toDayOrMoment(given)).toBe(kept);
    expect(isDay(kept)).toBe(!kept.includes('T'));
  });
});

describe('formatSeconds', () => {
  it.each([
    [0, '0 s'],
    [99, '99 s'],
    [100, '2 min'],
    [5_999, '100 min'],
    [6_000, '2 h'],
    [18_000, '5 h'],
    [172_799, '48 h'],
    [172_800, '2 d'],
  ])('writes %i as %j', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [900_000, '15 minutes'],
    [7_200_000, '2 hours'],
  ])('writes %i ms as %j', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('formatAge', () => {
  it.each([
    [-1, '0 s'],
    [4_900, '4 s'],
    [719_000, '11 min'],
    [18_000_000, '5 h'],
    [300_000_000, '3 d'],
  ])('writes %i ms as %j', (ms, text) => {
    expect(formatAge(ms)).toBe(text);
  });
});
