import type { Connection } from '../connection.ts';
import { subtract, sumAll } from '../decimal.ts';
import type { FulfillmentOrder, OrderedLine } from '../order/fulfillment-order.ts';
import { isLive } from '../order/transitions.ts';
import { getWarehouse, isSameName } from '../sale/location.ts';
import type { Sale, SaleFulfilment, SaleInvoice, StageLine } from '../sale/sale.ts';
import { isVoid, type Package } from '../shipment/package.ts';
import { stillToShip } from '../shipment/still-to-ship.ts';
import { type Consignment, getBoxes, getBoxName, getTrackingNumbers, pickLines } from './packing.ts';

/**
 * The fulfilment to pick, pack and ship. A simple sale's task is the sale itself; an advanced sale's is the one with an open
 * pick, or '' if one has to be created.
 * @param except other orders of the sale, whose fulfilments are not free
 */
export function openTask(sale: Sale, except: readonly FulfillmentOrder[] = []): string {
  const isFree = (taskId: string) => except.every((order) => !taskIdsOfOrder(order).includes(taskId));
  if (sale.type !== 'advanced') return isFree(sale.id) ? sale.id : '';
  return sale.fulfilments.find(({ pick, taskId }) => isOpen(pick.status) && isFree(taskId))?.taskId ?? '';
}

function taskIdsOfOrder({ taskId, confirmation }: FulfillmentOrder): string[] {
  return [taskId, confirmation.taskId];
}

export function isOpen(status: string): boolean {
  return status === 'NOT AVAILABLE' || status === 'DRAFT';
}

/**
 * The fulfilment in DEAR for the packages; '' if one has to be created. In this order: the one with their boxes or tracking
 * numbers, written by the bridge or by a person; the one that was created for the order; one without a tracking number that
 * holds exactly their goods, if the sale has too little left for another one; an open one.
 * @param others the other orders of the sale, whose confirmed fulfilments are not free
 */
export function taskFor(sale: Sale, consignment: Consignment, others: readonly FulfillmentOrder[]): string {
  const { order } = consignment;
  const told = others.filter(hasConfirmationAttempt);
  const taken = getTasks([order.confirmation, ...told.flatMap((one) => [one, one.confirmation])]);
  const free = sale.fulfilments.filter((one) => !taken.has(one.taskId) && !holdsEarlier(one, consignment));
  const shown = free.find((fulfilment) => showsPackages(fulfilment, consignment));
  if (shown !== undefined) return shown.taskId;
  if (order.taskId !== '') return order.taskId;
  const goods = pickLines([consignment]);
  // A label without goods belongs to a parcel that left before it.
  if (goods.length === 0 && order.confirmation.taskId !== '') return order.confirmation.taskId;
  const held = isLeft(sale, goods) ? undefined : free.find((fulfilment) => holdsGoods(fulfilment, goods));
  return held?.taskId ?? nextTask(sale, told);
}

/** An order that was only planned into a fulfilment loses it to an order that leaves first. */
export function hasConfirmationAttempt({ confirmation }: FulfillmentOrder): boolean {
  return confirmation.attempt > 0;
}

/** A simple sale has one task; once that is used, the next shipment makes the sale advanced. */
function nextTask(sale: Sale, others: readonly FulfillmentOrder[]): string {
  const isUsed = sale.fulfilments.some(({ pick }) => !isOpen(pick.status));
  return sale.type !== 'advanced' && isUsed ? '' : openTask(sale, others);
}

function getTasks(owners: ReadonlyArray<{ readonly taskId: string }>): ReadonlySet<string> {
  return new Set(owners.map(({ taskId }) => taskId));
}

function showsPackages({ pack, ship }: SaleFulfilment, consignment: Consignment): boolean {
  const boxes = new Set(getBoxes(consignment).map(({ name }) => name));
  const numbers = new Set(getTrackingNumbers(consignment.packages));
  return (
    pack.lines.some(({ box }) => boxes.has(box)) ||
    ship.lines.some(({ trackingNumbers }) => trackingNumbers.some((number) => numbers.has(number)))
  );
}

/** It was confirmed before, and its parcels may share a tracking number with later ones. */
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

/** Picked by an authorised pick, and not shipped with a tracking number. */
function holdsGoods({ pick, ship }: SaleFulfilment, goods: readonly Quantity[]): boolean {
  const isShipped = ship.lines.some(({ trackingNumbers }) => trackingNumbers.length > 0);
  const picked = byProduct(pick.lines);
  const isSame = [...byProduct(goods)].every(([product, quantity]) => picked.get(product) === quantity);
  return pick.status === 'AUTHORISED' && !isShipped && isSame && picked.size === byProduct(goods).size;
}

