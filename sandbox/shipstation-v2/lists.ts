import * as z from 'zod';
import type { FulfillmentRow, LabelRow, ShipmentRow, ShipStationState } from './state.ts';

export type Filters = Readonly<Record<string, string>>;

const paging = z.object({
  page: z.coerce.number().int().min(1).default(1),
  size: z.coerce.number().int().min(1).max(500).default(25),
});
const sorting = z.enum(['asc', 'desc']).default('desc');

interface Page<Row> {
  rows: Row[];
  total: number;
  page: number;
  pages: number;
  links: Record<'first' | 'last' | 'prev' | 'next', { href?: string }>;
}

/** @throws {ZodError} for an invalid page or size */
export function toPage<Row>(rows: readonly Row[], url: URL, sizeParameter: string): Page<Row> {
  const asked = Object.fromEntries(url.searchParams);
  const { page, size } = paging.parse({ page: asked.page, size: asked[sizeParameter] });
  const pages = Math.ceil(rows.length / size);
  const ends = Math.max(pages, 1);
  const link = (number: number) => (number >= 1 && number <= pages ? { href: toHref(url, number) } : {});
  return {
    rows: rows.slice((page - 1) * size, page * size),
    total: rows.length,
    page,
    pages,
    links: {
      first: { href: toHref(url, 1) },
      last: { href: toHref(url, ends) },
      prev: link(page - 1),
      next: link(page + 1),
    },
  };
}

function toHref(url: URL, page: number): string {
  const copy = new URL(url);
  copy.searchParams.set('page', String(page));
  return copy.href;
}

/** Newest first by default. Rows of the same time keep their order. */
function sorted<Row extends Record<Field, string>, Field extends string>(
  rows: readonly Row[],
  field: Field,
  direction: string | undefined,
): Row[] {
  const ascending = rows.toSorted((a, b) => Date.parse(a[field]) - Date.parse(b[field]));
  return sorting.parse(direction) === 'asc' ? ascending : ascending.reverse();
}

/**
 * A filter for times from `<name>_start` to `<name>_end`, both included.
 * @throws {ZodError} for a bound that is not a time
 */
function isWithin(filters: Filters, name: string): (time: string) => boolean {
  const start = parseTime(filters[`${name}_start`]) ?? Number.NEGATIVE_INFINITY;
  const end = parseTime(filters[`${name}_end`]) ?? Number.POSITIVE_INFINITY;
  return (time) => Date.parse(time) >= start && Date.parse(time) <= end;
}

function parseTime(text: string | undefined): number | undefined {
  return text === undefined ? undefined : z.coerce.date().parse(text).getTime();
}

/** Whether each of these fields equals its filter or has none. */
export function matches(filters: Filters, row: object, fields: readonly string[]): boolean {
  const values = new Map(Object.entries(row));
  return fields.every((field) => filters[field] === undefined || values.get(field) === filters[field]);
}

const sortField = z.enum(['created_at', 'modified_at']).default('created_at');
const shipmentStatus = z
  .enum(['pending', 'processing', 'label_purchased', 'cancelled', 'on_hold'])
  .optional();
const labelStatus = z.enum(['processing', 'completed', 'error', 'voided']).optional();

/**
 * These filters match a prefix. V1's are known to; V2's are not documented. The sandbox is as loose as V2 may be, so a client
 * that does not compare the result itself fails here.
 */
const BY_BEGINNING = ['external_shipment_id', 'shipment_number'] as const;

/** @throws {ZodError} for an unknown status or sort field */
export function listShipments(state: ShipStationState, filters: Filters): ShipmentRow[] {
  const status = shipmentStatus.parse(filters.shipment_status);
  const created = isWithin(filters, 'created_at');
  const modified = isWithin(filters, 'modified_at');
  const rows = state.shipments.filter(
    (row) =>
      (status === undefined || row.shipment_status === status) &&
      BY_BEGINNING.every((field) => hasPrefix(row[field], filters[field])) &&
      (filters.sales_order_id === undefined || row.sales_order_ids.includes(filters.sales_order_id)) &&
      matches(filters, row, ['store_id']) &&
      created(row.created_at) &&
      modified(row.modified_at),
  );
  return sorted(rows, sortField.parse(filters.sort_by), filters.sort_dir);
}

function hasPrefix(value: string | null, wanted: string | undefined): boolean {
  return wanted === undefined || (value ?? '').startsWith(wanted);
}

const LABEL_FIELDS = ['service_code', 'carrier_id', 'tracking_number', 'batch_id', 'shipment_id', 'rate_id'];

/** @param now a label that is younger than the list's lag is missing */
export function listLabels(
  state: ShipStationState,
  filters: Filters,
  now = Number.POSITIVE_INFINITY,
): LabelRow[] {
  const status = labelStatus.parse(filters.label_status);
  const created = isWithin(filters, 'created_at');
  const lagMs = state.settings.labelLagMs ?? 0;
  const rows = state.labels.filter(
    (row) =>
      Date.parse(row.created_at) + lagMs <= now &&
      (status === undefined || row.status === status) &&
      matches(filters, row, LABEL_FIELDS) &&
      (filters.warehouse_id === undefined || getWarehouse(state, row) === filters.warehouse_id) &&
      created(row.created_at),
  );
  return sorted(rows, 'created_at', filters.sort_dir);
}

/** A label's row has no warehouse. */
function getWarehouse({ shipments }: ShipStationState, label: LabelRow): string | null | undefined {
  return shipments.find(({ shipment_id }) => shipment_id === label.shipment_id)?.warehouse_id;
}

const FULFILLMENT_FIELDS = ['shipment_number', 'shipment_id', 'fulfillment_id', 'tracking_number'];

export function listFulfillments(state: ShipStationState, filters: Filters): FulfillmentRow[] {
  const created = isWithin(filters, 'create_date');
  const shipped = isWithin(filters, 'ship_date');
  const rows = state.fulfillments.filter(
    (row) => matches(filters, row, FULFILLMENT_FIELDS) && created(row.created_at) && shipped(row.ship_date),
  );
  return sorted(rows, 'created_at', filters.sort_dir);
}
