import type { Connection } from '../connection.ts';
import { sumAll } from '../decimal.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isLive } from '../order/transitions.ts';
import { enumerate } from '../text.ts';
import { NO_BOOKS, type ReferenceBooks } from './catalogue.ts';
import { isProduct, serviceTest } from './deliverable-lines.ts';
import type { Demand, Demands } from './demand.ts';
import { type GoodsLocation, getHeader, getWarehouse, isSameName, namedLocations } from './location.ts';
import type { Sale, SaleFulfilment, SaleLine } from './sale.ts';
import { demandsOfStages, isSkipFulfillment } from './stage-demands.ts';
import { demandsOfWholeSale } from './whole-sale-demands.ts';

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
  const connectionsAt = (place: GoodsLocation) => connections.filter((connection) => isAt(place, connection));
  // Connections of one location have the same trigger.
  const here = connectionsAt(getHeader(sale));
  const found = connections.map((connection) => {
    if (connection.trigger !== 'OrderAuthorised')
      return demandsOfStages({ sale, orders, books, connectionsAt }, connection, connection.trigger);
    return connection === here[0] ? wholeSale(sale, here, orders, books) : NOTHING;
  });
  const demands = assignCharges(sale, inSequence(found.flatMap((one) => one.demands)), orders, books);
  const reasons = found.flatMap((one) => one.reasons);
  const waitsFor = found.flatMap((one) => one.waitsFor ?? []);
  const waiting = waitsFor.length > 0 ? { waitsFor } : {};
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

const NOTHING: Demands = { demands: [], reasons: [] };

/** @param here the connections of the sale's location */
function wholeSale(
  sale: Sale,
  here: readonly Connection[],
  orders: readonly FulfillmentOrder[],
  books: ReferenceBooks,
): Demands {
  if (isSkipFulfillment(sale.carrier))
    return { demands: [], reasons: ['The sale says to skip fulfillment.'] };
  return demandsOfWholeSale(sale, here, orders, books);
}

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
    return order === undefined ? isAdmitted(sale, demand, orders) : canStillBear(order);
  });
  return able.find((demand) => getOrder(demand)?.bearsCharges === true) ?? able[0];
}

function isAdmitted(
  sale: Sale,
  { completes, connection, taskId }: Demand,
  orders: readonly FulfillmentOrder[],
): boolean {
  return completes.length > 0 || whyNotAdmitted(sale, connection, taskId, orders) === null;
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
 * Why a sale may not become an order of the connection; null where it may. Call it only while there is no order: an existing
 * order stays, because our own writes change the sale's status.
 * @param orders of the sale: what they shipped was not shipped by others
 */
export function whyNotAdmitted(
  sale: Sale,
  connection: Connection,
  taskId: string,
  orders: readonly FulfillmentOrder[] = [],
): string | null {
  const { saleStatuses, ordersFrom, salesChannels, attributes } = connection.admission;
  const status = getStatus(sale, taskId);
  if (saleStatuses.length > 0 && !saleStatuses.includes(status)) {
    return `The sale is ${status}; ${connection.id} takes ${saleStatuses.join(', ')}.`;
  }
  if (sale.orderDate !== '' && sale.orderDate < ordersFrom) {
    return `The sale is dated ${sale.orderDate}; ${connection.id} takes sales from ${ordersFrom} on.`;
  }
  if (salesChannels.length > 0 && !salesChannels.some((name) => isSameName(name, sale.sourceChannel))) {
    return `The sale came through '${sale.sourceChannel}'; ${connection.id} takes ${salesChannels.join(', ')}.`;
  }
  for (const [attribute, values] of Object.entries(attributes)) {
    const value = sale.additionalAttributes[attribute] ?? '';
    if (!values.includes(value))
      return `The sale's ${attribute} is ${value === '' ? 'empty' : 'another one'}; ${connection.id} takes ${values.join(', ')}.`;
  }
  return shippedByOthers(sale, connection, taskId, orders)
    ? 'The sale was already shipped in DEAR, so it is not sent again.'
    : null;
}

/**
 * As in other connectors of DEAR, a tracking number means that the goods were shipped elsewhere. For a connection that ships
 * single fulfilments, the others do not count, because the bridge may have shipped them.
 */
function shippedByOthers(
  sale: Sale,
  { trigger }: Connection,
  taskId: string,
  orders: readonly FulfillmentOrder[],
): boolean {
  const isWhole = trigger === 'OrderAuthorised';
  const confirmed = orders.filter(({ confirmation }) => confirmation.packages.length > 0);
  const ours = new Set(confirmed.map(({ confirmation }) => confirmation.taskId));
  const own = sale.fulfilments.filter((one) => (isWhole ? !ours.has(one.taskId) : one.taskId === taskId));
  const numbers = own.flatMap(({ ship }) => ship.lines.flatMap(({ trackingNumbers }) => trackingNumbers));
  // DEAR adds up the numbers of all fulfilments on the sale.
  const isTracked = isWhole && ours.size === 0 && sale.trackingNumbers.length > 0;
  if (numbers.length > 0 || isTracked) return true;
  return trigger !== 'ShipmentAuthorised' && own.some(({ ship }) => isShipped(ship.status));
}

function isShipped(status: string): boolean {
  return status === 'AUTHORISED' || status === 'PARTIALLY AUTHORISED';
}

/**
 * DEAR's sale status. An advanced sale's status does not cover picking to invoicing, so it is derived from the stages and the
 * invoice of the fulfilment, as DEAR derives it for simple sales.
 */
export function getStatus(sale: Sale, taskId: string): string {
  if (sale.type !== 'advanced') return sale.status;
  const fulfilment = sale.fulfilments.find((one) => one.taskId === taskId);
  return fulfilment === undefined ? 'ORDERED' : stageStatus(fulfilment, invoiceStatus(sale, fulfilment));
}

/** '' where the fulfilment has no invoice. */
function invoiceStatus(
  { invoices }: Sale,
  { number }: SaleFulfilment,
): '' | 'INVOICING' | 'INVOICED' | 'CREDITED' {
  const own = invoices.filter(({ fulfilmentNumber }) => fulfilmentNumber === number);
  if (own.some(({ isCredited }) => isCredited)) return 'CREDITED';
  if (own.some(({ status }) => status === 'AUTHORISED' || status === 'PAID')) return 'INVOICED';
  return own.some(({ status }) => status === 'DRAFT') ? 'INVOICING' : '';
}

function stageStatus(
  { pick, pack, ship }: SaleFulfilment,
  invoice: ReturnType<typeof invoiceStatus>,
): string {
  if (invoice === 'CREDITED') return invoice;
  if (ship.status === 'AUTHORISED') return invoice === 'INVOICED' ? 'COMPLETED' : 'INVOICING';
  if (invoice !== '') return invoice;
  if (ship.status === 'DRAFT' || ship.status === 'PARTIALLY AUTHORISED') return 'SHIPPING';
  if (pack.status === 'AUTHORISED') return 'PACKED';
  if (pack.status === 'DRAFT' && pack.lines.length > 0) return 'PACKING';
  if (pick.status === 'AUTHORISED') return 'PICKED';
  return pick.status === 'DRAFT' && pick.lines.length > 0 ? 'PICKING' : 'ORDERED';
}
