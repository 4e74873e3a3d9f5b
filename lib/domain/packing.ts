import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { Package } from './package.ts';

/** Goods as DEAR's pick and pack want them: by product, as DEAR's order lines have no id. */
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

interface Box {
  readonly name: string;
  readonly contents: Package;
  readonly trackingNumbers: readonly string[];
}

/**
 * One dedicated box per package, so that goods of different locations never share one. A package without goods of ours
 * (the second label of a shipment whose goods are all in the first) is no box, but its tracking numbers still count.
 */
export function boxesOf(order: FulfillmentOrder): Box[] {
  const loose = order.packages
    .filter((box) => box.contents.length === 0)
    .flatMap((box) => box.trackingNumbers);
  return order.packages
    .filter((box) => box.contents.length > 0)
    .map((contents, index) => ({
      name: `${order.reference} box ${index + 1}`,
      contents,
      trackingNumbers: index === 0 ? [...contents.trackingNumbers, ...loose] : contents.trackingNumbers,
    }));
}

/** What really left, by product and batch. */
export function pickLines(order: FulfillmentOrder): PickedGoods[] {
  const lines = packLines(order).map(({ box: _, ...goods }) => goods);
  return sumUp(lines, ({ productId, batch, expiry }) => `${productId} ${batch} ${expiry}`);
}

export function packLines(order: FulfillmentOrder): PackedGoods[] {
  const lines = boxesOf(order).flatMap((box) =>
    box.contents.contents.flatMap(({ key, quantity, batch, expiry }) => {
      const line = order.lines.find((candidate) => candidate.key === key);
      if (line === undefined) return [];
      const { productId, sku, name } = line;
      return [{ productId, sku, name, location: order.location, quantity, batch, expiry, box: box.name }];
    }),
  );
  return sumUp(lines, ({ productId, batch, expiry, box }) => `${productId} ${batch} ${expiry} ${box}`);
}

function sumUp<Line extends PickedGoods>(lines: readonly Line[], keyOf: (line: Line) => string): Line[] {
  const sums = new Map<string, Line>();
  for (const line of lines) {
    const before = sums.get(keyOf(line))?.quantity ?? 0;
    sums.set(keyOf(line), { ...line, quantity: Math.round((before + line.quantity) * 10_000) / 10_000 });
  }
  return [...sums.values()];
}

/**
 * One ship line a box. Where a person has packed in DEAR already, DEAR's own boxes are named: one for one where they are
 * as many as ours, else all of them on a single line, as DEAR takes several boxes and tracking numbers joined by commas.
 */
export function shipLines(order: FulfillmentOrder, boxesInDear: readonly string[]): ShippedBox[] {
  const boxes = boxesOf(order);
  if (boxesInDear.length > 0 && boxesInDear.length !== boxes.length) {
    const [first] = boxes;
    const trackingNumbers = trackingNumbersOf(order.packages);
    return first === undefined ? [] : [{ ...shipLine(first, boxesInDear.join(',')), trackingNumbers }];
  }
  return boxes.map((box, index) => shipLine(box, boxesInDear[index] ?? box.name));
}

function shipLine({ contents, trackingNumbers }: Box, box: string): ShippedBox {
  const carrier = contents.carrier || contents.service || 'Unknown';
  return { box, carrier, trackingNumbers, shippedAt: contents.shippedAt };
}

/** Without repetition, in the order in which the packages left. */
export function trackingNumbersOf(packages: readonly Package[]): string[] {
  return [...new Set(packages.flatMap((box) => box.trackingNumbers))];
}
