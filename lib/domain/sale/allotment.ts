import { toDecimal } from '../decimal.ts';
import type { AwaitedGoods, FulfillmentOrder } from '../order/fulfillment-order.ts';
import { coveredLines } from '../shipment/still-to-ship.ts';
import { type DemandedLine, type Goods, lineKey } from './deliverable-lines.ts';

/** How a sale's goods are divided among its orders. Quantities are DEAR's, to four decimals. */
interface Allotment {
  /** What each order has to ship, in the given order; no lines: the sale asks for none of its goods. */
  readonly shares: readonly Share[];
  /** Available goods that no order ships. */
  readonly rest: readonly DemandedLine[];
  /** Goods on backorder that no order ships. */
  readonly awaited: readonly AwaitedGoods[];
}

interface Share {
  readonly order: FulfillmentOrder;
  readonly lines: readonly DemandedLine[];
}

/** A line of the sale, and how much of it orders have taken. */
interface Row extends Goods {
  readonly taken: number;
}

/** Product → quantity. */
type Limit = (productId: string) => number;

const UNLIMITED: Limit = () => Number.POSITIVE_INFINITY;

/**
 * Divides the goods of a sale among its orders. An order that was sent keeps its goods for as long as the sale asks for them, and
 * goods that come in later do not change it. An order that was not sent takes them. Goods that a person adds to the sale go to
 * the latest order that can still be changed. The rest is for the next order.
 *
 * No line is allotted more than the sale asks for. If the sale asks for less than before, the latest order that has not left
 * loses goods first, and orders that have left lose them last.
 * @param orders that cover goods of the sale, oldest first
 * @param shippedByOthers quantity that DEAR shows as shipped without an order of ours
 */
export function allot(
  goods: readonly Goods[],
  orders: readonly FulfillmentOrder[],
  shippedByOthers: Limit = () => 0,
): Allotment {
  const latest = orders.at(-1);
  const grows = latest !== undefined && isUntouched(latest);
  const shares = new Map<FulfillmentOrder, readonly DemandedLine[]>();
  let rows: readonly Row[] = goods.map((one) => ({ ...one, taken: 0 }));
  const give = (order: FulfillmentOrder, after: readonly Row[]) => {
    shares.set(order, joined(shares.get(order) ?? [], difference(rows, after)));
    rows = after;
  };
  for (const order of firstThoseThatLeft(orders)) {
    if (!grows || order !== latest) give(order, held(order, rows));
  }
  if (grows) give(latest, grown(rows, UNLIMITED));
  else if (latest !== undefined && canBeChanged(latest)) give(latest, grown(rows, addedSince(latest, rows)));
  const open = grown(rows, UNLIMITED);
  const rest = withoutShippedByOthers(difference(rows, open), shippedByOthers);
  return {
    shares: orders.map((order) => ({ order, lines: shares.get(order) ?? [] })),
    rest,
    awaited: untaken(open),
  };
}

/** What each order keeps of the goods, each from its own line of the sale first. Orders that have left keep theirs first. */
export function keep(goods: readonly Goods[], orders: readonly FulfillmentOrder[]): readonly Share[] {
  let rows: readonly Row[] = goods.map((one) => ({ ...one, taken: 0 }));
  return firstThoseThatLeft(orders).map((order) => {
    const after = held(order, rows);
    const lines = difference(rows, after);
    rows = after;
    return { order, lines };
  });
}

/** Orders that have left come first; among the others, older orders come first. */
function firstThoseThatLeft(orders: readonly FulfillmentOrder[]): FulfillmentOrder[] {
  const hasLeft = ({ packages }: FulfillmentOrder) => packages.length > 0;
  return [...orders.filter(hasLeft), ...orders.filter((order) => !hasLeft(order))];
}

/** Not sent and not edited by a person: edits are not overwritten because goods have come in. */
function isUntouched(order: FulfillmentOrder): boolean {
  const isUnsent = order.submission.state === 'none' || order.submission.state === 'rejected';
  return (
    isUnsent &&
    order.packages.length === 0 &&
    order.status !== 'Cancelled' &&
    order.fingerprint === order.planned
  );
}

/** After its service refused a change, further goods go into an order of their own. */
function canBeChanged({ packages, status, submission }: FulfillmentOrder): boolean {
  return packages.length === 0 && status !== 'Cancelled' && submission.refusedFingerprint === '';
}

