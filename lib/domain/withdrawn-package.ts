import { enumerate } from './enumeration.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { Package } from './package.ts';
import { stillToShip } from './still-to-ship.ts';
import { change } from './transitions.ts';

/**
 * A label was voided, so its package did not leave. One that DEAR was not told of is taken off the order; one that it shows
 * already stays, and the order says so, as DEAR has no way to take a shipment back.
 * @param packageId of a package that may or may not be known
 */
export function recordWithdrawnPackage(
  order: FulfillmentOrder,
  packageId: string,
  now: number,
): FulfillmentOrder {
  const box = order.packages.find(({ id }) => id === packageId);
  if (box === undefined) return order;
  return order.confirmation.packages.includes(packageId) ? raise(order, box, now) : takeOff(order, box, now);
}

function takeOff(order: FulfillmentOrder, box: Package, now: number): FulfillmentOrder {
  const packages = order.packages.filter(({ id }) => id !== box.id);
  const missing = stillToShip({ lines: order.lines, packages }).map(
    ({ quantity, sku }) => `${quantity} × ${sku}`,
  );
  const reason = `A label was voided; still to come: ${enumerate(missing)}.`;
  return change(
    order,
    now,
    { packages, reason },
    { by: order.connection, what: `${nameOf(box)} was voided and did not leave.` },
  );
}

function raise(order: FulfillmentOrder, box: Package, now: number): FulfillmentOrder {
  const reason = `${nameOf(box)} was voided after DEAR had been told that it left. Undo the shipment in DEAR by hand.`;
  if (order.log.some(({ what }) => what === reason)) return order;
  return change(order, now, { reason }, { by: order.connection, what: reason });
}

function nameOf(box: Package): string {
  return `Package ${enumerate(box.trackingNumbers) || box.id}`;
}
