import { DearClient } from '../lib/dear/client.ts';
import type { Clock } from '../lib/domain/clock.ts';
import { OperatorActionNeeded } from '../lib/domain/errors.ts';
import type { JobRequest, OrderMessage, SaleEventMessage } from '../lib/messaging/messages.ts';
import type { OpenProvider } from '../lib/providers/provider-definition.ts';
import { openProvider } from '../lib/providers/registry.ts';
import { builtFromSecret, dearSecret } from '../lib/runtime/secrets.ts';
import type { BudgetOf } from '../lib/runtime/shared-budget.ts';
import type { ConnectionSettings } from '../lib/settings/connection.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { AuditTrail } from '../lib/store/audit.ts';
import { BulkActs } from '../lib/store/bulk-acts.ts';
import { Calls } from '../lib/store/calls.ts';
import { Catalogues, Fractions } from '../lib/store/catalogues.ts';
import { DriftReports } from '../lib/store/drift-reports.ts';
import { FulfillmentOrders } from '../lib/store/fulfillment-orders.ts';
import type { UnreadableRow } from '../lib/store/item-kinds.ts';
import { Cursors, JobRuns } from '../lib/store/job-runs.ts';
import { Mappings } from '../lib/store/mappings.ts';
import { OrderSearch } from '../lib/store/order-search.ts';
import { Pauses } from '../lib/store/pauses.ts';
import { createProviderBox } from '../lib/store/provider-box.ts';
import { SaleContents } from '../lib/store/sale-contents.ts';
import { Sales } from '../lib/store/sales.ts';
import { SetAsideNews } from '../lib/store/set-aside-news.ts';
import type { SlotCounts } from '../lib/store/slot-book.ts';
import type { Table } from '../lib/store/table.ts';
import { connectionsNow, Takeovers, writeGuard } from '../lib/store/takeovers.ts';
import type { LogReader } from './log-reader.ts';
import type { OperatedQueue } from './operated-queue.ts';
import { LeftOutRows } from './orders/left-out-rows.ts';
import type { QueueName, StackOutputs } from './stack/stack-outputs.ts';
import { NotFound } from './user-errors.ts';

interface Publisher<Message> {
  publish(message: Message): Promise<void>;
}

/** Where a bridge's credentials are kept. Values are JSON, and never printed. */
export interface SecretStore {
  /** The parsed value, still to be validated; undefined where there is none, or none was filled in yet. */
  read(name: string): Promise<unknown>;
  /** Replaces the whole value. */
  write(name: string, value: object): Promise<void>;
  /** When it was last changed, ISO UTC; '' where that is unknown. */
  changedAt(name: string): Promise<string>;
}

/** A subscriber to the alarms. */
export interface AlarmSubscriber {
  /** `email`, `https` */
  readonly protocol: string;
  /** Whether they opened the link that SNS sent; until then SNS sends them no alarm. */
  readonly confirmed: boolean;
}

export interface AlarmSubscribers {
  list(): Promise<AlarmSubscriber[]>;
}

/** Concurrent executions of Lambda that an AWS account allows. */
export interface Concurrency {
  /** Of all functions together. */
  readonly account: number;
  /** Of those, what is reserved for no function. */
  readonly unreserved: number;
}

/** What differs between a bridge on this machine, one in an AWS account, and one in memory. */
export interface BridgeParts {
  readonly kind: 'local' | 'stack';
  /** Who calls: the ARN that AWS knows them by, or the user of this machine. */
  readonly caller: string;
  /** The stack's name. */
  readonly name: string;
  readonly settings: Settings;
  readonly outputs: StackOutputs;
  readonly table: Table;
  /** Another table of the account, such as one that was restored beside this one. */
  readonly openTable: (name: string) => Table;
  /** The same table for the audit. */
  readonly auditTable: ConstructorParameters<typeof AuditTrail>[0];
  readonly saleEvents: Publisher<SaleEventMessage>;
  readonly fulfillment: Publisher<OrderMessage>;
  readonly confirmations: Publisher<OrderMessage>;
  readonly jobs: Publisher<JobRequest>;
  readonly queues: Readonly<Record<QueueName, OperatedQueue>>;
  /** The rate budget for the operator's own calls of DEAR and the providers. */
  readonly getBudget: BudgetOf;
  readonly slots: SlotCounts;
  readonly secrets: SecretStore;
  readonly logs: LogReader;
  /** null on the local system, which raises no alarms. */
  readonly alarms: AlarmSubscribers | null;
  /** null on the local system, which has no such limit. */
  readonly readConcurrency: (() => Promise<Concurrency>) | null;
  readonly now: Clock;
  /** Closes the clients. */
  close(): Promise<void>;
}

/** A bridge with everything that its operator may read and change. */
export interface Bridge extends BridgeParts {
  readonly orders: FulfillmentOrders;
  readonly search: OrderSearch;
  readonly sales: Sales;
  readonly saleContents: SaleContents;
  readonly setAside: SetAsideNews;
  readonly runs: JobRuns;
  readonly cursors: Cursors;
  readonly pauses: Pauses;
  readonly mappings: Mappings;
  readonly takeovers: Takeovers;
  readonly audit: AuditTrail;
  readonly calls: Calls;
  readonly bulkActs: BulkActs;
  readonly driftReports: DriftReports;
  readonly catalogues: Catalogues;
  readonly fractions: Fractions;
  readonly leftOut: LeftOutRows;
  readonly secretNames: SecretNames;
  readonly webhookUrls: WebhookUrls;
  /** The connections with the mode in which each works now. */
  readConnections(): Promise<ConnectionSettings[]>;
  /**
   * DEAR with the bridge's own credentials: the same client until they are replaced.
   * @throws {OperatorActionNeeded} they are not filled in
   */
  dear(): Promise<DearClient>;
  /** @throws {NotFound | OperatorActionNeeded} no such connection, or its credentials are not filled in */
  providerFor(connection: string): Promise<OpenProvider>;
  /** @throws {NotFound} naming the connections */
  connection(id: string): ConnectionSettings;
}

