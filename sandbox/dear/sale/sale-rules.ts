import type { SaleBilling } from '../billing/billing-records.ts';
import { reopenBilling, voidBilling } from '../billing/credit-note-rules.ts';
import { notFound, Refusal } from '../call.ts';
import { publishAttributeChanges, publishSaleEvent } from '../events.ts';
import { parseGuid, productById, warehouseNamed } from '../lookup.ts';
import type { HeaderRequest, OrderRequest } from '../requests.ts';
import {
  ATTRIBUTES,
  type CustomerRecord,
  type DearState,
  isoNow,
  type SaleRecord,
  type World,
} from '../state.ts';
import { allocate, fillBackorders } from '../stock/stock.ts';
import { noAddress, toAddress } from './address.ts';
import {
  emptyFulfilment,
  hasPicked,
  hasShipped,
  reopenFulfilment,
  voidFulfilment,
} from './fulfilment-rules.ts';

/** The fields that a person chooses; the sandbox fills in the others. */
export type NewSale = Omit<
  SaleRecord,
  | 'id'
  | 'orderNumber'
  | 'createdAt'
  | 'updatedAt'
  | 'orderDate'
  | 'orderStatus'
  | 'fulfilments'
  | keyof SaleBilling
>;

/**
 * A simple sale's only fulfilment has the sale's id. An advanced sale begins with none, and a service sale never has one.
 */
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
    invoices: [],
    creditNotes: [],
    payments: [],
  };
  requireServices(state, sale);
  state.nextOrderNumber += 1;
  state.sales.push(sale);
  publishSaleEvent(world, 'Sale/Created', sale);
  return sale;
}

/** Allocates stock. A shortage becomes a backorder, which only its event reports. */
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

/** What a POST of the order stage does. Refused unless the order is a draft, per the blueprint. */
export function writeOrder(world: World, sale: SaleRecord, request: OrderRequest): void {
  if (sale.orderStatus !== 'DRAFT') {
    throw new Refusal(
      `The order of ${sale.orderNumber} is ${sale.orderStatus}; it has to be DRAFT or NOT AVAILABLE`,
    );
  }
  if ((request.AutoPickPackShipMode ?? 'NOPICK') !== 'NOPICK')
    throw new Refusal('The sandbox does not implement AutoPickPackShipMode', 501);
  if (changesLines(sale, request))
    throw new Refusal(
      'The sandbox does not implement POST sale/order with other lines than the sale has',
      501,
    );
  if (request.Status === 'AUTHORISED') authoriseSale(world, sale);
}

function changesLines({ lines, charges }: SaleRecord, request: OrderRequest): boolean {
  const asked = request.Lines.map((line) => `${line.ProductID} ${line.Quantity} ${line.Price}`);
  const own = lines.map((line) => `${line.productId} ${line.quantity} ${line.price}`);
  return asked.join() !== own.join() || (request.AdditionalCharges ?? []).length !== charges.length;
}

/** Permanent, at any stage, also after shipping. */
export function voidSale(world: World, sale: SaleRecord): void {
  if (sale.orderStatus === 'VOIDED') throw new Refusal(`Sale ${sale.orderNumber} is VOIDED already`);
  for (const fulfilment of sale.fulfilments) voidFulfilment(world, fulfilment);
  voidBilling(world, sale);
  release(world, sale, 'VOIDED');
  publishSaleEvent(world, 'Sale/Voided', sale);
}

/** Back to draft with all lines kept; every stage has to be authorised again. */
export function undoSale(world: World, sale: SaleRecord): void {
  if (sale.orderStatus !== 'AUTHORISED') {
    throw new Refusal(`Sale ${sale.orderNumber} has nothing to undo: its order is ${sale.orderStatus}`);
  }
  for (const fulfilment of sale.fulfilments) reopenFulfilment(world, fulfilment);
  reopenBilling(world, sale);
  release(world, sale, 'DRAFT');
  publishSaleEvent(world, 'Sale/Undo', sale);
}

function release(world: World, sale: SaleRecord, status: 'VOIDED' | 'DRAFT'): void {
  for (const line of sale.lines) line.backorderQuantity = 0;
  sale.orderStatus = status;
  sale.updatedAt = isoNow(world);
  fillBackorders(world);
}

