import { openTask } from '../confirmation/own-fulfilment.ts';
import type { Connection } from '../connection.ts';
import { subtract, sumAll } from '../decimal.ts';
import type { AwaitedGoods, FulfillmentOrder, WaitedFor } from '../order/fulfillment-order.ts';
import { isLive, keepsConnection } from '../order/transitions.ts';
import { coveredLines } from '../shipment/still-to-ship.ts';
import { enumerate, fewRemarks } from '../text.ts';
import { allot, keep } from './allotment.ts';
import type { ReferenceBooks } from './catalogue.ts';
import { type Goods, type IsService, serviceTest, sortLines } from './deliverable-lines.ts';
import { BILLED_ELSEWHERE, type Demand, type Demands, NOT_CHOSEN } from './demand.ts';
import { type Choose, connectionChooser, describeChoices, remarksOnUnchosen } from './rules.ts';
import type { Sale, SaleFulfilment } from './sale.ts';

/** A sale, one of its location's connections, and that connection's orders that cover goods of the sale, oldest first. */
interface SaleOrders {
  readonly sale: Sale;
  readonly connection: Connection;
  readonly orders: readonly FulfillmentOrder[];
  /** Of all connections of the location. */
  readonly all: readonly FulfillmentOrder[];
}

/** What one of the location's connections ships of a sale. */
interface Part extends SaleOrders {
  readonly goods: readonly Goods[];
  readonly choose: Choose;
}

/**
 * The demands of a sale whose connections ship by its order. Of each connection there is one for each existing order, and one for
 * available goods that no order ships. So goods that come in after an order was sent are a demand of their own, and do not change
 * that order. Each piece is in the demands of one connection: of the one whose order keeps it, else of the one that the rules
 * choose.
 * @param connections those of the sale's location
 * @param made every order of the sale, oldest first
 */
export function demandsOfWholeSale(
  sale: Sale,
  connections: readonly Connection[],
  made: readonly FulfillmentOrder[],
  books: Pick<ReferenceBooks, 'products'>,
): Demands {
  const { choose, isService } = readRules(sale, connections, books);
  const { goods, leftOut } = sortLines(sale.lines, isService);
  const parts = divide(sale, goods, connections, made, choose);
  const found = parts.map((part) => demandsOfPart(part, made.length + 1));
  const remarks = [
    ...fewRemarks(leftOut.map(({ line, why }) => `${line.sku || 'A line'} ${why}.`)),
    ...remarksOnUnchosen(
      goods.filter(({ line }) => choose(line) === null).map(({ line }) => line.sku),
      connections,
    ),
  ];
  return join(found, remarks);
}

/** The rules of the location, and which lines are services: a line's own connection says so, or else any of them. */
function readRules(
  sale: Sale,
  connections: readonly Connection[],
  books: Pick<ReferenceBooks, 'products'>,
): { choose: Choose; isService: IsService } {
  const tests = new Map(connections.map((connection) => [connection, serviceTest(connection, books)]));
  const isAnyService: IsService = (product) => [...tests.values()].some((test) => test(product));
  const choose = connectionChooser(sale, connections, isAnyService);
  const isService: IsService = (product) => {
    const choice = choose(product);
    const test = choice === null ? isAnyService : tests.get(choice.connection);
    return test?.(product) ?? false;
  };
  return { choose, isService };
}

/** Orders keep their goods first, whatever the rules choose now; the rest goes where the rules choose. */
function divide(
  sale: Sale,
  goods: readonly Goods[],
  connections: readonly Connection[],
  made: readonly FulfillmentOrder[],
  choose: Choose,
): Part[] {
  const all = made.filter((order) => isLive(order) && connections.some((one) => belongsTo(order, one)));
  const kept = keep(goods, all.filter(keepsConnection));
  const keptByAll = sumByPlace(kept);
  return connections.map((connection) => {
    const isChosen = ({ line }: Goods) => choose(line)?.connection === connection;
    const products = new Set(goods.filter(isChosen).map(({ line }) => line.productId));
    const mayHave = (order: FulfillmentOrder) =>
      connections.length === 1 ||
      keepsConnection(order) ||
      order.lines.some(({ productId }) => products.has(productId));
    const orders = all.filter((order) => belongsTo(order, connection) && mayHave(order));
    const keptHere = sumByPlace(kept.filter(({ order }) => belongsTo(order, connection)));
    const shares = goods.map((one): Goods => {
      const here = keptHere.get(one.place) ?? 0;
      if (!isChosen(one)) return { ...one, quantity: here, available: here };
      const elsewhere = subtract(keptByAll.get(one.place) ?? 0, here);
      const available = Math.max(0, subtract(one.available, elsewhere));
      return { ...one, quantity: subtract(one.quantity, elsewhere), available };
    });
    return { sale, connection, orders, all, goods: shares, choose };
  });
}

