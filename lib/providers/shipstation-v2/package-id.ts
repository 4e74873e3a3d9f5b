import type { Fulfillment, Label } from './schemas.ts';

/** `Package.id` of what left by a label. */
export function idOfLabel({ label_id }: Pick<Label, 'label_id'>): string {
  return `label:${label_id}`;
}

/** `Package.id` of what was marked as shipped without a label. */
export function idOfFulfillment({ fulfillment_id }: Pick<Fulfillment, 'fulfillment_id'>): string {
  return `fulfillment:${fulfillment_id}`;
}
