import * as z from 'zod';
import { runWhenDue } from '../kit/due-work.ts';
import type { Timeline } from '../kit/timeline.ts';
import { refuse } from './errors.ts';
import { fulfillmentById, markShipped } from './fulfillment-rules.ts';
import { buyLabel, labelById } from './label-rules.ts';
import type { FulfillmentRow, LabelRow, ShipStationState, Store, World } from './state.ts';

/** A person marks a shipment as shipped on the screen, which requires no tracking number. */
export const markRequest = z.strictObject({
  trackingNumber: z.string().default(''),
  carrier: z.string().min(1).default('other'),
});

/** Later changes of a label or fulfillment. Omitted fields stay. */
export const parcelEdit = z.strictObject({
  trackingNumber: z.string().optional(),
  carrier: z.string().min(1).optional(),
  shipDate: z.iso.datetime().optional(),
});
type ParcelEdit = z.infer<typeof parcelEdit>;

/** A carrier's scan of a label. */
export const scanRequest = z.strictObject({
  status: z.enum(['in_transit', 'error', 'delivered']),
  description: z.string().default(''),
});

export function markByHand(
  world: World,
  shipmentId: string,
  { trackingNumber, carrier }: z.infer<typeof markRequest>,
): FulfillmentRow {
  const row = { shipment_id: shipmentId, tracking_number: trackingNumber, carrier_code: carrier };
  const [result] = markShipped(world, [row]).fulfillments;
  if (result === undefined || result.error_message !== null) {
    throw refuse('invalid_status', result?.error_message ?? 'It cannot be marked as shipped.');
  }
  return fulfillmentById(world.state, world.state.fulfillments.at(-1)?.fulfillment_id ?? '');
}

/** A carrier may set or change a label's tracking number later. */
export function editLabel({ state }: World, id: string, edit: ParcelEdit): LabelRow {
  const row = labelById(state, id);
  const [box] = row.packages;
  if (edit.trackingNumber !== undefined && box !== undefined) box.tracking_number = edit.trackingNumber;
  return Object.assign(row, {
    ...(edit.trackingNumber !== undefined && { tracking_number: edit.trackingNumber }),
    ...(edit.carrier !== undefined && { carrier_code: edit.carrier }),
    ...(edit.shipDate !== undefined && { ship_date: edit.shipDate }),
  });
}

export function editFulfillment({ state }: World, id: string, edit: ParcelEdit): FulfillmentRow {
  return Object.assign(fulfillmentById(state, id), {
    ...(edit.trackingNumber !== undefined && { tracking_number: edit.trackingNumber }),
    ...(edit.carrier !== undefined && { fulfillment_carrier_friendly_name: edit.carrier.toUpperCase() }),
    ...(edit.shipDate !== undefined && { ship_date: edit.shipDate }),
  });
}

export function scanLabel(
  { state, now }: World,
  id: string,
  { status, description }: z.infer<typeof scanRequest>,
): LabelRow {
  const row = labelById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The label is voided, so it cannot be delivered.');
  const scan = { status, at: new Date(now).toISOString(), description };
  state.scans = { ...state.scans, [id]: [...(state.scans?.[id] ?? []), scan] };
  return Object.assign(row, { tracking_status: status });
}

const CODES = { unknown: 'UN', in_transit: 'IT', error: 'EX', delivered: 'DE' } as const;

/** `GET /v2/labels/{id}/track`: unlike a label's row, it has the carrier's words and times. */
export function trackLabel(state: ShipStationState, id: string): object {
  const { label_id, tracking_number, tracking_status, ship_date } = labelById(state, id);
  const own = state.scans?.[label_id] ?? [];
  const last = own.at(-1);
  return {
    tracking_number,
    status_code: CODES[tracking_status],
    status_description: tracking_status,
    carrier_status_code: CODES[tracking_status],
    carrier_status_description: last?.description ?? '',
    shipped_date: ship_date,
    estimated_delivery_date: null,
    actual_delivery_date: own.find(({ status }) => status === 'delivered')?.at ?? null,
    exception_description: tracking_status === 'error' ? last?.description : null,
    events: own.map(({ status, at, description }) => ({
      occurred_at: at,
      carrier_occurred_at: at.slice(0, -1),
      description,
      status_code: CODES[status],
    })),
  };
}

/** The carrier delivers the parcel. A label has no time of delivery. */
export function deliverLabel(world: World, id: string): LabelRow {
  return scanLabel(world, id, { status: 'delivered', description: 'Delivered' });
}

/** A fulfillment keeps the time of its first delivery. */
export function deliverFulfillment({ state, now }: World, id: string): FulfillmentRow {
  const row = fulfillmentById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The fulfillment is voided, so it cannot be delivered.');
  return Object.assign(row, { delivered_at: row.delivered_at ?? new Date(now).toISOString() });
}

/** Buys a label for each pending shipment, the set time after its last change. */
export function startAutomaticShipping(store: Store, timeline: Timeline): { stop(): void } {
  return runWhenDue({
    timeline,
    onChange: store.onChange,
    getDue: () => {
      const { shipments, settings } = store.state();
      const { shipsByItself } = settings;
      if (shipsByItself === null) return [];
      return shipments
        .filter(({ shipment_status }) => shipment_status === 'pending')
        .map(({ shipment_id: id, modified_at }) => ({
          id,
          dueAt: Date.parse(modified_at) + shipsByItself.afterMs,
        }));
    },
    run: (id) => {
      store.change((world) => buyLabel(world, id));
    },
  });
}
