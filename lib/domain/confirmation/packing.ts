import type { Connection } from '../connection.ts';
import { sumAll, toDecimal } from '../decimal.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import type { Package } from '../shipment/package.ts';

/** Goods for DEAR's pick and pack: by product, because DEAR's order lines have no id. */
export interface PickedGoods {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly location: string;
  readonly quantity: number;
  readonly batch: string;
  readonly expiry: string;
}

export interface PackedGoods extends PickedGoods {
  readonly box: string;
}

export interface ShippedBox {
  /** One box of the pack, or several joined by commas. */
  readonly box: string;
  readonly carrier: string;
  readonly trackingNumbers: readonly string[];
  /** ISO UTC. */
  readonly shippedAt: string;
}

/** An order's packages that are confirmed together, with the names that its connection maps. */
export interface Consignment {
  readonly order: FulfillmentOrder;
  readonly packages: readonly Package[];
  readonly connection: Pick<Connection, 'carriers' | 'warehouses'>;
}

interface Box<Source = Consignment> {
  readonly name: string;
  readonly contents: Package;
  readonly trackingNumbers: readonly string[];
  readonly consignment: Source;
}

/**
 * One box per package, so that goods of different locations never share one. A package without goods (the second label of a
 * shipment whose goods are all in the first) is no box, but its tracking numbers go with the first box.
 */
export function getBoxes<Source extends Pick<Consignment, 'order' | 'packages'>>(
  consignment: Source,
): Box<Source>[] {
  const { order, packages } = consignment;
  const loose = packages.filter((box) => box.contents.length === 0).flatMap((box) => box.trackingNumbers);
  return packages
    .filter((box) => box.contents.length > 0)
    .map((contents, index) => ({
      name: getBoxName(order, contents),
      contents,
      trackingNumbers: index === 0 ? [...contents.trackingNumbers, ...loose] : contents.trackingNumbers,
      consignment,
    }));
}

/** In DEAR a comma ends a box's name. */
function withoutCommas(reference: string): string {
  return reference.replaceAll(',', '.');
}

/** Independent of which packages are confirmed together, so that a box keeps its name. '' for a package that is no box. */
export function getBoxName(order: FulfillmentOrder, box: Package): string {
  if (box.shownIn !== undefined) return box.shownIn.box;
  return box.contents.length === 0 ? '' : `${withoutCommas(order.reference)} box ${boxNumber(order, box)}`;
}

function boxNumber(order: FulfillmentOrder, box: Package): number {
  return (
    order.packages.filter(({ contents }) => contents.length > 0).findIndex(({ id }) => id === box.id) + 1
  );
}

/** The shipped goods, by product, location and batch. */
export function pickLines(consignments: readonly Consignment[]): PickedGoods[] {
  const lines = packLines(consignments, new Map()).map(({ box: _, ...goods }) => goods);
  return sumUp(lines, (line) => [line.productId, line.location, line.batch, line.expiry]);
}

/** @param pickedAt product → the location that DEAR has picked it from, if it is picked */
export function packLines(
  consignments: readonly Consignment[],
  pickedAt: ReadonlyMap<string, string>,
): PackedGoods[] {
  const lines = consignments.flatMap(getBoxes).flatMap((box) => getLines(box, pickedAt));
  return sumUp(lines, (line) => [line.productId, line.location, line.batch, line.expiry, line.box]);
}

function getLines(
  { name: box, contents, consignment }: Box,
  pickedAt: ReadonlyMap<string, string>,
): PackedGoods[] {
  const { order } = consignment;
  return contents.contents.flatMap(({ key, quantity, batch, expiry }) => {
    const line = order.lines.find((candidate) => candidate.key === key);
    if (line === undefined) return [];
    const { productId, sku, name } = line;
    const place = (product: string) => pickedAt.get(product) ?? getLocation(consignment, contents);
    if (line.parts === undefined)
      return [{ productId, sku, name, location: place(productId), quantity, batch, expiry, box }];
    return line.parts.map((part) => {
      const share = toDecimal((part.quantity * quantity) / line.quantity);
      return { ...part, location: place(part.productId), quantity: share, box };
    });
  });
}

/** The location mapped to the warehouse that shipped it, else the connection's own. */
export function getLocation({ order, connection }: Consignment, box: Package): string {
  return connection.warehouses[box.warehouse] ?? order.location;
}

function sumUp<Line extends PickedGoods>(
  lines: readonly Line[],
  toKey: (line: Line) => readonly string[],
): Line[] {
  const sums = new Map<string, Line>();
  for (const line of lines) {
    const key = toKey(line).join('\n');
    const before = sums.get(key)?.quantity ?? 0;
    sums.set(key, { ...line, quantity: sumAll([before, line.quantity]) });
  }
  return [...sums.values()];
}

/**
 * One ship line per box. If a person has packed in DEAR, DEAR's boxes are named: one for one if there are as many as ours, else
 * all on one line, as DEAR accepts several boxes and tracking numbers joined by commas, or on several lines if their names are
 * too long for one.
 */
export function shipLines(
  consignments: readonly Consignment[],
  boxesInDear: readonly string[],
): ShippedBox[] {
  const boxes = consignments.flatMap(getBoxes);
  if (boxesInDear.length > 0 && boxesInDear.length !== boxes.length) {
    const [first] = boxes;
    const trackingNumbers = getTrackingNumbers(consignments.flatMap(({ packages }) => packages));
    if (first === undefined) return [];
    return commaLists(boxesInDear).map((names) => ({ ...shipLine(first, names), trackingNumbers }));
  }
  const named = boxesInDear.length > 0 && boxes.every(({ name }) => boxesInDear.includes(name));
  return boxes.map((box, index) => shipLine(box, named ? box.name : (boxesInDear[index] ?? box.name)));
}

/** DEAR's limit of characters for the boxes of a ship line, per its blueprint. */
const MAX_BOXES = 256;

function commaLists(names: readonly string[]): string[] {
  const lists: string[] = [];
  for (const name of names) {
    const last = lists.at(-1);
    const longer = `${last},${name}`;
    if (last === undefined || longer.length > MAX_BOXES) lists.push(name);
    else lists.splice(-1, 1, longer);
  }
  return lists;
}

function shipLine({ contents, trackingNumbers, consignment: { connection } }: Box, box: string): ShippedBox {
  return {
    box,
    carrier: getCarrier(contents, connection.carriers),
    trackingNumbers,
    shippedAt: contents.shippedAt,
  };
}

/** The name mapped to the service or the carrier, else the provider's; '' if it has none. */
export function getCarrier({ carrier, service }: Package, names: Connection['carriers']): string {
  return names[service] ?? names[carrier] ?? (carrier || service);
}

/** Each once, in the order in which the packages left. */
export function getTrackingNumbers(packages: readonly Package[]): string[] {
  return [...new Set(packages.flatMap((box) => box.trackingNumbers))];
}
