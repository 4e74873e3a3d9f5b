import * as z from 'zod';
import { carrierFor } from './account.ts';
import { notFound, refuse, serverError } from './errors.ts';
import { orderById, requireStatus, touch } from './order-rules.ts';
import { toPacific, toPacificDate } from './pacific-time.ts';
import {
  copyOf,
  type FulfillmentRecord,
  newId,
  type OrderRecord,
  type ShipmentRecord,
  type ShipStationState,
  type World,
} from './state.ts';
import { queueWebhook } from './webhooks.ts';

export const labelRequest = z.looseObject({
  orderId: z.int(),
  carrierCode: z.string().min(1),
  serviceCode: z.string().min(1),
  packageCode: z.string().nullish(),
  confirmation: z.string().min(1),
  shipDate: z.iso.date(),
  testLabel: z.boolean(),
});

/** A label for an order, which leaves with it. */
export function createLabel(world: World, request: z.output<typeof labelRequest>) {
  const order = orderById(world.state, request.orderId);
  const { carrierCode, serviceCode, shipDate } = request;
  const label = buyLabel(world, order, { carrierCode, serviceCode, shipDate }, request.testLabel);
  return {
    shipmentId: label.shipmentId,
    orderId: label.orderId,
    orderKey: label.orderKey,
    shipmentCost: label.shipmentCost,
    insuranceCost: 0,
    trackingNumber: label.trackingNumber,
    labelData: Buffer.from('%PDF-1.4 sandbox').toString('base64'),
    formData: null,
  };
}

interface Choice {
  readonly carrierCode?: string | null;
  readonly serviceCode?: string | null;
  readonly shipDate?: string;
}

/** A test label is answered and not kept. */
export function buyLabel(
  world: World,
  order: OrderRecord,
  choice: Choice = {},
  isTest = false,
): ShipmentRecord {
  requireStatus(order, ['awaiting_shipment']);
  const label = newLabel(world, order, choice, false);
  if (isTest) return label;
  world.state.shipments.push(label);
  touch(world, order);
  order.orderStatus = 'shipped';
  notifyShipped(world, [label]);
  return label;
}

/** One webhook for a batch of labels. */
function notifyShipped(world: World, [first]: readonly ShipmentRecord[]): void {
  if (first === undefined) return;
  const path = `/shipments?batchId=${first.batchNumber}&includeShipmentItems=False`;
  for (const event of ['SHIP_NOTIFY', 'ITEM_SHIP_NOTIFY'] as const)
    queueWebhook(world, event, path, first.storeId);
}

/** A return label belongs to the order, which stays as it is. */
export function returnLabel(world: World, shipmentId: number): ShipmentRecord {
  const outgoing = shipmentById(world.state, shipmentId);
  if (outgoing.isReturnLabel || outgoing.voidedAt !== null) throw refuse('It has no return label.');
  const order = orderById(world.state, outgoing.orderId);
  const { carrierCode, serviceCode } = outgoing;
  const label = newLabel(world, order, { carrierCode, serviceCode }, true);
  world.state.shipments.push(label);
  return label;
}

function newLabel({ state, now }: World, order: OrderRecord, choice: Choice, isReturnLabel: boolean) {
  const carrier = carrierFor(choice.carrierCode ?? order.carrierCode);
  const shipmentId = newId(state);
  const [prefix, digits] = carrier.tracking;
  const label: ShipmentRecord = {
    shipmentId,
    orderId: order.orderId,
    orderKey: order.orderKey,
    orderNumber: order.orderNumber,
    customerEmail: order.customerEmail,
    createdAt: now,
    shipDate: choice.shipDate ?? toPacificDate(now),
    shipmentCost: carrier.cost,
    trackingNumber: `${prefix}${String(shipmentId).padStart(digits, '0')}`,
    isReturnLabel,
    batchNumber: String(newId(state)),
    carrierCode: carrier.code,
    serviceCode: choice.serviceCode ?? order.serviceCode ?? carrier.serviceCode,
    packageCode: 'package',
    warehouseId: order.advancedOptions.warehouseId,
    storeId: order.storeId,
    voidedAt: null,
    shipTo: copyOf(order.shipTo),
    weight: order.weight,
    items: order.items.filter(({ adjustment }) => !adjustment).map(copyOf),
    isCorrupt: false,
  };
  return label;
}

export const voidRequest = z.looseObject({ shipmentId: z.int() });

/** The longest period of any carrier. */
const VOID_PERIOD_MS = 30 * 24 * 60 * 60_000;

