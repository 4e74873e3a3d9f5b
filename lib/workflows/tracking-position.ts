import * as z from 'zod';
import { isoTime } from '../domain/clock.ts';

/** A refresh is due every 12 hours; what an earlier one left half done is older news than the next one begins with. */
const FORGET_AFTER_MS = 6 * 60 * 60_000;

const trackingPosition = z.strictObject({
  /** When the refresh began, ISO UTC. */
  began: z.iso.datetime(),
  /** When the first order of the part under way was made, ISO UTC; '': the oldest. */
  from: z.string(),
  /** When the first order after the part was made, at the latest; null until the part was read. It holds, whoever leaves. */
  end: z.string().nullable(),
  /** The moment since which deliveries are read for it, ISO UTC; '' until that has begun. */
  since: z.string(),
  /** The provider's cursor behind the last page of deliveries that was recorded; null: none was. */
  page: z.string().nullable(),
  /** Whether all deliveries were recorded, so that what is silent may be completed. */
  arrivalsRead: z.boolean(),
});
/** How far a refresh of tracking has come, where it ran out of time. */
export type TrackingPosition = z.infer<typeof trackingPosition>;

/**
 * @param saved what `writePosition` gave; null or '' where nothing is half done
 * @param now ms since the epoch
 */
export function readPosition(saved: string | null, now: number): TrackingPosition {
  const fresh = partFrom('', { began: isoTime(now) });
  if (saved === null || saved === '') return fresh;
  const position = trackingPosition.parse(JSON.parse(saved));
  return now - Date.parse(position.began) > FORGET_AFTER_MS ? fresh : position;
}

/** The beginning of a part that none of has been looked at. */
export function partFrom(from: string, { began }: Pick<TrackingPosition, 'began'>): TrackingPosition {
  return { began, from, end: null, since: '', page: null, arrivalsRead: false };
}

export function writePosition(position: TrackingPosition): string {
  return JSON.stringify(position);
}
