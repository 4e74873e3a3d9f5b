import type { Connection } from '../connection.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isSameName } from '../sale/location.ts';
import { isVoid, type Package } from '../shipment/package.ts';
import type { StockLot } from './stock-lots.ts';

/** What an order contributes to a comparison of stock. */
export type Movement = InFlight | Settling | Unsettled;

/** It has left the provider, and DEAR counts it until the shipment is confirmed. */
interface InFlight extends StockLot {
  readonly kind: 'in-flight';
  readonly sku: string;
}

/** It was confirmed to DEAR so recently that DEAR's figures may not show it. */
interface Settling {
  readonly kind: 'settling';
  readonly sku: string;
  readonly quantity: number;
}

/** It is not known which side shows it, so nothing may be written for the SKU. */
interface Unsettled {
  readonly kind: 'unsettled';
  readonly sku: string;
  /** A sentence. */
  readonly why: string;
}

export interface StockWindow {
  /** Name of the DEAR location whose stock is compared. */
  readonly location: string;
  /** When reading began, ms since the Unix epoch. */
  readonly began: number;
  /** By SKU, when the provider's figure was taken, ms since the Unix epoch; nothing where it is of the reading. */
  readonly figures?: { get(sku: string): number | undefined };
}

/** DEAR's availability was seen to be 10 to 15 minutes old. */
const DEAR_LAG_MS = 15 * 60_000;

/**
 * How the order explains differences between the two sides. An order that moved after reading began may be in one figure and
 * not in the other, and so may one that is partly confirmed: these are `unsettled`, and nothing is written for them.
 * @param connection the order's own: it says which location the goods of each warehouse leave from
 */
export function getMovements(
  order: FulfillmentOrder,
  { warehouses }: Pick<Connection, 'warehouses'>,
  window: StockWindow,
): Movement[] {
  const isHere = (location: string) => isSameName(location, window.location);
  const here = order.packages.filter((box) => isHere(warehouses[box.warehouse] ?? order.location));
  const concerns = here.length > 0 || (order.packages.length === 0 && isHere(order.location));
  if (concerns && movedSince(order, window.began)) {
    const why = `${order.reference} changed while the stock was read.`;
    return order.lines.map(({ sku }) => ({ kind: 'unsettled', sku, why }));
  }
  return here.flatMap((box) => movementsOfBox(order, box, window));
}

/** Sending an order to the provider moves no goods; buying, voiding or confirming a label does. */
function movedSince(
  { updatedAt, packages, submission, confirmation }: FulfillmentOrder,
  began: number,
): boolean {
  if (Date.parse(updatedAt) < began) return false;
  return packages.length > 0
    ? !settledBefore(packages, confirmation, began)
    : Date.parse(submission.at) < began;
}

/** DEAR showed all of its packages before reading began, so later writes do not matter. */
function settledBefore(
  packages: readonly Package[],
  { packages: told, at }: FulfillmentOrder['confirmation'],
  began: number,
): boolean {
  return packages.every(({ id }) => told.includes(id)) && Date.parse(at) < began;
}

function movementsOfBox(order: FulfillmentOrder, box: Package, window: StockWindow): Movement[] {
  const { reference, lines } = order;
  const all = box.contents.flatMap(({ key, quantity, batch, expiry, leftInstead = '' }) => {
    const sku = lines.find((line) => line.key === key)?.sku;
    return sku === undefined ? [] : [{ sku, quantity, batch, expiry, leftInstead }];
  });
  const early = all.filter(({ sku }) => mayPrecede(window, sku, order, box));
  const goods = all.filter((one) => !early.includes(one));
  const unknown = early.map(({ sku }): Movement => {
    const why = `${reference} has left, and the service's figure may be from before.`;
    return { kind: 'unsettled', sku, why };
  });
  return [...unknown, ...movementsOfGoods(order, box, goods, window.began)];
}

/** A warehouse may report only the day on which a box left. */
const SHIPPED_WITHIN_MS = 24 * 60 * 60_000;

/** Whether the provider's figure may have been taken before the box left. Once DEAR shows the box, it had left for certain. */
function mayPrecede(
  { figures }: StockWindow,
  sku: string,
  { confirmation }: FulfillmentOrder,
  box: Package,
): boolean {
  const takenAt = figures?.get(sku);
  if (takenAt === undefined) return false;
  const leftBy = confirmation.packages.includes(box.id)
    ? Date.parse(confirmation.at)
    : Date.parse(box.shippedAt) + SHIPPED_WITHIN_MS;
  return leftBy >= takenAt;
}

function movementsOfGoods(
  order: FulfillmentOrder,
  box: Package,
  goods: ReadonlyArray<StockLot & { readonly sku: string; readonly leftInstead: string }>,
  began: number,
): Movement[] {
  const { reference, confirmation } = order;
  if (isVoid(box)) {
    const why = `${reference} has a voided label that DEAR shows as shipped: settle that first.`;
    return goods.map(({ sku }) => ({ kind: 'unsettled', sku, why }));
  }
  if (confirmation.packages.includes(box.id)) {
    if (Date.parse(confirmation.at) < began - DEAR_LAG_MS) return [];
    return goods.map(({ sku, quantity }) => ({ kind: 'settling', sku, quantity }));
  }
  const why = whyUnsettled(order);
  if (why !== null) return goods.map(({ sku }) => ({ kind: 'unsettled', sku, why: `${reference} ${why}` }));
  return goods.flatMap(({ leftInstead, ...lot }): Movement[] =>
    leftInstead === '' ? [{ kind: 'in-flight', ...lot }] : substituted(order, lot.sku, leftInstead),
  );
}

/** The provider's figure of one product went down, and DEAR's of the other will. */
function substituted({ reference }: FulfillmentOrder, sku: string, leftInstead: string): Movement[] {
  const why = `${leftInstead} left in place of ${sku} with ${reference}, of which DEAR is not updated yet.`;
  return [sku, leftInstead].map((one) => ({ kind: 'unsettled', sku: one, why }));
}

function whyUnsettled({ withdrawn, confirmation }: FulfillmentOrder): string | null {
  switch (confirmation.state) {
    case 'claimed':
      return 'is being confirmed to DEAR.';
    case 'locked':
      return 'has left, and a stock take keeps DEAR from taking the shipment.';
    case 'refused':
      return 'has left, and DEAR did not take the shipment: settle that first.';
    case 'abandoned':
      return 'has left, and will not be confirmed to DEAR because its sale changed: settle the sale in DEAR first.';
    default:
      return withdrawn
        ? 'has left, and its sale no longer asks for it: settle the sale in DEAR first.'
        : null;
  }
}
