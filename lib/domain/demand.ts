import { billOnce } from './billed-once.ts';
import type { Connection } from './connection.ts';
import { sumOf } from './decimal.ts';
import type { DemandedLine } from './deliverable-lines.ts';
import type { AwaitedGoods, FulfillmentOrder } from './fulfillment-order.ts';
import type { PickedKit } from './kits.ts';
import { headerOf, isSameName, namedLocations, type PlaceOfGoods, warehouseOf } from './location-name.ts';
import { NO_BOOKS, type ReferenceBooks } from './reference-books.ts';
import type { Sale, SaleCharge, SaleLine } from './sale.ts';
import { serviceTest } from './services.ts';
import { demandsOfStages, saysSkip } from './stage-demands.ts';
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
  /** Freight and the like: with one order of the sale alone. */
  readonly charges: readonly SaleCharge[];
  /** Lines that nobody ships, and that are billed with the charges. */
  readonly services: readonly SaleLine[];
  /** Kits that are shipped as their parts, and billed once all of those have left. */
  readonly kits?: readonly PickedKit[];
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

/**
 * @param sale whose order is authorised
 * @param orders made for it before: what they ship is asked of them, and the rest of a new one
 * @param books what DEAR says of the places and products that the sale names
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
  const connectionAt = (place: PlaceOfGoods) => connections.find((connection) => isAt(place, connection));
  const found = connections.map((connection) =>
    connection.trigger === 'OrderAuthorised'
      ? wholeSale({ sale, orders, books, isAt }, connection)
      : demandsOfStages({ sale, orders, books, connectionAt }, connection, connection.trigger),
  );
  const demands = billOnce(sale, inSequence(found.flatMap((one) => one.demands)), orders, books);
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

interface WholeSale {
  readonly sale: Sale;
  readonly orders: readonly FulfillmentOrder[];
  readonly books: ReferenceBooks;
  /** Whether goods lie at the connection's location. */
  readonly isAt: (place: PlaceOfGoods, connection: Connection) => boolean;
}

function wholeSale({ sale, orders, books, isAt }: WholeSale, connection: Connection): Demands {
  if (!isAt(headerOf(sale), connection)) return { demands: [], reasons: [] };
  if (saysSkip(sale.carrier)) return { demands: [], reasons: ['The sale says to skip fulfillment.'] };
  return demandsOfWholeSale(sale, connection, orders, serviceTest(connection, books));
}
