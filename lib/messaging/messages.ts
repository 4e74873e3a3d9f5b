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
  /**
   * DEAR's name of the event, `Sale/OrderAuthorised`, or `sweep`, `catalogue`, `service` or `operator`; `webhook` where DEAR's is not known.
   */
  event: z.string(),
  /** From `Sale/ShipmentTrackingNumberChanged`, so that the echo of our own write costs DEAR no call. */
  trackingNumbers: z.array(z.string()),
  /** ISO UTC. */
  receivedAt: z.string(),
  /** From the sweep: when DEAR says that the sale was last changed (ISO UTC). A read that shows as much need not be repeated. */
  updatedAt: z.string().exactOptional(),
});
export type SaleEventMessage = z.infer<typeof saleEventMessage>;

/** Both `fulfillment.fifo` and `confirmations.fifo`: look at this order. */
export const orderMessage = z.object({ reference: z.string() });
export type OrderMessage = z.infer<typeof orderMessage>;

/** Each is run for one connection, beside the same job of the others. */
export const CONNECTION_JOBS = [
  'collect-shipments',
  'check-orders',
  'refresh-tracking',
  'sync-inventory',
  'refresh-catalogue',
] as const;
/** Each is run once for the whole DEAR account. */
export const ACCOUNT_JOBS = ['sweep-sales', 'check-webhooks', 'probe'] as const;
export const JOBS = [...CONNECTION_JOBS, ...ACCOUNT_JOBS] as const;
export type ConnectionJob = (typeof CONNECTION_JOBS)[number];
export type AccountJob = (typeof ACCOUNT_JOBS)[number];
export type JobName = (typeof JOBS)[number];

export const jobMessage = z.object({
  job: z.enum(JOBS),
  /** Its id; '' for a job of the account. */
  connection: z.string(),
  /** The schedule's own time of this run (ISO UTC); '' where a person or a provider asks for it. */
  scheduledAt: z.string().default(''),
  /** When a provider's webhook asked for it (ISO UTC); '' where no webhook did. */
  askedAt: z.string().default(''),
  /** Whether that webhook called another connection of the account, whose look this one goes with. */
  passedOn: z.boolean().default(false),
  /** Whether it goes on with a run that ran out of time. */
  continues: z.boolean().default(false),
});
export type JobMessage = z.infer<typeof jobMessage>;
/** What whoever asks for a job has to say. */
export type JobRequest = z.input<typeof jobMessage>;
