import { NO_LIMIT } from '../../lib/domain/rate-budget.ts';
import type { JobRequest, OrderMessage, SaleEventMessage } from '../../lib/messaging/messages.ts';
import { type SettingsInput, settingsSchema } from '../../lib/settings/schema.ts';
import {
  type AlarmSubscriber,
  type Bridge,
  type Concurrency,
  createBridge,
  type SecretStore,
} from '../../operator/bridge.ts';
import { type LogLine, selectLines } from '../../operator/log-reader.ts';
import type { StackOutputs } from '../../operator/stack/stack-outputs.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryOperatedQueue } from './in-memory-operated-queue.ts';
import { InMemorySlotBook } from './in-memory-slot-book.ts';
import { InMemoryTable } from './in-memory-table.ts';
import { RecordingQueue } from './recording-queue.ts';

const NAME = 'acme-test';

/** Secrets in memory, changed when the clock said. */
export class InMemorySecrets implements SecretStore {
  readonly values = new Map<string, { value: unknown; at: string }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async read(name: string): Promise<unknown> {
    return structuredClone(this.values.get(name)?.value);
  }

  async write(name: string, value: object): Promise<void> {
    this.values.set(name, { value: structuredClone(value), at: new Date(this.#now()).toISOString() });
  }

  async changedAt(name: string): Promise<string> {
    return this.values.get(name)?.at ?? '';
  }
}

/** A bridge without AWS: its table, queues, secrets and logs in memory, on a clock that the test moves. */
export class InMemoryBridge {
  #clock: () => number = () => NOW;
  readonly table = new InMemoryTable();
  readonly saleEvents = new RecordingQueue<SaleEventMessage>();
  readonly fulfillment = new RecordingQueue<OrderMessage>();
  readonly confirmations = new RecordingQueue<OrderMessage>();
  readonly jobs = new RecordingQueue<JobRequest>();
  /** A table that was restored beside the bridge's. */
  readonly restoredTable = new InMemoryTable();
  readonly queues = {
    'sale-events': new InMemoryOperatedQueue(() => this.now),
    fulfillment: new InMemoryOperatedQueue(() => this.now),
    confirmations: new InMemoryOperatedQueue(() => this.now),
    jobs: new InMemoryOperatedQueue(() => this.now),
    schedules: new InMemoryOperatedQueue(() => this.now),
  };
  readonly slots = new InMemorySlotBook();
  /** The subscribers of alarms; null if there are none. */
  /** What the AWS account allows, as new ones do. */
  concurrency: Concurrency = { account: 1_000, unreserved: 1_000 };
  subscribers: AlarmSubscriber[] = [{ protocol: 'email', confirmed: true }];
  readonly secrets = new InMemorySecrets(() => this.now);
  readonly lines: LogLine[] = [];
  readonly bridge: Bridge;
  closed = false;

  /** @param settings override the defaults, among them one connection `lantern` */
  constructor(settings: Partial<SettingsInput> = {}) {
    const connections = [
      { id: 'lantern', provider: 'shipstation-v2', location: 'Lantern Yard', warehouseId: 'se-1001' },
    ] as const;
    this.bridge = createBridge({
      kind: 'local',
      caller: 'local/Ada',
      name: NAME,
      settings: settingsSchema.parse({ connections: [...connections], ...settings }),
      outputs: OUTPUTS,
      table: this.table,
      auditTable: this.table,
      openTable: () => this.restoredTable,
      saleEvents: this.saleEvents,
      fulfillment: this.fulfillment,
      confirmations: this.confirmations,
      jobs: this.jobs,
      queues: this.queues,
      getBudget: () => NO_LIMIT,
      slots: this.slots,
      alarms: { list: async () => this.subscribers },
      readConcurrency: async () => this.concurrency,
      secrets: this.secrets,
      logs: {
        read: async (query) => {
          const wanted = (line: LogLine) =>
            line.at >= query.since &&
            line.at <= query.until &&
            (query.about.length === 0 || query.about.some((word) => JSON.stringify(line).includes(word)));
          return selectLines(this.lines.filter(wanted), query);
        },
      },
      now: () => this.now,
      close: async () => {
        this.closed = true;
      },
    });
  }

  get now(): number {
    return this.#clock();
  }

  /** Moves the clock. */
  set now(time: number) {
    this.#clock = () => time;
  }

  /** Follows this machine's clock from now on, for what is compared with a server's. */
  runClock(aheadMs = 0): void {
    this.#clock = () => Date.now() + aheadMs;
  }

  /** Every act that was written down, the latest first. */
  async audit(): Promise<Array<{ by: string; what: string; about: string }>> {
    const since = new Date(this.now - 86_400_000).toISOString();
    const until = new Date(this.now).toISOString();
    const entries = await Array.fromAsync(this.bridge.audit.list(since, until));
    return entries.map(({ by, what, about }) => ({ by, what, about }));
  }
}

const queue = (name: string) => `https://sqs.us-east-1.amazonaws.com/111122223333/${NAME}-${name}`;

const OUTPUTS: StackOutputs = {
  TableName: NAME,
  DearWebhookUrl: 'https://bridge.example.com/webhooks/dear',
  DearSecretName: `${NAME}/dear`,
  WebhookSecretName: `${NAME}/webhook`,
  SaleEventsQueueUrl: queue('sale-events.fifo'),
  SaleEventsDeadLetterQueueUrl: queue('sale-events-dead-letter.fifo'),
  FulfillmentQueueUrl: queue('fulfillment.fifo'),
  FulfillmentDeadLetterQueueUrl: queue('fulfillment-dead-letter.fifo'),
  ConfirmationsQueueUrl: queue('confirmations.fifo'),
  ConfirmationsDeadLetterQueueUrl: queue('confirmations-dead-letter.fifo'),
  JobsQueueUrl: queue('jobs.fifo'),
  JobsDeadLetterQueueUrl: queue('jobs-dead-letter.fifo'),
  SchedulesDeadLetterQueueUrl: queue('schedules-dead-letter'),
  SettingsHash: '0a1b2c3d4e5f',
};
