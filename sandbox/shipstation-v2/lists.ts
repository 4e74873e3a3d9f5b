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

/** @throws {ZodError} for a page or size that is none */
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

/** Newest first unless asked otherwise; rows of one moment keep the order in which they were made. */
function sorted<Row extends Record<Field, string>, Field extends string>(
  rows: readonly Row[],
  field: Field,
  direction: string | undefined,
): Row[] {
  const ascending = rows.toSorted((a, b) => Date.parse(a[field]) - Date.parse(b[field]));
  return sorting.parse(direction) === 'asc' ? ascending : ascending.reverse();
}

/**
 * Asks whether a moment lies in `<name>_start` … `<name>_end`, both included.
 * @throws {ZodError} at once, for a bound that is no time
 */
function within(filters: Filters, name: string): (time: string) => boolean {
  const start = moment(filters[`${name}_start`]) ?? Number.NEGATIVE_INFINITY;
  const end = moment(filters[`${name}_end`]) ?? Number.POSITIVE_INFINITY;
  return (time) => Date.parse(time) >= start && Date.parse(time) <= end;
}

function moment(text: string | undefined): number | undefined {
  return text === undefined ? undefined : z.coerce.date().parse(text).getTime();
}

/** Whether each of the row's named fields equals its filter, where there is one. */
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
 * The two identifiers match by their beginning. V1's filter is known to, V2's is not described; so this sandbox is as loose
 * as it may be, and a client that does not compare for itself is caught.
 */
const BY_BEGINNING = ['external_shipment_id', 'shipment_number'] as const;

/** @throws {ZodError} for a status or sort field that there is not */
export function listShipments(state: ShipStationState, filters: Filters): ShipmentRow[] {
  const status = shipmentStatus.parse(filters.shipment_status);
  const created = within(filters, 'created_at');
  const modified = within(filters, 'modified_at');
  const rows = state.shipments.filter(
    (row) =>
      (status === undefined || row.shipment_status === status) &&
      BY_BEGINNING.every((field) => begins(row[field], filters[field])) &&
      (filters.sales_order_id === undefined || row.sales_order_ids.includes(filters.sales_order_id)) &&
      matches(filters, row, ['store_id']) &&
      created(row.created_at) &&
      modified(row.modified_at),
  );
  return sorted(rows, sortField.parse(filters.sort_by), filters.sort_dir);
}

/** The shipments that are no longer kept back, as a service's index keeps back what was just created. */
export function shownAfter(
  state: ShipStationState,
  lagMs: number | undefined,
  now: number,
): ShipStationState {
  if (!lagMs) return state;
  const shipments = state.shipments.filter(({ created_at }) => Date.parse(created_at) + lagMs <= now);
  return { ...state, shipments };
}

function begins(value: string | null, wanted: string | undefined): boolean {
  return wanted === undefined || (value ?? '').startsWith(wanted);
}

const LABEL_FIELDS = ['service_code', 'carrier_id', 'tracking_number', 'batch_id', 'shipment_id'];

export function listLabels(state: ShipStationState, filters: Filters): LabelRow[] {
  const status = labelStatus.parse(filters.label_status);
  const created = within(filters, 'created_at');
  const rows = state.labels.filter(
    (row) =>
      (status === undefined || row.status === status) &&
      matches(filters, row, LABEL_FIELDS) &&
      (filters.warehouse_id === undefined || getWarehouse(state, row) === filters.warehouse_id) &&
      created(row.created_at),
  );
  return sorted(rows, 'created_at', filters.sort_dir);
}

/** A label's own row does not say it. */
function getWarehouse({ shipments }: ShipStationState, label: LabelRow): string | null | undefined {
  return shipments.find(({ shipment_id }) => shipment_id === label.shipment_id)?.warehouse_id;
}

const FULFILLMENT_FIELDS = ['shipment_number', 'shipment_id', 'fulfillment_id', 'tracking_number'];

export function listFulfillments(state: ShipStationState, filters: Filters): FulfillmentRow[] {
  const created = within(filters, 'create_date');
  const shipped = within(filters, 'ship_date');
  const rows = state.fulfillments.filter(
    (row) => matches(filters, row, FULFILLMENT_FIELDS) && created(row.created_at) && shipped(row.ship_date),
  );
  return sorted(rows, 'created_at', filters.sort_dir);
}
