import { openTask } from '../confirmation/own-fulfilment.ts';
import type { Connection } from '../connection.ts';
import { sumAll } from '../decimal.ts';
import type { AwaitedGoods, FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isLive } from '../order/transitions.ts';
import { coveredLines } from '../shipment/still-to-ship.ts';
import { enumerate, fewRemarks } from '../text.ts';
import { allot } from './allotment.ts';
import { type Goods, type IsService, sortLines } from './deliverable-lines.ts';
import { BILLED_ELSEWHERE, type Demand, type Demands } from './demand.ts';
import type { Sale, SaleFulfilment } from './sale.ts';

/** A sale, its connection, and the orders that cover its goods, oldest first. */
interface SaleOrders {
  readonly sale: Sale;
  readonly connection: Connection;
  readonly orders: readonly FulfillmentOrder[];
}

/**
 * The demands of a sale whose connection ships by its order: one for each existing order, and one for available goods that no
 * order ships. So goods that come in after an order was sent are a demand of their own, and do not change that order.
 * @param made every order of the sale, oldest first
 */
export function demandsOfWholeSale(
  sale: Sale,
  connection: Connection,
  made: readonly FulfillmentOrder[],
  isService: IsService,
): Demands {
  const { goods, leftOut } = sortLines(sale.lines, isService);
  const remarks = fewRemarks(leftOut.map(({ line, why }) => `${line.sku || 'A line'} ${why}.`));
  const backordered = goods.filter(({ line }) => line.backorderQuantity > 0);
  const waitsForGoods = backordered.length > 0;
  const waitsForAll = waitsForGoods && connection.backorders === 'wait';
  const live = made.filter((order) => belongsTo(order, connection) && isLive(order));
  // While a sale waits for all its goods, only orders that have left remain.
  const orders = waitsForAll ? live.filter(({ packages }) => packages.length > 0) : live;
  const demands = shareOut({ sale, connection, orders }, goods, waitsForAll, made.length + 1);
  const [first, ...others] = demands;
  if (first !== undefined && !waitsForAll) {
    return {
      demands: [{ ...first, remarks: [...remarks, ...first.remarks] }, ...others],
      reasons: [],
      waitsForGoods,
    };
  }
  const skus = enumerate(backordered.map(({ line }) => line.sku));
  const reason = waitsForGoods
    ? `Waiting for what is on backorder: ${skus}.`
    : 'No line of the sale is to be shipped.';
  return { demands, reasons: [[reason, ...remarks].join(' ')], waitsForGoods };
}

function belongsTo({ demand }: FulfillmentOrder, { id }: Connection): boolean {
  return demand === id || demand.startsWith(`${id}#rest-`);
}

/** @param next the number that a further order gets */
function shareOut(
  saleOrders: SaleOrders,
  goods: readonly Goods[],
  waitsForAll: boolean,
  next: number,
): Demand[] {
  const { sale, orders } = saleOrders;
  const { shares, rest, awaited } = allot(goods, orders, shippedByOthers(sale, orders));
  const stopped = orders.find(isCancelledHere);
  const asked = shares.filter(({ lines }) => lines.length > 0);
  const demands = asked.map(({ order, lines }) => toDemand(order, lines, saleOrders));
  const isStopped = stopped !== undefined && rest.length > 0;
  const remarks =
    !waitsForAll && (isStopped || awaited.length > 0) ? [toBackorderRemark(awaited, stopped)] : [];
  const isFurther = rest.length > 0 && !waitsForAll && stopped === undefined;
  if (!isFurther) return withOutlook(demands, awaited, remarks);
  const before = withOutlook(demands, addUpGoods(rest, awaited), []);
  return withOutlook([...before, demandOfRest(rest, saleOrders, next)], awaited, remarks);
}

/** The last demand names the goods that no order ships yet. */
function withOutlook(
  demands: readonly Demand[],
  awaited: Demand['awaited'],
  remarks: readonly string[],
): Demand[] {
  return demands.map((demand, index) =>
    index < demands.length - 1 ? demand : { ...demand, awaited, remarks: [...demand.remarks, ...remarks] },
  );
}

/** Available goods and goods on backorder, by product. */
function addUpGoods(rest: Demand['lines'], awaited: readonly AwaitedGoods[]): AwaitedGoods[] {
  const there = rest.map(({ line: { productId, sku }, quantity }) => ({ productId, sku, quantity }));
  const byProduct = Map.groupBy([...there, ...awaited], ({ productId }) => productId);
  return [...byProduct].map(([productId, goods]) => ({
    productId,
    sku: goods[0]?.sku ?? '',
    quantity: sumAll(goods.map(({ quantity }) => quantity)),
  }));
}

function toDemand(order: FulfillmentOrder, lines: Demand['lines'], saleOrders: SaleOrders): Demand {
  const { sale, connection, orders } = saleOrders;
  const others = orders.filter((other) => other !== order);
  return {
    key: order.demand,
    connection,
    taskId: openTask(sale, others),
    shippingMethod: sale.carrier,
    lines,
    ...BILLED_ELSEWHERE,
    awaited: order.awaited,
    completes: [],
    remarks: [],
  };
}

function demandOfRest(
  lines: Demand['lines'],
  { sale, connection, orders }: SaleOrders,
  next: number,
): Demand {
  const completes = orders.map(({ reference }) => reference);
  return {
    key: orders.length === 0 ? connection.id : `${connection.id}#rest-${next}`,
    connection,
    taskId: openTask(sale, orders),
    shippingMethod: sale.carrier,
    lines,
    ...BILLED_ELSEWHERE,
    awaited: [],
    completes,
    remarks: completes.length === 0 ? [] : [`It ships what ${completes.join(' and ')} could not.`],
  };
}

/** A person or the service cancelled it, and the sale still asks for it. */
function isCancelledHere({ status, packages }: FulfillmentOrder): boolean {
  return status === 'Cancelled' && packages.length === 0;
}

function toBackorderRemark(awaited: readonly AwaitedGoods[], stopped: FulfillmentOrder | undefined): string {
  if (stopped !== undefined) {
    return `${stopped.reference} was cancelled, so no further order is made; undo and authorise the sale to order what it still asks for.`;
  }
  const goods = enumerate(awaited.map(({ quantity, sku }) => `${quantity} × ${sku}`));
  return `Waiting for what is on backorder: ${goods}. It is ordered when it comes in.`;
}

/**
 * Product → the quantity that DEAR shows as shipped beyond our orders. A person may have shipped the rest of a sale by hand, so
 * it must not be sent again.
 */
function shippedByOthers({ fulfilments }: Sale, orders: readonly FulfillmentOrder[]) {
  const balance = new Map<string, number>();
  const add = (productId: string, quantity: number) =>
    balance.set(productId, (balance.get(productId) ?? 0) + quantity);
  for (const { productId, quantity } of fulfilments.flatMap(shippedLines)) add(productId, quantity);
  const left = orders.filter(({ packages }) => packages.length > 0);
  for (const { productId, quantity } of left.flatMap(coveredLines)) add(productId, -quantity);
  return (productId: string) => Math.max(0, balance.get(productId) ?? 0);
}

function shippedLines({ pick, pack, ship }: SaleFulfilment) {
  const isShipped = ship.status === 'AUTHORISED' || ship.status === 'PARTIALLY AUTHORISED';
  if (!isShipped) return [];
  return pack.lines.length > 0 ? pack.lines : pick.lines;
}
