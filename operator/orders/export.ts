import { stringify } from 'csv-stringify/sync';
import type { DeliveryAddress } from '../../lib/domain/address/address.ts';
import { DRIFT_CSV_HEADER, type DriftReport, toCsvRow } from '../../lib/domain/inventory/drift-report.ts';
import { describeCancellation } from '../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../lib/domain/order/order-content.ts';
import { getReasons, toReasonCode } from '../../lib/domain/order/order-summary.ts';
import { getUpstreamWords, toProgress } from '../../lib/domain/order/progress.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import { isVoid, type Package } from '../../lib/domain/shipment/package.ts';
import type { Bridge } from '../bridge.ts';
import { maskUpstreamTexts } from './evidence.ts';
import { asksForPackages, isPackageAskedFor } from './match-orders.ts';
import type { OrderQuery } from './order-query.ts';
import { streamOrders } from './search-orders.ts';

type ExportDeps = Pick<Bridge, 'orders' | 'sales' | 'search'>;

/** What of orders is written: one line for each order, or for each package. */
export const EXPORTS = ['orders', 'packages'] as const;
export type ExportKind = (typeof EXPORTS)[number];

type Cell = string | number;
type Columns<Of> = Readonly<Record<string, (of: Of) => Cell>>;

const ORDER_COLUMNS: Columns<FulfillmentOrder> = {
  order: ({ reference }) => reference,
  sale: ({ saleOrderNumber }) => saleOrderNumber,
  progress: toProgress,
  dear_status: ({ status }) => status,
  waiting_for: waitingFor,
  reasons: (order) => getReasons(order).map(toReasonCode).join(' '),
  reason: ({ reason }) => reason,
  said: getUpstreamWords,
  connection: ({ connection }) => connection,
  channel: ({ channel = '' }) => channel,
  method: ({ method = '' }) => method,
  goods: ({ lines }) => lines.map(({ quantity, sku }) => `${quantity} × ${sku}`).join('; '),
  pieces: ({ lines }) => lines.reduce((sum, { quantity }) => sum + quantity, 0),
  ship_by: ({ shipBy = '' }) => shipBy,
  tracking: ({ packages }) => packages.flatMap(({ trackingNumbers }) => trackingNumbers).join(' '),
  service_id: ({ submission }) => submission.providerOrderId,
  made: ({ createdAt }) => createdAt,
  waiting_since: (order) => (waitingFor(order) === '' ? '' : order.waitingSince),
  changed: ({ updatedAt }) => updatedAt,
  cancellation: describeCancellation,
};

interface PackageOfOrder {
  readonly order: FulfillmentOrder;
  readonly box: Package;
}

const PACKAGE_COLUMNS: Columns<PackageOfOrder> = {
  order: ({ order }) => order.reference,
  sale: ({ order }) => order.saleOrderNumber,
  connection: ({ order }) => order.connection,
  package: ({ box }) => box.id,
  tracking: ({ box }) => box.trackingNumbers.join(' '),
  carrier: ({ box }) => box.carrier,
  service: ({ box }) => box.service,
  made: ({ order }) => order.createdAt,
  shipped: ({ box }) => box.shippedAt,
  delivered: ({ box }) => box.deliveredAt,
  in_dear: ({ order, box }) => (order.confirmation.packages.includes(box.id) ? 'yes' : 'no'),
  voided: ({ box }) => box.voided?.at ?? '',
  goods: ({ order, box }) =>
    box.contents.map(({ key, quantity }) => `${quantity} × ${getSku(order, key)}`).join('; '),
  cost: ({ box }) => box.cost?.amount ?? '',
  currency: ({ box }) => box.cost?.currency ?? '',
};

function getSku({ lines }: FulfillmentOrder, key: string): string {
  return lines.find((line) => line.key === key)?.sku ?? key;
}

