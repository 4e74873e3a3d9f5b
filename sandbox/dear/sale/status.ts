import { sum } from '../../kit/numbers.ts';
import { authorisedInvoices, hasCredit, isInvoiced, isPaid } from '../billing/amounts.ts';
import { isStocked, packedLines, partsFor, pickedLines, productById, shippedLines } from '../lookup.ts';
import type { DearState, FulfilmentRecord, SaleRecord } from '../state.ts';
import type { StageLineRecord } from '../stock/stock-records.ts';

const WORDS = {
  pick: { done: 'PICKED', doing: 'PICKING' },
  pack: { done: 'PACKED', doing: 'PACKING' },
  ship: { done: 'SHIPPED', doing: 'SHIPPING' },
} as const;
type Stage = keyof typeof WORDS;

const LINES_BY_STAGE = { pick: pickedLines, pack: packedLines, ship: shippedLines };

/** `CombinedPickingStatus`, `CombinedPackingStatus`, `CombinedShippingStatus`: one stage over all fulfilments. */
export function combinedStatus(state: DearState, sale: SaleRecord, stage: Stage): string {
  const { done, doing } = WORDS[stage];
  if (sale.orderStatus === 'VOIDED') return 'VOIDED';
  if (sale.orderStatus !== 'AUTHORISED' || sale.type === 'Service') return 'NOT AVAILABLE';
  const progress = getProgress(state, sale, LINES_BY_STAGE[stage]);
  if (progress === 'all') return done;
  if (progress === 'some') return `PARTIALLY ${done}`;
  const isDraft = sale.fulfilments.some(
    ({ [stage]: { status, lines } }) => status === 'DRAFT' && lines.length > 0,
  );
  return isDraft ? doing : `NOT ${done}`;
}

/** `FulFilmentStatus` of the sale. */
export function saleFulfilmentStatus(state: DearState, sale: SaleRecord): string {
  if (sale.orderStatus === 'VOIDED') return 'VOIDED';
  if (sale.orderStatus !== 'AUTHORISED' || sale.type === 'Service') return 'NOT AVAILABLE';
  const progress = getProgress(state, sale, shippedLines);
  return { all: 'FULFILLED', some: 'PARTIALLY FULFILLED', none: 'NOT FULFILLED' }[progress];
}

/** `FulFilmentStatus` of one fulfilment. */
export function fulfilmentStatus(sale: SaleRecord, { ship }: FulfilmentRecord): string {
  if (ship.status === 'VOIDED') return 'VOIDED';
  if (sale.orderStatus !== 'AUTHORISED') return 'NOT AVAILABLE';
  if (ship.status === 'AUTHORISED') return 'FULFILLED';
  return ship.status === 'PARTIALLY AUTHORISED' ? 'PARTIALLY FULFILLED' : 'NOT FULFILLED';
}

/**
 * `Status` of the sale, per the blueprint's table: PICKING to CREDITED describe simple and service sales only. The invoice
 * comes before the goods, because it has the later rows; a sale that is paid before it is shipped has no row.
 */
export function saleStatus(state: DearState, sale: SaleRecord): string {
  if (sale.orderStatus === 'VOIDED') return 'VOIDED';
  if (sale.orderStatus === 'DRAFT') return 'ORDERING';
  if (isComplete(state, sale)) return 'COMPLETED';
  const ordered = sale.lines.some((line) => line.backorderQuantity > 0) ? 'BACKORDERED' : 'ORDERED';
  if (sale.type === 'Advanced') return ordered;
  const [only] = sale.fulfilments;
  return billStatus(sale) ?? (only && simpleStatus(only)) ?? ordered;
}

function isComplete(state: DearState, sale: SaleRecord): boolean {
  if (!isPaid(sale)) return false;
  if (sale.type === 'Service') return true;
  if (sale.type === 'Simple') return sale.fulfilments.every(({ ship }) => ship.status === 'AUTHORISED');
  return isInvoiced(sale) && getProgress(state, sale, shippedLines) === 'all';
}

function billStatus(sale: SaleRecord): string | null {
  if (sale.invoices.some(({ status }) => status === 'DRAFT')) return 'INVOICING';
  if (authorisedInvoices(sale).length === 0 || isPaid(sale)) return null;
  return hasCredit(sale) ? 'CREDITED' : 'INVOICED';
}

function simpleStatus({ pick, pack, ship }: FulfilmentRecord): string | null {
  if (ship.status !== 'NOT AVAILABLE') return 'SHIPPING';
  if (pack.status !== 'NOT AVAILABLE') return pack.status === 'DRAFT' ? 'PACKING' : 'PACKED';
  if (pick.status !== 'NOT AVAILABLE') return pick.status === 'DRAFT' ? 'PICKING' : 'PICKED';
  return null;
}

/** `CombinedTrackingNumbers` */
export function trackingNumbers(sale: SaleRecord): string[] {
  const all = sale.fulfilments.flatMap(({ ship }) => ship.lines.map((line) => line.trackingNumber));
  return [...new Set(all.filter((number) => number !== ''))];
}

interface SomeGoods {
  productId: string;
  quantity: number;
}

function isKit(state: DearState, { productId, dropShip }: SomeGoods & { dropShip: boolean }): boolean {
  return !dropShip && productById(state, productId).components !== undefined;
}

/** A kit counts as its components, whether it was picked as itself or as those. */
function asParts(state: DearState, { productId, quantity }: SomeGoods): SomeGoods[] {
  const product = productById(state, productId);
  return product.components === undefined ? [{ productId, quantity }] : partsFor(product, quantity);
}

function getProgress(
  state: DearState,
  sale: SaleRecord,
  getLines: (fulfilment: FulfilmentRecord) => StageLineRecord[],
): 'none' | 'some' | 'all' {
  const goods = sale.lines.filter((line) => isStocked(state, line) || isKit(state, line));
  const stocked = goods.flatMap((line) => asParts(state, line));
  const products = new Set(stocked.map((line) => line.productId));
  const wanted = sum(stocked, (line) => line.quantity);
  const moved = sale.fulfilments.flatMap(getLines).flatMap((line) => asParts(state, line));
  const done = sum(
    moved.filter((line) => products.has(line.productId)),
    (line) => line.quantity,
  );
  if (done === 0) return 'none';
  return done >= wanted ? 'all' : 'some';
}
