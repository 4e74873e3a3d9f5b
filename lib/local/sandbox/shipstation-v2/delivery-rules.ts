import { refuse } from './api-error.ts';
import { fulfillmentById } from './fulfillment-rules.ts';
import { labelById } from './label-rules.ts';
import type { FulfillmentRow, LabelRow, World } from './state.ts';

/** What a carrier says at the door. A label then says that its parcel arrived, but not when; of a return too. */
export function deliverLabel({ state }: World, id: string): LabelRow {
  const row = labelById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The label is voided, so nothing travels by it.');
  return Object.assign(row, { tracking_status: 'delivered' });
}

/** A fulfillment says when, and keeps to what was said first. */
export function deliverFulfillment({ state, now }: World, id: string): FulfillmentRow {
  const row = fulfillmentById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The fulfillment is voided, so nothing travels by it.');
  return Object.assign(row, { delivered_at: row.delivered_at ?? new Date(now).toISOString() });
}
