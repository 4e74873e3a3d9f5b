import * as z from 'zod';
import type { Timeline } from '../kit/timeline.ts';
import { refuse } from './errors.ts';
import { fulfillmentById, markShipped } from './fulfillment-rules.ts';
import { buyLabel, labelById } from './label-rules.ts';
import type { FulfillmentRow, LabelRow, Store, World } from './state.ts';

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
export const scanRequest = z.strictObject({ status: z.enum(['in_transit', 'delivered']) });

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

export function scanLabel({ state }: World, id: string, { status }: z.infer<typeof scanRequest>): LabelRow {
  const row = labelById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The label is voided, so it cannot be delivered.');
  return Object.assign(row, { tracking_status: status });
}

/** The carrier delivers the parcel. A label has no time of delivery. */
export function deliverLabel({ state }: World, id: string): LabelRow {
  const row = labelById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The label is voided, so it cannot be delivered.');
  return Object.assign(row, { tracking_status: 'delivered' });
}

/** A fulfillment keeps the time of its first delivery. */
export function deliverFulfillment({ state, now }: World, id: string): FulfillmentRow {
  const row = fulfillmentById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The fulfillment is voided, so it cannot be delivered.');
  return Object.assign(row, { delivered_at: row.delivered_at ?? new Date(now).toISOString() });
}

/**
 * Buys a label for each pending shipment, the set time after its last change. It works from the state alone, so it
 * continues after a restart and follows a change of the setting.
 */
export function startAutomaticShipping(store: Store, timeline: Timeline): { stop(): void } {
  const timers = new Map<string, () => void>();
  let stopped = false;
  let set: number | null = null;

  const forget = () => {
    for (const cancel of timers.values()) cancel();
    timers.clear();
  };

  const wake = () => {
    const afterMs = store.state().settings.shipsByItself?.afterMs ?? null;
    if (afterMs !== set) forget();
    set = afterMs;
    if (afterMs === null || stopped) return;
    for (const { shipment_id: id, shipment_status, modified_at } of store.state().shipments) {
      if (shipment_status !== 'pending' || timers.has(id)) continue;
      const wait = Math.max(0, Date.parse(modified_at) + afterMs - timeline.now());
      timers.set(
        id,
        timeline.after(wait, () => pack(id)),
      );
    }
  };

  const pack = (id: string) => {
    timers.delete(id);
    const shipment = store.state().shipments.find(({ shipment_id }) => shipment_id === id);
    if (shipment?.shipment_status === 'pending') store.change((world) => buyLabel(world, id));
  };

  store.onChange(wake);
  wake();
  return {
    stop: () => {
      stopped = true;
      forget();
    },
  };
}
