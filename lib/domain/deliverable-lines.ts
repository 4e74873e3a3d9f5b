import type { Connection } from './connection.ts';
import type { Sale, SaleLine } from './sale.ts';

/** A sale's lines sorted by whether a fulfillment service is to ship them. Every line is in exactly one of the lists. */
export interface SortedLines {
  readonly toShip: ReadonlyArray<{ readonly line: SaleLine; readonly quantity: number }>;
  /** Lines that nobody ships from here, each with its reason. */
  readonly leftOut: ReadonlyArray<{ readonly line: SaleLine; readonly why: string }>;
  /** Lines with goods that DEAR has on backorder. */
  readonly backordered: readonly SaleLine[];
}

const NO_PRODUCT = '00000000-0000-0000-0000-000000000000';

export function sortLines(sale: Sale): SortedLines {
  const reasons = sale.lines.map((line) => ({ line, why: whyNotShipped(line) }));
  const goods = reasons.filter(({ why }) => why === '').map(({ line }) => line);
  return {
    toShip: goods
      .map((line) => ({ line, quantity: availableQuantity(line) }))
      .filter(({ quantity }) => quantity > 0),
    leftOut: reasons.filter(({ why }) => why !== ''),
    backordered: goods.filter((line) => line.backorderQuantity > 0),
  };
}

function whyNotShipped(line: SaleLine): string {
  if (line.dropShip) return 'is drop-shipped by its supplier';
  if (line.productId === '' || line.productId === NO_PRODUCT) return 'is not a product';
  return line.quantity > 0 ? '' : `has the quantity ${line.quantity}`;
}

/** DEAR keeps quantities to four decimals. */
function availableQuantity(line: SaleLine): number {
  return Math.max(0, Math.round((line.quantity - line.backorderQuantity) * 10_000) / 10_000);
}

/** DEAR shows location names as typed; people do not mean a different location by a capital or a blank. */
export function connectionFor(location: string, connections: readonly Connection[]): Connection | undefined {
  const wanted = location.trim().toLowerCase();
  return connections.find((connection) => connection.location.trim().toLowerCase() === wanted);
}