function sumByPlace(shares: ReturnType<typeof keep>): Map<number, number> {
  const sums = new Map<number, number>();
  for (const { place, quantity } of shares.flatMap(({ lines }) => lines))
    sums.set(place, sumAll([sums.get(place) ?? 0, quantity]));
  return sums;
}

/** @param next the number that a further order gets */
function demandsOfPart(part: Part, next: number): Demands & { readonly isWaiting: boolean } {
  const { connection, goods } = part;
  const backordered = goods.filter(({ quantity, available }) => available < quantity);
  const waitsFor = sumBySku(backordered);
  const isWaiting = waitsFor.length > 0 && connection.backorders === 'wait';
  // While a sale waits for all its goods, only orders that have left remain.
  const orders = isWaiting ? part.orders.filter(({ packages }) => packages.length > 0) : part.orders;
  const demands = shareOut({ ...part, orders }, isWaiting, next);
  const isAwaited = waitsFor.length > 0 && (isWaiting || demands.length === 0);
  const reasons = isAwaited ? [describeWaiting(waitsFor)] : [];
  return { demands: demands.map((demand) => withChoice(demand, part)), reasons, waitsFor, isWaiting };
}

function sumBySku(goods: readonly Goods[]): WaitedFor[] {
  return [...Map.groupBy(goods, ({ line }) => line.sku)].map(([sku, own]) => ({
    sku,
    wanted: sumAll(own.map(({ quantity }) => quantity)),
    allotted: sumAll(own.map(({ available }) => available)),
  }));
}

function describeWaiting(waitsFor: readonly WaitedFor[]): string {
  const goods = waitsFor.map(
    ({ sku, wanted, allotted }) => `${sku} (${allotted} of ${wanted} allotted by DEAR)`,
  );
  return `Waiting for what is on backorder: ${enumerate(goods)}.`;
}

/** Which rule chose the connection: of goods that an order keeps, as it says itself. */
function withChoice(demand: Demand, { connection, orders, choose }: Part): Demand {
  const order = orders.find((one) => one.demand === demand.key);
  const keeps = order !== undefined && keepsConnection(order);
  const chosen = demand.lines.map(({ line }) => choose(line));
  const sentences = chosen.map((choice) => (keeps ? (order.chosenBy ?? '') : (choice?.chosenBy ?? '')));
  return { ...demand, ...describeChoices(connection, sentences, chosen) };
}

/** Remarks about the sale are made with its first demand, or with the first reason why there is none. */
function join(found: readonly ReturnType<typeof demandsOfPart>[], remarks: readonly string[]): Demands {
  const waitsFor = found.flatMap((one) => one.waitsFor ?? []);
  const bearer = found.find(({ isWaiting, demands }) => !isWaiting && demands.length > 0)?.demands[0];
  const demands = found
    .flatMap((one) => one.demands)
    .map((demand) => (demand === bearer ? { ...demand, remarks: [...remarks, ...demand.remarks] } : demand));
  const reasons = found.flatMap((one) => one.reasons);
  if (bearer !== undefined) return { demands, reasons, waitsFor };
  const [first = 'No line of the sale is to be shipped.', ...others] = reasons;
  return { demands, reasons: [[first, ...remarks].join(' '), ...others], waitsFor };
}

function belongsTo({ demand }: FulfillmentOrder, { id }: Connection): boolean {
  return demand === id || demand.startsWith(`${id}#rest-`);
}

function shareOut(saleOrders: Part, waitsForAll: boolean, next: number): Demand[] {
  const { sale, orders, all, goods } = saleOrders;
  const { shares, rest, awaited } = allot(goods, orders, shippedByOthers(sale, all));
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
  const { sale, connection, all } = saleOrders;
  const others = all.filter((other) => other !== order);
  return {
    key: order.demand,
    connection,
    taskId: openTask(sale, others),
    shippingMethod: sale.carrier,
    lines,
    ...BILLED_ELSEWHERE,
    ...NOT_CHOSEN,
    awaited: order.awaited,
    completes: [],
    remarks: [],
  };
}

function demandOfRest(
  lines: Demand['lines'],
  { sale, connection, orders, all }: SaleOrders,
  next: number,
): Demand {
  const completes = orders.map(({ reference }) => reference);
  return {
    key: orders.length === 0 ? connection.id : `${connection.id}#rest-${next}`,
    connection,
    taskId: openTask(sale, all),
    shippingMethod: sale.carrier,
    lines,
    ...BILLED_ELSEWHERE,
    ...NOT_CHOSEN,
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
