import { isVoid } from '../shipment/package.ts';
import { stillToShip } from '../shipment/still-to-ship.ts';
import { type FulfillmentOrder, STATUSES } from './fulfillment-order.ts';

/**
 * How far an order has come, in people's words. DEAR's status `Shipped` begins when the service accepts the order; people read
 * from the packages whether anything has left.
 */
export const PROGRESS = [...STATUSES, 'At warehouse', 'Partly shipped'] as const;
export type Progress = (typeof PROGRESS)[number];

type Order = Pick<FulfillmentOrder, 'status' | 'lines' | 'packages' | 'closedShort'>;

export function toProgress(order: Order): Progress {
  if (order.status !== 'Shipped') return order.status;
  if (!hasLeft(order)) return 'At warehouse';
  return stillToShip(order).length > 0 ? 'Partly shipped' : 'Shipped';
}

/** Whether any of its packages has left. */
export function hasLeft({ packages }: Pick<FulfillmentOrder, 'packages'>): boolean {
  return packages.some((box) => !isVoid(box));
}

/** The other system's own words for the order's reason; '' where it said none, or they have expired. They may be personal data. */
export function getUpstreamWords({ log, reason }: Pick<FulfillmentOrder, 'log' | 'reason'>): string {
  return log.findLast(({ what }) => what === reason)?.upstreamMessage ?? '';
}
