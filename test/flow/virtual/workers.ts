import type * as z from 'zod';
import { DearClient } from '../../../lib/dear/client.ts';
import { jobMessage, orderMessage, saleEventMessage } from '../../../lib/messaging/messages.ts';
import { jobsPublisher, ordersPublisher, saleEventsPublisher } from '../../../lib/messaging/queues.ts';
import { createProvider, type OpenProvider } from '../../../lib/providers/registry.ts';
import { createJobs } from '../../../lib/runtime/jobs.ts';
import type { Count } from '../../../lib/runtime/metrics.ts';
import { processBatch } from '../../../lib/runtime/queue-worker.ts';
import type { Settings } from '../../../lib/settings/schema.ts';
import { Catalogues } from '../../../lib/store/catalogues.ts';
import { Cursors } from '../../../lib/store/cursors.ts';
import { FulfillmentOrders } from '../../../lib/store/fulfillment-orders.ts';
import { JobRuns } from '../../../lib/store/job-runs.ts';
import { Sales } from '../../../lib/store/sales.ts';
import type { Table } from '../../../lib/store/table.ts';
import { confirmShipment } from '../../../lib/workflows/confirm-shipment.ts';
import { dispatchOrder } from '../../../lib/workflows/dispatch-order.ts';
import type { LogEvent } from '../../../lib/workflows/log.ts';
import { reconcileSale } from '../../../lib/workflows/reconcile-sale.ts';
import { runJob } from '../../../lib/workflows/run-job.ts';
import type { VirtualQueues } from './queues.ts';

/** Longer than any function has. */
const TIME_LEFT_MS = 300_000;

export const QUEUES = {
  saleEvents: 'https://sqs/sale-events.fifo',
  fulfillment: 'https://sqs/fulfillment.fifo',
  confirmations: 'https://sqs/confirmations.fifo',
  jobs: 'https://sqs/jobs.fifo',
  dead: 'https://sqs/dead-letter.fifo',
} as const;

export interface WorkersOptions {
  readonly settings: Settings;
  readonly dear: { readonly accountId: string; readonly applicationKey: string };
  readonly apiKey: string;
  readonly webhook: { readonly url: string; readonly token: string };
  readonly table: Table;
  readonly queues: VirtualQueues;
  readonly now: () => number;
  readonly log: LogEvent;
  readonly count: Count;
}

export interface Workers {
  readonly client: DearClient;
  readonly orders: FulfillmentOrders;
  readonly sales: Sales;
  readonly runs: JobRuns;
  close(): Promise<void>;
}

/** The real workflows and clients, each fed by its queue and wired as its function wires it. */
export function startWorkers(options: WorkersOptions): Workers {
  const { settings, queues, table, now, log, count, webhook } = options;
  const { connections } = settings;
  const { sqs } = queues;
  const client = new DearClient({ baseUrl: settings.dear.baseUrl, ...options.dear }, { now });
  const providers = new Map<string, OpenProvider>(
    connections.map((one) => [one.id, createProvider(one, { apiKey: options.apiKey }, { now })]),
  );
  const providerFor = async (connection: string) => {
    const provider = providers.get(connection);
    if (provider === undefined) throw new Error(`There is no connection ${connection}`);
    return provider;
  };
  const orders = new FulfillmentOrders(table, now, settings.personalDataDays);
  const sales = new Sales(table);
  const runs = new JobRuns(table);
  const saleEvents = saleEventsPublisher(sqs, QUEUES.saleEvents);
  const fulfillment = ordersPublisher(sqs, QUEUES.fulfillment);
  const confirmations = ordersPublisher(sqs, QUEUES.confirmations);
  const continuations = jobsPublisher(sqs, QUEUES.jobs);
  const catalogues = new Catalogues(table);
  const everyday = { orders, sales, catalogues, connections, confirmations, now, log, count };

  function serve<Message>(
    queueUrl: string,
    schema: z.ZodType<Message>,
    process: (messages: readonly Message[]) => Promise<void>,
    batchSize?: number,
  ): void {
    const failure = (event: string, error: unknown) =>
      log(event, { failure: error instanceof Error ? error.message : String(error) });
    const needs = { schema, process, sqs, queueUrl, deadLetterQueueUrl: QUEUES.dead, count, random: () => 0 };
    const worker = { ...needs, log: { event: log, failure }, timeLeftMs: () => TIME_LEFT_MS };
    queues.serve(queueUrl, (event) => processBatch(event, worker), batchSize);
  }

  serve(QUEUES.saleEvents, saleEventMessage, (events) =>
    reconcileSale(events, { ...everyday, dear: client, fulfillment }),
  );
  serve(QUEUES.fulfillment, orderMessage, async ([message]) => {
    if (message !== undefined) await dispatchOrder(message.reference, { ...everyday, providerFor });
  });
  serve(QUEUES.confirmations, orderMessage, async ([message]) => {
    const dear = client;
    if (message !== undefined)
      await confirmShipment(message.reference, {
        ...everyday,
        dear,
        isOwnedByBuiltInIntegration: () => false,
      });
  });
  const jobs = createJobs({
    ...everyday,
    settings,
    providerFor,
    cursors: new Cursors(table),
    runs,
    dear: async () => client,
    saleEvents,
    jobs: continuations,
    webhook: { url: webhook.url, token: async () => webhook.token },
    countDeadLetters: async () => queues.depth(QUEUES.dead),
    gauge: () => {},
  });
  serve(
    QUEUES.jobs,
    jobMessage,
    async (messages) => {
      const last = messages.at(-1);
      const needs = { jobs, runs, connections, continuations, now, log, count };
      if (last !== undefined) await runJob(last, { ...needs, timeLeftMs: () => TIME_LEFT_MS });
    },
    1,
  );
  return {
    client,
    orders,
    sales,
    runs,
    close: async () => {
      await client.close();
      for (const provider of providers.values()) await provider.close();
    },
  };
}
