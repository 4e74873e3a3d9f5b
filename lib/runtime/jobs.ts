import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { DearClient } from '../dear/client.ts';
import type { OnUnreadable } from '../dear/list.ts';
import { listLocations } from '../dear/reference.ts';
import { saleChanges } from '../dear/sale-list.ts';
import { openStockTakes } from '../dear/stock-take.ts';
import { createSubscription, listSubscriptions, replaceSubscription } from '../dear/webhook-subscriptions.ts';
import type { Connection } from '../domain/connection.ts';
import { OperatorActionNeeded } from '../domain/errors.ts';
import type { JobResult } from '../domain/job/job-run.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import { eventsToSubscribe } from '../domain/sale/reasons-to-read.ts';
import type { JobRequest, SaleEventMessage } from '../messaging/messages.ts';
import type { Provider } from '../providers/provider.ts';
import { getProviderDefinition } from '../providers/registry.ts';
import type { Settings } from '../settings/schema.ts';
import type { Catalogues, Fractions } from '../store/catalogues.ts';
import type { DriftReports, ReportFiles } from '../store/drift-reports.ts';
import type { Figures } from '../store/figures.ts';
import type { FulfillmentOrders } from '../store/fulfillment-orders.ts';
import type { Cursors, JobRuns } from '../store/job-runs.ts';
import type { Sales } from '../store/sales.ts';
import type { SetAsideNews } from '../store/set-aside-news.ts';
import type { Takeovers } from '../store/takeovers.ts';
import { acknowledgeShipments } from '../workflows/acknowledge-shipments.ts';
import { checkOrders } from '../workflows/check-orders.ts';
import { checkWebhooks } from '../workflows/check-webhooks.ts';
import { collectAdopted, collectShipments, RecordedNews } from '../workflows/collect-shipments.ts';
import { getConnectionsAt } from '../workflows/inventory/read-stock.ts';
import { refreshCatalogue, startFirstReadings } from '../workflows/inventory/refresh-catalogue.ts';
import { syncInventory } from '../workflows/inventory/sync-inventory.ts';
import { followStockTakes } from '../workflows/inventory/write-stock-take.ts';
import { probe } from '../workflows/probe.ts';
import { refreshTracking } from '../workflows/refresh-tracking.ts';
import type { Jobs } from '../workflows/run-job.ts';
import { sweepSales } from '../workflows/sweep-sales.ts';
import { getSchedules } from './job-schedules.ts';
import { isLoopback } from './loopback.ts';
import type { Gauge } from './metrics.ts';
import { stockInDear } from './stock-in-dear.ts';

export interface JobDeps {
  readonly settings: Settings;
  readonly providerFor: (connection: string) => Promise<Provider>;
  /** Ids of the other connections with the same account at the provider. */
  readonly sharingAccount: (connection: string) => Promise<readonly string[]>;
  readonly orders: FulfillmentOrders;
  readonly sales: Sales;
  readonly setAside: SetAsideNews;
  readonly cursors: Cursors;
  readonly catalogues: Catalogues;
  readonly fractions: Fractions;
  readonly runs: JobRuns;
  readonly takeovers: Pick<Takeovers, 'findAdopted'>;
  /** As operators have mapped their warehouses, with the mode in which each works now. */
  readonly readConnections: () => Promise<Settings['connections']>;
  readonly dear: () => Promise<DearClient>;
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly jobs: { publish(message: JobRequest): Promise<void> };
  readonly figures: Pick<Figures, 'noteWaiting'>;
  /** Until when calls of DEAR are booked, in ms since the epoch; 0: never. */
  readonly dearBookedUntil: () => Promise<number>;
  /** Where DEAR is to call us, and with which token. */
  readonly webhook: { readonly url: string; readonly token: () => Promise<string> };
  readonly countDeadLetters: () => Promise<number>;
  readonly gauge: Gauge;
  readonly reports: DriftReports;
  readonly files: Pick<ReportFiles, 'save'>;
  readonly now: () => number;
  readonly count: (
    metric: 'MissedWebhook' | 'WebhookDrift' | 'StockGuardStopped' | 'FieldUnreadable',
  ) => void;
  readonly log: LogEvent;
}

/** The workflow of each job. */
export function createJobs(deps: JobDeps): Jobs {
  const { providerFor, settings, dear } = deps;
  const { connections } = settings;
  const expectedJobs = getSchedules(settings).map(({ request: { job, connection } }) => ({
    job,
    connection,
  }));
  const recorded = new RecordedNews();
  const collect = async (connection: Connection, hasTime: () => boolean, read = collectShipments) =>
    read({
      ...deps,
      connection,
      hasTime,
      recorded,
      provider: await providerFor(connection.id),
    });
  return {
    'collect-shipments': async (connection, hasTime) => {
      const result = await collect(connection, hasTime);
      if (result.outcome === 'finished') await collect(connection, hasTime, collectAdopted);
      if (result.outcome !== 'finished' || (await isShadow(connection, deps))) return result;
      const provider = await providerFor(connection.id);
      const acknowledged = await acknowledgeShipments({ ...deps, connection, hasTime, provider });
      return acknowledged === 0 ? result : { ...result, counts: { ...result.counts, acknowledged } };
    },
    'check-orders': async (connection, hasTime) =>
      checkOrders({
        ...deps,
        connection,
        hasTime,
        unshippedDays: settings.alarms.unshippedDays,
        provider: await providerFor(connection.id),
      }),
    'refresh-tracking': async (connection, hasTime) =>
      refreshTracking({ ...deps, connection, hasTime, provider: await providerFor(connection.id) }),
    'sync-inventory': async (connection, hasTime) => {
      const restore = await deps.orders.readRestore();
      // Shipments that a restored table does not have yet would look like losses.
      if (restore !== null && restore.finishedAt === '')
        return { outcome: 'finished', counts: { restoring: 1 } };
      for (const { id } of getConnectionsAt(connection.location, connections))
        await refuseStockOfOthers(id, deps);
      const inventory = { ...connection.inventory, mode: 'report' } as const;
      return syncInventory({
        ...deps,
        connection: (await isShadow(connection, deps)) ? { ...connection, inventory } : connection,
        connections: await deps.readConnections(),
        hasTime,
        dear: stockInDear((await dear()).writingFor(connection.id), noteRows('stock.rowUnreadable', deps)),
        collect: async (shipper) => (await collect(shipper, hasTime)).outcome === 'finished',
      });
    },
    'refresh-catalogue': async (connection, hasTime) =>
      refreshCatalogue({ ...deps, connection, hasTime, provider: await providerFor(connection.id) }),
    'sweep-sales': (hasTime, dueSince) => sweep(deps, hasTime, dueSince),
    'check-webhooks': () => check(deps),
    probe: async () => {
      await startFirstReadings({ ...deps, connections });
      return probe({ ...deps, connections, expectedJobs, ...getLimits(settings) });
    },
  };
}

