import type { FulfillmentOrder, OrderedLine } from './fulfillment-order.ts';
import type { Package } from './package.ts';

/** Each line of the order less what its packages hold; lines that are out are left out. */
export function stillToShip(order: Pick<FulfillmentOrder, 'lines' | 'packages'>): OrderedLine[] {
  return order.lines
    .map((line) => ({
      ...line,
      quantity: roundQuantity(line.quantity - quantityShipped(order.packages, line.key)),
    }))
    .filter((line) => line.quantity > 0);
}

function quantityShipped(packages: readonly Package[], key: string): number {
  return packages
    .flatMap((box) => box.contents)
    .filter((line) => line.key === key)
    .reduce((sum, line) => sum + line.quantity, 0);
}

/** DEAR keeps quantities to four decimals; sums of binary fractions are cut back to that. */
export function roundQuantity(quantity: number): number {
  return Math.round(quantity * 10_000) / 10_000;
}
