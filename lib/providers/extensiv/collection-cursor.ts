import * as z from 'zod';
import { DAY_MS, HOUR_MS, isoTime, MINUTE_MS } from '../../domain/clock.ts';
import { numberToWall, toWarehouseTime, wallToNumber } from './warehouse-time.ts';

/** An order that was listed in a form that we do not know, and is read again by itself. */
const unreadOrder = z.strictObject({
  id: z.string(),
  /** ISO UTC of the first and of the last reading. */
  since: z.iso.datetime(),
  readAt: z.iso.datetime(),
});
export type UnreadOrder = z.infer<typeof unreadOrder>;

/** `2026-03-04T09:15:27`: a time of the warehouse's system. */
const wallTime = z.string().refine((text) => !Number.isNaN(wallToNumber(text)));

const reached = z.strictObject({
  /**
   * Where the next reading begins. It is a time that Extensiv itself gave, so that neither its clock nor its zone has to be
   * known.
   */
  from: wallTime,
  /** The latest time of the orders that were read; null before the first. */
  seen: wallTime.nullable(),
});
type Reached = z.infer<typeof reached>;

/** Confirmed orders, and those that are not confirmed, or not any more. */
export type OrderList = 'closed' | 'open';

const position = z.strictObject({
  closed: reached,
  open: reached,
  /** ISO UTC of the last pass that began further back. */
  deepAt: z.iso.datetime().nullable(),
  isUnderWay: z.boolean(),
  unread: z.array(unreadOrder).default([]),
});

/**
 * The progress of the collection. A pass reads orders by the time of their last change. Where it is interrupted, the next run
 * continues at `from`; only a new pass starts earlier, by the overlap.
 */
export type Position = z.infer<typeof position>;

/** An order may be listed a little after its time. */
const OVERLAP_MS = 15 * MINUTE_MS;
/**
 * Once an hour a pass begins further back. Where the warehouse's clock is set back by an hour, new times are below those that
 * were read, and the usual overlap would miss them.
 */
const DEEP_OVERLAP_MS = 75 * MINUTE_MS;
/** A new connection has no earlier shipments; a week covers one whose cursor was lost, and a day the unknown zone. */
const FIRST_RUN_MS = 8 * DAY_MS;
/** Above it the oldest is no longer read by itself. */
const MAX_UNREAD = 200;
const UNREAD_FOR_MS = 7 * DAY_MS;

/**
 * @param cursor from `writeCursor`, or an ISO time to collect from (set by an operator), or null
 * @throws {Error} for any other text
 */
export function readCursor(cursor: string | null, now: number, timeZone: string): Position {
  if (cursor?.startsWith('{')) return beginPass(position.parse(JSON.parse(cursor)), now);
  const at = cursor === null ? now - FIRST_RUN_MS : z.coerce.date().parse(cursor).getTime();
  const from = { from: toWarehouseTime(at, timeZone), seen: null };
  return { closed: from, open: from, deepAt: isoTime(now), isUnderWay: true, unread: [] };
}

function beginPass(kept: Position, now: number): Position {
  if (kept.isUnderWay) return kept;
  const isDeep = kept.deepAt === null || now - Date.parse(kept.deepAt) >= HOUR_MS;
  const overlap = isDeep ? DEEP_OVERLAP_MS : OVERLAP_MS;
  const goBack = ({ from, seen }: Reached): Reached => ({
    from: seen === null ? from : numberToWall(wallToNumber(seen) - overlap),
    seen,
  });
  const deepAt = isDeep ? isoTime(now) : kept.deepAt;
  return { ...kept, closed: goBack(kept.closed), open: goBack(kept.open), isUnderWay: true, deepAt };
}

export function writeCursor(current: Position): string {
  return JSON.stringify(current);
}

/** @param from ms of the wall time at which the next reading of the list begins @param times of the orders that were read */
export function moveOn(current: Position, list: OrderList, from: number, times: readonly number[]): Position {
  const { seen } = current[list];
  const known = seen === null ? [] : [wallToNumber(seen)];
  const all = [...known, ...times];
  const latest = all.length === 0 ? null : numberToWall(Math.max(...all));
  return { ...current, [list]: { from: numberToWall(from), seen: latest } };
}

export function setUnread(current: Position, id: string, isUnread: boolean, now: number): Position {
  const known = current.unread.find((one) => one.id === id);
  const others = current.unread.filter((one) => one !== known);
  if (!isUnread) return known === undefined ? current : { ...current, unread: others };
  const entry = { id, since: known?.since ?? isoTime(now), readAt: isoTime(now) };
  return { ...current, unread: [...others, entry].slice(-MAX_UNREAD) };
}

/** In its first hour an order is tried in each pass, then every hour. */
export function isDue({ since, readAt }: UnreadOrder, now: number): boolean {
  return now - Date.parse(since) < HOUR_MS || now - Date.parse(readAt) >= HOUR_MS;
}

export function isGivenUp({ since }: UnreadOrder, now: number): boolean {
  return now - Date.parse(since) >= UNREAD_FOR_MS;
}