const ADDRESS_FIELDS = [
  'contact',
  'company',
  'line1',
  'line2',
  'city',
  'state',
  'postcode',
  'country',
] as const satisfies ReadonlyArray<keyof DeliveryAddress>;

/** Personal data, of an order whose content has not expired. */
const PERSONAL_COLUMNS: Columns<OrderContent> = {
  sale_method: ({ chosenMethod }) => chosenMethod,
  customer: ({ customer }) => customer,
  email: ({ email }) => email,
  phone: ({ phone }) => phone,
  ...Object.fromEntries(ADDRESS_FIELDS.map((field) => [field, ({ shipTo }: OrderContent) => shipTo[field]])),
};

/** Orders that are read and written at once, so that what it holds in memory does not grow with the list. */
const AT_ONCE = 50;

/**
 * A list of orders or packages as CSV (RFC 4180), piece by piece, with a line of names first. Every order that matches is in it,
 * the latest made first; packages that are asked for by when they left, or by carrier, are all read first, the last to leave on top.
 * @param personal whether names and addresses are in it; the caller records that they are read
 */
export async function* exportOrders(
  bridge: ExportDeps,
  kind: ExportKind,
  query: OrderQuery,
  personal: boolean,
): AsyncIterable<string> {
  const own = kind === 'orders' ? ORDER_COLUMNS : PACKAGE_COLUMNS;
  yield toCsv([[...Object.keys(own), ...(personal ? Object.keys(PERSONAL_COLUMNS) : [])]]);
  const isByDeparture = kind === 'packages' && asksForPackages(query);
  const all: Cell[][] = [];
  for await (const orders of inBatches(streamOrders(bridge, query))) {
    const read = await Promise.all(
      orders.map(async (order) => {
        const more = personal ? toPersonalCells(await bridge.orders.readContent(order)) : [];
        const shown = personal ? order : await maskUpstreamTexts(order, bridge.orders);
        return toRows(kind, shown, query).map((cells) => [...cells, ...more]);
      }),
    );
    const rows = read.flat();
    if (isByDeparture) all.push(...rows);
    else if (rows.length > 0) yield toCsv(rows);
  }
  if (all.length > 0) yield toCsv(all.sort(lastToLeaveFirst));
}

const LEFT_COLUMN = Object.keys(PACKAGE_COLUMNS).indexOf('shipped');

function lastToLeaveFirst(one: readonly Cell[], other: readonly Cell[]): number {
  return String(other[LEFT_COLUMN]).localeCompare(String(one[LEFT_COLUMN]));
}

function toRows(kind: ExportKind, order: FulfillmentOrder, query: OrderQuery): Cell[][] {
  if (kind === 'orders') return [toCells(ORDER_COLUMNS, order)];
  const boxes = asksForPackages(query)
    ? order.packages.filter((box) => !isVoid(box) && isPackageAskedFor(box, query))
    : order.packages;
  return boxes.map((box) => toCells(PACKAGE_COLUMNS, { order, box }));
}

function toPersonalCells(content: OrderContent | null): Cell[] {
  return content === null ? Object.keys(PERSONAL_COLUMNS).map(() => '') : toCells(PERSONAL_COLUMNS, content);
}

function toCells<Of>(columns: Columns<Of>, of: Of): Cell[] {
  return Object.values(columns).map((get) => get(of));
}

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncIterable<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A text that a spreadsheet would run as a formula begins with an apostrophe; a negative number is left as it is. */
function toCsv(rows: ReadonlyArray<readonly Cell[]>): string {
  return stringify(
    rows.map((row) => [...row]),
    { record_delimiter: '\r\n', quote_record_delimiter: true, escape_formulas: true },
  );
}

/** The latest comparison of stock as CSV, with the differences that its report keeps. */
export function exportDrift(report: Pick<DriftReport, 'differences'>): string {
  return [DRIFT_CSV_HEADER, ...report.differences.map(toCsvRow)].join('');
}