/** Whether the sale has enough left to pick the goods again: then a person's pick is for other goods. */
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

/**
 * The packages that an earlier attempt began to write into the fulfilment: those whose boxes it packed or, before that, the
 * first ones, whose goods it picked. All of them where it began nothing, or where a person picked or packed.
 */
export function packagesBegun({ pick, pack }: SaleFulfilment, consignment: Consignment): readonly Package[] {
  const { order, packages } = consignment;
  const boxes = new Set(pack.lines.map(({ box }) => box).filter((box) => box !== ''));
  const packed = packages.filter((box) => boxes.has(getBoxName(order, box)));
  if (packed.length > 0) return packed;
  if (pick.status !== 'AUTHORISED' || pack.lines.length > 0) return packages;
  const picked = byProduct(pick.lines);
  const counts = packages.map((_, index) => packages.slice(0, index + 1));
  const isPicked = (some: readonly Package[]) => {
    const goods = byProduct(pickLines([{ ...consignment, packages: some }]));
    return (
      goods.size === picked.size &&
      [...goods].every(([product, quantity]) => picked.get(product) === quantity)
    );
  };
  return counts.find(isPicked) ?? packages;
}

/**
 * What a pack in DEAR holds of the orders' products at their locations although it did not leave, as `2 × QUILL-01`. Only once
 * nothing of these orders is still to leave: until then, the pack may be ahead of them.
 * @param others further orders of the sale: what they shipped of the same fulfilment left as well
 */
export function listNotLeft(
  { taskId, pack }: SaleFulfilment,
  consignments: readonly Consignment[],
  others: readonly FulfillmentOrder[],
): string[] {
  const own = new Set(consignments.map(({ order }) => order.reference));
  const sharing = others.filter(
    (one) => !own.has(one.reference) && isLive(one) && taskIdsOfOrder(one).includes(taskId),
  );
  const orders = [...consignments.map(({ order }) => order), ...sharing];
  if (pack.status !== 'AUTHORISED' || orders.some((order) => stillToShip(order).length > 0)) return [];
  const places = consignments.flatMap(({ order, connection }) => [
    order.location,
    ...Object.values(connection.warehouses),
  ]);
  const isHere = (line: StageLine) => places.some((name) => isSameName(getWarehouse(line, places, []), name));
  const products = new Set(orders.flatMap(({ lines }) => lines.flatMap(listProducts)));
  const packed = pack.lines.filter((line) => products.has(line.productId) && isHere(line));
  const left = byProduct(pickLines(orders.map((order) => toConsignment(order, taskId))));
  return [...byProduct(packed)].flatMap(([product, quantity]) =>
    nameGoods(product, subtract(quantity, left.get(product) ?? 0), packed),
  );
}

/**
 * What a pack in DEAR lacks of the goods that left in its packages, as `1 × QUILL-01`, wherever DEAR took them from, and as far
 * as the sale has room for it: a second label may be reported with the goods of the first.
 * @param others further orders of the sale: what DEAR shows in the same fulfilment left in it as well
 */
export function listLacking(
  { taskId, pack }: SaleFulfilment,
  sale: Pick<Sale, 'lines' | 'fulfilments'>,
  consignments: readonly Consignment[],
  others: readonly FulfillmentOrder[],
): string[] {
  if (pack.status !== 'AUTHORISED') return [];
  const own = new Set(consignments.map(({ order }) => order.reference));
  const sharing = others.filter(({ reference }) => !own.has(reference));
  const left = pickLines([
    ...consignments.map(({ order, packages }) => toContents(order, taskId, packages)),
    ...sharing.map((order) => toContents(order, taskId, [])),
  ]);
  const elsewhere = sale.fulfilments.filter((one) => one.taskId !== taskId).flatMap((one) => one.pack.lines);
  const [sold, taken, packed] = [byProduct(sale.lines), byProduct(elsewhere), byProduct(pack.lines)];
  return [...byProduct(left)].flatMap(([product, quantity]) => {
    const room = subtract(sold.get(product) ?? 0, taken.get(product) ?? 0);
    return nameGoods(product, subtract(Math.min(quantity, room), packed.get(product) ?? 0), left);
  });
}

/** The packages, and those that DEAR shows in the fulfilment. */
function toContents(order: FulfillmentOrder, taskId: string, packages: readonly Package[]): Consignment {
  const ids = new Set(packages.map(({ id }) => id));
  const inIt = order.packages.filter(
    (box) => !isVoid(box) && (ids.has(box.id) || box.shownIn?.taskId === taskId),
  );
  return { order, packages: inIt, connection: NO_NAMES };
}

