import { differenceOf, sumOf } from './decimal.ts';
import type { FulfillmentOrder, OrderedLine } from './fulfillment-order.ts';
import { isVoid, type Package } from './package.ts';

/** Lines of an order, and what of them is out. */
export interface PartlyOut
  extends Pick<FulfillmentOrder, 'lines'>,
    Partial<Pick<FulfillmentOrder, 'closedShort'>> {
  readonly packages: ReadonlyArray<Pick<Package, 'contents' | 'voided'>>;
}

/** Each line of the order less what its packages hold; lines that are out are left out. Of one that was closed short nothing. */
export function stillToShip(order: PartlyOut): OrderedLine[] {
  return order.closedShort ? [] : notLeft(order);
}

function notLeft(order: PartlyOut): OrderedLine[] {
  const shipped = quantitiesIn(order.packages);
  return order.lines
    .map((line) => ({ ...line, quantity: differenceOf(line.quantity, shipped.get(line.key) ?? 0) }))
    .filter((line) => line.quantity > 0);
}

/** Line key → how much of it the packages hold, a voided label nothing; in one pass, as an order may have thousands of lines. */
function quantitiesIn(packages: PartlyOut['packages']): Map<string, number> {
  const byLine = Map.groupBy(
    packages.filter((box) => !isVoid(box)).flatMap(({ contents }) => contents),
    ({ key }) => key,
  );
  return new Map([...byLine].map(([key, lines]) => [key, sumOf(lines.map(({ quantity }) => quantity))]));
}

/** Each line of the order with what it stands for: what was ordered, or what left where that is more. */
export function standingFor({
  lines,
  packages,
}: Pick<FulfillmentOrder, 'lines' | 'packages'>): OrderedLine[] {
  const shipped = quantitiesIn(packages);
  return lines.map((line) => ({ ...line, quantity: Math.max(line.quantity, shipped.get(line.key) ?? 0) }));
}

/** Each line of the order with what left of it. */
export function whatLeft({ lines, packages }: Pick<FulfillmentOrder, 'lines' | 'packages'>): OrderedLine[] {
  const shipped = quantitiesIn(packages);
  return lines.map((line) => ({ ...line, quantity: shipped.get(line.key) ?? 0 }));
}
