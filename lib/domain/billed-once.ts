import { whyNotAdmitted } from './admission.ts';
import { isProduct } from './deliverable-lines.ts';
import type { Demand } from './demand.ts';
import { enumerate } from './enumeration.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { ReferenceBooks } from './reference-books.ts';
import type { Sale, SaleLine } from './sale.ts';
import { serviceTest } from './services.ts';
import { isLive } from './withdrawal.ts';

/** What a demand bears until it is said which one of the sale's bears it. */
export const BILLED_ELSEWHERE = { charges: [], services: [] } as const;

/**
 * Gives a sale's charges and services to one of its demands, over all connections, fulfilments and orders. Where DEAR was
 * told of an order that bears them, that one keeps them; else the one that has them, or the first that is not told yet.
 * @param orders made for the sale, oldest first
 */
export function billOnce(
  sale: Sale,
  demands: readonly Demand[],
  orders: readonly FulfillmentOrder[],
  books: ReferenceBooks,
): Demand[] {
  const settled = orders.find(isBilled);
  const bearer =
    settled === undefined
      ? bearerOf(sale, demands, orders)
      : demands.find(({ key }) => key === settled.demand);
  const last = demands.at(-1);
  return demands.map((demand) => {
    if (demand === bearer) return bearing(demand, sale, demands, books);
    const isForgotten = settled === undefined && bearer === undefined && demand === last;
    return isForgotten ? withoutBearer(demand, sale, demands, books) : demand;
  });
}

/** What DEAR was told of is billed, whatever becomes of the order. */
function isBilled({ bearsCharges, confirmation }: FulfillmentOrder): boolean {
  return bearsCharges && confirmation.packages.length > 0;
}

function bearerOf(
  sale: Sale,
  demands: readonly Demand[],
  orders: readonly FulfillmentOrder[],
): Demand | undefined {
  const orderOf = ({ key }: Demand) => orders.find((order) => order.demand === key && isLive(order));
  const able = demands.filter((demand) => {
    const order = orderOf(demand);
    return order === undefined ? isAdmitted(sale, demand) : canStillBear(order);
  });
  return able.find((demand) => orderOf(demand)?.bearsCharges === true) ?? able[0];
}

function isAdmitted(sale: Sale, { completes, connection, taskId }: Demand): boolean {
  return completes.length > 0 || whyNotAdmitted(sale, connection, taskId) === '';
}

/** What is billed of an order is stored anew at each look, until it is told to DEAR or leaves as the sale no longer is. */
function canStillBear(order: FulfillmentOrder): boolean {
  const { confirmation, packages, status, planned, fingerprint } = order;
  const isStopped = status === 'Cancelled' && packages.length === 0;
  const isStoredAnew = packages.length === 0 || planned === fingerprint || order.bearsCharges;
  return confirmation.packages.length === 0 && !isStopped && isStoredAnew;
}

function bearing(demand: Demand, sale: Sale, demands: readonly Demand[], books: ReferenceBooks): Demand {
  const services = servicesFor(demand, sale, demands, books);
  const left = sale.lines.filter(
    (line) => line.total !== 0 && !services.includes(line) && isNeverBilled(line),
  );
  const remarks =
    demand.connection.invoice === 'none'
      ? []
      : [
          ...sentence('Billed with it', services.map(nameOf)),
          ...sentence('Not on its invoice, so bill it in DEAR', left.map(nameOf)),
        ];
  return { ...demand, charges: sale.charges, services, remarks: [...demand.remarks, ...remarks] };
}

/** DEAR was told of everything, and what a person added since is on none of the orders. */
function withoutBearer(
  demand: Demand,
  sale: Sale,
  demands: readonly Demand[],
  books: ReferenceBooks,
): Demand {
  if (demand.connection.invoice === 'none') return demand;
  const names = [
    ...sale.charges.map(({ description }) => description),
    ...servicesFor(demand, sale, demands, books).map(nameOf),
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

/** Its supplier ships it, or DEAR has no product that an invoice could name. */
function isNeverBilled(line: SaleLine): boolean {
  return line.dropShip || !isProduct(line) || line.quantity < 0;
}

function nameOf({ sku, name }: SaleLine): string {
  return sku || name || 'a line without a product';
}

function sentence(begin: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`${begin}: ${enumerate(names)}.`];
}