interface SecretNames {
  readonly dear: string;
  readonly webhook: string;
  connection(id: string): string;
}

/** Where DEAR and the providers send their webhooks. */
interface WebhookUrls {
  readonly dear: string;
  provider(connection: string): string;
  /** Below which a service that fetches or sends by itself calls. */
  endpoints(connection: string): string;
}

export function createBridge(parts: BridgeParts): Bridge {
  const { table, settings, outputs, now, secrets } = parts;
  const opened: Array<{ close(): Promise<void> }> = [];
  const closeLater = <Value extends { close(): Promise<void> }>(value: Value): Value => {
    opened.push(value);
    return value;
  };
  const leftOut = new LeftOutRows();
  const noteUnreadable = ({ why }: UnreadableRow) => leftOut.note(why);
  const getBox = (connection: string) =>
    createProviderBox(connection, table, now, settings.personalDataDays, noteUnreadable);
  const secretNames = toSecretNames(parts.name, outputs);
  const takeovers = new Takeovers(table);
  const mayWrite = writeGuard(settings.connections, () => takeovers);
  const providers = new Map<string, () => Promise<OpenProvider>>(
    settings.connections.map((connection) => [
      connection.id,
      builtFromSecret(
        async () => await secrets.read(secretNames.connection(connection.id)),
        async (secret) =>
          closeLater(
            await openProvider(connection, secret, { now, getBudget: parts.getBudget, getBox, mayWrite }),
          ),
      ),
    ]),
  );
  return {
    ...parts,
    orders: new FulfillmentOrders(table, now, settings.personalDataDays, noteUnreadable),
    search: new OrderSearch(table, now, settings.personalDataDays, noteUnreadable),
    sales: new Sales(table, noteUnreadable),
    saleContents: new SaleContents(table, now, settings.personalDataDays, noteUnreadable),
    setAside: new SetAsideNews(table, now, settings.personalDataDays, noteUnreadable),
    runs: new JobRuns(table, noteUnreadable),
    cursors: new Cursors(table),
    pauses: new Pauses(table, settings.personalDataDays),
    mappings: new Mappings(table),
    bulkActs: new BulkActs(table, now, settings.personalDataDays, noteUnreadable),
    audit: new AuditTrail(parts.auditTable, settings.personalDataDays, noteUnreadable),
    calls: new Calls(table, settings.callRetentionDays, noteUnreadable),
    takeovers,
    readConnections: () => connectionsNow(settings.connections, takeovers),
    driftReports: new DriftReports(table, settings.personalDataDays, noteUnreadable),
    catalogues: new Catalogues(table, noteUnreadable),
    fractions: new Fractions(table, now, noteUnreadable),
    leftOut,
    secretNames,
    webhookUrls: {
      dear: outputs.DearWebhookUrl,
      provider: (id) => new URL(`/webhooks/providers/${id}`, outputs.DearWebhookUrl).href,
      endpoints: (id) => new URL(`/providers/${id}`, outputs.DearWebhookUrl).href,
    },
    connection: (id) => settings.connections.find((one) => one.id === id) ?? refuseConnection(settings, id),
    dear: builtFromSecret(
      async () => await dearCredentials(secretNames.dear, secrets),
      (credentials) => closeLater(openDear(parts, credentials, mayWrite)),
    ),
    providerFor: async (id) => await (providers.get(id) ?? refuseConnection(settings, id))(),
    close: async () => {
      await Promise.all(opened.splice(0).map((one) => one.close()));
      await parts.close();
    },
  };
}

/** What an operator asks for without a connection, such as a webhook, is theirs to decide in shadow mode too. */
function openDear(
  { settings, getBudget }: BridgeParts,
  credentials: Awaited<ReturnType<typeof dearCredentials>>,
  mayWrite: ReturnType<typeof writeGuard>,
): DearClient {
  const { baseUrl, callsPerMinute } = settings.dear;
  const budget = getBudget('dear', callsPerMinute);
  const guard = async (connection: string | null) => {
    if (connection !== null) await mayWrite(connection);
  };
  return new DearClient({ baseUrl, ...credentials }, { budget, mayWrite: guard });
}

function toSecretNames(name: string, outputs: StackOutputs): SecretNames {
  return {
    dear: outputs.DearSecretName,
    webhook: outputs.WebhookSecretName,
    connection: (id) => `${name}/connection/${id}`,
  };
}

/** @throws {NotFound} */
function refuseConnection({ connections }: Settings, id: string): never {
  const known = connections.map((one) => one.id).join(', ');
  throw new NotFound(`There is no connection ${id}`, `Connections: ${known}`);
}

async function dearCredentials(name: string, secrets: SecretStore) {
  const credentials = dearSecret.safeParse(await secrets.read(name));
  if (credentials.success) return credentials.data;
  throw new OperatorActionNeeded({
    system: 'DEAR',
    operation: `read the credentials in the secret ${name}`,
    upstreamMessage: 'The secret has to be { "accountId": "…", "applicationKey": "…" }',
  });
}

export interface LocalTarget {
  readonly kind: 'local';
  /** @default '.local' */
  readonly stateDirectory?: string;
}

export interface StackTarget {
  readonly kind: 'stack';
  readonly stackName: string;
  /** As the AWS SDK finds them where they are left out. */
  readonly profile?: string;
  readonly region?: string;
}

/** Which bridge: the one that runs on this machine, or one that is deployed. */
export type Target = LocalTarget | StackTarget;
