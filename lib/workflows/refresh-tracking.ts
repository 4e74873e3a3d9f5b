import { type Clock, isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { completeIfSilent, recordDeliveries } from '../domain/delivery.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import type { JobEnding } from '../domain/job-run.ts';
import { tracksDelivery } from '../providers/capabilities.ts';
import type { Provider } from '../providers/provider.ts';

export interface RefreshTrackingNeeds {
  readonly provider: Provider;
  readonly connection: Connection;
  readonly orders: {
    listShipped(connection: string): AsyncIterable<FulfillmentOrder>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly now: Clock;
}

const DAY_MS = 86_400_000;
/** A label may be bought some days before its parcel leaves. */
const LABEL_AHEAD_DAYS = 7;

/**
 * Looks at every order in Shipped: what has arrived, and what has been silent for so long that it is taken for completed.
 * Writes only what changed, and costs DEAR nothing but what it takes to show its staff a new status.
 */
export async function refreshTracking(needs: RefreshTrackingNeeds): Promise<JobEnding> {
  const { connection, orders, now } = needs;
  const arrivals = await readArrivals(needs);
  const tally = { orders: 0, delivered: 0, completed: 0 };
  for await (const order of orders.listShipped(connection.id)) {
    const stored = await orders.update(order, (current) =>
      completeIfSilent(recordDeliveries(current, arrivals, now()), connection.estimatedArrivalDays, now()),
    );
    // DEAR's staff see the short status there.
    const shown = connection.statusAttribute !== '' && stored.status !== order.status;
    if (shown) await needs.confirmations.publish({ reference: order.reference });
    tally.orders += 1;
    if (stored.status === 'Delivered') tally.delivered += 1;
    if (stored.status === 'Completed') tally.completed += 1;
  }
  return { outcome: 'finished', counts: { arrivals: arrivals.size, ...tally } };
}

/** Package id → when it arrived. Older packages are on orders that are completed by now. */
async function readArrivals({
  provider,
  connection,
  now,
}: RefreshTrackingNeeds): Promise<Map<string, string>> {
  const arrivals = new Map<string, string>();
  if (!tracksDelivery(provider)) return arrivals;
  const madeSince = now() - (connection.estimatedArrivalDays + LABEL_AHEAD_DAYS) * DAY_MS;
  for await (const page of provider.deliveries(isoTime(madeSince))) {
    for (const { id, deliveredAt } of page) arrivals.set(id, deliveredAt);
  }
  return arrivals;
}