/** @param goods with the product's SKU. @returns nothing where there are none */
function nameGoods(
  product: string,
  quantity: number,
  goods: ReadonlyArray<{ readonly productId: string; readonly sku: string }>,
): string[] {
  const sku = goods.find(({ productId }) => productId === product)?.sku ?? '';
  return quantity > 0 ? [`${quantity} × ${sku}`] : [];
}

/** For goods that are compared by product. */
const NO_NAMES = { carriers: {}, warehouses: {} };

function listProducts({ productId, parts }: OrderedLine): string[] {
  return parts === undefined ? [productId] : parts.map((part) => part.productId);
}

/** What left with the order and is not shown in another fulfilment. */
function toConsignment(order: FulfillmentOrder, taskId: string): Consignment {
  const packages = order.packages.filter((box) => !isVoid(box) && (box.shownIn?.taskId || taskId) === taskId);
  return { order, packages, connection: NO_NAMES };
}

/** Begins the memo of our invoices. */
export const MEMO = 'Shipment of ';

type BilledSale = Pick<Sale, 'type' | 'invoices' | 'lines'>;

/** What DEAR has of an invoice for some packages. */
export type InvoiceState = 'none' | 'draft' | 'authorised';

/** @param number of their fulfilment; 0 if not known */
export function getInvoiceState(
  sale: BilledSale,
  number: number,
  consignments: readonly Consignment[],
): InvoiceState {
  const authorised = sale.invoices.filter(({ status }) => status !== 'DRAFT');
  if (isInvoiced({ ...sale, invoices: authorised }, number, consignments)) return 'authorised';
  return isInvoiced(sale, number, consignments) ? 'draft' : 'none';
}

/**
 * Whether DEAR has an invoice for these packages, if only a draft with lines. A simple sale has one invoice. An invoice of an advanced
 * sale names the fulfilment, or, if DEAR dropped that, the boxes in our memo. If a person billed the sale without naming a
 * fulfilment, the packages are billed if less is left to bill than they hold.
 */
function isInvoiced(sale: BilledSale, number: number, consignments: readonly Consignment[]): boolean {
  const standing = sale.invoices.filter(isStandingInvoice);
  if (sale.type !== 'advanced') return standing.length > 0;
  const boxes = new Set(consignments.flatMap(getBoxes).map(({ name }) => name));
  const isOwn = ({ fulfilmentNumber, memo }: SaleInvoice) =>
    (number !== 0 && fulfilmentNumber === number) || boxesIn(memo).some((box) => boxes.has(box));
  if (standing.some(isOwn)) return true;
  const isByHand = standing.some(
    ({ fulfilmentNumber, memo }) => fulfilmentNumber === 0 && boxesIn(memo).length === 0,
  );
  return isByHand && isBilledAlready(sale.lines, standing, consignments);
}

/** Begins the note of an order whose invoice may be a draft for want of a due date. */
export const NO_DUE_DATE = 'No due date can be read from the payment terms';

/**
 * Whether DEAR has no more than a draft of the invoice, which the connection wants authorised: undoing a sale makes one of our
 * invoice, and a person may have begun one. It may have been edited, so it is theirs to authorise. Not where we made the draft
 * for want of a due date.
 */
export function isInvoiceOpen(
  state: InvoiceState,
  orders: ReadonlyArray<Pick<FulfillmentOrder, 'log'>>,
  { invoice }: Pick<Connection, 'invoice'>,
): boolean {
  const isOurDraft = orders.some(({ log }) => log.some(({ what }) => what.startsWith(NO_DUE_DATE)));
  return invoice === 'authorised' && state === 'draft' && !isOurDraft;
}

/** A draft without lines bills nothing, and DEAR lets it be overwritten. */
function isStandingInvoice({ status, lines }: SaleInvoice): boolean {
  if (status === 'DRAFT') return lines.length > 0;
  return status !== 'NOT AVAILABLE' && status !== 'VOIDED';
}

function isBilledAlready(
  ordered: BilledSale['lines'],
  invoices: readonly SaleInvoice[],
  consignments: readonly Consignment[],
): boolean {
  const billed = invoices.flatMap(({ lines }) => lines);
  const goods = pickLines(consignments);
  const getLeft = (product: string) => subtract(getQuantity(product, ordered), getQuantity(product, billed));
  return goods.every(({ productId }) => getLeft(productId) < getQuantity(productId, goods));
}

function getQuantity(
  product: string,
  lines: ReadonlyArray<{ readonly productId: string; readonly quantity: number }>,
): number {
  return sumAll(lines.filter(({ productId }) => productId === product).map(({ quantity }) => quantity));
}

function boxesIn(memo: string): string[] {
  return memo.startsWith(MEMO) ? memo.slice(MEMO.length).split(', ') : [];
}
