import { subtract, sumAll } from '../../domain/decimal.ts';
import { getUnits } from '../../domain/order/item-options.ts';
import {
  type ReportedLine,
  type ReportedShipment,
  toTrackingNumbers,
} from '../../domain/shipment/package.ts';
import { fromSavedElements, getReference } from './order-mapper.ts';
import type { OrderItem, OrderRow, PackageContent, PackageRow } from './schemas.ts';
import type { ExtensivSettings } from './settings.ts';
import { toDeparture } from './warehouse-time.ts';

type ParcelSettings = Pick<ExtensivSettings, 'timeZone' | 'batchIs'>;

/**
 * The parcels of a confirmed order. All of its goods have left, because only a fully allocated order can be confirmed, so what
 * is in no package is one shipment more: the whole order where the warehouse does not pack by packages. Packages without
 * contents belong to it.
 */
export function readParcels(order: OrderRow, settings: ParcelSettings): ReportedShipment[] {
  const { packages, orderId } = order.readOnly;
  const filled = packages.filter(({ packageContents }) => packageContents.length > 0);
  const ofOrder = getNumbers(filled).length > 0 ? [] : getOrderNumbers(order);
  const parcels = filled.map((one) =>
    toShipment(order, settings, {
      id: `package:${one.packageId}`,
      trackingNumbers: [...getNumbers([one]), ...ofOrder],
      contents: one.packageContents.flatMap((content) => fromContent(order, content, settings)),
    }),
  );
  const rest = getRest(order, filled, settings);
  const loose = getNumbers(packages.filter((one) => !filled.includes(one)));
  if (rest.length === 0 && loose.length === 0) return parcels;
  const trackingNumbers = loose.length > 0 ? loose : ofOrder;
  return [
    ...parcels,
    toShipment(order, settings, { id: `order:${orderId}`, trackingNumbers, contents: rest }),
  ];
}

function toShipment(
  order: OrderRow,
  { timeZone }: ParcelSettings,
  parcel: Pick<ReportedShipment, 'id' | 'trackingNumbers' | 'contents'>,
): ReportedShipment {
  const { readOnly, routingInfo } = order;
  const { orderId, facilityIdentifier, processDate, shipDate, lastModifiedDate } = readOnly;
  const { carrier, mode } = routingInfo;
  return {
    ...parcel,
    reference: getReference(order),
    providerOrderId: String(orderId),
    carrier,
    service: getService(carrier, mode),
    shippedAt: toDeparture(processDate || shipDate || lastModifiedDate, timeZone),
    cost: null,
    warehouse: String(facilityIdentifier?.id ?? ''),
  };
}

/** `UPS/Ground`, as an order is sent with it. */
function getService(carrier: string, mode: string): string {
  return [carrier, mode].filter((part) => part !== '').join('/');
}

function getNumbers(packages: readonly PackageRow[]): string[] {
  return toTrackingNumbers(packages.map(({ trackingNumber }) => trackingNumber));
}

/** Of freight, all pallets of which have one number, and of labels that were made by the warehouse's carrier software. */
function getOrderNumbers({ routingInfo, parcelResponse }: OrderRow): string[] {
  return toTrackingNumbers([routingInfo.trackingNumber, ...(parcelResponse?.trackingNumbers ?? [])]);
}

function fromContent(order: OrderRow, content: PackageContent, settings: ParcelSettings): ReportedLine[] {
  const item = order.orderItems.find(({ readOnly }) => readOnly.orderItemId === content.orderItemId);
  return toLines(item, content.qty, content, content.serialNumbers, settings);
}

interface Traits {
  readonly lotNumber: string;
  readonly serialNumber: string;
  readonly expirationDate: string;
}

/** One line for each serial number, where DEAR counts by them. */
function toLines(
  item: OrderItem | undefined,
  qty: number,
  traits: Traits,
  serials: readonly string[],
  { batchIs }: ParcelSettings,
): ReportedLine[] {
  const { lotNumber: lot, serialNumber: serial, expirationDate } = traits;
  const option = item === undefined ? undefined : fromSavedElements(item).quantity;
  const toLine = (batch: string, pieces: number): ReportedLine => ({
    key: item?.externalId ?? '',
    sku: item?.itemIdentifier.sku ?? '',
    quantity: getUnits(pieces, option),
    batch,
    expiry: expirationDate.slice(0, 'yyyy-mm-dd'.length),
  });
  if (serials.length === qty && (batchIs === 'serial' || lot === ''))
    return serials.map((one) => toLine(one, 1));
  return [toLine(batchIs === 'serial' ? serial || lot : lot || serial, qty)];
}

/** What is in no package, by the receipts that were allocated where all of a line is not, else as it was ordered. */
function getRest(order: OrderRow, filled: readonly PackageRow[], settings: ParcelSettings): ReportedLine[] {
  const packed = filled.flatMap(({ packageContents }) => packageContents);
  return order.orderItems.flatMap((item) => {
    const { orderItemId, allocations } = item.readOnly;
    const own = packed.filter((content) => content.orderItemId === orderItemId);
    const rest = subtract(item.qty, sumAll(own.map(({ qty }) => qty)));
    if (rest <= 0) return [];
    const isAllocated = own.length === 0 && sumAll(allocations.map(({ qty }) => qty)) === item.qty;
    if (!isAllocated) return toLines(item, rest, item, [], settings);
    return allocations.flatMap(({ qty, detail }) =>
      toLines(item, qty, detail?.itemTraits ?? item, [], settings),
    );
  });
}
