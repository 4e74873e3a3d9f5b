import { isoTime } from '../../domain/clock.ts';
import { fromItemOptions, getUnits } from '../../domain/order/item-options.ts';
import { getCarrierName } from '../../domain/shipment/carrier-name.ts';
import type {
  ReportedLine,
  ReportedReturn,
  ReportedShipment,
  WithdrawnPackage,
} from '../../domain/shipment/package.ts';
import { isRefundedLate } from '../../domain/shipment/refund.ts';
import { getReferences, isCharge, readLineKey } from './order-key.ts';
import type { Fulfillment, Item, Order, Shipment } from './schemas.ts';

/** `Package.id` of a package with a label. */
export function toLabelPackageId({ shipmentId }: Pick<Shipment, 'shipmentId'>): string {
  return `label:${shipmentId}`;
}

/** `Package.id` of a package that was marked as shipped without a label. */
export function toFulfillmentPackageId({ fulfillmentId }: Pick<Fulfillment, 'fulfillmentId'>): string {
  return `fulfillment:${fulfillmentId}`;
}

/** What parcels of both kinds have in common. */
type Journey = Omit<ReportedShipment, 'reference' | 'contents'>;

/** The shipments of a label, one for each order of ours in the parcel: several where orders were merged. */
export function fromShipment(row: Shipment, costCurrency: string): ReportedShipment[] {
  const journey: Journey = {
    id: toLabelPackageId(row),
    providerOrderId: row.orderId,
    trackingNumbers: row.trackingNumber === '' ? [] : [row.trackingNumber],
    carrier: getCarrierName(row.carrierCode),
    service: row.serviceCode,
    shippedAt: getShippedAt(row),
    cost: toCost(row.shipmentCost, costCurrency),
    warehouse: row.warehouseId,
  };
  return toShipments(journey, row, row.shipmentItems);
}

/** @param order the order that left, null where it is gone: the row has no items, so it counts as the rest of the order */
export function fromFulfillment(
  row: Fulfillment,
  order: Order | null,
  costCurrency: string,
): ReportedShipment[] {
  const journey: Journey = {
    id: toFulfillmentPackageId(row),
    providerOrderId: row.orderId,
    trackingNumbers: row.trackingNumber === '' ? [] : [row.trackingNumber],
    carrier: getCarrierName(row.carrierCode),
    service: row.fulfillmentServiceCode,
    shippedAt: getShippedAt(row),
    cost: row.fulfillmentFee === 0 ? null : toCost(row.fulfillmentFee, costCurrency),
    warehouse: order?.advancedOptions?.warehouseId ?? '',
  };
  return toShipments(journey, order ?? { orderKey: '', orderNumber: row.orderNumber }, order?.items ?? []);
}

/**
 * The returns of a return label, one for each order of ours. It is bought for the order that the goods left with, so it does
 * not tell which of them come back; nor does V1 tell whether a carrier has it.
 */
export function fromReturnLabel(row: Shipment): ReportedReturn[] {
  return fromShipment(row, '').map(({ reference, trackingNumbers, shippedAt }) => ({
    reference,
    id: `return:${row.shipmentId}`,
    trackingNumbers,
    reportedAt: shippedAt,
    progress: 'label',
    contents: [],
  }));
}

/** @param order read where the voided row has lost its items; null where it is gone */
export function fromVoided(row: Shipment, order: Order | null): WithdrawnPackage[] {
  const items = row.shipmentItems.length > 0 ? row.shipmentItems : (order?.items ?? []);
  const cause = isRefundedLate(row.carrierCode, row.createDate, row.voidDate) ? 'refunded' : 'voided';
  const id = toLabelPackageId(row);
  return getReferences(row, items).map((reference) => ({ reference, id, cause }) as const);
}

function toShipments(
  journey: Journey,
  row: Pick<Order, 'orderKey' | 'orderNumber'>,
  items: readonly Item[],
): ReportedShipment[] {
  const goods = items.filter((item) => !isCharge(item));
  const references = getReferences(row, items);
  if (goods.length === 0)
    return references.map((reference) => ({ ...journey, reference, contents: 'remaining' as const }));
  const [own = ''] = references;
  return references.map((reference) => ({
    ...journey,
    reference,
    // Goods without a reference were added by a packer: they count to the first order of the parcel.
    contents: goods.filter((item) => (readLineKey(item).reference || own) === reference).map(toReportedLine),
  }));
}

function toReportedLine(item: Item): ReportedLine {
  const { quantity, batch, expiry } = fromItemOptions(item.options);
  // Our own items always have a quantity; a packer's line without one is one piece.
  const units = getUnits(item.quantity ?? 1, quantity);
  return { key: readLineKey(item).key, sku: item.sku, quantity: units, batch, expiry };
}

const DAY = /^\d{4}-\d{2}-\d{2}/;

/** A ship date is a day without a time or zone: it stays the same day in UTC. */
function getShippedAt({ shipDate, createDate }: Pick<Shipment, 'shipDate' | 'createDate'>): string {
  const [day] = DAY.exec(shipDate) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T00:00:00Z`);
  if (!Number.isNaN(at)) return isoTime(at);
  return isoTime(Number.isNaN(createDate) ? 0 : createDate);
}

function toCost(amount: number | null | undefined, currency: string): ReportedShipment['cost'] {
  return amount === null || amount === undefined ? null : { amount, currency };
}
