import type { Connection } from '../connection.ts';
import { subtract, sumAll } from '../decimal.ts';
import type { FulfillmentOrder, OrderedLine } from '../order/fulfillment-order.ts';
import { getRounding, toDearUnits } from '../order/units.ts';
import { sameSku } from '../sale/catalogue.ts';
import {
  isVoid,
  type Package,
  type PackedLine,
  type ReportedLine,
  type ReportedShipment,
} from './package.ts';

/** Lines of an order, and its packages. */
interface PartlyShipped
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

type Covering = Pick<FulfillmentOrder, 'lines' | 'packages' | 'status' | 'withdrawn' | 'cancellation'>;

/**
 * Each line with the quantity that it covers: the ordered one, or the shipped one if that is more. Of an order that was cancelled
 * for its sale after a part of it had left, that part alone, because the rest never leaves.
 */
export function coveredLines(order: Covering): OrderedLine[] {
  const { lines, packages, status, withdrawn, cancellation } = order;
  const shipped = quantitiesIn(packages);
  const hasEnded = withdrawn && status === 'Cancelled' && cancellation.state === 'done';
  if (hasEnded && shipped.size > 0) return shippedQuantities(order).filter(({ quantity }) => quantity > 0);
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

/**
 * The packages that are confirmed next: with partial shipments first those that staff shipped again in DEAR, because what left
 * since goes into another fulfilment.
 */
export function packagesToTell(order: FulfillmentOrder, policy: PartsPolicy): Package[] {
  const open = unconfirmedPackages(order);
  const again = open.filter(({ confirmedAgain }) => confirmedAgain === true);
  return toPartialShipments(policy) === 'convert' && again.length > 0 ? again : open;
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
export function needsConfirmation(order: FulfillmentOrder, connection: PartsPolicy): boolean {
  return hasPackagesToTell(order, connection) || hasCorrectionsToTell(order);
}

type PartsPolicy = Pick<Connection, 'partialShipments'> & Partial<Pick<Connection, 'trigger'>>;

/** With a later trigger the fulfilment is a person's, and DEAR ships it whole, so its parcels are confirmed together. */
export function toPartialShipments({
  partialShipments,
  trigger = 'OrderAuthorised',
}: PartsPolicy): Connection['partialShipments'] {
  return trigger === 'OrderAuthorised' ? partialShipments : 'wait';
}

export function hasPackagesToTell(order: FulfillmentOrder, policy: PartsPolicy): boolean {
  const open = order.confirmation.state === 'none' || order.confirmation.state === 'claimed';
  const isTellable = isPart(order, policy) || stillToShip(order).length === 0;
  return open && isTellable && isWanted(order) && unconfirmedPackages(order).length > 0;
}

/** DEAR picks no fulfilment without goods: a label without goods waits for the first that leave. */
function isPart(order: FulfillmentOrder, policy: PartsPolicy): boolean {
  const hasGoods = order.packages.some(({ contents }) => contents.length > 0);
  return toPartialShipments(policy) === 'convert' && hasGoods;
}

/** A refused correction waits until the sale has changed, like any other refusal. */
export function hasCorrectionsToTell(order: FulfillmentOrder): boolean {
  const { state, corrections } = order.confirmation;
  return corrections.length > 0 && state !== 'refused' && state !== 'abandoned' && isWanted(order);
}

function isWanted({ withdrawn, status }: FulfillmentOrder): boolean {
  return !withdrawn && status !== 'Cancelled';
}

interface Matched {
  readonly contents: PackedLine[];
  /** Reported lines that are on no line of the order. */
  readonly unmatched: ReportedLine[];
}

/**
 * Matches by our line key if the provider returns it with the line's SKU, else by SKU, filling unshipped lines first. A line's
 * key with another SKU does not match: another product was packed.
 */
export function matchContents(order: PartlyShipped, reported: ReportedShipment['contents']): Matched {
  const open = stillToShip(order);
  if (reported === 'remaining') {
    return {
      contents: open.map(({ key, quantity }) => ({ key, quantity, batch: '', expiry: '' })),
      unmatched: [],
    };
  }
  const left = new Map(open.map((line) => [line.key, line.quantity]));
  const matched: Matched = { contents: [], unmatched: [] };
  for (const line of reported) {
    const keys = keysFor(order, line, left);
    if (keys.length === 0) matched.unmatched.push(line);
    else matched.contents.push(...spread(inDearUnits(order, line, keys), keys, left));
  }
  return matched;
}

function keysFor(
  order: Pick<FulfillmentOrder, 'lines'>,
  line: ReportedLine,
  left: Map<string, number>,
): string[] {
  const isOpen = (key: string) => (left.get(key) ?? 0) > 0;
  const own = order.lines.find((ordered) => ordered.key === line.key);
  const meant = skuMeant(order, line, own?.sku);
  const alike = order.lines.filter(({ sku }) => sku === meant).map(({ key }) => key);
  // A surplus over its line belongs to another unshipped line of the product.
  if (own !== undefined && own.sku === meant)
    return [own.key, ...alike.filter((key) => key !== own.key && isOpen(key))];
  return alike;
}

/** The SKU of the order that a reported line stands for, preferably of the line with its key. */
function skuMeant(
  { lines }: Pick<PartlyShipped, 'lines'>,
  line: ReportedLine,
  own: string | undefined,
): string | undefined {
  if (own !== undefined && (line.sku.trim() === '' || sameSku(line.sku, [own]) !== undefined)) return own;
  return sameSku(
    line.sku,
    lines.map(({ sku }) => sku),
  );
}

/** A reported line in DEAR's units, by the units that the order was sent with. */
interface CountedLine extends ReportedLine {
  /** How much may be missing from a line that counts as shipped: three times 0.3333 is not 1. */
  readonly rounding: number;
}

function inDearUnits(
  { lines }: Pick<FulfillmentOrder, 'lines'>,
  line: ReportedLine,
  [key]: readonly string[],
): CountedLine {
  const ratio = lines.find((ordered) => ordered.key === key)?.units;
  return { ...line, quantity: toDearUnits(line.quantity, ratio), rounding: getRounding(ratio) };
}

/** A surplus over all lines stays on the last one, because it left. */
function spread(line: CountedLine, keys: readonly string[], left: Map<string, number>): PackedLine[] {
  let rest = line.quantity;
  const parts = keys.map((key, index) => {
    // Less than nothing is left of a line that took an earlier surplus.
    const wanted = Math.max(0, left.get(key) ?? 0);
    const closes = Math.abs(rest - wanted) < line.rounding;
    const part = index === keys.length - 1 ? rest : Math.min(rest, wanted);
    const quantity = closes ? wanted : part;
    rest = closes ? 0 : subtract(rest, quantity);
    left.set(key, subtract(wanted, quantity));
    return { key, quantity, batch: line.batch, expiry: line.expiry };
  });
  return parts.filter((part) => part.quantity > 0);
}
