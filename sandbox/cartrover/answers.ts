import * as z from 'zod';
import { invalid } from './errors.ts';
import { isPartial } from './order-rules.ts';
import type { CartRoverState, OrderRecord, SandboxSettings, ShipmentRecord, StockRecord } from './state.ts';

/** Orders and stock in the form of the API's answers, and the lists of them. */

const flag = z.enum(['Y', 'N']).default('N');
const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(20),
  page: z.coerce.number().int().min(1).default(1),
};

export const extrasQuery = z.object({ include_order_extras: flag, include_line_extras: flag });
type Extras = z.infer<typeof extrasQuery>;

/** Query texts are decoded as forms are, so that a `+` that was not encoded is a blank here, as at the service. */
const moment = z.iso
  .datetime({ offset: true })
  .transform((value) => Date.parse(value))
  .optional();
const listQuery = extrasQuery.extend({
  ...paging,
  from_date: moment,
  to_date: moment,
  order_source: z.string().optional(),
});

/** A page of a list, and how many rows the whole list has. */
interface Page {
  rows: unknown[];
  total: number;
}

type When = (order: OrderRecord) => number | null;

const created: When = ({ createdAt }) => createdAt;

/**
 * Which orders a list has, and the time by which its dates filter: another one for each list. Where an order counts as shipped
 * from its first parcel on, no list tells that it is partial.
 */
function getList(status: string, settings: SandboxSettings): [is: (order: OrderRecord) => boolean, at: When] {
  const loaded: When = ({ shipments }) =>
    (settings.shippedDate === 'first' ? shipments[0] : shipments.at(-1))?.loadedAt ?? null;
  const isAny =
    (...wanted: OrderRecord['status'][]) =>
    (order: OrderRecord) =>
      wanted.includes(settings.partialStatus === 'shipped' && isPartial(order) ? 'shipped' : order.status);
  switch (status) {
    case 'new':
      return [isAny('new'), created];
    case 'at_wms':
      return [isAny('at_wms'), ({ deliveredToWarehouseAt }) => deliveredToWarehouseAt];
    case 'new_or_at_wms':
      return [isAny('new', 'at_wms'), created];
    case 'partial':
      return [(order) => settings.partialStatus !== 'shipped' && isPartial(order), loaded];
    case 'shipped':
      return [isAny('shipped'), loaded];
    case 'shipped_or_confirmed':
      return [isAny('shipped', 'confirmed'), loaded];
    case 'confirmed':
      return [isAny('confirmed'), ({ confirmedAt }) => confirmedAt];
    case 'error':
      return [isAny('error'), ({ error }) => error?.at ?? null];
    case 'canceled':
      return [isAny('canceled'), ({ cancelledAt }) => cancelledAt];
    case 'any':
      return [() => true, created];
    default:
      throw invalid(`There is no order status ${status}`);
  }
}

export function listOrders(
  { orders, settings }: CartRoverState,
  status: string,
  query: Record<string, string>,
  now: number,
): Page {
  const asked = readQuery(listQuery, query);
  const [isListed, at] = getList(status, settings);
  const shown = orders
    .filter((order) => order.oddStatus === null || status === 'any')
    .filter((order) => isListed(order) && order.changedAt <= now - settings.listLagMs)
    .filter((order) => {
      const time = at(order);
      const { from_date: from, to_date: to } = asked;
      if (from === undefined && to === undefined) return true;
      // Dates have whole seconds.
      const second = time === null ? null : Math.floor(time / 1000) * 1000;
      return second !== null && second >= (from ?? 0) && second <= (to ?? Number.POSITIVE_INFINITY);
    })
    .filter(({ fields }) => asked.order_source === undefined || fields.order_source === asked.order_source);
  if (settings.listOrder === 'newest-first') shown.reverse();
  return toPage(
    shown.map((order) => toOrderAnswer(order, settings, asked)),
    asked,
  );
}

function readQuery<Schema extends z.ZodType>(schema: Schema, query: Record<string, string>): z.infer<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
}

function toPage(rows: unknown[], { limit, page }: { limit: number; page: number }): Page {
  return { rows: rows.slice((page - 1) * limit, page * limit), total: rows.length };
}

export function readExtras(query: Record<string, string>): Extras {
  return readQuery(extrasQuery, query);
}

