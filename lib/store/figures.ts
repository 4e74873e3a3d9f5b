import * as z from 'zod';
import { DAY_MS, isoTime } from '../domain/clock.ts';
import type { CountedFigures, Figure, FigureCounter } from '../domain/ports/orders.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { CountingTable, Table } from './table.ts';

/** What happened on one UTC day at one connection. Two of them are merged by adding their counts. */
export interface DayFigures {
  readonly day: string;
  readonly connection: string;
  /** `made`: how often; `made:7`: how often with a time in the seventh step of the histogram. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The most that waited at once in each hour of a UTC day, as the probe saw it every five minutes. */
export interface WaitingFigures {
  readonly day: string;
  /** Hour, `00` to `23` → what orders wait for → how many, to 1,000. */
  readonly hours: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

const expires = { expiresAt: z.number() };
export const DAY_FIGURES = new ItemKind(
  'day figures',
  z.object({
    day: z.string(),
    connection: z.string(),
    counts: z.record(z.string(), z.number()).default({}),
    ...expires,
  }),
);
export const WAITING_FIGURES = new ItemKind(
  'waiting figures',
  z.object({
    day: z.string(),
    hours: z.record(z.string(), z.record(z.string(), z.number())),
    ...expires,
  }),
);

/** As long as the audit: a year, and a month in which to compare it with the one before. */
const KEPT_MS = 400 * DAY_MS;
const WAITING = '#waiting';
/** Counts stand beside the other attributes of an item, because only those are added to without a read. */
const COUNT_PREFIX = 'count:';

/**
 * Figures of each day and connection. An order costs three writes of one item each, without a read: made, sent, confirmed. A
 * histogram has two steps for each doubling of the time, so that a percentile is exact to 19 % above a second, and few attributes suffice.
 */
export class Figures implements FigureCounter {
  readonly #table: CountingTable;
  readonly #now: () => number;
  readonly #onLost: (error: unknown) => void;

  /** @param onLost receives why a count was lost: it must not hold up the order */
  constructor(table: CountingTable, now: () => number, onLost: (error: unknown) => void = () => {}) {
    this.#table = table;
    this.#now = now;
    this.#onLost = onLost;
  }

  async count(connection: string, figures: CountedFigures): Promise<void> {
    const day = toDay(this.#now());
    const names = Object.entries(figures).flatMap(([figure, takenMs]) =>
      takenMs === null ? [figure] : [figure, `${figure}:${toStep(takenMs)}`],
    );
    const numbers = Object.fromEntries(names.map((name) => [`${COUNT_PREFIX}${name}`, 1]));
    const fields = { day, connection, expiresAt: this.#expiry() };
    try {
      await this.#table.add(toKey(day, connection), numbers, DAY_FIGURES.toItem(fields));
    } catch (error) {
      this.#onLost(error);
    }
  }

  /** Keeps the higher of what waits now and what waited before in this hour. One read, and a write where it is higher. */
  async noteWaiting(waiting: Readonly<Record<string, number>>): Promise<void> {
    const at = isoTime(this.#now());
    const day = at.slice(0, 10);
    const hour = at.slice(11, 13);
    const before = await readWaiting(this.#table, day);
    const known = before?.hours[hour] ?? {};
    const highest = Object.fromEntries(
      Object.entries(waiting).map(([what, count]) => [what, Math.max(count, known[what] ?? 0)]),
    );
    if (Object.entries(highest).every(([what, count]) => known[what] === count)) return;
    const hours = { ...before?.hours, [hour]: { ...known, ...highest } };
    const fields = { day, hours, expiresAt: this.#expiry() };
    await putRecord(this.#table, WAITING_FIGURES, toKey(day, WAITING), fields);
  }

  /** Seconds since the epoch, as DynamoDB wants them. */
  #expiry(): number {
    return Math.floor((this.#now() + KEPT_MS) / 1000);
  }
}

/** null where nothing was noted. @param day `yyyy-mm-dd`, in UTC */
export async function readWaiting(table: Pick<Table, 'read'>, day: string): Promise<WaitingFigures | null> {
  const item = await table.read(toKey(day, WAITING));
  return item === undefined ? null : WAITING_FIGURES.parse(item);
}

/** Of every connection that had any, one query. @param day `yyyy-mm-dd`, in UTC */
export async function readDay(
  table: Pick<Table, 'items'>,
  day: string,
  onUnreadable: OnUnreadable = () => {},
): Promise<DayFigures[]> {
  const found: DayFigures[] = [];
  for await (const items of table.items(toPartition(day))) {
    for (const item of items) {
      if (item.sk === WAITING) continue;
      const figures = DAY_FIGURES.parseRow(gatherCounts(item), onUnreadable);
      if (figures !== null) found.push(figures);
    }
  }
  return found.reverse();
}

function toPartition(day: string): string {
  return `FIGURES#${day}`;
}

function toKey(day: string, of: string) {
  return { pk: toPartition(day), sk: of };
}

function toDay(at: number): string {
  return isoTime(at).slice(0, 10);
}

function gatherCounts(item: Record<string, unknown>): Record<string, unknown> {
  const counts = Object.entries(item)
    .filter(([name]) => name.startsWith(COUNT_PREFIX))
    .map(([name, count]) => [name.slice(COUNT_PREFIX.length), count]);
  return { ...item, counts: Object.fromEntries(counts) };
}

/** Twelve days; a longer time counts as that. */
const LAST_STEP = 40;

/** The step of a time: 0 to a second, then two for each doubling. */
function toStep(ms: number): number {
  return Math.min(LAST_STEP, Math.max(0, Math.ceil(2 * Math.log2(Math.max(1, ms) / 1000))));
}

/** Percentiles of a figure's times, in seconds; null where no time is known. */
export interface Times {
  readonly p50: number;
  readonly p95: number;
}

/** The sum of a count. */
export function getSum(figures: readonly DayFigures[], figure: Figure): number {
  return figures.reduce((sum, { counts }) => sum + (counts[figure] ?? 0), 0);
}

/** Of the merged histograms of the days and connections. */
export function getTimes(figures: readonly DayFigures[], figure: Figure): Times | null {
  const steps = Array.from({ length: LAST_STEP + 1 }, (_, step) =>
    figures.reduce((sum, { counts }) => sum + (counts[`${figure}:${step}`] ?? 0), 0),
  );
  const total = steps.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  return { p50: getPercentile(steps, total * 0.5), p95: getPercentile(steps, total * 0.95) };
}

/** Every figure of the days and connections, each count with its times. */
export function sumUp(figures: readonly DayFigures[]) {
  const each = <Value>(get: (figures: readonly DayFigures[], figure: Figure) => Value) => ({
    made: get(figures, 'made'),
    sent: get(figures, 'sent'),
    authorisedToSent: get(figures, 'authorisedToSent'),
    confirmed: get(figures, 'confirmed'),
  });
  return { counts: each(getSum), seconds: each(getTimes) };
}

function getPercentile(steps: readonly number[], rank: number): number {
  let seen = 0;
  const step = steps.findIndex((count) => {
    seen += count;
    return seen >= rank && count > 0;
  });
  // The middle of the step, as a ratio. A second is the shortest that is told.
  return Math.round(2 ** ((step - 0.5) / 2));
}
