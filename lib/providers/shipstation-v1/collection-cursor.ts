import * as z from 'zod';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '../../domain/clock.ts';
import { BrokenPages } from '../../upstream/paging.ts';

/** A time in which rows were listed that could not be read. The window is read again, since such a row has no name. */
const gap = z.object({
  list: z.enum(['shipments', 'fulfillments']),
  /** ISO UTC; rows of both moments are in it. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** ISO UTC of the first and of the last try. */
  since: z.iso.datetime(),
  tried: z.iso.datetime(),
});
export type Gap = z.infer<typeof gap>;

/** Above it the oldest is given up: unreadable rows of another app must not stop ours. */
const MAX_GAPS = 50;
/** In its first hour a window is read in each pass, then every hour, for a week. */
const MAX_GAP_AGE_MS = 7 * DAY_MS;
/** Rows can become visible a little after their own time, so a new pass begins this much before the last one began. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** A new connection has no earlier parcels; a week covers a connection whose cursor was lost. */
const FIRST_RUN_MS = 7 * DAY_MS;
/** A void is reported again for this long, as the order that it concerns may not be recorded yet. */
const VOIDS_MS = DAY_MS;
/** A packer types the number of a parcel that was marked as shipped later, mostly on the same day. */
const FULFILLMENTS_OVERLAP_MS = DAY_MS;
/** Fulfillments have no filter for voided ones, so those of a month are read again once a day. */
const REVIEWED_MS = 30 * DAY_MS;
/** Filters have no fractions of a second, so a pass resumes a second before its last row. */
const RESUME_MS = 1_000;

const position = z.strictObject({
  /** ISO UTC: where the next read of each list begins. */
  shipments: z.iso.datetime(),
  fulfillments: z.iso.datetime(),
  /** By the time of the void. */
  voids: z.iso.datetime(),
  /** When the current pass began; null between two passes. */
  passBegan: z.iso.datetime().nullable(),
  /** When the fulfillments of a month were last read again. */
  reviewed: z.iso.datetime(),
  gaps: z.array(gap),
});
/** The progress of the collection. An interrupted pass continues after its last row; only a new one begins earlier. */
export type Position = z.infer<typeof position>;

/**
 * @param cursor from `writeCursor`, or an ISO time to collect from (set by an operator), or null
 * @param now ms since the epoch
 * @throws {Error} for any other text
 */
export function readCursor(cursor: string | null, now: number): Position {
  if (cursor === null) return startAt(isoTime(now - FIRST_RUN_MS), now);
  if (!cursor.startsWith('{')) return startAt(isoTime(z.coerce.date().parse(cursor).getTime()), now);
  const kept = position.parse(JSON.parse(cursor));
  return kept.passBegan === null ? { ...kept, passBegan: isoTime(now) } : kept;
}

function startAt(time: string, now: number): Position {
  const from = { shipments: time, fulfillments: time, voids: time };
  // What is older than a new connection was not reported, so it need not be revised.
  return { ...from, passBegan: isoTime(now), reviewed: isoTime(now), gaps: [] };
}

export function writeCursor(current: Position): string {
  return JSON.stringify(current);
}

/**
 * The time since which a list is read once its rows are recorded, ISO UTC.
 * @param from the time since which it was read
 * @throws {BrokenPages} the rows are not oldest first, so continuing after the last one could lose some
 */
export function getReachedTime(from: string, rows: ReadonlyArray<{ readonly createDate: number }>): string {
  const times = rows.map(({ createDate }) => createDate).filter((time) => !Number.isNaN(time));
  let latest = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    // In the hour that occurs twice, rows in their true order have times that go back by up to an hour.
    if (time < latest - HOUR_MS) throw new BrokenPages('a list is not oldest first');
    latest = Math.max(latest, time);
  }
  const last = times.at(-1);
  if (last === undefined) return from;
  return isoTime(Math.max(Date.parse(from), last - RESUME_MS));
}

export type Window = Pick<Gap, 'list' | 'from' | 'to'>;

export function overlaps(one: Window, other: Window): boolean {
  return one.list === other.list && one.from <= other.to && one.to >= other.from;
}

/** Sets a window aside. One that overlaps another is joined with it: both passes met the same row. */
export function addGap(gaps: readonly Gap[], { list, from, to }: Window, now: number): Gap[] {
  const at = isoTime(now);
  const isSame = (one: Gap) => overlaps(one, { list, from, to });
  const all = [...gaps.filter(isSame), { list, from, to, since: at, tried: at }];
  // ISO times sort as texts.
  const sorted = (field: 'from' | 'to' | 'since') => all.map((one) => one[field]).toSorted();
  const joined = {
    list,
    from: sorted('from').at(0) ?? from,
    to: sorted('to').at(-1) ?? to,
    since: sorted('since').at(0) ?? at,
    tried: at,
  };
  return [...gaps.filter((one) => !isSame(one)), joined].slice(-MAX_GAPS);
}

export function isDue({ since, tried }: Gap, now: number): boolean {
  return now - Date.parse(since) < HOUR_MS || now - Date.parse(tried) >= HOUR_MS;
}

export function isGivenUp({ since }: Gap, now: number): boolean {
  return now - Date.parse(since) >= MAX_GAP_AGE_MS;
}

/** Since when voided labels are listed, ISO UTC. */
export function getVoidsFrom({ voids }: Position, now: number): string {
  return isoTime(Math.min(Date.parse(voids), now - VOIDS_MS));
}

/** Since when fulfillments are read again, ISO UTC; null where that is not due. */
export function getReviewFrom({ reviewed }: Position, now: number): string | null {
  return now - Date.parse(reviewed) >= DAY_MS ? isoTime(now - REVIEWED_MS) : null;
}

/** The position from which the next pass begins, once this one has read all lists to their end. */
export function endPass(current: Position, now: number): Position {
  const began = Date.parse(current.passBegan ?? isoTime(now));
  const from = isoTime(began - OVERLAP_MS);
  const fulfillments = isoTime(began - FULFILLMENTS_OVERLAP_MS);
  return { ...current, shipments: from, fulfillments, voids: from, passBegan: null };
}
