import * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';

/** A parcel that was listed and could not be read, because of its row or of its shipment. */
export const parcelAside = z.object({
  /** `Package.id` */
  id: z.string(),
  /** ISO UTC of the first try, and of the last. */
  since: z.iso.datetime(),
  tried: z.iso.datetime(),
  /** How often ShipStation itself said that there is no such shipment. */
  gone: z.int().default(0),
  /** Whether it was reported as holding what remained; it is read again all the same, to revise that. */
  isConcluded: z.boolean().default(false),
});
export type ParcelAside = z.infer<typeof parcelAside>;

/** Beyond it the oldest is given up: rows of another app that never have a readable form must not stop ours. */
const MOST_ASIDE = 100;
/** In its first hour a parcel is tried with each pass, then every hour, for a week. */
const FIRST_HOUR_MS = 60 * 60_000;
const LONGEST_MS = 7 * 24 * 60 * 60_000;
/** So often and for so long has ShipStation to say that a shipment is gone before that is believed. */
const GONE_TIMES = 3;
const GONE_FOR_MS = 30 * 60_000;

export function putAside(
  aside: readonly ParcelAside[],
  { id, isGone }: { readonly id: string; readonly isGone: boolean },
  now: number,
): ParcelAside[] {
  const known = aside.find((one) => one.id === id);
  const at = isoTime(now);
  const before = known ?? { id, since: at, gone: 0, isConcluded: false };
  const entry = { ...before, tried: at, gone: before.gone + (isGone ? 1 : 0) };
  return [...aside.filter((one) => one.id !== id), entry].slice(-MOST_ASIDE);
}

export function takeBack(aside: readonly ParcelAside[], id: string): ParcelAside[] {
  return aside.filter((one) => one.id !== id);
}

export function isDue({ since, tried }: ParcelAside, now: number): boolean {
  return now - Date.parse(since) < FIRST_HOUR_MS || now - Date.parse(tried) >= FIRST_HOUR_MS;
}

export function isGivenUp({ since }: ParcelAside, now: number): boolean {
  return now - Date.parse(since) >= LONGEST_MS;
}

/** Whether the parcel may be taken for holding what remained, as its shipment is gone for good. */
export function mayConclude({ gone, since, isConcluded }: ParcelAside, now: number): boolean {
  return !isConcluded && gone >= GONE_TIMES && now - Date.parse(since) >= GONE_FOR_MS;
}
