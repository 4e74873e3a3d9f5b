import { differenceOf, sumOf } from './decimal.ts';
import type { FulfillmentOrder, OrderedLine } from './fulfillment-order.ts';
import type { Package } from './package.ts';

/** Each line of the order less what its packages hold; lines that are out are left out. */
export function stillToShip(order: Pick<FulfillmentOrder, 'lines' | 'packages'>): OrderedLine[] {
  return order.lines
    .map((line) => ({
      ...line,
      quantity: differenceOf(line.quantity, quantityShipped(order.packages, line.key)),
    }))
    .filter((line) => line.quantity > 0);
}

/** How much of a line the packages hold. */
export function quantityShipped(packages: readonly Package[], key: string): number {
  const contents = packages.flatMap((box) => box.contents).filter((line) => line.key === key);
  return sumOf(contents.map(({ quantity }) => quantity));
}

/** Each line of the order with what it stands for: what was ordered, or what left where that is more. */
export function standingFor({
  lines,
  packages,
}: Pick<FulfillmentOrder, 'lines' | 'packages'>): OrderedLine[] {
  return lines.map((line) => ({
    ...line,
    quantity: Math.max(line.quantity, quantityShipped(packages, line.key)),
  }));
}
