import type * as z from 'zod';
import { DearClient } from '../../../lib/dear/client.ts';
import { isOwnedByBuiltInIntegration } from '../../../lib/dear/reference.ts';
import type { LogEvent } from '../../../lib/domain/ports/log.ts';
import { type BudgetClass, NO_LIMIT, type RateBudget } from '../../../lib/domain/rate-budget.ts';
import {
  type JobMessage,
  jobMessage,
  orderMessage,
  saleEventMessage,
} from '../../../lib/messaging/messages.ts';
import {
  confirmationsPublisher,
  jobsPublisher,
  ordersPublisher,
  saleEventsPublisher,
} from '../../../lib/messaging/publishers.ts';
import type { OpenProvider } from '../../../lib/providers/provider-definition.ts';
import { openProvider } from '../../../lib/providers/registry.ts';
import { callsOfOrders, callsOfSale, recordCalls } from '../../../lib/runtime/call-recorder.ts';
import { createJobs } from '../../../lib/runtime/jobs.ts';
import type { Count } from '../../../lib/runtime/metrics.ts';
import { processBatch } from '../../../lib/runtime/queue-worker.ts';
import type { Settings } from '../../../lib/settings/schema.ts';
import { Calls } from '../../../lib/store/calls.ts';
import { Catalogues, Fractions, ProductKinds } from '../../../lib/store/catalogues.ts';
import { DriftReports } from '../../../lib/store/drift-reports.ts';
import { FailedAttempts } from '../../../lib/store/failed-attempts.ts';
import { FulfillmentOrders } from '../../../lib/store/fulfillment-orders.ts';
import { Cursors, JobRuns } from '../../../lib/store/job-runs.ts';
import { Mappings, mapConnections } from '../../../lib/store/mappings.ts';
import { Pauses } from '../../../lib/store/pauses.ts';
import { createProviderBox } from '../../../lib/store/provider-box.ts';
import { SaleContents } from '../../../lib/store/sale-contents.ts';
import { Sales } from '../../../lib/store/sales.ts';
import { SetAsideNews } from '../../../lib/store/set-aside-news.ts';
import type { Table } from '../../../lib/store/table.ts';
import { connectionsNow, Takeovers, writeGuard } from '../../../lib/store/takeovers.ts';
import { confirmOrders } from '../../../lib/workflows/confirm-shipment.ts';
import { dispatchOrder } from '../../../lib/workflows/dispatch-order.ts';
import { reconcileSale } from '../../../lib/workflows/reconcile-sale.ts';
import { forwardHints, runJob } from '../../../lib/workflows/run-job.ts';
import { InMemoryLabelFiles } from '../../fakes/in-memory-label-files.ts';
import type { Killer } from './killer.ts';
import type { VirtualQueues } from './queues.ts';

/** Longer than the time-out of any function. */
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
  /** The credentials of every connection. */
  readonly secret: Readonly<Record<string, string>>;
  readonly webhook: { readonly url: string; readonly token: string };
  readonly table: Table;
  readonly killer: Killer;
  readonly queues: Pick<VirtualQueues, 'sqs' | 'serve' | 'depth'>;
  /** Of DEAR's calls, for the workers of one class. */
  readonly getBudget: (budgetClass: BudgetClass, callsPerMinute: number) => RateBudget;
  /** Of a connection's account. @default without a limit */
  readonly getProviderBudget?: (account: string, callsPerMinute: number, burst?: number) => RateBudget;
  /** Puts something around what workers call: clients, providers and queues. */
  readonly around?: <Target extends object>(target: Target) => Target;
  readonly now: () => number;
  readonly log: LogEvent;
  readonly count: Count;
}

export interface Workers {
  readonly client: DearClient;
  readonly takeovers: Takeovers;
  readonly orders: FulfillmentOrders;
  readonly sales: Sales;
  readonly setAside: SetAsideNews;
  readonly runs: JobRuns;
  readonly labelFiles: InMemoryLabelFiles;
  readonly readConnections: () => Promise<Settings['connections']>;
  readonly providerFor: (connection: string) => Promise<OpenProvider>;
  close(): Promise<void>;
}

