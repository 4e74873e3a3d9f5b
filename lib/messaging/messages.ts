import * as z from 'zod';
import { NewerSchemaVersion } from '../domain/errors.ts';
import { isNewer, type RawRecord, toCurrentVersion, type Upgrade } from '../domain/schema-version.ts';

/**
 * The schema version of each kind of message. Any change of a kind's schema, an added field too, raises its version and adds
 * an upgrade from the version before (decisions 0041 and 0077).
 */
export const MESSAGE_VERSIONS = { 'sale event': 1, order: 1, job: 1 } as const;
export type MessageName = keyof typeof MESSAGE_VERSIONS;

/** A message as JSON, with its version. */
export function toMessageBody(name: MessageName, message: object): string {
  return JSON.stringify({ schemaVersion: MESSAGE_VERSIONS[name], ...message });
}

/**
 * Reads messages of this version, of every older one, and of a newer one that says nothing new which counts. Parsing throws
 * NewerSchemaVersion for any other newer one, which keeps it in its queue.
 */
function versioned<Schema extends z.ZodType>(
  name: MessageName,
  schema: Schema,
  upgrades: readonly Upgrade[] = [],
) {
  const known = MESSAGE_VERSIONS[name];
  if (upgrades.length + 1 !== known) {
    throw new Error(`The ${name} message has version ${known} and ${upgrades.length} upgrades`);
  }
  const isRecord = (raw: unknown): raw is RawRecord => typeof raw === 'object' && raw !== null;
  return z.preprocess((raw) => {
    if (!isRecord(raw)) return raw;
    const current = toCurrentVersion(`${name} message`, raw, upgrades);
    const { error } = isNewer(raw, known) ? schema.safeParse(current) : {};
    if (error === undefined) return current;
    const paths = error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new NewerSchemaVersion(`${name} message`, Number(raw.schemaVersion), known, paths);
  }, schema);
}

/**
 * Queue messages name what to read, never what to do: the receiver reads the current state and takes the next step.
 * None holds personal data.
 */
const saleEvent = z.object({
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
export const saleEventMessage = versioned('sale event', saleEvent);
export type SaleEventMessage = z.infer<typeof saleEvent>;

/** Both `fulfillment.fifo` and `confirmations.fifo`: look at this order. */
const order = z.object({
  reference: z.string(),
  /** The id of a bulk act that is to be done to it first; only in `fulfillment.fifo`. */
  act: z.string().exactOptional(),
});
export const orderMessage = versioned('order', order);
export type OrderMessage = z.infer<typeof order>;

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

const jobRun = z.object({
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
export const jobMessage = versioned('job', jobRun);
export type JobMessage = z.infer<typeof jobRun>;
/** A job message before its defaults are filled in. */
export type JobRequest = z.input<typeof jobRun>;
