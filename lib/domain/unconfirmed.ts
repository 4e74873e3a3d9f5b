import type { Connection } from './connection.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { Package } from './package.ts';
import { stillToShip } from './still-to-ship.ts';

/** Packages that DEAR does not show yet. */
export function unconfirmedPackages(order: FulfillmentOrder): Package[] {
  return order.packages.filter(({ id }) => !order.confirmation.packages.includes(id));
}

/** Whether DEAR did not take what left: until a person acts, or a stock take there is over. */
export function isHeldUp({ confirmation }: Pick<FulfillmentOrder, 'confirmation'>): boolean {
  return confirmation.state === 'refused' || confirmation.state === 'locked';
}

/**
 * Whether DEAR is to be told of packages now: once all of the order has left, or of each as it leaves where the connection
 * converts partial shipments; and never for goods that the sale no longer wants. What has changed about a package that it
 * shows is told at once.
 */
export function needsConfirmation(
  order: FulfillmentOrder,
  connection: Pick<Connection, 'partialShipments'>,
): boolean {
  return hasPackagesToTell(order, connection) || hasCorrectionsToTell(order);
}

export function hasPackagesToTell(
  order: FulfillmentOrder,
  { partialShipments }: Pick<Connection, 'partialShipments'>,
): boolean {
  const open = order.confirmation.state === 'none' || order.confirmation.state === 'claimed';
  const complete = partialShipments === 'convert' || stillToShip(order).length === 0;
  return open && complete && isWanted(order) && unconfirmedPackages(order).length > 0;
}

/** One that DEAR refused waits until the sale was touched, like any other refusal. */
export function hasCorrectionsToTell(order: FulfillmentOrder): boolean {
  const { state, corrections } = order.confirmation;
  return corrections.length > 0 && state !== 'refused' && state !== 'abandoned' && isWanted(order);
}

function isWanted({ withdrawn, status }: FulfillmentOrder): boolean {
  return !withdrawn && status !== 'Cancelled';
}