/** The real workflows and clients, each fed by its queue and wired as its function wires it. */
export function startWorkers(options: WorkersOptions): Workers {
  const { settings, table, now, queues, around = (target) => target } = options;
  const sqs = around(queues.sqs);
  const { baseUrl, callsPerMinute } = settings.dear;
  const account = { baseUrl, ...options.dear };
  const takeovers = new Takeovers(table);
  const mayWrite = writeGuard(settings.connections, () => takeovers);
  const getClient = (budgetClass: BudgetClass) =>
    new DearClient(account, { now, budget: options.getBudget(budgetClass, callsPerMinute), mayWrite });
  const open = {
    sale: getClient('sale'),
    confirmation: getClient('confirmation'),
    background: getClient('background'),
  };
  // A client for the writes of a connection is made of the one beneath, and then treated alike.
  const wrap = (one: DearClient): DearClient => {
    const wrapped = around(one);
    return new Proxy(wrapped, {
      get: (_, name) => {
        if (name === 'writingFor') return (connection: string) => around(one.writingFor(connection));
        const member: unknown = Reflect.get(wrapped, name);
        return typeof member === 'function' ? member.bind(wrapped) : member;
      },
    });
  };
  const clients = {
    sale: wrap(open.sale),
    confirmation: wrap(open.confirmation),
    background: wrap(open.background),
  };
  // For calls of a person or a test, which no worker waits for.
  const client = new DearClient(account, { now });
  const { providerFor, closeProviders } = openProviders(options, mayWrite);
  const noteUnreadable = () => options.count('RecordUnreadable');
  const mapped = mapConnections(settings.connections, new Mappings(table), now);
  const shared = {
    ...options,
    connections: settings.connections,
    figures: NO_FIGURES,
    takeovers,
    readConnections: async () => connectionsNow(await mapped.now(), takeovers),
    orders: new FulfillmentOrders(table, now, settings.personalDataDays, noteUnreadable),
    sales: new Sales(table, noteUnreadable),
    saleContents: new SaleContents(table, now, settings.personalDataDays, noteUnreadable),
    setAside: new SetAsideNews(table, now, 90, noteUnreadable),
    catalogues: new Catalogues(table),
    fractions: new Fractions(table, now),
    labelFiles: new InMemoryLabelFiles(),
    runs: new JobRuns(table, noteUnreadable),
    clients,
    providerFor,
    saleEvents: saleEventsPublisher(sqs, QUEUES.saleEvents),
    fulfillment: ordersPublisher(sqs, QUEUES.fulfillment),
    confirmations: confirmationsPublisher(sqs, QUEUES.confirmations),
    continuations: jobsPublisher(sqs, QUEUES.jobs),
  };
  serveSales(shared);
  serveJobs(shared);
  const { orders, sales, setAside, runs, labelFiles } = shared;
  return {
    client,
    takeovers,
    readConnections: shared.readConnections,
    providerFor,
    orders,
    sales,
    setAside,
    runs,
    labelFiles,
    close: async () => {
      await Promise.all([client, ...Object.values(open)].map((one) => one.close()));
      await closeProviders();
    },
  };
}

function openProviders(
  { settings, secret, table, now, ...options }: WorkersOptions,
  mayWrite: (connection: string) => Promise<void>,
) {
  const getBudget = options.getProviderBudget ?? (() => NO_LIMIT);
  const getBox = (id: string) => createProviderBox(id, table, now, settings.personalDataDays);
  const around = options.around ?? ((target) => target);
  const deps = { now, getBudget, getBox, mayWrite };
  const providers = new Map<string, Promise<OpenProvider>>(
    settings.connections.map((one) => [one.id, openProvider(one, secret, deps)]),
  );
  return {
    providerFor: async (connection: string): Promise<OpenProvider> => {
      const provider = await providers.get(connection);
      if (provider === undefined) throw new Error(`There is no connection ${connection}`);
      return around(provider);
    },
    closeProviders: async () => {
      for (const provider of providers.values()) await (await provider).close();
    },
  };
}

const NO_FIGURES = { count: async () => {}, noteWaiting: async () => {} };

interface Shared
  extends Omit<WorkersOptions, 'dear'>,
    Pick<Workers, 'orders' | 'sales' | 'setAside' | 'runs'> {
  readonly saleContents: SaleContents;
  readonly clients: Readonly<Record<BudgetClass, DearClient>>;
  readonly connections: Settings['connections'];
  readonly figures: typeof NO_FIGURES;
  readonly takeovers: Takeovers;
  readonly readConnections: () => Promise<Settings['connections']>;
  readonly catalogues: Catalogues;
  readonly fractions: Fractions;
  readonly labelFiles: InMemoryLabelFiles;
  readonly providerFor: (connection: string) => Promise<OpenProvider>;
  readonly saleEvents: ReturnType<typeof saleEventsPublisher>;
  readonly fulfillment: ReturnType<typeof ordersPublisher>;
  readonly confirmations: ReturnType<typeof ordersPublisher>;
  readonly continuations: ReturnType<typeof jobsPublisher>;
}

