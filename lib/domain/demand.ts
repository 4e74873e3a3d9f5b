import type { Connection, Trigger } from './connection.ts';
import { sumOf } from './decimal.ts';
import type { DemandedLine } from './deliverable-lines.ts';
import type { AwaitedGoods, FulfillmentOrder } from './fulfillment-order.ts';
import { isSameName, namedLocations, type PlaceOfGoods, warehouseOf } from './location-name.ts';
import { NO_BOOKS, type ReferenceBooks } from './reference-books.ts';
import type { Sale, SaleCharge, SaleFulfilment, SaleLine, StageLine } from './sale.ts';
import { demandsOfWholeSale } from './whole-sale.ts';

/** What a sale asks one connection to ship: the whole sale, or one of its fulfilments, by the connection's trigger. */
export interface Demand {
  /** Stays the same for as long as it is the same demand. */
  readonly key: string;
  readonly connection: Connection;
  /** DEAR's fulfilment that it is confirmed into; '' where one has to be made. */
  readonly taskId: string;
  /** As chosen in DEAR. */
  readonly shippingMethod: string;
  readonly lines: readonly DemandedLine[];
  /** Freight and the like: with the first order of the sale alone. */
  readonly charges: readonly SaleCharge[];
  /** What of the sale is on backorder, and no order ships. */
  readonly awaited: readonly AwaitedGoods[];
  /** The orders of the sale that this one completes, for which it was admitted: none for a demand of its own. */
  readonly completes: readonly string[];
  /** Sentences about lines that are not shipped, or not yet. */
  readonly remarks: readonly string[];
}

export interface Demands {
  readonly demands: readonly Demand[];
  /** Sentences: why connections that the sale might concern ship nothing of it. */
  readonly reasons: readonly string[];
  /** Whether something will be shipped once goods that are on backorder have come in. */
  readonly waitsForGoods?: boolean;
}

/** DEAR's word, as the carrier of a sale or of a ship line, for "we see to it ourselves". */
const SKIP = /^skip fulfil?lment$/i;

/**
 * @param sale whose order is authorised
 * @param orders made for it before: what they ship is asked of them, and the rest of a new one
 * @param books what DEAR says of the places that the sale names
 */
export function demandsOf(
  sale: Sale,
  connections: readonly Connection[],
  orders: readonly FulfillmentOrder[] = [],
  books: ReferenceBooks = NO_BOOKS,
): Demands {
  const names = namedLocations(connections);
  const isAt = (place: PlaceOfGoods, connection: Connection) =>
    isSameName(warehouseOf(place, names, books.warehouses), connection.location);
  const found = connections.map((connection) =>
    connection.trigger === 'OrderAuthorised'
      ? wholeSale(sale, connection, isAt, orders)
      : stages(sale, connection, connection.trigger, isAt),
  );
  const demands = inSequence(found.flatMap((one) => one.demands));
  const reasons = found.flatMap((one) => one.reasons);
  const waiting = found.some((one) => one.waitsForGoods) ? { waitsForGoods: true } : {};
  if (demands.length > 0 || reasons.length > 0) return { demands, reasons, ...waiting };
  return { demands, reasons: [`No connection ships from the sale's location, '${sale.location}'.`] };
}

/** Each demand's lines with what the demands before it take of them, so that shares of a line's amounts add up to it. */
function inSequence(demands: readonly Demand[]): Demand[] {
  const taken = new Map<SaleLine, number>();
  return demands.map((demand) => ({
    ...demand,
    lines: demand.lines.map((demanded) => {
      const before = taken.get(demanded.line) ?? 0;
      taken.set(demanded.line, sumOf([before, demanded.quantity]));
      return before === 0 ? demanded : { ...demanded, before };
    }),
  }));
}

/** Whether goods lie at the connection's location. */
type IsAt = (place: PlaceOfGoods, connection: Connection) => boolean;

function wholeSale(
  sale: Sale,
  connection: Connection,
  isAt: IsAt,
  orders: readonly FulfillmentOrder[],
): Demands {
  if (!isAt(headerOf(sale), connection)) return { demands: [], reasons: [] };
  if (SKIP.test(sale.carrier.trim())) return { demands: [], reasons: ['The sale says to skip fulfillment.'] };
  return demandsOfWholeSale(sale, connection, orders);
}

/** A sale names its location and has no id of it. */
function headerOf({ location }: Sale): PlaceOfGoods {
  return { location, locationId: '' };
}

