import { subtract, sumAll, toDecimal } from '../decimal.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { coveredLines } from '../shipment/still-to-ship.ts';
import { placeOfKey } from './deliverable-lines.ts';
import type { Sale, SaleLine, StageLine } from './sale.ts';

/** A line of a stage, and the demand that it belongs to; '' if no connection ships it. */
export interface StagedLine {
  readonly stageLine: StageLine;
  readonly demand: string;
  /** Of its fulfilment. */
  readonly taskId: string;
}

/** A quantity of a stage's line, and the line of the sale that it belongs to. */
export interface Piece {
  readonly line: SaleLine;
  /** From 1, on the sale. */
  readonly place: number;
  readonly quantity: number;
}

/** A line of the sale, and its quantity that is not allotted yet. */
interface Row {
  readonly line: SaleLine;
  readonly place: number;
  open: number;
  /** The part of it that orders of other demands have. */
  readonly held: Map<string, number>;
}

/**
 * Assigns each line of a sale's stages to lines of the sale. DEAR's stages name only the product, so lines of one product are
 * filled in the order of the sale, over all fulfilments and locations: no goods are counted twice, and the amounts of all
 * pieces add up to the sale's. An existing order keeps the lines that it was made with, whatever happens to other fulfilments.
 * A surplus goes to the last line of the product, unless it goes into a kit.
 * @param staged every line of every fulfilment that has come so far, oldest fulfilment first
 * @param orders made for the sale before
 * @param parts products that go into a kit of the sale
 * @returns no piece for a line whose product is on no line that ships from stock
 */
export function allotStages(
  sale: Sale,
  staged: readonly StagedLine[],
  orders: readonly FulfillmentOrder[],
  parts: ReadonlySet<string> = new Set(),
): ReadonlyMap<StageLine, readonly Piece[]> {
  const rows = getRows(sale);
  hold(rows, staged, orders);
  return new Map(
    inFixedOrder(staged).map(({ stageLine, demand }) => [
      stageLine,
      take(rowsFor(rows, stageLine), stageLine.quantity, demand, parts.has(stageLine.productId)),
    ]),
  );
}

/** Whether lines of a product differ in more than their quantity. */
export function differ(pieces: readonly SaleLine[]): boolean {
  const [first, ...others] = pieces.map(toComparable);
  return others.some((other) => other !== first);
}

/** A line without its quantity. */
function toComparable({ quantity, backorderQuantity: _, total: __, tax, ...rest }: SaleLine): string {
  return JSON.stringify([rest, quantity === 0 ? 0 : toDecimal(tax / quantity)]);
}

function getRows({ lines }: Sale): Row[] {
  return lines
    .map((line, index) => ({ line, place: index + 1, open: line.quantity, held: new Map<string, number>() }))
    .filter(({ line }) => !line.dropShip && line.quantity >= 0);
}

function rowsFor(rows: readonly Row[], { productId, sku }: StageLine): readonly Row[] {
  const own = rows.filter(({ line }) => line.productId === productId);
  return own.length > 0 ? own : rows.filter(({ line }) => line.sku === sku);
}

/** Orders of current demands keep the places in their lines' keys. */
function hold(
  rows: readonly Row[],
  staged: readonly StagedLine[],
  orders: readonly FulfillmentOrder[],
): void {
  const demands = new Set(staged.map(({ demand }) => demand));
  for (const order of orders.filter(({ demand, withdrawn }) => demands.has(demand) && !withdrawn)) {
    for (const { key, productId, quantity } of coveredLines(order)) {
      const row = rows.find(({ place, line }) => place === placeOfKey(key) && line.productId === productId);
      if (row === undefined) continue;
      const free = subtract(row.open, sumAll(row.held.values()));
      const before = row.held.get(order.demand) ?? 0;
      row.held.set(order.demand, sumAll([before, Math.max(0, Math.min(quantity, free))]));
    }
  }
}

/** The same order for a pick and for the pack of the same goods, however DEAR lists them. */
function inFixedOrder(staged: readonly StagedLine[]): StagedLine[] {
  const getName = ({ stageLine: { location, batch, expiry, box } }: StagedLine) =>
    JSON.stringify([location, batch, expiry, box]);
  const byTask = Map.groupBy(staged, ({ taskId }) => taskId);
  return [...byTask.values()].flatMap((lines) => {
    const byName = Map.groupBy(lines, getName);
    return [...byName.keys()].toSorted().flatMap((name) => byName.get(name) ?? []);
  });
}

function take(rows: readonly Row[], quantity: number, demand: string, isPart: boolean): Piece[] {
  const pieces = new Map<Row, number>();
  const draw = (row: Row, part: number) => {
    if (part <= 0) return;
    row.open = subtract(row.open, part);
    pieces.set(row, sumAll([pieces.get(row) ?? 0, part]));
    left = subtract(left, part);
  };
  let left = quantity;
  for (const row of rows) {
    const own = row.held.get(demand) ?? 0;
    const part = Math.min(left, own);
    row.held.set(demand, subtract(own, part));
    draw(row, part);
  }
  for (const row of rows) draw(row, Math.min(left, subtract(row.open, sumAll(row.held.values()))));
  const last = rows.at(-1);
  if (last !== undefined && !isPart) draw(last, left);
  return rows.flatMap((row) => {
    const { line, place } = row;
    const part = pieces.get(row) ?? 0;
    return part > 0 ? [{ line, place, quantity: part }] : [];
  });
}