/** What a person may change on the order's screen. Only attributes have a webhook. */
export function editSale(world: World, sale: SaleRecord, changes: Partial<NewSale>): void {
  if (hasShipped(sale)) throw new Refusal(`Sale ${sale.orderNumber} has been shipped; undo it first`);
  applyChanges(world, sale, changes);
}

/** @throws {Refusal} where the sale is VOIDED, or has been picked and its goods would change */
function applyChanges(world: World, sale: SaleRecord, changes: Partial<NewSale>): void {
  if (sale.orderStatus === 'VOIDED') throw new Refusal(`Sale ${sale.orderNumber} is VOIDED`);
  const isMoved = changes.locationId !== undefined && changes.locationId !== sale.locationId;
  const movesGoods = changes.lines !== undefined || isMoved;
  if (movesGoods && hasPicked(sale))
    throw new Refusal(`Sale ${sale.orderNumber} has been picked; undo it first`);
  const attributesBefore = sale.additionalAttributes;
  Object.assign(sale, changes);
  requireServices(world.state, sale);
  if (movesGoods && sale.orderStatus === 'AUTHORISED') {
    allocate(world.state, sale);
    fillBackorders(world);
  }
  sale.updatedAt = isoNow(world);
  publishAttributeChanges(world, sale, attributesBefore);
}

function requireServices(state: DearState, { type, lines, charges }: SaleRecord): void {
  if (type !== 'Service') return;
  const goods = lines.map((line) => productById(state, line.productId)).find((one) => one.type !== 'Service');
  if (goods !== undefined)
    throw new Refusal(`A Service Sale contains only services, and '${goods.sku}' is not one`);
  if (charges.length > 0) throw new Refusal('A Service Sale has no additional charges');
}

/**
 * Replaces the whole writable header: an omitted field becomes empty, as seen live, except for the order's date. Unlike a
 * person's edit it is also possible after shipping.
 * @throws {Refusal} where the sale is VOIDED, the customer or location is unknown, or picked goods would have to move
 */
export function replaceHeader(world: World, sale: SaleRecord, request: HeaderRequest): void {
  applyChanges(world, sale, {
    ...toTerms(request),
    customer: toCustomer(world.state, request),
    billingAddress: request.BillingAddress ? toAddress(request.BillingAddress) : noAddress(),
    shippingAddress: request.ShippingAddress ? toAddress(request.ShippingAddress) : noAddress(),
    locationId: warehouseNamed(world.state, request.Location),
    shippingNotes: request.ShippingNotes ?? '',
    note: request.Note ?? '',
    customerReference: request.CustomerReference ?? '',
    carrier: request.Carrier ?? '',
    shipBy: request.ShipBy?.slice(0, 10) ?? null,
    externalId: request.ExternalID ?? null,
    additionalAttributes: toAttributes(request),
  });
  sale.orderDate = request.SaleOrderDate?.slice(0, 10) ?? sale.orderDate;
  sale.updatedAt = isoNow(world);
}

function toTerms(request: HeaderRequest): Partial<NewSale> {
  return {
    defaultAccount: request.DefaultAccount ?? '',
    skipQuote: request.SkipQuote ?? false,
    taxRule: request.TaxRule ?? '',
    taxInclusive: request.TaxInclusive ?? false,
    terms: request.Terms ?? '',
    priceTier: request.PriceTier ?? '',
    salesRepresentative: request.SalesRepresentative ?? '',
  };
}

/** The customers are those of the sales; there is no other list of them. */
function toCustomer(state: DearState, request: HeaderRequest): CustomerRecord {
  const { Customer: name, CustomerID, Contact, Phone, Email } = request;
  if (!name && !CustomerID) throw new Refusal('Customer or CustomerID is required');
  const id = CustomerID ? parseGuid(CustomerID, 'CustomerID') : undefined;
  const known = [state.company.customer, ...state.sales.map(({ customer }) => customer)].find((customer) =>
    id === undefined ? customer.name.toLowerCase() === name?.toLowerCase() : customer.id === id,
  );
  if (known === undefined)
    throw notFound(`Customer '${name ?? id}' was not found in Customers reference book`);
  return { id: known.id, name: known.name, contact: Contact ?? '', phone: Phone ?? '', email: Email ?? '' };
}

function toAttributes({ AdditionalAttributes }: HeaderRequest): Record<string, string> {
  return Object.fromEntries(ATTRIBUTES.map((name) => [name, AdditionalAttributes?.[name] ?? '']));
}
