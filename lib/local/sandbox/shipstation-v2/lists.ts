import * as z from 'zod';
import { type Filters, matches, sorted, within } from './listing.ts';
import type { FulfillmentRow, LabelRow, ShipmentRow, ShipStationState } from './state.ts';

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
      (filters.warehouse_id === undefined || warehouseOf(state, row) === filters.warehouse_id) &&
      created(row.created_at),
  );
  return sorted(rows, 'created_at', filters.sort_dir);
}

/** A label's own row does not say it. */
function warehouseOf({ shipments }: ShipStationState, label: LabelRow): string | null | undefined {
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
