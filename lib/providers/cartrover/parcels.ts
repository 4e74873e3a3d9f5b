import { getUnits } from '../../domain/order/item-options.ts';
import {
  type ReportedLine,
  type ReportedShipment,
  toTrackingNumbers,
} from '../../domain/shipment/package.ts';
import { fromComment } from './order-mapper.ts';
import type { OrderLine, OrderRow, Shipment } from './schemas.ts';

interface Parcels {
  /** Oldest first. */
  readonly shipments: readonly ReportedShipment[];
  /** Whether they hold all that was ordered. CartRover's own count is wrong where a shipment was loaded twice. */
  readonly isWhole: boolean;
}

/**
 * The parcels of an order. CartRover's records of them have no id: records of one tracking number are one parcel, and a record
 * without a number is known by its time.
 */
export function readParcels(order: OrderRow): Parcels {
  const open = order.items.map((line) => ({ line, left: line.quantity }));
  const shipments = groupRecords(order).map(({ items, ...parcel }): ReportedShipment => {
    const contents = items.flatMap(({ item, quantity }) => takeLines(open, item, quantity));
    return { ...toJourney(order, parcel), contents: items.length === 0 ? 'remaining' : contents };
  });
  const hasRest = open.some(({ line, left }) => left > 0 && !line.filtered_sku);
  return { shipments, isWhole: !hasRest || shipments.some(({ contents }) => contents === 'remaining') };
}

type ShippedItem = Shipment['items'][number];

interface Parcel {
  readonly key: string;
  readonly first: Shipment;
  /** Its latest record: a repetition may be a correction. */
  last: Shipment;
  readonly numbers: Set<string>;
  readonly items: ShippedItem[];
}

/**
 * What the records say of each parcel, without repeated goods. CartRover loads some shipments twice, also under a second number.
 * What exceeds the order and was in a parcel before, with the same quantity and carton, is such a repetition; a second number of
 * the same goods is one more number of their parcel.
 */
function groupRecords({ items: lines, shipments }: OrderRow): Parcel[] {
  const excess = new Map<string, number>();
  /** A product has one name here, whichever code and case a record and a line have. */
  const toName = (sku: string) => (lines.find((line) => meansSku(line, sku))?.item ?? sku).toLowerCase();
  const count = (item: string, by: number) => excess.set(toName(item), (excess.get(toName(item)) ?? 0) + by);
  for (const { item, quantity } of shipments.flatMap((record) => record.items)) count(item, quantity);
  for (const { item, quantity } of lines) count(item, -quantity);
  const isExcess = ({ item, quantity }: ShippedItem) => (excess.get(toName(item)) ?? 0) >= quantity;

  const parcels = new Map<string, Parcel>();
  for (const record of getFilled(shipments)) {
    const key = getParcelKey(record);
    const mayRepeat = record.items.length > 0 && record.items.every(isExcess);
    const twin = mayRepeat
      ? [...parcels.values()].find(({ items }) => hasAll(items, record.items))
      : undefined;
    const parcel = parcels.get(key) ?? twin ?? toParcel(key, record);
    for (const one of record.items) {
      if (isExcess(one) && hasAll(parcel.items, [one])) count(one.item, -one.quantity);
      else parcel.items.push(one);
    }
    parcel.last = record;
    for (const number of [record.tracking_no, record.tracking_no_secondary]) parcel.numbers.add(number);
    parcels.set(parcel.key, parcel);
  }
  return [...parcels.values()];
}

function toParcel(key: string, record: Shipment): Parcel {
  return { key, first: record, last: record, numbers: new Set(), items: [] };
}

/** By their time, without what is nothing of a product, and without records of nothing else. */
function getFilled(shipments: readonly Shipment[]): Shipment[] {
  return shipments
    .filter(({ items }) => items.length === 0 || items.some(({ quantity }) => quantity > 0))
    .map((record) => ({ ...record, items: record.items.filter(({ quantity }) => quantity > 0) }))
    .toSorted((one, other) => one.date.localeCompare(other.date));
}

function hasAll(items: readonly ShippedItem[], wanted: readonly ShippedItem[]): boolean {
  return wanted.every((one) =>
    items.some(
      ({ item, quantity, carton_num }) =>
        item === one.item && quantity === one.quantity && carton_num === one.carton_num,
    ),
  );
}

function getParcelKey({ tracking_no, date, whs_location }: Shipment): string {
  const isNumbered = toTrackingNumbers([tracking_no]).length > 0;
  return isNumbered ? tracking_no : `at:${date}:${whs_location}`;
}

function toJourney(
  { cust_ref: reference, currency_code: currency, updated_date_time }: OrderRow,
  { key, first, last, numbers }: Omit<Parcel, 'items'>,
): Omit<ReportedShipment, 'contents'> {
  const { carrier, method, whs_location: warehouse } = last;
  const amount = last.total_cost ?? null;
  return {
    id: `${reference}:${key}`,
    reference,
    providerOrderId: reference,
    trackingNumbers: [...numbers].filter((number) => number !== ''),
    carrier,
    service: getService(carrier, method),
    shippedAt: first.date || updated_date_time || new Date(0).toISOString(),
    cost: amount === null || currency === '' ? null : { amount, currency },
    warehouse,
  };
}

/** `UPS Ground`: a method alone, such as `Ground`, is that of several carriers. */
function getService(carrier: string, method: string): string {
  const isNamed = method.toLowerCase().startsWith(carrier.toLowerCase());
  return method === '' || isNamed ? method : `${carrier} ${method}`;
}

/**
 * Assigns shipped pieces, which have no line number, to the order's lines of their SKU in order of the lines, and counts them in
 * DEAR's units. What exceeds all lines has no line.
 */
function takeLines(open: ReadonlyArray<{ line: OrderLine; left: number }>, sku: string, pieces: number) {
  const taken: ReportedLine[] = [];
  let rest = pieces;
  for (const entry of open.filter(({ line, left }) => left > 0 && meansSku(line, sku))) {
    const count = Math.min(rest, entry.left);
    if (count <= 0) break;
    entry.left -= count;
    rest -= count;
    taken.push(toReportedLine(entry.line, count));
  }
  if (rest > 0) taken.push({ key: '', sku, quantity: rest, batch: '', expiry: '' });
  return taken;
}

function toReportedLine(line: OrderLine, pieces: number): ReportedLine {
  const { quantity, expiry } = fromComment(line);
  return {
    key: line.line_item_id,
    sku: line.item,
    quantity: getUnits(pieces, quantity),
    batch: line.lot_number,
    expiry,
  };
}

/** A warehouse may report its own code of the product. */
function meansSku({ item, alt_sku }: OrderLine, sku: string): boolean {
  const wanted = sku.toLowerCase();
  return item.toLowerCase() === wanted || (alt_sku !== '' && alt_sku.toLowerCase() === wanted);
}
