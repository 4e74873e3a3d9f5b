import * as z from 'zod';

/**
 * One schema per function: the construct's `environment` is typed from it and the handler parses it once at cold start,
 * so that the two sides cannot drift apart. `process.env` is read nowhere else.
 */
const text = z.string().min(1);

/** Every function that is fed by a queue: its own queue, to defer a message, and its dead-letter queue, to park one. */
const queueWorker = { QUEUE_URL: text, DEAD_LETTER_QUEUE_URL: text };

export const ENVIRONMENTS = {
  'receive-webhook': z.object({
    WEBHOOK_SECRET_ID: text,
    CONNECTION_SECRET_PREFIX: text,
    SALE_EVENTS_QUEUE_URL: text,
    JOBS_QUEUE_URL: text,
  }),
  'serve-provider': z.object({
    TABLE_NAME: text,
    CONNECTION_SECRET_PREFIX: text,
    JOBS_QUEUE_URL: text,
  }),
  'reconcile-sale': z.object({
    ...queueWorker,
    TABLE_NAME: text,
    DEAR_SECRET_ID: text,
    FULFILLMENT_QUEUE_URL: text,
    CONFIRMATIONS_QUEUE_URL: text,
  }),
  'dispatch-order': z.object({
    ...queueWorker,
    TABLE_NAME: text,
    /** A connection's secret is named by this and the connection's id. */
    CONNECTION_SECRET_PREFIX: text,
    CONFIRMATIONS_QUEUE_URL: text,
    REPORTS_BUCKET: text,
  }),
  'confirm-shipment': z.object({
    ...queueWorker,
    TABLE_NAME: text,
    DEAR_SECRET_ID: text,
    REPORTS_BUCKET: text,
  }),
  'run-job': z.object({
    ...queueWorker,
    TABLE_NAME: text,
    DEAR_SECRET_ID: text,
    CONNECTION_SECRET_PREFIX: text,
    SALE_EVENTS_QUEUE_URL: text,
    CONFIRMATIONS_QUEUE_URL: text,
    JOBS_QUEUE_URL: text,
    /** Of all dead-letter queues, told apart by commas. */
    DEAD_LETTER_QUEUE_URLS: text,
    WEBHOOK_SECRET_ID: text,
    /** Where DEAR calls us: what the watchdog compares DEAR's webhooks with. */
    WEBHOOK_URL: text,
    REPORTS_BUCKET: text,
  }),
} as const;

/** Of a function that a stack has only where its settings name a chat. */
const WITH_CHATS = {
  'notify-chat': z.object({ CHAT_SECRET_ID: text, TABLE_NAME: text, STACK_NAME: text }),
} as const;
const ALL = { ...ENVIRONMENTS, ...WITH_CHATS } as const;

/** The functions of every stack. */
export type FunctionName = keyof typeof ENVIRONMENTS;
export type DeployedName = keyof typeof ALL;
export type EnvironmentOf<Name extends DeployedName> = z.infer<(typeof ALL)[Name]>;

/** The functions of the stack with these settings. */
export function listFunctions(settings: {
  readonly alarms: { readonly chats: readonly unknown[] };
}): DeployedName[] {
  const deployed = settings.alarms.chats.length === 0 ? ENVIRONMENTS : ALL;
  return Object.keys(deployed) as DeployedName[];
}

/**
 * @throws {Error} naming the function and each missing variable: a deployment fault, seen at the first cold start
 */
export function readEnvironment<Name extends DeployedName>(name: Name): EnvironmentOf<Name> {
  const result = ALL[name].safeParse(process.env);
  if (!result.success) {
    const missing = result.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`${name} was deployed without its environment variables: ${missing}`);
  }
  return result.data as EnvironmentOf<Name>;
}
