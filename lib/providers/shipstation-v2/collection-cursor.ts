import * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';
import { BrokenPages } from '../../upstream/paging.ts';

/** A parcel that was listed and could not be read, because of its row or its shipment. */
const setAsideParcel = z.object({
  /** `Package.id` */
  id: z.string(),
  /** ISO UTC of the first and of the last try. */
  since: z.iso.datetime(),
  tried: z.iso.datetime(),
  /** How often ShipStation itself answered that the shipment does not exist. */
  gone: z.int().default(0),
  /** Whether it was reported as holding the rest of the order; it is still read again, to revise that. */
  isConcluded: z.boolean().default(false),
});
export type SetAsideParcel = z.infer<typeof setAsideParcel>;

/** Above it the oldest is given up: unreadable rows of another app must not stop ours. */
const MAX_ASIDE = 100;
/** In its first hour a parcel is tried in each pass, then every hour, for a week. */
const FIRST_HOUR_MS = 60 * 60_000;
const MAX_MS = 7 * 24 * 60 * 60_000;
/** A shipment counts as gone after this many answers over this time. */
const GONE_TIMES = 3;
const GONE_FOR_MS = 30 * 60_000;

export function putAside(
  aside: readonly SetAsideParcel[],
  { id, isGone }: { readonly id: string; readonly isGone: boolean },
  now: number,
): SetAsideParcel[] {
  const known = aside.find((one) => one.id === id);
  const at = isoTime(now);
  const before = known ?? { id, since: at, gone: 0, isConcluded: false };
  const entry = { ...before, tried: at, gone: before.gone + (isGone ? 1 : 0) };
  return [...aside.filter((one) => one.id !== id), entry].slice(-MAX_ASIDE);
}

export function removeParcel(aside: readonly SetAsideParcel[], id: string): SetAsideParcel[] {
  return aside.filter((one) => one.id !== id);
}

export function isDue({ since, tried }: SetAsideParcel, now: number): boolean {
  return now - Date.parse(since) < FIRST_HOUR_MS || now - Date.parse(tried) >= FIRST_HOUR_MS;
}

export function isGivenUp({ since }: SetAsideParcel, now: number): boolean {
  return now - Date.parse(since) >= MAX_MS;
}

/** Whether the parcel may be assumed to hold the rest of the order, as its shipment is gone permanently. */
export function mayConclude({ gone, since, isConcluded }: SetAsideParcel, now: number): boolean {
  return !isConcluded && gone >= GONE_TIMES && now - Date.parse(since) >= GONE_FOR_MS;
}

/**
 * Rows can become visible a little after their own time, so a new pass begins this much before the last one began. Rows that
 * are read twice are recognised by their package id.
 */
const OVERLAP_MS = 10 * 60_000;
/** A new connection has no earlier shipments; a week covers a connection whose cursor was lost. */
const FIRST_RUN_MS = 7 * 24 * 60 * 60_000;
/** A label that is still being made is waited for this long; then it counts as stuck. */
const MAX_PROCESSING_MS = 24 * 60 * 60_000;
/**
 * How long after its creation a parcel may be voided: the carriers' limit is at most about 30 days, and lists filter by
 * creation only.
 */
const VOIDABLE_MS = 30 * 24 * 60 * 60_000;
/** Fulfillments have no filter for voided ones, so those of a month are read again once a day. */
const REVIEW_EVERY_MS = 24 * 60 * 60_000;
/** ShipStation sometimes truncates fractions of a second, so a pass resumes a second before its last row. */
const RESUME_MS = 1_000;

