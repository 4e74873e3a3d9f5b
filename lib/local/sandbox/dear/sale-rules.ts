import { publishSaleEvent } from './events.ts';
import { emptyFulfilment, hasPicked, hasShipped, reopen, voidFulfilment } from './fulfilment-rules.ts';
import { Refusal } from './refusal.ts';
import type { SaleRecord } from './state.ts';
import { allocate, fillBackorders } from './stock.ts';
import { isoNow, type World } from './world.ts';

/** What a person chooses; the rest of a sale is ours to fill in. */
export type NewSale = Omit<
  SaleRecord,
  'id' | 'orderNumber' | 'createdAt' | 'updatedAt' | 'orderDate' | 'orderStatus' | 'fulfilments'
>;

/** A simple sale's one fulfilment has the sale's own id; an advanced one has none until it is asked for. */
export function createSale(world: World, chosen: NewSale): SaleRecord {
  const { state, newId } = world;
  const id = newId();
  const now = isoNow(world);
  const sale: SaleRecord = {
    ...chosen,
    id,
    orderNumber: `SO-${String(state.nextOrderNumber).padStart(5, '0')}`,
    createdAt: now,
    updatedAt: now,
    orderDate: now.slice(0, 10),
    orderStatus: 'DRAFT',
    fulfilments: chosen.type === 'Simple' ? [emptyFulfilment(id, 1, 'NOT AVAILABLE')] : [],
  };
  state.nextOrderNumber += 1;
  state.sales.push(sale);
  publishSaleEvent(world, 'Sale/Created', sale);
  return sale;
}

/** Holds the goods; what is not there becomes a backorder without a word, save for its own event. */
export function authoriseSale(world: World, sale: SaleRecord): void {
  if (sale.orderStatus !== 'DRAFT')
    throw new Refusal(`The order of ${sale.orderNumber} is ${sale.orderStatus}`);
  if (sale.lines.length === 0) throw new Refusal(`The order of ${sale.orderNumber} has no lines`);
  sale.orderStatus = 'AUTHORISED';
  allocate(world.state, sale);
  sale.updatedAt = isoNow(world);
  publishSaleEvent(world, 'Sale/OrderAuthorised', sale);
  if (sale.lines.some((line) => line.backorderQuantity > 0))
    publishSaleEvent(world, 'Sale/Backordered', sale);
}

/** For good, at any point, also after shipping. */
export function voidSale(world: World, sale: SaleRecord): void {
  if (sale.orderStatus === 'VOIDED') throw new Refusal(`Sale ${sale.orderNumber} is VOIDED already`);
  for (const fulfilment of sale.fulfilments) voidFulfilment(world, fulfilment);
  release(world, sale, 'VOIDED');
  publishSaleEvent(world, 'Sale/Voided', sale);
}

/** Back to draft with all lines kept; every stage has to be authorised again. */
export function undoSale(world: World, sale: SaleRecord): void {
  if (sale.orderStatus !== 'AUTHORISED') {
    throw new Refusal(`Sale ${sale.orderNumber} has nothing to undo: its order is ${sale.orderStatus}`);
  }
  for (const fulfilment of sale.fulfilments) reopen(world, fulfilment);
  release(world, sale, 'DRAFT');
  publishSaleEvent(world, 'Sale/Undo', sale);
}

function release(world: World, sale: SaleRecord, status: 'VOIDED' | 'DRAFT'): void {
  for (const line of sale.lines) line.backorderQuantity = 0;
  sale.orderStatus = status;
  sale.updatedAt = isoNow(world);
  fillBackorders(world);
}

/** What a person may still change on the order's screen. DEAR sends no webhook for it. */
export function editSale(world: World, sale: SaleRecord, changes: Partial<NewSale>): void {
  if (sale.orderStatus === 'VOIDED') throw new Refusal(`Sale ${sale.orderNumber} is VOIDED`);
  if (hasShipped(sale)) throw new Refusal(`Sale ${sale.orderNumber} has been shipped; undo it first`);
  const movesGoods = changes.lines !== undefined || changes.locationId !== undefined;
  if (movesGoods && hasPicked(sale))
    throw new Refusal(`Sale ${sale.orderNumber} has been picked; undo it first`);
  Object.assign(sale, changes);
  if (movesGoods && sale.orderStatus === 'AUTHORISED') {
    allocate(world.state, sale);
    fillBackorders(world);
  }
  sale.updatedAt = isoNow(world);
}