/** A refusal is answered with 200. The order awaits shipment again, and no webhook is sent. */
export function voidLabel(world: World, { shipmentId }: z.output<typeof voidRequest>) {
  const { state, now } = world;
  const label = shipmentById(state, shipmentId);
  if (label.voidedAt !== null) return { approved: false, message: 'The label was voided before.' };
  if (now - label.createdAt > VOID_PERIOD_MS)
    return { approved: false, message: 'The carrier does not take the label back any more.' };
  label.voidedAt = now;
  if (!label.isReturnLabel) reopen(world, label.orderId);
  return { approved: true, message: 'Label voided successfully' };
}

/** An order whose last parcel is voided awaits shipment again. */
function reopen(world: World, id: number): void {
  const order = world.state.orders.find(({ orderId }) => orderId === id);
  if (order === undefined || order.orderStatus !== 'shipped') return;
  touch(world, order);
  Object.assign(order, { orderStatus: 'awaiting_shipment', externallyFulfilled: false });
}

export function shipmentById({ shipments }: ShipStationState, id: number): ShipmentRecord {
  const found = shipments.find(({ shipmentId }) => shipmentId === id);
  if (found === undefined) throw notFound('Shipment', id);
  return found;
}

export const markRequest = z.looseObject({
  orderId: z.int(),
  carrierCode: z.string().min(1),
  shipDate: z.iso.date().nullish(),
  trackingNumber: z.string().nullish(),
  notifyCustomer: z.boolean().nullish(),
  notifySalesChannel: z.boolean().nullish(),
});

/** Marks an order as shipped without a label. */
export function markAsShipped(world: World, request: z.output<typeof markRequest>): FulfillmentRecord {
  const { state, now } = world;
  const order = orderById(state, request.orderId);
  requireStatus(order, ['awaiting_payment', 'awaiting_shipment', 'pending_fulfillment']);
  touch(world, order);
  Object.assign(order, { orderStatus: 'shipped', externallyFulfilled: true });
  const fulfillment: FulfillmentRecord = {
    fulfillmentId: newId(state),
    orderId: order.orderId,
    orderNumber: order.orderNumber,
    customerEmail: order.customerEmail,
    trackingNumber: request.trackingNumber ?? '',
    createdAt: now,
    shipDate: request.shipDate ?? toPacificDate(now),
    voidedAt: null,
    deliveredAt: null,
    carrierCode: request.carrierCode,
    storeId: order.storeId,
    shipTo: copyOf(order.shipTo),
  };
  state.fulfillments.push(fulfillment);
  queueWebhook(
    world,
    'FULFILLMENT_SHIPPED',
    `/fulfillments?fulfillmentId=${fulfillment.fulfillmentId}`,
    order.storeId,
  );
  return fulfillment;
}

/** What a person does on the screen: the order awaits shipment again, and no webhook is sent. */
export function voidFulfillment(world: World, id: number): FulfillmentRecord {
  const found = fulfillmentById(world.state, id);
  if (found.voidedAt !== null) throw refuse('It was voided before.');
  found.voidedAt = world.now;
  reopen(world, found.orderId);
  return found;
}

export function fulfillmentById({ fulfillments }: ShipStationState, id: number): FulfillmentRecord {
  const found = fulfillments.find(({ fulfillmentId }) => fulfillmentId === id);
  if (found === undefined) throw notFound('Fulfillment', id);
  return found;
}

/** @throws {ApiError} 500 for a corrupt row, as for the whole page that it is on */
export function toWireShipment(row: ShipmentRecord, withItems: boolean) {
  if (row.isCorrupt) throw serverError('Object reference not set to an instance of an object.');
  const { createdAt, voidedAt, items, storeId, isCorrupt: _, ...fields } = row;
  return {
    ...fields,
    userId: null,
    createDate: toPacific(createdAt),
    insuranceCost: 0,
    confirmation: 'none',
    voided: voidedAt !== null,
    voidDate: voidedAt === null ? null : toPacific(voidedAt),
    marketplaceNotified: true,
    notifyErrorMessage: null,
    dimensions: null,
    advancedOptions: { billToParty: null, storeId },
    shipmentItems: withItems ? items : null,
    labelData: null,
    formData: null,
  };
}

export function toWireFulfillment({ createdAt, voidedAt, deliveredAt, shipDate, ...row }: FulfillmentRecord) {
  const { storeId: _, ...fields } = row;
  return {
    ...fields,
    userId: null,
    createDate: toPacific(createdAt),
    shipDate: `${shipDate}T00:00:00.0000000`,
    voidDate: voidedAt === null ? null : toPacific(voidedAt),
    deliveryDate: deliveredAt === null ? null : toPacific(deliveredAt),
    sellerFillProviderId: null,
    sellerFillProviderName: null,
    fulfillmentProviderCode: null,
    fulfillmentServiceCode: null,
    fulfillmentFee: 0,
    voidRequested: false,
    voided: voidedAt !== null,
    marketplaceNotified: false,
    notifyErrorMessage: null,
  };
}
