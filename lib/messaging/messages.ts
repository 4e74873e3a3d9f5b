import * as z from 'zod';

/**
 * Queue messages name what to look at, never what to do: whoever receives one reads the truth and takes the next step.
 * None holds personal data.
 */
export const saleEventMessage = z.object({
  /** Lower-case. '' where the event names only its task; then one of the two below is set. */
  saleId: z.string(),
  saleTaskId: z.string(),
  saleOrderNumber: z.string(),
  /** DEAR's name of the event, `Sale/OrderAuthorised`, or `sweep` or `operator`. */
  event: z.string(),
  /** From `Sale/ShipmentTrackingNumberChanged`, so that the echo of our own write costs DEAR no call. */
  trackingNumbers: z.array(z.string()),
  /** ISO UTC. */
  receivedAt: z.string(),
});
export type SaleEventMessage = z.infer<typeof saleEventMessage>;

/** Both `fulfillment.fifo` and `confirmations.fifo`: look at this order. */
export const orderMessage = z.object({ reference: z.string() });
export type OrderMessage = z.infer<typeof orderMessage>;

export const JOBS = ['collect-shipments', 'refresh-tracking'] as const;
export type JobName = (typeof JOBS)[number];

export const jobMessage = z.object({ job: z.enum(JOBS), connection: z.string() });
export type JobMessage = z.infer<typeof jobMessage>;
