import { fromItemOptions, getUnits } from '../../domain/order/item-options.ts';
import { getCarrierName } from '../../domain/shipment/carrier-name.ts';
import type {
  ReportedLine,
  ReportedReturn,
  ReportedShipment,
  WithdrawnPackage,
} from '../../domain/shipment/package.ts';
import { isRefundedLate } from '../../domain/shipment/refund.ts';
import { getLabelReference, getReference } from './find-shipments.ts';
import { isAdjustmentItem } from './items.ts';
import type { Fulfillment, Label, Shipment, ShipmentItem } from './schemas.ts';

/** `Package.id` of a package with a label. */
export function toLabelPackageId({ label_id }: Pick<Label, 'label_id'>): string {
  return `label:${label_id}`;
}

/** null for any other package. */
export function toLabelId(packageId: string): string | null {
  return packageId.startsWith('label:') ? packageId.slice('label:'.length) : null;
}

/** `Package.id` of a package that was marked as shipped without a label. */
export function toFulfillmentPackageId({ fulfillment_id }: Pick<Fulfillment, 'fulfillment_id'>): string {
  return `fulfillment:${fulfillment_id}`;
}

/** The fields that labels and fulfillments have in common. */
type Journey = Omit<ReportedShipment, 'reference' | 'contents'>;

/** ShipStation's service code of a parcel that was sent without ShipStation; it names no service. */
const EXTERNAL_SERVICE = 'ext';
/** `tracking_status` of a label whose parcel arrived. */
const DELIVERED = 'delivered';

/** Whether the label means that goods left: it is bought, not voided, and not for a return. */
export function isOutgoing(label: Label): boolean {
  return isValid(label) && !label.is_return_label;
}

/** Whether the label means that goods are on their way back. */
export function isReturning(label: Label): boolean {
  return isValid(label) && label.is_return_label;
}

/** Whether the label means that a package did not leave after all. A voided return label means nothing. */
export function isWithdrawn(label: Label): boolean {
  return (label.voided || label.status === 'voided') && !label.is_return_label && !label.test_label;
}

const TRACKED_STATUSES = new Set(['in_transit', DELIVERED]);

export function getVoidCause(label: Label): WithdrawnPackage['cause'] {
  if (isSeenByCarrier(label)) return 'refunded';
  const { carrier_code, created_at, voided_at } = label;
  return isRefundedLate(carrier_code, Date.parse(created_at), Date.parse(voided_at)) ? 'refunded' : 'voided';
}

/** Whether the carrier has delivered the parcel; ShipStation does not say when. */
export function isDelivered(label: Label): boolean {
  return isOutgoing(label) && label.tracking_status === DELIVERED;
}

/** Whether the carrier reports a problem with the parcel. */
export function hasProblem(label: Label): boolean {
  return isOutgoing(label) && label.tracking_status === 'error';
}

/** Whether a carrier has scanned the label. */
export function isSeenByCarrier(label: Label): boolean {
  return TRACKED_STATUSES.has(label.tracking_status);
}

function isValid(label: Label): boolean {
  return label.status === 'completed' && !label.voided && !label.test_label;
}

/**
 * The shipments of a label, one for each order of ours in the parcel: several where orders were merged, none where the parcel
 * is not ours.
 * @param shipment the shipment it was bought for, null where ShipStation no longer has it
 */
export function fromShipStationLabel(label: Label, shipment: Shipment | null): ReportedShipment[] {
  const journey: Journey = {
    id: toLabelPackageId(label),
    providerOrderId: label.shipment_id,
    trackingNumbers: getLabelNumbers(label),
    carrier: getCarrierName(label.carrier_code),
    service: label.service_code,
    shippedAt: shippedAt(label),
    cost: getCost(label.shipment_cost),
    warehouse: shipment?.warehouse_id ?? '',
  };
  return fromShipStationShipment(journey, shipment, label);
}

