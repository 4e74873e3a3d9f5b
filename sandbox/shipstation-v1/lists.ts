import * as z from 'zod';
import { refuse, serverError } from './errors.ts';
import { toWireOrder } from './order-rules.ts';
import { fromPacific, readPacific, toPacific } from './pacific-time.ts';
import { toWireFulfillment, toWireShipment } from './parcel-rules.ts';
import type { OrderRecord, SandboxSettings, ShipStationState } from './state.ts';

export type Filters = Readonly<Record<string, string>>;

const paging = z.object({
  page: z.coerce.number().int().min(1).default(1),
  pageSize: z.coerce.number().int().min(1).max(500).default(100),
});

/** One page with its counts. @throws {ApiError} for a page or size that is not allowed */
export function toPage<Row, Wire>(
  name: string,
  rows: readonly Row[],
  filters: Filters,
  { saysNoPages }: SandboxSettings,
  toWire: (row: Row) => Wire,
): object {
  const parsed = paging.safeParse(filters);
  if (!parsed.success) throw refuse('page and pageSize have to be numbers; pageSize is at most 500.');
  const { page, pageSize } = parsed.data;
  const shown = rows.slice((page - 1) * pageSize, page * pageSize);
  const pages = saysNoPages ? 0 : Math.ceil(rows.length / pageSize);
  return { [name]: shown.map(toWire), total: rows.length, page, pages };
}

/** A filter between two times, both included. It compares as the setting says. */
function isWithin(
  filters: Filters,
  name: string,
  settings: SandboxSettings,
): (wall: string | null) => boolean {
  const start = readBound(filters[`${name}Start`]);
  const end = readBound(filters[`${name}End`]);
  const { timeFilters } = settings;
  const compared = (wall: string) => (timeFilters === 'wall' ? wall : fromPacific(wall, timeFilters));
  return (wall) => {
    if (start === null && end === null) return true;
    if (wall === null) return false;
    return (
      (start === null || compared(wall) >= compared(start)) &&
      (end === null || compared(wall) <= compared(end))
    );
  };
}

/**
 * A moment is compared by its own wall time, of which a row knows only the text: so is a row of an hour that occurs twice.
 * @throws {ApiError} for a text that is no time
 */
function readBound(text: string | undefined): string | null {
  if (text === undefined) return null;
  const wall = readPacific(text);
  if (wall === null) throw refuse(`${text} is no date.`);
  return wall;
}

const direction = z.enum(['ASC', 'DESC']).default('DESC');

