import type { StaffOrder } from 'dear-sandbox/kit';
import { hasLeftUnwanted } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { waitingFor } from '../../../lib/domain/order/transitions.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { getProviderDefinition } from '../../../lib/providers/registry.ts';
import { findGoodsViolations } from './check-goods.ts';
import {
  findForgotten,
  findWrongParcels,
  type Held,
  readGoods,
  toHeld,
  withWhatLeft,
} from './check-parcels.ts';
import type { Circumstances } from './circumstances.ts';
import { type KnownParcel, type KnownSale, type People, references } from './people.ts';
import type { World } from './world.ts';

/** What is asked of a world, and of its people. */
export type CheckedWorld = Pick<
  World,
  'dear' | 'staff' | 'noticesVoids' | 'orders' | 'sentAgain' | 'parked' | 'waiting'
> &
  Partial<Pick<World, 'circumstances' | 'records' | 'weathers'>>;
export type CheckedPeople = Pick<People, 'sales' | 'parcels'>;

/**
 * What has to be true once everything works again and has had time. It is read from the records of DEAR's and the service's
 * sandboxes; the bridge's own are asked only whether a person was told.
 * @returns a sentence for each thing that is not true
 */
export async function findViolations(world: CheckedWorld, people: CheckedPeople): Promise<string[]> {
  const held = toHeld(await world.staff.parcels());
  const ofSales = await Promise.all(
    people.sales.map((sale) => findSaleViolations(sale, world, people, held)),
  );
  const again = world.sentAgain.map((reference) => `${reference} was sent although the service had it.`);
  return [...ofSales.flat(), ...again, ...(await findQueueViolations(world))];
}

/**
 * What is about to leave, before the packers ship the rest: every order that waits for nothing but them holds what its sale asks
 * for now. Without split and merged orders, and without goods that are short.
 */
export async function findOutdatedOrders(world: World, people: CheckedPeople): Promise<string[]> {
  const { provider, trigger, isScarce } = world.circumstances;
  const isUpdated = getProviderDefinition(provider).capabilities.includes('update');
  if (!isUpdated || trigger !== 'OrderAuthorised' || isScarce) return [];
  const left = new Set(people.parcels.map(({ saleNumber }) => saleNumber));
  const untouched = people.sales.filter(({ number, isDivided }) => !isDivided && !left.has(number));
  const found = await Promise.all(untouched.map((sale) => findOutdated(sale, world)));
  return found.flat();
}

async function findOutdated(sale: KnownSale, world: World): Promise<string[]> {
  const { orderStatus, lines } = await world.dear.sale(sale.number);
  const orders = await readOrders(sale.number, world);
  const isReady = orders.every(
    (order) =>
      !isOnAList(order) &&
      ['', 'departure'].includes(waitingFor(order)) &&
      order.submission.refusedFingerprint !== order.fingerprint,
  );
  if (orderStatus !== 'AUTHORISED' || !isReady || isParked(sale, world)) return [];
  const live = (await findAtService(sale, world)).filter(({ isCancelled }) => !isCancelled);
  const held = live.flatMap((order) => order.lines);
  if (held.length === 0) return [];
  const skus = new Set([...held, ...lines].map(({ sku }) => sku));
  return [...skus].flatMap((sku) => {
    const [there, asked] = [held, lines].map((some) => sum(some.filter((line) => line.sku === sku)));
    return there === asked
      ? []
      : [`${sale.number}: the service has ${there} ${sku} to ship, and the sale asks for ${asked}.`];
  });
}

/** A message may only wait for an order of which a list says so. */
async function findQueueViolations(world: CheckedWorld): Promise<string[]> {
  const left: string[] = [];
  for (const queue of ['saleEvents', 'fulfillment', 'confirmations'] as const) {
    for (const body of world.waiting(queue)) {
      const [number] = /SO-\d{5}/.exec(body) ?? [];
      const orders = number === undefined ? [] : await readOrders(number, world);
      if (!orders.some(isOnAList)) left.push(`A message is left in ${queue}: ${body}`);
    }
  }
  return left;
}

