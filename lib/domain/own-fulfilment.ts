import { sumOf } from './decimal.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { isOpen, openTask } from './open-task.ts';
import { boxesOf, type Consignment, pickLines, trackingNumbersOf } from './packing.ts';
import type { Sale, SaleFulfilment, StageLine } from './sale.ts';

/**
 * The fulfilment of DEAR's that the packages belong into; '' where one has to be made. In this order: the one that names
 * their boxes or shows their tracking numbers, whether we wrote it or a person did; the one that was made for the order; one
 * that holds exactly their goods and nothing of another parcel, as a stage whose answer was lost leaves it; an open one.
 * @param others the other orders of the sale: a fulfilment that one of them was told into is none of this one's
 */
export function taskFor(sale: Sale, consignment: Consignment, others: readonly FulfillmentOrder[]): string {
  const { order } = consignment;
  const told = others.filter(isToldInto);
  const taken = tasksOf([order.confirmation, ...told.flatMap((one) => [one, one.confirmation])]);
  const free = sale.fulfilments.filter(
    (one) => one.taskId === order.taskId || (!taken.has(one.taskId) && !holdsEarlier(one, consignment)),
  );
  const shown = free.find((fulfilment) => showsPackages(fulfilment, consignment));
  if (shown !== undefined) return shown.taskId;
  if (order.taskId !== '') return order.taskId;
  const held = free.find((fulfilment) => holdsGoods(fulfilment, consignment));
  return held?.taskId ?? nextTask(sale, told);
}

/** One that was only planned into a fulfilment gives it up to an order that leaves first. */
export function isToldInto({ confirmation }: FulfillmentOrder): boolean {
  return confirmation.attempt > 0;
}

/** A simple sale has one task; once that is used up, the next shipment makes it an advanced one. */
function nextTask(sale: Sale, others: readonly FulfillmentOrder[]): string {
  const isUsed = sale.fulfilments.some(({ pick }) => !isOpen(pick.status));
  return sale.type !== 'advanced' && isUsed ? '' : openTask(sale, others);
}

function tasksOf(owners: ReadonlyArray<{ readonly taskId: string }>): ReadonlySet<string> {
  return new Set(owners.map(({ taskId }) => taskId).filter((taskId) => taskId !== ''));
}

function showsPackages({ pack, ship }: SaleFulfilment, consignment: Consignment): boolean {
  const boxes = new Set(boxesOf(consignment).map(({ name }) => name));
  const numbers = new Set(trackingNumbersOf(consignment.packages));
  return (
    pack.lines.some(({ box }) => boxes.has(box)) ||
    ship.lines.some(({ trackingNumbers }) => trackingNumbers.some((number) => numbers.has(number)))
  );
}

/** Told before: its parcels may share a tracking number with later ones. */
function holdsEarlier({ pack }: SaleFulfilment, consignment: Consignment): boolean {
  const { packages, confirmation } = consignment.order;
  const told = packages.filter(({ id }) => confirmation.packages.includes(id));
  const boxes = new Set(boxesOf({ ...consignment, packages: told }).map(({ name }) => name));
  return pack.lines.some(({ box }) => boxes.has(box));
}

/** Picked by an authorised pick, and not shipped under a number yet. */
function holdsGoods({ pick, ship }: SaleFulfilment, consignment: Consignment): boolean {
  const isShipped = ship.lines.some(({ trackingNumbers }) => trackingNumbers.length > 0);
  return pick.status === 'AUTHORISED' && !isShipped && isSame(pick.lines, pickLines([consignment]));
}

function isSame(
  one: readonly StageLine[],
  other: ReadonlyArray<Pick<StageLine, 'productId' | 'quantity'>>,
): boolean {
  const quantities = [one, other].map((lines) =>
    [...Map.groupBy(lines, ({ productId }) => productId)]
      .map(([productId, own]) => `${productId} ${sumOf(own.map(({ quantity }) => quantity))}`)
      .sort()
      .join('\n'),
  );
  return one.length > 0 && quantities[0] === quantities[1];
}