export function toOrderAnswer(order: OrderRecord, settings: SandboxSettings, extras: Extras) {
  const { fields, shipments } = order;
  const { extra_fields, items, ...others } = fields;
  const number = toNumber(settings);
  const shipped = shipments.flatMap((one) => one.items).reduce((sum, { quantity }) => sum + quantity, 0);
  const ordered = items.reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    ...others,
    cust_po_no: fields.cust_po_no ?? null,
    created_date_time: isoSeconds(order.createdAt),
    updated_date_time: isoSeconds(order.changedAt),
    delivered_to_wms_date: order.deliveredToWarehouseAt && isoSeconds(order.deliveredToWarehouseAt),
    cancel_date: order.cancelledAt && isoSeconds(order.cancelledAt),
    error_reason: order.error?.reason ?? null,
    error_code: order.error?.code ?? null,
    error_msg: order.error?.message ?? null,
    on_hold: order.isOnHold ? 'Y' : 'N',
    sending_canceled: 'N',
    num_failed_sends: number(0),
    order_status: toStatus(order, settings),
    total_qty: number(ordered),
    num_to_ship: number(ordered - shipped),
    num_shipped: number(shipped),
    ...(extras.include_order_extras === 'Y' && { extra_fields: extra_fields ?? [] }),
    items: items.map(({ extra_fields: ofLine, description, price, quantity, ...line }, index) => ({
      ...line,
      line_no: String(line.line_no ?? index + 1),
      Description: description ?? null,
      quantity: number(quantity),
      price: number(price ?? 0),
      alt_sku: settings.shipsUnder === 'own-code' ? toOwnCode(line.item) : null,
      filtered_sku: 'N',
      line_location: null,
      ...(extras.include_line_extras === 'Y' && { extra_fields: ofLine ?? [] }),
    })),
    shipments: shipments.map((shipment) => toShipmentAnswer(shipment, settings, order.isCorrupt)),
  };
}

export function toStatusAnswer(order: OrderRecord, settings: SandboxSettings) {
  const { fields, deliveredToWarehouseAt, changedAt, shipments } = order;
  return {
    cust_ref: fields.cust_ref,
    cust_po_no: fields.cust_po_no ?? null,
    delivered_to_wms_date: deliveredToWarehouseAt && isoSeconds(deliveredToWarehouseAt),
    updated_date_time: isoSeconds(changedAt),
    ship_country: fields.ship_country,
    order_status: toStatus(order, settings),
    shipments: shipments.map((shipment) => toShipmentAnswer(shipment, settings, order.isCorrupt)),
  };
}

function toStatus(order: OrderRecord, { partialStatus }: SandboxSettings): string {
  if (order.oddStatus !== null) return order.oddStatus;
  return order.status === 'at_wms' && isPartial(order) ? partialStatus : order.status;
}

function toShipmentAnswer(shipment: ShipmentRecord, settings: SandboxSettings, isCorrupt: boolean) {
  const number = toNumber(settings);
  return {
    carrier: shipment.carrier,
    method: shipment.method,
    tracking_no: shipment.trackingNumber,
    tracking_no_secondary: shipment.secondTrackingNumber || null,
    sscc_barcode: null,
    bill_of_lading: null,
    tracking_url: null,
    total_cost: number(shipment.cost),
    package_weight_lbs: number(1.5),
    dim_weight_lbs: null,
    zone: null,
    delivery_surcharge_type: null,
    whs_location: shipment.warehouse || null,
    box_length_in: null,
    box_width_in: null,
    box_height_in: null,
    date: isoSeconds(shipment.shippedAt),
    custom_1: null,
    custom_2: null,
    custom_3: null,
    items: shipment.items.map(({ item, quantity, cartonNumber }) => ({
      item: settings.shipsUnder === 'own-code' ? toOwnCode(item) : item,
      quantity: isCorrupt ? 'n/a' : number(quantity),
      carton_code: null,
      carton_num: cartonNumber || null,
    })),
  };
}

/** Under which the warehouse knows a product. */
function toOwnCode(sku: string): string {
  return `wh-${sku.toLowerCase()}`;
}

/** `2026-01-05T00:00:00+00:00` */
function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00');
}

function toNumber({ numbersAsText }: SandboxSettings): (value: number) => string | number {
  return (value) => (numbersAsText ? String(value) : value);
}

const stockQuery = z.object(paging);

export function listStock(state: CartRoverState, query: Record<string, string>): Page {
  const skus = [...new Set(state.stock.map(({ sku }) => sku))];
  return toPage(
    skus.map((sku) => toStockAnswer(state, sku)),
    readQuery(stockQuery, query),
  );
}

/** @throws {Refusal} the SKU has no stock */
export function toStockAnswer({ stock, warehouses }: CartRoverState, wanted: string) {
  const rows = stock.filter(({ sku }) => sku === wanted);
  if (rows.length === 0) throw invalid(`Product not found: ${wanted}`);
  const aliases: Record<string, string> = Object.assign({}, ...rows.map((row) => row.aliases));
  return {
    sku: wanted,
    ...toFigures(rows),
    aliases: Object.keys(aliases).length === 0 ? [] : aliases,
    warehouses: Object.fromEntries(
      rows.map((row) => {
        const name = warehouses.find(({ pk }) => pk === row.warehousePk)?.name ?? '';
        return [row.warehousePk, { warehouse: name, ...toFigures([row]) }];
      }),
    ),
  };
}

function toFigures(rows: readonly StockRecord[]) {
  const onHand = rows.reduce((sum, row) => sum + row.onHand, 0);
  const oldest = Math.min(...rows.map(({ takenAt }) => takenAt));
  return { qty_available: onHand, qty_on_hand: onHand, wms_datetime: isoSeconds(oldest) };
}
