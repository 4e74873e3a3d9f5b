import * as z from 'zod';
import { refuse } from './api-error.ts';
import { fulfillmentById, markShipped } from './fulfillment-rules.ts';
import { labelById } from './label-rules.ts';
import type { FulfillmentRow, LabelRow, World } from './state.ts';

/** A person marks a shipment as shipped on the screen, which asks for no number. */
export const markRequest = z.strictObject({
  trackingNumber: z.string().default(''),
  carrier: z.string().min(1).default('other'),
});

/** What becomes of a parcel's papers later; what is left out stays. */
export const parcelEdit = z.strictObject({
  trackingNumber: z.string().optional(),
  carrier: z.string().min(1).optional(),
  shipDate: z.iso.datetime().optional(),
});
type ParcelEdit = z.infer<typeof parcelEdit>;

/** What a carrier says of a label on its way. */
export const scanRequest = z.strictObject({ status: z.enum(['in_transit', 'delivered']) });

export function markByHand(
  world: World,
  shipmentId: string,
  { trackingNumber, carrier }: z.infer<typeof markRequest>,
): FulfillmentRow {
  const row = { shipment_id: shipmentId, tracking_number: trackingNumber, carrier_code: carrier };
  const [verdict] = markShipped(world, [row]).fulfillments;
  if (verdict === undefined || verdict.error_message !== null) {
    throw refuse('invalid_status', verdict?.error_message ?? 'It cannot be marked as shipped.');
  }
  return fulfillmentById(world.state, world.state.fulfillments.at(-1)?.fulfillment_id ?? '');
}

/** A carrier may give the number of a label later, or another one. */
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
  if (row.voided) throw refuse('invalid_status', 'The label is voided, so nothing travels by it.');
  return Object.assign(row, { tracking_status: status });
}
