import type { Connection } from '../connection.ts';
import { sumAll } from '../decimal.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isLive } from '../order/status.ts';
import { enumerate } from '../text.ts';
import { whyNotAdmitted } from './admission.ts';
import { NO_BOOKS, type ReferenceBooks } from './catalogue.ts';
import { isProduct, serviceTest } from './deliverable-lines.ts';
import type { Demand, Demands } from './demand.ts';
import { type GoodsLocation, getHeader, getWarehouse, isSameName, namedLocations } from './location.ts';
import type { Sale, SaleLine } from './sale.ts';
import { demandsOfStages, isSkipFulfillment } from './stage-demands.ts';
import { demandsOfWholeSale } from './whole-sale-demands.ts';

/**
 * Assigns a sale's charges and services to one of its demands, over all connections, fulfilments and orders: to the one whose
 * order was confirmed with them, else to the one that has them, else to the first that is not confirmed.
 * @param orders made for the sale, oldest first
 */
function assignCharges(
  sale: Sale,
  demands: readonly Demand[],
  orders: readonly FulfillmentOrder[],
  books: ReferenceBooks,
): Demand[] {
  const settled = orders.find(isBilled);
  const bearer =
    settled === undefined
      ? getBearer(sale, demands, orders)
      : demands.find(({ key }) => key === settled.demand);
  const last = demands.at(-1);
  return demands.map((demand) => {
    if (demand === bearer) return withCharges(demand, sale, demands, books);
    const isForgotten = settled === undefined && bearer === undefined && demand === last;
    return isForgotten ? withUnbilledRemark(demand, sale, demands, books) : demand;
  });
}

/** Confirmed goods are billed, whatever happens to the order. */
function isBilled({ bearsCharges, confirmation }: FulfillmentOrder): boolean {
  return bearsCharges && confirmation.packages.length > 0;
}

function getBearer(
  sale: Sale,
  demands: readonly Demand[],
  orders: readonly FulfillmentOrder[],
): Demand | undefined {
  const getOrder = ({ key }: Demand) => orders.find((order) => order.demand === key && isLive(order));
  const able = demands.filter((demand) => {
    const order = getOrder(demand);
    return order === undefined ? isAdmitted(sale, demand) : canStillBear(order);
  });
  return able.find((demand) => getOrder(demand)?.bearsCharges === true) ?? able[0];
}

function isAdmitted(sale: Sale, { completes, connection, taskId }: Demand): boolean {
  return completes.length > 0 || whyNotAdmitted(sale, connection, taskId) === null;
}

/** The content for billing is stored again at each reading, until the order is confirmed or leaves in an earlier version. */
function canStillBear(order: FulfillmentOrder): boolean {
  const { confirmation, packages, status, planned, fingerprint } = order;
  const isStopped = status === 'Cancelled' && packages.length === 0;
  const isStoredAnew = packages.length === 0 || planned === fingerprint || order.bearsCharges;
  return confirmation.packages.length === 0 && !isStopped && isStoredAnew;
}

function withCharges(demand: Demand, sale: Sale, demands: readonly Demand[], books: ReferenceBooks): Demand {
  const services = servicesFor(demand, sale, demands, books);
  const left = sale.lines.filter(
    (line) => line.total !== 0 && !services.includes(line) && isNeverBilled(line),
  );
  const remarks =
    demand.connection.invoice === 'none'
      ? []
      : [
          ...sentence('Billed with it', services.map(getName)),
          ...sentence('Not on its invoice, so bill it in DEAR', left.map(getName)),
        ];
  return { ...demand, charges: sale.charges, services, remarks: [...demand.remarks, ...remarks] };
}

/** Everything is confirmed, and charges that a person added since are on no order. */
function withUnbilledRemark(
  demand: Demand,
  sale: Sale,
  demands: readonly Demand[],
  books: ReferenceBooks,
): Demand {
  if (demand.connection.invoice === 'none') return demand;
  const names = [
    ...sale.charges.map(({ description }) => description),
    ...servicesFor(demand, sale, demands, books).map(getName),
  ];
  return { ...demand, remarks: [...demand.remarks, ...sentence('On no order, so bill it in DEAR', names)] };
}

/** Lines that are services, and that no connection ships as goods. */
function servicesFor(
  { connection }: Demand,
  sale: Sale,
  demands: readonly Demand[],
  books: ReferenceBooks,
): SaleLine[] {
  const isService = serviceTest(connection, books);
  const shipped = new Set(demands.flatMap(({ lines }) => lines.map(({ line }) => line)));
  return sale.lines.filter(
    (line) =>
      !line.dropShip && isProduct(line) && line.quantity !== 0 && isService(line) && !shipped.has(line),
  );
}

/** Its supplier ships it, or it has no product that an invoice could name. */
function isNeverBilled(line: SaleLine): boolean {
  return line.dropShip || !isProduct(line) || line.quantity < 0;
}

function getName({ sku, name }: SaleLine): string {
  return sku || name || 'a line without a product';
}

function sentence(begin: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${begin}: ${enumerate(names)}.`];
}

/**
 * @param sale whose order is authorised
 * @param orders made for it before: the rest of the sale is a new demand
 * @param books DEAR's reference data for the sale
 */
export function findDemands(
  sale: Sale,
  connections: readonly Connection[],
  orders: readonly FulfillmentOrder[] = [],
  books: ReferenceBooks = NO_BOOKS,
): Demands {
  const names = namedLocations(connections);
  const isAt = (place: GoodsLocation, connection: Connection) =>
    isSameName(getWarehouse(place, names, books.warehouses), connection.location);
  const connectionAt = (place: GoodsLocation) => connections.find((connection) => isAt(place, connection));
  const found = connections.map((connection) =>
    connection.trigger === 'OrderAuthorised'
      ? wholeSale({ sale, orders, books, isAt }, connection)
      : demandsOfStages({ sale, orders, books, connectionAt }, connection, connection.trigger),
  );
  const demands = assignCharges(sale, inSequence(found.flatMap((one) => one.demands)), orders, books);
  const reasons = found.flatMap((one) => one.reasons);
  const waiting = found.some((one) => one.waitsForGoods) ? { waitsForGoods: true } : {};
  if (demands.length > 0 || reasons.length > 0) return { demands, reasons, ...waiting };
  return { demands, reasons: [`No connection ships from the sale's location, '${sale.location}'.`] };
}

/** Each demand's lines with what earlier demands take of them, so that the shares of a line's amounts add up. */
function inSequence(demands: readonly Demand[]): Demand[] {
  const taken = new Map<SaleLine, number>();
  return demands.map((demand) => ({
    ...demand,
    lines: demand.lines.map((demanded) => {
      const before = taken.get(demanded.line) ?? 0;
      taken.set(demanded.line, sumAll([before, demanded.quantity]));
      return before === 0 ? demanded : { ...demanded, before };
    }),
  }));
}

interface WholeSale {
  readonly sale: Sale;
  readonly orders: readonly FulfillmentOrder[];
  readonly books: ReferenceBooks;
  /** Whether goods are at the connection's location. */
  readonly isAt: (place: GoodsLocation, connection: Connection) => boolean;
}

function wholeSale({ sale, orders, books, isAt }: WholeSale, connection: Connection): Demands {
  if (!isAt(getHeader(sale), connection)) return { demands: [], reasons: [] };
  if (isSkipFulfillment(sale.carrier))
    return { demands: [], reasons: ['The sale says to skip fulfillment.'] };
  return demandsOfWholeSale(sale, connection, orders, serviceTest(connection, books));
}