function serveSales(shared: Shared): void {
  const { clients, ...everyday } = shared;
  const pauses = new Pauses(shared.table);
  const cursors = new Cursors(shared.table);
  const productKinds = new ProductKinds(shared.table);
  const deps = {
    ...everyday,
    pauses,
    cursors,
    productKinds,
    dear: clients.sale,
    isOwnedByBuiltInIntegration,
  };
  const withModes = async () => ({ ...deps, connections: await shared.readConnections() });
  const keepsCalls = shared.settings.callRetentionDays > 0;
  const recorder = {
    calls: keepsCalls ? new Calls(shared.table, shared.settings.callRetentionDays) : null,
    now: shared.now,
    log: shared.log,
    onLost: () => shared.log('calls.lost', {}),
  };
  serve(shared, QUEUES.saleEvents, saleEventMessage, async (events) => {
    const own = await withModes();
    await recordCalls(callsOfSale(events, deps), recorder, () => reconcileSale(events, own));
  });
  const { killer } = shared;
  const killable = {
    ...deps,
    orders: killer.wrap(deps.orders),
    pauses: killer.wrap(pauses),
    confirmations: killer.wrap(deps.confirmations),
    labelFiles: killer.wrap(deps.labelFiles),
    takeovers: killer.wrap(deps.takeovers),
    cursors: killer.wrap(cursors),
    providerFor: async (connection: string) => killer.wrap(await deps.providerFor(connection)),
  };
  serve(shared, QUEUES.fulfillment, orderMessage, async ([message]) => {
    const connections = await shared.readConnections();
    if (message === undefined) return;
    const { reference } = message;
    await recordCalls(callsOfOrders([reference], deps), recorder, () =>
      killer.run(() => dispatchOrder(reference, { ...killable, connections })),
    );
  });
  serve(shared, QUEUES.confirmations, orderMessage, async (messages) => {
    const [first, ...others] = messages.map(({ reference }) => reference);
    if (first === undefined) return;
    const references = [first, ...others] as const;
    const { confirmation: dear } = clients;
    const dearFor = (connection: string) => dear.writingFor(connection);
    const own = { ...(await withModes()), dear, dearFor, timeLeftMs: () => TIME_LEFT_MS };
    await recordCalls(callsOfOrders(references, deps), recorder, () => confirmOrders(references, own));
  });
}

function serveJobs(shared: Shared): void {
  const { clients, webhook, queues, continuations, table } = shared;
  const ids = shared.connections.map(({ id }) => id);
  const sharingAccount = async (connection: string) => ids.filter((id) => id !== connection);
  const jobs = createJobs({
    ...shared,
    dearBookedUntil: async () => 0,
    sharingAccount,
    cursors: new Cursors(table),
    dear: async () => clients.background,
    jobs: continuations,
    webhook: { url: webhook.url, token: async () => webhook.token },
    countDeadLetters: async () => queues.depth(QUEUES.dead),
    gauge: () => {},
    reports: new DriftReports(table),
    files: { save: async () => {} },
  });
  const run = async (messages: readonly JobMessage[]) => {
    await forwardHints(messages, { ...shared, sharingAccount });
    const last = messages.at(-1);
    if (last !== undefined) await runJob(last, { ...shared, jobs, timeLeftMs: () => TIME_LEFT_MS });
  };
  serve(shared, QUEUES.jobs, jobMessage, run, 1);
}

function serve<Message>(
  { queues, table, now, log, count }: Shared,
  queueUrl: string,
  schema: z.ZodType<Message>,
  process: (messages: readonly Message[]) => Promise<void>,
  batchSize?: number,
): void {
  const failure = (event: string, error: unknown) =>
    log(event, { failure: error instanceof Error ? error.message : String(error) });
  const deps = { schema, process, queueUrl, deadLetterQueueUrl: QUEUES.dead, count, random: () => 0 };
  const { sqs } = queues;
  const failures = new FailedAttempts(table, now);
  const worker = {
    ...deps,
    sqs,
    failures,
    log: { setKeys: () => {}, event: log, failure },
    timeLeftMs: () => TIME_LEFT_MS,
  };
  queues.serve(queueUrl, (event) => processBatch(event, worker), batchSize);
}