function sortRows<Row>(rows: readonly Row[], filters: Filters, getTime: (row: Row) => string): Row[] {
  const parsed = direction.safeParse(filters.sortDir?.toUpperCase());
  if (!parsed.success) throw refuse('sortDir is ASC or DESC.');
  const ascending = rows.toSorted((a, b) => compare(getTime(a), getTime(b)));
  return parsed.data === 'ASC' ? ascending : ascending.reverse();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function startsWith(text: string | null, beginning: string | undefined): boolean {
  return beginning === undefined || (text ?? '').toLowerCase().startsWith(beginning.toLowerCase());
}

function equals(value: string | number | null, filter: string | undefined): boolean {
  return filter === undefined || String(value ?? '') === filter;
}

const STATUSES = new Set([
  'awaiting_payment',
  'awaiting_shipment',
  'pending_fulfillment',
  'shipped',
  'on_hold',
  'cancelled',
  'rejected_fulfillment',
]);

/** `GET /orders`. `orderNumber` matches the beginning, and there is no filter by key. */
export function listOrders(state: ShipStationState, filters: Filters, now: number): object {
  const { settings } = state;
  if (filters.orderStatus !== undefined && !STATUSES.has(filters.orderStatus))
    throw refuse('orderStatus is unknown.');
  const created = isWithin(filters, 'createDate', settings);
  const modified = isWithin(filters, 'modifyDate', settings);
  const ordered = isWithin(filters, 'orderDate', settings);
  const rows = state.orders
    .flatMap((order) => asListed(order, now))
    .filter(
      (order) =>
        !order.isInactive &&
        startsWith(order.orderNumber, filters.orderNumber) &&
        equals(order.orderStatus, filters.orderStatus) &&
        equals(order.storeId, filters.storeId) &&
        created(toPacific(order.createdAt)) &&
        modified(toPacific(order.modifiedAt)) &&
        ordered(order.orderDate),
    );
  const sorted = sortRows(rows, filters, getOrderTime(filters.sortBy));
  return toPage('orders', sorted, filters, settings, (order) => {
    if (order.isCorrupt) throw serverError('Object reference not set to an instance of an object.');
    return toWireOrder(order);
  });
}

function getOrderTime(sortBy: string | undefined): (order: OrderRecord) => string {
  switch (sortBy) {
    case 'CreateDate':
      return ({ createdAt }) => toPacific(createdAt);
    case 'ModifyDate':
      return ({ modifiedAt }) => toPacific(modifiedAt);
    default:
      return ({ orderDate }) => orderDate;
  }
}

function asListed(order: OrderRecord, now: number): OrderRecord[] {
  if (order.stale === undefined || order.stale.until <= now) return [order];
  return order.stale.order === null ? [] : [order.stale.order];
}

/** `GET /shipments`: parcels with a label of ShipStation's. */
export function listShipments(state: ShipStationState, filters: Filters, now: number): object {
  const { settings } = state;
  const created = isWithin(filters, 'createDate', settings);
  const voided = isWithin(filters, 'voidDate', settings);
  const rows = state.shipments.filter(
    (row) =>
      isListed(row, state, now) &&
      startsWith(row.orderNumber, filters.orderNumber) &&
      equals(row.orderId, filters.orderId) &&
      equals(row.trackingNumber, filters.trackingNumber) &&
      equals(row.batchNumber, filters.batchId) &&
      equals(row.storeId, filters.storeId) &&
      created(toPacific(row.createdAt)) &&
      voided(row.voidedAt === null ? null : toPacific(row.voidedAt)),
  );
  const byShipDate = filters.sortBy !== 'CreateDate';
  const sorted = sortRows(rows, filters, (row) => (byShipDate ? row.shipDate : toPacific(row.createdAt)));
  const withItems = filters.includeShipmentItems?.toLowerCase() === 'true';
  return toPage('shipments', sorted, filters, settings, (row) => toWireShipment(row, withItems));
}

/** `GET /fulfillments`: orders that were marked as shipped, or that a partner shipped. */
export function listFulfillments(state: ShipStationState, filters: Filters, now: number): object {
  const { settings } = state;
  const created = isWithin(filters, 'createDate', settings);
  const rows = state.fulfillments.filter(
    (row) =>
      isListed(row, state, now) &&
      startsWith(row.orderNumber, filters.orderNumber) &&
      equals(row.fulfillmentId, filters.fulfillmentId) &&
      equals(row.orderId, filters.orderId) &&
      equals(row.trackingNumber, filters.trackingNumber) &&
      created(toPacific(row.createdAt)),
  );
  const byShipDate = filters.sortBy !== 'CreateDate';
  const sorted = sortRows(rows, filters, (row) => (byShipDate ? row.shipDate : toPacific(row.createdAt)));
  return toPage('fulfillments', sorted, filters, settings, toWireFulfillment);
}

function isListed(
  { createdAt }: { readonly createdAt: number },
  state: ShipStationState,
  now: number,
): boolean {
  return createdAt + state.settings.listLagMs <= now;
}

/** `GET /products`: no quantities. */
export function listProducts(state: ShipStationState, filters: Filters): object {
  const shown = state.products.filter(
    ({ active, sku }) => (active || filters.showInactive === 'true') && equals(sku, filters.sku),
  );
  const sorted = sortRows(shown, filters, ({ sku }) => sku);
  return toPage('products', sorted, filters, state.settings, (row) => ({
    ...row,
    aliases: null,
    price: 0,
    weightOz: null,
    warehouseLocation: null,
  }));
}