const position = z.strictObject({
  /** ISO UTC: where the next read of either list begins. */
  labels: z.iso.datetime(),
  fulfillments: z.iso.datetime(),
  /** When the current pass began; null between two passes. */
  passBegan: z.iso.datetime().nullable(),
  /** Creation time of the oldest unfinished label of this pass. */
  unfinished: z.iso.datetime().nullable(),
  /** When the fulfillments of a month were last read for voided ones; null: never. */
  reviewed: z.iso.datetime().nullable().default(null),
  /** When the return labels of the last weeks were last checked for a carrier's scan; null: never. */
  returnsReviewed: z.iso.datetime().nullable().default(null),
  /** Where that check continues after an interruption; null: from its beginning. */
  returnsFrom: z.iso.datetime().nullable().default(null),
  /** Parcels that could not be read, to be tried again. */
  aside: z.array(setAsideParcel).default([]),
});

/**
 * The progress of the collection. A pass reads both lists from their start to their end. Where it is interrupted (by a rate
 * limit, or the end of a Lambda's time) the next run continues after its last row, so that any backlog is worked off. Only a
 * new pass starts earlier, by the overlap.
 */
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

export function writeCursor(current: Position): string {
  return JSON.stringify(current);
}

function startAt(time: string, now: number): Position {
  const places = { labels: time, fulfillments: time, returnsFrom: null };
  const began = { passBegan: isoTime(now), unfinished: null, reviewed: null, returnsReviewed: null };
  return { ...places, ...began, aside: [] };
}

/**
 * The creation time since which parcels can still be voided, ISO UTC.
 * @param now ms since the epoch
 */
export function getVoidableSince(now: number): string {
  return isoTime(now - VOIDABLE_MS);
}

/** How long after its label was bought a return may begin. Each further day costs a call a day for 100 labels. */
const RETURNABLE_MS = 60 * 24 * 60 * 60_000;

/** The time since which labels are checked for returns that a carrier has scanned, ISO UTC; null where that is not due. */
export function getReturnsDueFrom({ returnsReviewed, returnsFrom }: Position, now: number): string | null {
  const isDue = returnsReviewed === null || now - Date.parse(returnsReviewed) >= REVIEW_EVERY_MS;
  return isDue ? (returnsFrom ?? isoTime(now - RETURNABLE_MS)) : null;
}

export function needsReview({ reviewed }: Position, now: number): boolean {
  return reviewed === null || now - Date.parse(reviewed) >= REVIEW_EVERY_MS;
}

/**
 * The time since which a list is read once its rows are recorded, ISO UTC.
 * @param from the time since which it was read
 * @throws {BrokenPages} the rows are not oldest first, so continuing after the last one could lose some
 */
export function getReachedTime(
  from: string,
  list: string,
  rows: ReadonlyArray<{ readonly created_at: string }>,
): string {
  const times = rows.map((row) => Date.parse(row.created_at)).filter((time) => !Number.isNaN(time));
  if (times.some((time, index) => time < (times[index - 1] ?? 0)))
    throw new BrokenPages(`${list} are not oldest first`);
  const last = times.at(-1);
  return last === undefined ? from : getLater(from, isoTime(last - RESUME_MS));
}

/**
 * The position after a page.
 * @throws {BrokenPages} as `getReachedTime`
 */
export function afterPage(
  current: Position,
  list: 'labels' | 'fulfillments',
  rows: ReadonlyArray<{ readonly created_at: string; readonly status?: unknown }>,
): Position {
  const reached = getReachedTime(current[list], list, rows);
  const waiting = rows.find((row) => row.status === 'processing' && row.created_at !== '');
  const unfinished =
    current.unfinished ?? (waiting === undefined ? null : isoTime(Date.parse(waiting.created_at)));
  return { ...current, [list]: reached, unfinished };
}

/** The position from which the next pass begins, once this one has read both lists to their end. */
export function endPass(current: Position, now: number): Position {
  const from = isoTime(Date.parse(current.passBegan ?? isoTime(now)) - OVERLAP_MS);
  const { unfinished } = current;
  const wait = unfinished !== null && now - Date.parse(unfinished) < MAX_PROCESSING_MS;
  const labels = wait && unfinished < from ? unfinished : from;
  return { ...current, labels, fulfillments: from, passBegan: null, unfinished: null };
}

function getLater(a: string, b: string): string {
  return a > b ? a : b;
}