async function findSaleViolations(
  sale: KnownSale,
  world: CheckedWorld,
  people: CheckedPeople,
  held: Held,
): Promise<string[]> {
  const shown = await world.dear.sale(sale.number);
  const own = people.parcels.filter(({ saleNumber }) => saleNumber === sale.number);
  // Of a void that its service does not tell, both labels stay in DEAR.
  const told = world.noticesVoids ? own : own.map((parcel) => ({ ...parcel, isVoided: false }));
  const atService = withWhatLeft(await findAtService(sale, world), told, held);
  const orders = await readOrders(sale.number, world);
  const isTold = orders.some((order) => isOnAList(order)) || isParked(sale, world);
  const departed = atService.filter(({ reference }) => own.some((one) => one.reference === reference));
  const { circumstances } = world;
  const goods = {
    departed,
    wasUndone: sale.wasUndone,
    wasLabelVoided: own.some(({ isVoided }) => isVoided),
    // DEAR also refuses to bill a sale that was voided or undone meanwhile.
    refusedBills:
      sale.wasUndone || sale.isVoided
        ? []
        : (world.weathers?.[0]?.refusedBills ?? []).filter((body) => body.toLowerCase().includes(sale.id)),
    isDivided: own.some(({ isPart }) => isPart) && readGoods(own, held) === null,
    // What DEAR's staff shipped by hand of goods that a person dropped is theirs to take back.
    isSettled:
      !isTold &&
      shown.orderStatus === 'AUTHORISED' &&
      !orders.some(isWaiting) &&
      !(sale.isDropped && circumstances?.trigger === 'ShipmentAuthorised'),
  };
  const records = await world.records?.readSale(sale.number);
  const context = () => describe(orders, atService, shown.status, shown.orderStatus);
  return [
    ...findDuplicates(atService),
    ...(await findParcelViolations(own, sale, world, orders)),
    ...(records && circumstances ? findGoodsViolations({ records, circumstances, ...goods }) : []),
    ...(records && circumstances?.trigger === 'OrderAuthorised' ? findWrongParcels(records, own, held) : []),
    ...(isTold ? [] : findStateViolations(sale, shown, atService, own, circumstances?.trigger)),
    ...(isTold || !asksForAll(circumstances) ? [] : findForgotten(sale, shown, own, held)),
  ].map((problem) => `${sale.number}: ${problem} ${context()}`);
}

/** Whether everything that a sale asks for has to leave in time: goods that are short are looked for after hours. */
function asksForAll(circumstances: Circumstances | undefined): boolean {
  return circumstances?.trigger === 'OrderAuthorised' && (circumstances.isBusy || !circumstances.isScarce);
}

type AtService = StaffOrder & { readonly reference: string };

async function findAtService({ number }: KnownSale, world: CheckedWorld): Promise<AtService[]> {
  const found: AtService[] = [];
  for (const reference of references(number)) {
    for (const order of await world.staff.ordersFor(reference)) found.push({ reference, ...order });
  }
  return found;
}

export async function readOrders(
  number: string,
  world: Pick<CheckedWorld, 'orders'>,
): Promise<FulfillmentOrder[]> {
  const read = await Promise.all(references(number).map((reference) => world.orders.read(reference)));
  return read.filter((order) => order !== null && order !== undefined);
}

/** What the bridge does by itself, so that after hours in which everything works nothing may wait for it. */
const BY_ITSELF: readonly string[] = [
  '',
  'departure',
  'submission',
  'update',
  'cancellation',
  'confirmation',
];

/** Whether a list shows the order as waiting for a person. */
export function isOnAList(order: FulfillmentOrder): boolean {
  return hasLeftUnwanted(order) || !BY_ITSELF.includes(waitingFor(order));
}

/** For anything: until then, DEAR need not show all that left. */
function isWaiting(order: FulfillmentOrder): boolean {
  return waitingFor(order) !== '' || order.withdrawn;
}

export function isParked({ id, number }: KnownSale, world: CheckedWorld): boolean {
  return world.parked().some((body) => body.includes(id) || body.includes(number));
}

function findDuplicates(atService: readonly AtService[]): string[] {
  const live = atService.filter(({ isCancelled }) => !isCancelled);
  return [...Map.groupBy(live, ({ reference }) => reference)]
    .filter(([, orders]) => orders.length > 1)
    .map(([reference, orders]) => `the service has ${orders.length} live orders ${reference}.`);
}

