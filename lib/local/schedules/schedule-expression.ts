import { Cron } from 'croner';

/** An expression that EventBridge Scheduler would refuse, or one that the local system does not do. */
export class ScheduleExpressionError extends Error {
  override readonly name = 'ScheduleExpressionError';
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** When the next run is, after a moment; null where there is none any more. Moments are ms since the Unix epoch. */
export type NextRun = (after: number) => number | null;

/**
 * Reads EventBridge Scheduler's `rate(5 minutes)` and `cron(51 0,12 * * ? *)`.
 * @param timezone IANA name; a rate does not depend on it
 * @param start when the schedule began: a rate's runs are counted from it
 * @throws {ScheduleExpressionError}
 */
export function parseSchedule(expression: string, timezone: string, start: number): NextRun {
  const [, kind = '', argument = ''] = /^(rate|cron)\((.*)\)$/.exec(expression.trim()) ?? [];
  if (kind === 'rate') return rateRuns(argument, start);
  if (kind === 'cron') return cronRuns(argument, timezone);
  throw new ScheduleExpressionError(`'${expression}' is neither rate(…) nor cron(…)`);
}

function rateRuns(argument: string, start: number): NextRun {
  const [, count = '', unit = ''] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(argument) ?? [];
  const period = Number(count) * (UNIT_MS[unit] ?? Number.NaN);
  if (!Number.isFinite(period) || period === 0) throw refused(`rate(${argument})`, 'rate(5 minutes)');
  return (after) => start + (Math.floor((after - start) / period) + 1) * period;
}

/**
 * Minutes, hours, day of month, month, day of week, year. As in EventBridge, Sunday is day 1, and one of the two days is
 * `?`, because a run falls on either.
 */
function cronRuns(argument: string, timezone: string): NextRun {
  const parts = argument.trim().split(/\s+/);
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = parts;
  if (parts.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) {
    throw refused(`cron(${argument})`, 'cron(51 0,12 * * ? *)');
  }
  const pattern = ['0', minutes, hours, anyIf(dayOfMonth), month, anyIf(dayOfWeek), year].join(' ');
  const cron = createCron(pattern, timezone, argument);
  return (after) => cron.nextRun(new Date(after))?.getTime() ?? null;
}

function anyIf(day: string | undefined): string | undefined {
  return day === '?' ? '*' : day;
}

function createCron(pattern: string, timezone: string, argument: string): Cron {
  try {
    const cron = new Cron(pattern, { timezone, paused: true, alternativeWeekdays: true });
    cron.nextRun();
    return cron;
  } catch (cause) {
    throw new ScheduleExpressionError(`cron(${argument}) in ${timezone} cannot be read`, { cause });
  }
}

function refused(expression: string, example: string): ScheduleExpressionError {
  return new ScheduleExpressionError(`${expression} cannot be read; for example: ${example}`);
}