/** Without duplicates: a label of one box has its number twice. */
export function getLabelNumbers(label: Label): string[] {
  const numbers = [label.tracking_number, ...label.packages.map((box) => box.tracking_number)];
  return [...new Set(numbers.filter((number) => number !== ''))];
}

export function getFulfillmentNumbers({ tracking_number }: Fulfillment): string[] {
  return tracking_number === '' ? [] : [tracking_number];
}

/** As `fromShipStationLabel`, for a fulfillment: an order that was marked as shipped without a label. */
export function fromShipStationFulfillment(
  fulfillment: Fulfillment,
  shipment: Shipment | null,
): ReportedShipment[] {
  const { fulfillment_service_code: service } = fulfillment;
  const journey: Journey = {
    id: toFulfillmentPackageId(fulfillment),
    providerOrderId: fulfillment.shipment_id,
    trackingNumbers: getFulfillmentNumbers(fulfillment),
    carrier: getCarrierName(fulfillment.fulfillment_carrier_friendly_name),
    service: service === EXTERNAL_SERVICE ? '' : service,
    shippedAt: shippedAt(fulfillment),
    cost: getCost(fulfillment.fulfillment_fee),
    warehouse: shipment?.warehouse_id ?? '',
  };
  return fromShipStationShipment(journey, shipment, null);
}

/**
 * The returns of a return label, one for each order of ours. Usually it is bought for the shipment that the goods left with, so
 * it does not tell which of them come back; a separate shipment for the return does.
 * @param shipment the label's own, else the original one with the order's reference
 */
export function fromShipStationReturn(label: Label, shipment: Shipment | null): ReportedReturn[] {
  const id = `return:${label.label_id}`;
  const reportedAt = shippedAt(label);
  return fromShipStationLabel(label, shipment).map(({ reference, trackingNumbers, contents }) => ({
    reference,
    id,
    trackingNumbers,
    reportedAt,
    progress: isSeenByCarrier(label) ? ('under-way' as const) : ('label' as const),
    contents: contents === 'remaining' || shipment?.is_return !== true ? [] : contents,
  }));
}

/** When a delivered fulfillment arrived, ISO UTC; '' where it has no valid time. */
export function getDeliveryTime({ delivered_at }: Pick<Fulfillment, 'delivered_at'>): string {
  const time = Date.parse(delivered_at);
  return Number.isNaN(time) ? '' : new Date(time).toISOString();
}

function fromShipStationShipment(
  journey: Journey,
  shipment: Shipment | null,
  label: Label | null,
): ReportedShipment[] {
  const own =
    (shipment === null ? '' : getReference(shipment)) || (label === null ? '' : getLabelReference(label));
  const goods = (shipment?.items ?? []).filter((item) => !isAdjustmentItem(item));
  if (goods.length === 0) return own === '' ? [] : [{ ...journey, reference: own, contents: 'remaining' }];
  const byReference = Map.groupBy(goods, (item) => item.external_order_id || own);
  // A packer may have replaced every line: the parcel still belongs to the order.
  if (!byReference.has(own)) byReference.set(own, []);
  byReference.delete('');
  return [...byReference].map(([reference, items]) => ({
    ...journey,
    reference,
    contents: items.map(toReportedLine),
  }));
}

function toReportedLine(item: ShipmentItem): ReportedLine {
  const { quantity, batch, expiry } = fromItemOptions(item.options);
  // Our own items always have a quantity; a packer's line without one is one piece.
  const units = getUnits(item.quantity ?? 1, quantity);
  return { key: item.external_order_item_id, sku: item.sku, quantity: units, batch, expiry };
}

function shippedAt(row: { readonly ship_date: string; readonly created_at: string }): string {
  const [time = 0] = [row.ship_date, row.created_at].map(Date.parse).filter((one) => !Number.isNaN(one));
  return new Date(time).toISOString();
}

function getCost(
  money: { readonly currency: string; readonly amount: number } | null | undefined,
): ReportedShipment['cost'] {
  return money ? { amount: money.amount, currency: money.currency.toUpperCase() } : null;
}