function getLimits({ alarms }: Settings) {
  const { holdHours, stockTakeHours, unshippedDays } = alarms;
  return { holdHours, stockTakeHours, unshippedDays };
}

/** Or another connection of its location, whose stock is compared with it. */
async function isShadow(connection: Connection, { readConnections }: JobDeps): Promise<boolean> {
  const there = getConnectionsAt(connection.location, await readConnections());
  return there.some(({ mode }) => mode === 'shadow');
}

/**
 * The stock of a whole account is not that of one location where another location has the account too.
 * @throws {OperatorActionNeeded}
 */
async function refuseStockOfOthers(id: string, { settings, sharingAccount }: JobDeps): Promise<void> {
  const connection = settings.connections.find((one) => one.id === id);
  if (connection === undefined) return;
  const { getMissingStockSetting, examples } = getProviderDefinition(connection.provider);
  const setting = getMissingStockSetting(connection);
  if (setting === null) return;
  const [other] = await sharingAccount(id);
  if (other === undefined) return;
  throw new OperatorActionNeeded({
    system: id,
    operation: `list inventory without ${setting}, in an account that ${other} has too`,
    upstreamMessage: `set ${setting} to the connection's own, for example ${examples[setting]}`,
  });
}

/** Counts and logs rows of DEAR's lists that are put aside, by their paths alone: a value may be anything. */
function noteRows(event: string, { count, log }: Pick<JobDeps, 'count' | 'log'>): OnUnreadable {
  return (paths) => {
    count('FieldUnreadable');
    log(event, { paths: paths.slice(0, 20) });
  };
}

async function sweep(deps: JobDeps, hasTime: () => boolean, dueSince: number): Promise<JobResult> {
  const { settings } = deps;
  const client = await deps.dear();
  const dear = {
    changedSales: (since: string) =>
      saleChanges(client, since, undefined, noteRows('sale.rowUnreadable', deps)),
    listLocations: () => listLocations(client, noteRows('location.rowUnreadable', deps)),
  };
  const connections = await deps.readConnections();
  // First, as a sweep that does not come to its end must not keep shipments from DEAR.
  const takes = { openStockTakes: () => openStockTakes(client) };
  await followStockTakes({ ...deps, connections, dear: takes });
  return sweepSales({ ...deps, dear, connections, webhooks: settings.dear.webhooks, hasTime, dueSince });
}

/** Subscribes an address of this machine only in a DEAR on this machine: any other would call a machine of its own. */
async function check(deps: JobDeps): Promise<JobResult> {
  const { settings, webhook } = deps;
  if (isOnThisMachine(webhook.url) && !isOnThisMachine(settings.dear.baseUrl)) return nothing();
  const live = (await deps.readConnections()).find(({ mode }) => mode === 'live');
  // In shadow mode a webhook that was switched off is not restored: the sweep finds what it would report, and `doctor` shows it.
  if (live === undefined) return nothing();
  const client = (await deps.dear()).writingFor(live.id);
  return checkWebhooks({
    ...deps,
    dear: {
      listSubscriptions: () => listSubscriptions(client),
      createSubscription: (wanted) => createSubscription(client, wanted),
      replaceSubscription: (existing, wanted) => replaceSubscription(client, existing, wanted),
    },
    wanted: { types: eventsToSubscribe(settings.connections), url: webhook.url },
    token: webhook.token,
  });
}

function isOnThisMachine(url: string): boolean {
  return isLoopback(new URL(url).hostname);
}

const nothing = async () => ({ outcome: 'finished', counts: {} }) as const;

const count = z.coerce.number().int().min(0);
const attributes = z.object({
  ApproximateNumberOfMessages: count,
  /** A person or the redrive has these at the moment; they still count. */
  ApproximateNumberOfMessagesNotVisible: count,
});

/** How many messages lie in the queues. SQS counts about right at once and exactly after a minute. */
export async function countMessages(sqs: SQSClient, queueUrls: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    queueUrls.map(async (QueueUrl) => {
      const answer = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl,
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      const found = attributes.parse(answer.Attributes);
      return found.ApproximateNumberOfMessages + found.ApproximateNumberOfMessagesNotVisible;
    }),
  );
  return counts.reduce((sum, each) => sum + each, 0);
}
