import { subtract, sumAll } from '../decimal.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import type { Sale, SaleFulfilment } from '../sale/sale.ts';
import { type Consignment, getBoxes, getTrackingNumbers, pickLines } from './packing.ts';

/**
 * The fulfilment that will be picked, packed and shipped. A simple sale's task is the sale itself; an advanced sale's is
 * the one whose pick is still open, or '' where one has to be made.
 * @param except orders of the sale that have theirs: a fulfilment is never given to a second one
 */
export function openTask(sale: Sale, except: readonly FulfillmentOrder[] = []): string {
  const isFree = (taskId: string) => except.every((order) => !taskIdsOfOrder(order).includes(taskId));
  if (sale.type !== 'advanced') return isFree(sale.id) ? sale.id : '';
  return sale.fulfilments.find(({ pick, taskId }) => isOpen(pick.status) && isFree(taskId))?.taskId ?? '';
}

function taskIdsOfOrder({ taskId, confirmation }: FulfillmentOrder): string[] {
  return [taskId, confirmation.taskId].filter((task) => task !== '');
}

export function isOpen(status: string): boolean {
  return status === 'NOT AVAILABLE' || status === 'DRAFT';
}

/**
 * The fulfilment of DEAR's that the packages belong into; '' where one has to be made. In this order: the one that names
 * their boxes or shows their tracking numbers, whether we wrote it or a person did; the one that was made for the order; one
 * without a tracking number that holds exactly their goods, where the sale has too little left for another one; an open one.
 * @param others the other orders of the sale: a fulfilment that one of them was told into is none of this one's
 */
export function taskFor(sale: Sale, consignment: Consignment, others: readonly FulfillmentOrder[]): string {
  const { order } = consignment;
  const told = others.filter(hasConfirmationAttempt);
  const taken = getTasks([order.confirmation, ...told.flatMap((one) => [one, one.confirmation])]);
  const free = sale.fulfilments.filter(
    (one) => one.taskId === order.taskId || (!taken.has(one.taskId) && !holdsEarlier(one, consignment)),
  );
  const shown = free.find((fulfilment) => showsPackages(fulfilment, consignment));
  if (shown !== undefined) return shown.taskId;
  if (order.taskId !== '') return order.taskId;
  const goods = pickLines([consignment]);
  const held = isLeft(sale, goods) ? undefined : free.find((fulfilment) => holdsGoods(fulfilment, goods));
  return held?.taskId ?? nextTask(sale, told);
}

/** One that was only planned into a fulfilment gives it up to an order that leaves first. */
export function hasConfirmationAttempt({ confirmation }: FulfillmentOrder): boolean {
  return confirmation.attempt > 0;
}

/** A simple sale has one task; once that is used up, the next shipment makes it an advanced one. */
function nextTask(sale: Sale, others: readonly FulfillmentOrder[]): string {
  const isUsed = sale.fulfilments.some(({ pick }) => !isOpen(pick.status));
  return sale.type !== 'advanced' && isUsed ? '' : openTask(sale, others);
}

function getTasks(owners: ReadonlyArray<{ readonly taskId: string }>): ReadonlySet<string> {
  return new Set(owners.map(({ taskId }) => taskId).filter((taskId) => taskId !== ''));
}

function showsPackages({ pack, ship }: SaleFulfilment, consignment: Consignment): boolean {
  const boxes = new Set(getBoxes(consignment).map(({ name }) => name));
  const numbers = new Set(getTrackingNumbers(consignment.packages));
  return (
    pack.lines.some(({ box }) => boxes.has(box)) ||
    ship.lines.some(({ trackingNumbers }) => trackingNumbers.some((number) => numbers.has(number)))
  );
}

/** Told before: its parcels may share a tracking number with later ones. */
function holdsEarlier({ pack }: SaleFulfilment, consignment: Consignment): boolean {
  const { packages, confirmation } = consignment.order;
  const told = packages.filter(({ id }) => confirmation.packages.includes(id));
  const boxes = new Set(getBoxes({ ...consignment, packages: told }).map(({ name }) => name));
  return pack.lines.some(({ box }) => boxes.has(box));
}

interface Quantity {
  readonly productId: string;
  readonly quantity: number;
}

/** Picked by an authorised pick, and not shipped under a number yet. */
function holdsGoods({ pick, ship }: SaleFulfilment, goods: readonly Quantity[]): boolean {
  const isShipped = ship.lines.some(({ trackingNumbers }) => trackingNumbers.length > 0);
  const picked = byProduct(pick.lines);
  const isSame = [...byProduct(goods)].every(([product, quantity]) => picked.get(product) === quantity);
  return pick.status === 'AUTHORISED' && !isShipped && isSame && picked.size === byProduct(goods).size;
}

/** Whether DEAR can pick the goods beside all that is picked: then what a person picked are others. */
function isLeft({ lines, fulfilments }: Sale, goods: readonly Quantity[]): boolean {
  const picks = fulfilments
    .filter(({ pick }) => pick.status === 'AUTHORISED')
    .flatMap(({ pick }) => pick.lines);
  const [ordered, picked] = [byProduct(lines), byProduct(picks)];
  return [...byProduct(goods)].every(
    ([product, quantity]) => subtract(ordered.get(product) ?? 0, picked.get(product) ?? 0) >= quantity,
  );
}

function byProduct(lines: readonly Quantity[]): Map<string, number> {
  const groups = Map.groupBy(lines, ({ productId }) => productId);
  return new Map([...groups].map(([product, own]) => [product, sumAll(own.map(({ quantity }) => quantity))]));
}