/** One demand for each fulfilment whose stage is authorised and holds goods of the connection's location. */
function stages(
  sale: Sale,
  connection: Connection,
  trigger: Exclude<Trigger, 'OrderAuthorised'>,
  isAt: IsAt,
): Demands {
  const demands = sale.fulfilments.flatMap((fulfilment) =>
    stageDemand(sale, fulfilment, connection, trigger, isAt),
  );
  const waiting = demands.length === 0 && isAt(headerOf(sale), connection);
  const stage = { PickAuthorised: 'pick', PackAuthorised: 'pack', ShipmentAuthorised: 'shipment' }[trigger];
  return {
    demands,
    reasons: waiting ? [`Waiting for a ${stage} at ${connection.location} to be authorised.`] : [],
  };
}

function stageDemand(
  sale: Sale,
  fulfilment: SaleFulfilment,
  connection: Connection,
  trigger: Exclude<Trigger, 'OrderAuthorised'>,
  isAt: IsAt,
): Demand[] {
  const ours = linesOf(fulfilment, trigger).filter((line) => isAt(line, connection));
  const byMethod = Map.groupBy(ours, (line) => methodOf(sale, fulfilment, trigger, line));
  return [...byMethod].flatMap(([shippingMethod, lines]) => {
    const demanded = lines.map((line, index) => ({ line, demanded: toDemanded(sale, line, index + 1) }));
    const toShip = demanded.flatMap((one) => (one.demanded === null ? [] : [one.demanded]));
    if (toShip.length === 0) return [];
    const remarks = demanded.flatMap((one) =>
      one.demanded === null ? [whyNotDemanded(sale, one.line)] : [],
    );
    // Boxes that travel differently are orders of their own, whatever the order of their lines.
    const method = trigger === 'ShipmentAuthorised' ? [shippingMethod] : [];
    const key = [connection.id, fulfilment.taskId, ...method].join('#');
    const { taskId } = fulfilment;
    const whole = { charges: sale.charges, awaited: [], completes: [] };
    return [{ key, connection, taskId, shippingMethod, lines: toShip, ...whole, remarks }];
  });
}

function linesOf(
  fulfilment: SaleFulfilment,
  trigger: Exclude<Trigger, 'OrderAuthorised'>,
): readonly StageLine[] {
  const { pick, pack, ship } = fulfilment;
  if (trigger === 'PickAuthorised') return pick.status === 'AUTHORISED' ? pick.lines : [];
  if (pack.status !== 'AUTHORISED') return [];
  if (trigger === 'PackAuthorised') return pack.lines;
  if (ship.status !== 'AUTHORISED' && ship.status !== 'PARTIALLY AUTHORISED') return [];
  const skipped = new Set(
    ship.lines.filter(({ carrier }) => SKIP.test(carrier.trim())).flatMap(({ boxes }) => boxes),
  );
  return pack.lines.filter(({ box }) => !skipped.has(box));
}

/** A shipment names its carrier for each box; before that there is only the sale's. */
function methodOf(sale: Sale, { ship }: SaleFulfilment, trigger: Trigger, { box }: StageLine): string {
  if (trigger !== 'ShipmentAuthorised') return sale.carrier;
  return ship.lines.find(({ boxes }) => boxes.includes(box))?.carrier ?? sale.carrier;
}

/** A stage's line says how much of what; the order's line of the same product says the rest. null: nobody ships it. */
function toDemanded(sale: Sale, stageLine: StageLine, place: number): DemandedLine | null {
  const { quantity, batch, expiry, nonInventory } = stageLine;
  const line = orderLineOf(sale, stageLine);
  const shipped = line !== undefined && !line.dropShip && !nonInventory && quantity > 0;
  return shipped ? { line, place, quantity, batch, expiry } : null;
}

function orderLineOf(sale: Sale, { productId, sku }: StageLine): SaleLine | undefined {
  return sale.lines.find((one) => one.productId === productId) ?? sale.lines.find((one) => one.sku === sku);
}

function whyNotDemanded(sale: Sale, line: StageLine): string {
  if (line.nonInventory) return `${line.sku} is a service.`;
  if (line.quantity <= 0) return `${line.sku} has the quantity ${line.quantity}.`;
  const ordered = orderLineOf(sale, line);
  return ordered === undefined
    ? `${line.sku} is on no line of the order.`
    : `${line.sku} is drop-shipped by its supplier.`;
}