/** What the sale asks for beyond what it asked for when the order was planned. */
function addedSince({ awaited }: FulfillmentOrder, rows: readonly Row[]): Limit {
  return (productId) => {
    const own = rows.filter(({ line }) => line.productId === productId);
    const known = awaited.find((one) => one.productId === productId)?.quantity ?? 0;
    return own.reduce((sum, { quantity, taken }) => sum + quantity - taken, 0) - known;
  };
}

/** The rows after the order has taken its lines again, each from its own line of the sale if that still has its product. */
function held(order: FulfillmentOrder, rows: readonly Row[]): readonly Row[] {
  const amounts = rows.map((row) => row.taken);
  const byKey = new Map(rows.map(({ place }, index) => [lineKey(place), index]));
  const byProduct = Map.groupBy(rows.keys(), (index) => rows[index]?.line.productId);
  const take = (quantity: number, indexes: readonly number[]) => {
    let left = quantity;
    for (const index of indexes) {
      const part = Math.min(left, (rows[index]?.quantity ?? 0) - (amounts[index] ?? 0));
      amounts[index] = toDecimal((amounts[index] ?? 0) + part);
      left = toDecimal(left - part);
    }
    return left;
  };
  const missing = coveredLines(order).map(({ key, productId, quantity }) => {
    const own = byKey.get(key);
    const isSame = own !== undefined && rows[own]?.line.productId === productId;
    return { productId, quantity: take(quantity, isSame ? [own] : []) };
  });
  for (const { productId, quantity } of missing) take(quantity, byProduct.get(productId) ?? []);
  return rows.map((row, index) => ({ ...row, taken: amounts[index] ?? 0 }));
}

/** The rows after all available goods have been taken, up to a limit for each product. */
function grown(rows: readonly Row[], limit: Limit): readonly Row[] {
  const left = new Map<string, number>();
  for (const [productId, own] of Map.groupBy(rows, ({ line }) => line.productId)) {
    const there = own.reduce((sum, row) => sum + row.available - row.taken, 0);
    left.set(productId, toDecimal(Math.min(there, limit(productId))));
  }
  return rows.map((row) => {
    const { productId } = row.line;
    const part = Math.max(0, Math.min(left.get(productId) ?? 0, row.available - row.taken));
    left.set(productId, toDecimal((left.get(productId) ?? 0) - part));
    return { ...row, taken: toDecimal(row.taken + part) };
  });
}

/** What was taken between two states of the rows, line by line. */
function difference(before: readonly Row[], after: readonly Row[]): DemandedLine[] {
  return after.flatMap(({ line, place, taken }, index) => {
    const quantity = toDecimal(taken - (before[index]?.taken ?? 0));
    return quantity > 0 ? [{ line, place, quantity, batch: '', expiry: '' }] : [];
  });
}

/** Both together, in the order of the sale. */
function joined(one: readonly DemandedLine[], other: readonly DemandedLine[]): DemandedLine[] {
  const byPlace = new Map(one.map((line) => [line.place, line]));
  for (const line of other) {
    const before = byPlace.get(line.place)?.quantity ?? 0;
    byPlace.set(line.place, { ...line, quantity: toDecimal(before + line.quantity) });
  }
  return [...byPlace.values()].sort((a, b) => a.place - b.place);
}

function withoutShippedByOthers(lines: readonly DemandedLine[], shipped: Limit): DemandedLine[] {
  const left = new Map<string, number>();
  return lines.flatMap((one) => {
    const { productId } = one.line;
    const gone = left.get(productId) ?? shipped(productId);
    const quantity = toDecimal(Math.max(0, one.quantity - gone));
    left.set(productId, Math.max(0, gone - one.quantity));
    return quantity > 0 ? [{ ...one, quantity }] : [];
  });
}

function untaken(rows: readonly Row[]): AwaitedGoods[] {
  const byProduct = Map.groupBy(rows, ({ line }) => line.productId);
  return [...byProduct].flatMap(([productId, own]) => {
    const quantity = toDecimal(own.reduce((sum, row) => sum + row.quantity - row.taken, 0));
    return quantity > 0 ? [{ productId, sku: own[0]?.line.sku ?? '', quantity }] : [];
  });
}
