import * as z from 'zod';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '../../domain/clock.ts';

/**
 * An order that is read again by itself: `partial` and `short` ones have more parcels to come, which the dates of the lists may
 * hide, and `unreadable` ones were listed in a form that we do not know.
 */
const watchedOrder = z.strictObject({
  reference: z.string(),
  why: z.enum(['partial', 'short', 'unreadable']),
  /** ISO UTC of the first and of the last reading. */
  since: z.iso.datetime(),
  readAt: z.iso.datetime(),
});
export type WatchedOrder = z.infer<typeof watchedOrder>;

const position = z.strictObject({
  /** ISO UTC: where the next window of the list of shipped orders begins. */
  from: z.iso.datetime(),
  /** When the current pass began, which is where it ends; null between two passes. */
  passBegan: z.iso.datetime().nullable(),
  watched: z.array(watchedOrder).default([]),
});

/**
 * The progress of the collection. A pass reads the orders shipped from `from` until it began, window by window. Where it is
 * interrupted, the next run continues with the window. Only a new pass starts earlier, by the overlap.
 */
export type Position = z.infer<typeof position>;

/** A shipment may be listed a little after its time, and CartRover's clock may differ from ours. */
const OVERLAP_MS = 15 * MINUTE_MS;
/** A new connection has no earlier shipments; a week covers one whose cursor was lost. */
const FIRST_RUN_MS = 7 * DAY_MS;
/** Above it the oldest is no longer read by itself. Each costs a call an hour. */
const MAX_WATCHED = 200;
const WATCHED_FOR_MS: Readonly<Record<WatchedOrder['why'], number>> = {
  partial: 60 * DAY_MS,
  short: 60 * DAY_MS,
  unreadable: 7 * DAY_MS,
};

/**
 * @param cursor from `writeCursor`, or an ISO time to collect from (set by an operator), or null
 * @throws {Error} for any other text
 */
export function readCursor(cursor: string | null, now: number): Position {
  if (cursor === null) return { from: isoTime(now - FIRST_RUN_MS), passBegan: isoTime(now), watched: [] };
  if (!cursor.startsWith('{'))
    return { from: isoTime(z.coerce.date().parse(cursor).getTime()), passBegan: isoTime(now), watched: [] };
  const kept = position.parse(JSON.parse(cursor));
  return { ...kept, passBegan: kept.passBegan ?? isoTime(now) };
}

export function writeCursor(current: Position): string {
  return JSON.stringify(current);
}

/** The position from which the next pass begins. */
export function endPass(current: Position, now: number): Position {
  const began = Date.parse(current.passBegan ?? isoTime(now));
  return { ...current, from: isoTime(began - OVERLAP_MS), passBegan: null };
}

/** @param why null: it is no longer watched */
export function watch(
  current: Position,
  reference: string,
  why: WatchedOrder['why'] | null,
  now: number,
): Position {
  const known = current.watched.find((one) => one.reference === reference);
  const others = current.watched.filter((one) => one !== known);
  if (why === null) return known === undefined ? current : { ...current, watched: others };
  const since = known?.why === why ? known.since : isoTime(now);
  const entry = { reference, why, since, readAt: isoTime(now) };
  return { ...current, watched: [...others, entry].slice(-MAX_WATCHED) };
}

/** In its first hour an unreadable order is tried in each pass; all others every hour. */
export function isDue({ why, since, readAt }: WatchedOrder, now: number): boolean {
  const isNew = why === 'unreadable' && now - Date.parse(since) < HOUR_MS;
  return isNew || now - Date.parse(readAt) >= HOUR_MS;
}

export function isGivenUp({ why, since }: WatchedOrder, now: number): boolean {
  return now - Date.parse(since) >= WATCHED_FOR_MS[why];
}
