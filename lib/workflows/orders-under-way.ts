import * as z from 'zod';
import { isoTime } from '../domain/clock.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { completeIfSilent } from '../domain/shipment/package-correction.ts';

/** What is kept in memory of some of a connection's shipped orders. */
export interface OrdersUnderWay {
  readonly orders: number;
  /** Package that was not delivered → its orders: several if parcels were merged. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** Package that was not delivered → its tracking numbers as `toNumbersKey` writes them. */
  readonly numbers: ReadonlyMap<string, string>;
  /** Orders that are completed unless news of them comes. */
  readonly silent: readonly string[];
  /** When the first of them was made; '' where there are none. */
  readonly firstMade: string;
  /** When the order after them was made; null if they are the last. */
  readonly next: string | null;
}

/**
 * Where a part of the orders ends: after so many orders or packages, orders of one moment together; or at the moment that was
 * found before.
 */
type PartEnd = { readonly limit: number } | { readonly madeBefore: string };

/**
 * Reads a part of a connection's shipped orders.
 * @param listed oldest first, from where the part begins
 */
export async function readUnderWay(
  listed: AsyncIterable<FulfillmentOrder>,
  end: PartEnd,
  estimatedArrivalDays: number,
  now: number,
): Promise<OrdersUnderWay> {
  const packages = new Map<string, string[]>();
  const numbers = new Map<string, string>();
  const silent: string[] = [];
  const made = { orders: 0, first: '', last: '' };
  const result = () => ({ orders: made.orders, packages, numbers, silent, firstMade: made.first });
  for await (const order of listed) {
    const { reference, createdAt } = order;
    if (isOver(end, { last: made.last, entries: Math.max(made.orders, packages.size) }, createdAt))
      return { ...result(), next: createdAt };
    for (const { id, deliveredAt, trackingNumbers } of order.packages) {
      if (deliveredAt !== '') continue;
      packages.set(id, [...(packages.get(id) ?? []), reference]);
      numbers.set(id, toNumbersKey(trackingNumbers));
    }
    if (completeIfSilent(order, estimatedArrivalDays, now) !== order) silent.push(reference);
    made.first ||= createdAt;
    made.last = createdAt;
    made.orders += 1;
  }
  return { ...result(), next: null };
}

/** A key that does not depend on the order of the numbers. */
export function toNumbersKey(trackingNumbers: readonly string[]): string {
  return [...trackingNumbers].sort().join();
}

function isOver(end: PartEnd, made: { entries: number; last: string }, createdAt: string): boolean {
  if ('madeBefore' in end) return createdAt >= end.madeBefore;
  return made.entries >= end.limit && createdAt !== made.last;
}

/** A refresh is due every 12 hours, so a position that is older than half of that is not continued. */
const FORGET_AFTER_MS = 6 * 60 * 60_000;

const trackingPosition = z.object({
  /** When the refresh began, ISO UTC. */
  began: z.iso.datetime(),
  /** When the first order of the current part was made, ISO UTC; '': the oldest. */
  from: z.string(),
  /** When the first order after the part was made, at the latest; null until the part was read. It stays when orders leave the part. */
  end: z.string().nullable(),
  /** The moment since which deliveries are read for it, ISO UTC; '' until that has begun. */
  since: z.string(),
  /** The provider's cursor after the last recorded page of deliveries; null if none was recorded. */
  page: z.string().nullable(),
  /** Whether all deliveries were recorded, so that orders without news may be completed. */
  arrivalsRead: z.boolean(),
});
/** The position of a refresh of tracking that ran out of time. */
export type TrackingPosition = z.infer<typeof trackingPosition>;

/**
 * @param saved by `writePosition`; null or '' if nothing is to be continued
 * @param now ms since the epoch
 */
export function readPosition(saved: string | null, now: number): TrackingPosition {
  const fresh = startPart('', { began: isoTime(now) });
  if (saved === null || saved === '') return fresh;
  const { data: position } = trackingPosition.safeParse(JSON.parse(saved));
  return position === undefined || now - Date.parse(position.began) > FORGET_AFTER_MS ? fresh : position;
}

/** The position at the start of a part. */
export function startPart(from: string, { began }: Pick<TrackingPosition, 'began'>): TrackingPosition {
  return { began, from, end: null, since: '', page: null, arrivalsRead: false };
}

export function writePosition(position: TrackingPosition): string {
  return JSON.stringify(position);
}
