import type { Connection } from '../domain/connection.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { stillToShip } from '../domain/still-to-ship.ts';
import { needsConfirmation } from '../domain/unconfirmed.ts';
import { type SiblingNeeds, siblingsOf } from './siblings.ts';

export interface OldestShipmentNeeds extends SiblingNeeds {
  readonly orders: SiblingNeeds['orders'] & {
    listWaiting(what: 'confirmation'): AsyncIterable<FulfillmentOrder>;
  };
  readonly connections: readonly Connection[];
}

/** Orders that rightly wait for others of their fulfilment stand before the one that is sought; so many are passed over. */
const LOOK_AT_MOST = 1_000;

/** Since when the oldest shipment waits that DEAR should have been told of, ISO UTC; null where none does. */
export async function oldestUnconfirmedShipment(needs: OldestShipmentNeeds): Promise<string | null> {
  let oldest: string | null = null;
  let looked = 0;
  for await (const order of needs.orders.listWaiting('confirmation')) {
    // Listed longest first, and none is due before it waits.
    if (oldest !== null && order.waitingSince >= oldest) break;
    const since = await dueSince(order, needs);
    if (since !== null && (oldest === null || since < oldest)) oldest = since;
    looked += 1;
    if (looked === LOOK_AT_MOST) break;
  }
  return oldest;
}

/** null while DEAR is not to be told: the connection waits for the rest, or for the fulfilment's other orders to leave. */
async function dueSince(order: FulfillmentOrder, needs: OldestShipmentNeeds): Promise<string | null> {
  const connection = needs.connections.find(({ id }) => id === order.connection);
  // Of a connection that left the settings nobody tells DEAR: that is to be seen.
  if (connection === undefined) return order.waitingSince;
  if (!needsConfirmation(order, connection)) return null;
  if (connection.trigger === 'OrderAuthorised') return order.waitingSince;
  const siblings = await siblingsOf(order, needs);
  if (siblings.some((other) => stillToShip(other).length > 0)) return null;
  const moments = [order, ...siblings].map(({ waitingSince }) => waitingSince);
  return moments.sort().at(-1) ?? order.waitingSince;
}