async function findParcelViolations(
  parcels: readonly KnownParcel[],
  sale: KnownSale,
  world: CheckedWorld,
  orders: readonly FulfillmentOrder[],
): Promise<string[]> {
  const found = parcels.map(async (parcel) => {
    const { trackingNumber, at, mayBeOf } = parcel;
    const shown = await Promise.all(mayBeOf.map((number) => countInDear(trackingNumber, number, world)));
    const most = Math.max(...shown);
    // Of two orders of a sale that packers merged, each has a fulfilment with the parcel.
    const ordersIn = (number: string) => mayBeOf.filter((one) => one === number).length;
    if (mayBeOf.some((number, index) => (shown[index] ?? 0) > ordersIn(number)))
      return [`DEAR shows the parcel ${trackingNumber} ${most} times.`];
    if (most >= 1 || parcel.isVoided || sale.isVoided) return [];
    const own = orders.filter(({ reference }) => reference === parcel.reference);
    const merged = mayBeOf.filter((number) => number !== sale.number);
    const others = await Promise.all(merged.map((number) => readOrders(number, world)));
    const isWhole = merged.length === 0 && !parcel.isPart;
    if ([...own, ...others.flat()].some((order) => isUnfinished(order, isWhole))) return [];
    if (isParked(sale, world)) return [];
    return [`DEAR does not show the parcel ${trackingNumber}, which left at ${new Date(at).toISOString()}.`];
  });
  return (await Promise.all(found)).flat();
}

/**
 * A list names it, its other goods have to leave yet, or its sale does not ask for them.
 * @param isWhole whether all of its goods left in one parcel
 */
function isUnfinished(order: FulfillmentOrder, isWhole: boolean): boolean {
  return isOnAList(order) || (!isWhole && waitingFor(order) === 'departure') || order.withdrawn;
}

async function countInDear(
  trackingNumber: string,
  saleNumber: string,
  world: Pick<World, 'dear'>,
): Promise<number> {
  const { fulfilments } = await world.dear.sale(saleNumber);
  const numbers = fulfilments.flatMap(({ ship }) => ship.lines.flatMap((line) => line.trackingNumbers));
  return numbers.filter((number) => number === trackingNumber).length;
}

/** Of a sale of whose state no list speaks. */
function findStateViolations(
  sale: KnownSale,
  shown: Sale,
  atService: readonly AtService[],
  parcels: readonly KnownParcel[],
  trigger: Circumstances['trigger'] = 'OrderAuthorised',
): string[] {
  const { orderStatus, lines } = shown;
  const live = atService.filter(({ isCancelled }) => !isCancelled);
  const left = new Set(parcels.map(({ reference }) => reference));
  const toLeave = live.filter(({ reference }) => !left.has(reference));
  if (sale.isVoided && toLeave.length > 0)
    return [`it was voided, and ${toLeave[0]?.reference} may still leave.`];
  if (!sale.isDropped && isAsked(shown, trigger) && live.length === 0 && parcels.length === 0)
    return ['it is authorised, and the service has no order.'];
  if (orderStatus === 'DRAFT' && toLeave.length > 0)
    return ['its order was undone, and an order may still leave.'];
  return findSurplus(lines, live, toLeave);
}

/** Whether the stage is authorised that makes an order. */
function isAsked({ orderStatus, fulfilments }: Sale, trigger: Circumstances['trigger']): boolean {
  if (orderStatus !== 'AUTHORISED') return false;
  if (trigger === 'OrderAuthorised') return true;
  const stage = STAGES[trigger];
  return fulfilments.some((fulfilment) => fulfilment[stage].status === 'AUTHORISED');
}

const STAGES = { PickAuthorised: 'pick', PackAuthorised: 'pack', ShipmentAuthorised: 'ship' } as const;

/** Goods that will leave, and of which more than was sold leaves then. What left before a sale was edited cannot be helped. */
function findSurplus(
  sold: Sale['lines'],
  live: readonly AtService[],
  toLeave: readonly AtService[],
): string[] {
  const leaving = live.flatMap((order) => order.lines);
  return [...new Set(toLeave.flatMap((order) => order.lines.map(({ sku }) => sku)))].flatMap((sku) => {
    const there = sum(leaving.filter((line) => line.sku === sku));
    const here = sum(sold.filter((line) => line.sku === sku));
    return there > here ? [`the service has ${there} ${sku} to ship, and ${here} were sold.`] : [];
  });
}

function sum(lines: ReadonlyArray<{ readonly quantity: number }>): number {
  return lines.reduce((total, { quantity }) => total + quantity, 0);
}

function describe(
  orders: readonly FulfillmentOrder[],
  atService: readonly AtService[],
  status: string,
  orderStatus: string,
): string {
  const ours = orders.map(
    ({ reference, status: own, reason, withdrawn }) =>
      `${reference} ${own}${withdrawn ? ' (withdrawn)' : ''}: ${reason}`,
  );
  const theirs = atService.map(({ reference, id, status: own }) => `${reference} ${id} ${own}`);
  return `[DEAR: ${status}/${orderStatus}; service: ${theirs.join(', ') || 'nothing'}; bridge: ${ours.join(' | ') || 'nothing'}]`;
}
