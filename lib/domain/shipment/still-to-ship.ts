import type { Connection } from '../connection.ts';
import { subtract, sumAll } from '../decimal.ts';
import type { FulfillmentOrder, OrderedLine } from '../order/fulfillment-order.ts';
import { isVoid, type Package } from './package.ts';

/** Lines of an order, and its packages. */
export interface PartlyShipped
  extends Pick<FulfillmentOrder, 'lines'>,
    Partial<Pick<FulfillmentOrder, 'closedShort'>> {
  readonly packages: ReadonlyArray<Pick<Package, 'contents' | 'voided'>>;
}

/** The unshipped quantity of each line, without shipped lines; nothing for an order that was closed short. */
export function stillToShip(order: PartlyShipped): OrderedLine[] {
  return order.closedShort ? [] : notLeft(order);
}

function notLeft(order: PartlyShipped): OrderedLine[] {
  const shipped = quantitiesIn(order.packages);
  return order.lines
    .map((line) => ({ ...line, quantity: subtract(line.quantity, shipped.get(line.key) ?? 0) }))
    .filter((line) => line.quantity > 0);
}

/** Line key → its quantity in packages that are not void; in one pass, as an order may have thousands of lines. */
function quantitiesIn(packages: PartlyShipped['packages']): Map<string, number> {
  const byLine = Map.groupBy(
    packages.filter((box) => !isVoid(box)).flatMap(({ contents }) => contents),
    ({ key }) => key,
  );
  return new Map([...byLine].map(([key, lines]) => [key, sumAll(lines.map(({ quantity }) => quantity))]));
}

/** Each line with the quantity that it covers: the ordered one, or the shipped one if that is more. */
export function coveredLines({
  lines,
  packages,
}: Pick<FulfillmentOrder, 'lines' | 'packages'>): OrderedLine[] {
  const shipped = quantitiesIn(packages);
  return lines.map((line) => ({ ...line, quantity: Math.max(line.quantity, shipped.get(line.key) ?? 0) }));
}

/** Each line with its shipped quantity. */
export function shippedQuantities({
  lines,
  packages,
}: Pick<FulfillmentOrder, 'lines' | 'packages'>): OrderedLine[] {
  const shipped = quantitiesIn(packages);
  return lines.map((line) => ({ ...line, quantity: shipped.get(line.key) ?? 0 }));
}

/** Packages that DEAR does not show yet. */
export function unconfirmedPackages(order: FulfillmentOrder): Package[] {
  return order.packages.filter(({ id }) => !order.confirmation.packages.includes(id));
}

/** Whether DEAR refused the confirmation, or a stock take locks it. */
export function isConfirmationBlocked({ confirmation }: Pick<FulfillmentOrder, 'confirmation'>): boolean {
  return confirmation.state === 'refused' || confirmation.state === 'locked';
}

/**
 * Whether packages have to be confirmed to DEAR now: once all of the order has left, or each as it leaves if the connection
 * converts partial shipments; never for goods that the sale no longer asks for. Corrections of confirmed packages are written
 * at once.
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

/** A refused correction waits until the sale has changed, like any other refusal. */
export function hasCorrectionsToTell(order: FulfillmentOrder): boolean {
  const { state, corrections } = order.confirmation;
  return corrections.length > 0 && state !== 'refused' && state !== 'abandoned' && isWanted(order);
}

function isWanted({ withdrawn, status }: FulfillmentOrder): boolean {
  return !withdrawn && status !== 'Cancelled';
}
