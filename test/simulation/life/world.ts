import { startDearSandbox } from 'dear-sandbox/dear';
import { manualTimeline, type ProviderSandbox, requestJson, type Staff } from 'dear-sandbox/kit';
import * as z from 'zod';
import { ensureSubscriptions } from '../../../lib/dear/webhook-subscriptions.ts';
import { isoTime } from '../../../lib/domain/clock.ts';
import type { Action } from '../../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import type { BudgetClass } from '../../../lib/domain/rate-budget.ts';
import { eventsToSubscribe } from '../../../lib/domain/sale/reasons-to-read.ts';
import type { AccountJob } from '../../../lib/messaging/messages.ts';
import {
  confirmationsPublisher,
  jobsPublisher,
  ordersPublisher,
  saleEventsPublisher,
} from '../../../lib/messaging/publishers.ts';
import { getProviderDefinition } from '../../../lib/providers/registry.ts';
import { SharedBudget } from '../../../lib/runtime/shared-budget.ts';
import { settingsSchema } from '../../../lib/settings/schema.ts';
import { performAction } from '../../../lib/workflows/act-on-order.ts';
import { DearScreens } from '../../../local/demo/screens.ts';
import { InMemorySlotBook } from '../../fakes/in-memory-slot-book.ts';
import { Killer } from '../../flow/virtual/killer.ts';
import { VirtualQueues } from '../../flow/virtual/queues.ts';
import { startVirtualSchedules } from '../../flow/virtual/schedules.ts';
import { VirtualWork } from '../../flow/virtual/virtual-work.ts';
import { QUEUES, startWorkers, type Workers } from '../../flow/virtual/workers.ts';
import { type Circumstances, MINUTE } from './circumstances.ts';
import { DearRecords } from './dear-records.ts';
import { readOnly, serveInEnvironments } from './environments.ts';
import { LOCATION, PLENTY, STOCKED } from './goods.ts';
import { openHost, resetNetwork, setCaller, setGateway } from './network.ts';
import { Processes } from './processes.ts';
import type { Random } from './random.ts';
import { createReceiver } from './receiver.ts';
import { redrive } from './redrive.ts';
import { seedTwoPages } from './stock-pages.ts';
import { setClock } from './virtual-timers.ts';
import { watchSubmissions } from './watch.ts';
import { WatchedTable } from './watched-table.ts';
import { Weather } from './weather.ts';

const DEAR = { accountId: 'simulated-account', applicationKey: 'simulated-key' };
const TOKEN = 'simulated-webhook-token';
const CONNECTION = 'warehouse';

export interface World extends Pick<Workers, 'orders' | 'sales' | 'setAside'> {
  now(): number;
  advance(milliseconds: number): Promise<void>;
  /** Runs the task after that many ms. */
  after(milliseconds: number, task: () => Promise<void>): void;
  /** Runs a job of the account now, as an operator does. */
  requestJob(job: AccountJob): Promise<void>;
  /** Does something with an order, as an operator does. */
  actOnOrder(order: FulfillmentOrder, action: Action): Promise<void>;
  readonly dear: DearScreens;
  readonly staff: Staff;
  /** References of orders that were sent although the service had them. */
  readonly sentAgain: readonly string[];
  /** Orders that were sent while the service had others, with more goods than their sale ever asked for. */
  readonly sentBeside: readonly string[];
  /** What each sale ever asked for at most, by its number; null where packers divided its orders. */
  setSold(getSold: (number: string) => ReadonlyMap<string, number> | null): void;
  readonly circumstances: Circumstances;
  readonly records: DearRecords;
  readonly processes: Processes;
  readonly weathers: readonly Weather[];
  /** Orders whose status went back. */
  readonly wentBack: readonly string[];
  /** Nothing goes wrong from now on. */
  calm(): void;
  /** Bodies of the messages that were parked. */
  parked(): readonly string[];
  /** Puts them back into their queues, as an operator does. */
  redrive(): Promise<void>;
  /** Whether the service tells what its staff do with orders besides shipping them. */
  readonly noticesStaff: boolean;
  /** Whether it tells that they voided a label. */
  readonly noticesVoids: boolean;
  /** Bodies of the queue's messages that are neither done nor parked. */
  waiting(queue: keyof typeof QUEUES): readonly string[];
  /** What was logged, a line each. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** What the current world has logged, also where it never ends. */
export const journal: string[] = [];

interface WorldOptions {
  readonly circumstances: Circumstances;
  readonly random: Random;
  /** Nothing goes wrong but the death of one process: see `Processes`. */
  readonly quiet?: { readonly killAt: number | null };
  /** See `Processes`. @default null */
  readonly longevity?: Random | null;
  /** Whether DEAR lists the location's stock in two pages. @default false */
  readonly hasTwoPages?: boolean;
}

/** The whole bridge, DEAR and one service on one clock, in which everything goes wrong that the seed chooses. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const { circumstances, random, quiet, longevity = null, hasTwoPages = false } = options;
  const { provider, troubledMs } = circumstances;
  resetNetwork();
  // Before the minute at which deliveries are followed, and the hour at which webhooks are checked.
  const timeline = quiet ? manualTimeline(Date.UTC(2026, 0, 5, 0, 43)) : manualTimeline();
  const { now } = timeline;
  const work = new VirtualWork(timeline);
  const calmed = { isCalm: quiet !== undefined };
  const mortality = random.pick([0, 0.03, 0.15]);
  const killAt = quiet?.killAt ?? null;
  const processes = new Processes({ random: random.fork(), timeline, work, mortality, longevity, killAt });
  if (quiet) processes.calm();
  setClock(timeline, (milliseconds) => processes.wait(milliseconds).catch(() => {}));
  setCaller(processes.wrap({ make: (call: () => Promise<Response>) => call() }).make);
  const queueRandom = random.fork();
  const queues = new VirtualQueues(timeline, work, {
    delayMs: () => (calmed.isCalm || queueRandom.chance(0.6) ? 0 : queueRandom.between(1, 2 * MINUTE)),
    repeatAfterMs: () =>
      !calmed.isCalm && queueRandom.chance(0.3) ? queueRandom.between(1, 10 * MINUTE) : null,
  });
  const table = new WatchedTable();
  const secret = getSecret(provider);
  const dear = await startDearSandbox({
    port: 0,
    ...DEAR,
    timeline,
    ...(hasTwoPages && { seed: seedTwoPages }),
  });
  const sandbox = await loadSandbox(provider);
  const lines = journal;
  journal.length = 0;
  const count = () => {};
  const log = (event: string, fields: object = {}) => {
    lines.push(`${isoTime(now())} ${event} ${JSON.stringify(fields)}`);
  };
  const bridge = { handle: async (_: Request): Promise<Response> => new Response('', { status: 503 }) };
  const bridgeUrl = openHost((request) => bridge.handle(request));
  const [own] = sandbox.connectionSettings;
  const running = await sandbox.start({
    port: 0,
    secret,
    stateFile: null,
    timeline,
    shipsByItself: null,
    connections: [
      { id: CONNECTION, settings: own, stock: STOCK, bridgeUrl: `${bridgeUrl}/providers/${CONNECTION}` },
    ],
  });
  await changeHabits(circumstances, running.url);
  const settings = settingsSchema.parse({
    dear: { baseUrl: dear.url, webhooks: 'on' },
    connections: [
      {
        id: CONNECTION,
        location: LOCATION,
        provider,
        ...own,
        ...running.settingsFor(CONNECTION),
        ...circumstances.connection,
      },
    ],
  });
  const slots = new InMemorySlotBook();
  const spread = random.fork();
  const getBudget = (account: string, callsPerMinute: number, budgetClass: BudgetClass, burst = 1) =>
    new SharedBudget({
      slots,
      account,
      callsPerMinute,
      burst,
      budgetClass,
      now,
      wait: processes.wait,
      random: spread.next,
    });
  const staff = sandbox.openStaff(running.url, secret);
  const sentAgain: string[] = [];
  const sentBeside: string[] = [];
  let getSold: (number: string) => ReadonlyMap<string, number> | null = () => null;
  const weathers: Weather[] = [];
  const isLanding = (reference: string) =>
    weathers.some(({ landing }) => [...landing].some((body) => body.includes(reference)));
  const { capabilities } = getProviderDefinition(provider);
  // An order that a service fetches is not sent, and a file that is released twice is moved once. V1 replaces an order with the
  // key of a new one, and while its lists lag, an order that landed late is sent again (docs/decisions/0050).
  const isReplaced = provider === 'shipstation-v1' && circumstances.lagMs > 0;
  const isRepeatable = capabilities.includes('pulls') || provider === 'files' || isReplaced;
  const watch = <Target extends object>(target: Target): Target =>
    isRepeatable
      ? target
      : watchSubmissions(target, {
          staff,
          isLanding,
          note: (reference) => sentAgain.push(reference),
          getSold: (number) => getSold(number),
          noteBeside: (what) => sentBeside.push(what),
        });
  const environment = {
    killer: new Killer(),
    settings,
    dear: DEAR,
    secret,
    webhook: { url: `${bridgeUrl}/webhooks/dear`, token: TOKEN },
    table: processes.wrap(table),
    around: <Target extends object>(target: Target) => processes.wrap(watch(target)),
    getBudget: (budgetClass: BudgetClass, callsPerMinute: number) =>
      getBudget('dear', callsPerMinute, budgetClass),
    getProviderBudget: (account: string, callsPerMinute: number, burst?: number) =>
      getBudget(account, callsPerMinute, 'sale', burst),
    now,
    count,
    log,
  };
  serveInEnvironments(queues, processes, random.fork(), (own) =>
    startWorkers({ ...environment, queues: own }),
  );
  // For people and checks.
  const workers = startWorkers({ ...environment, queues: { ...readOnly(queues), serve: () => {} } });
  bridge.handle = createReceiver({
    provider,
    connection: settings.connections[0],
    secret,
    personalDataDays: settings.personalDataDays,
    table,
    queues,
    token: TOKEN,
    now,
    log,
    count,
  });
  await ensureSubscriptions(workers.client, {
    types: eventsToSubscribe(settings.connections),
    url: `${bridgeUrl}/webhooks/dear`,
    bearerToken: TOKEN,
  });
  const addWeather = (origin: string, mayLandLate?: (request: Request) => boolean) => {
    const weather = new Weather(random.fork(), timeline, troubledMs, mayLandLate);
    setGateway(origin, weather.gateway);
    weathers.push(weather);
    if (quiet) weather.clear();
  };
  addWeather(dear.origin);
  const { server } = running.settingsFor(CONNECTION);
  if (typeof server === 'string') addWeather(`http://127.0.0.1:${new URL(server).port}`, isRename);
  else addWeather(new URL(running.url).origin);
  const jobs = jobsPublisher(queues.sqs, QUEUES.jobs);
  const stopSchedules = startVirtualSchedules(settings, queues, timeline);
  return {
    ...workers,
    now,
    advance: timeline.advance,
    after: (milliseconds, task) => void timeline.after(milliseconds, task),
    requestJob: (job) => jobs.publish({ job, connection: '' }),
    actOnOrder: async (order, action) => {
      const publishers = {
        fulfillment: ordersPublisher(queues.sqs, QUEUES.fulfillment),
        confirmations: confirmationsPublisher(queues.sqs, QUEUES.confirmations),
        saleEvents: saleEventsPublisher(queues.sqs, QUEUES.saleEvents),
      };
      await performAction(order, action, 'Ada', { ...workers, ...publishers, now });
    },
    dear: new DearScreens(dear.origin),
    staff,
    sentAgain,
    sentBeside,
    setSold: (wanted) => {
      getSold = wanted;
    },
    circumstances,
    records: new DearRecords({
      origin: dear.origin,
      url: dear.url,
      headers: {
        'api-auth-accountid': DEAR.accountId,
        'api-auth-applicationkey': DEAR.applicationKey,
      },
    }),
    processes,
    weathers,
    wentBack: table.wentBack,
    calm: () => {
      calmed.isCalm = true;
      processes.calm();
      for (const weather of weathers) weather.clear();
    },
    parked: () => queues.bodies(QUEUES.dead).map((body) => JSON.stringify(body)),
    redrive: () => redrive(queues),
    noticesStaff: capabilities.includes('reportOrders'),
    noticesVoids: !capabilities.includes('pulls'),
    waiting: (queue) => queues.bodies(QUEUES[queue]).map((body) => JSON.stringify(body)),
    lines,
    stop: async () => {
      stopSchedules();
      await workers.close();
      await Promise.all([dear.close(), running.close()]);
    },
  };
}

const STOCK = STOCKED.map((sku) => ({ sku, quantity: PLENTY }));

/** What writes a file ends with its connection, in which a late packet is worth nothing. */
function isRename({ url }: Request): boolean {
  return url.endsWith('/RENAME');
}

/** How often the service imports orders by itself, in place of every ten seconds, at which a person would look. */
const IMPORTS_EVERY_MS = 4 * MINUTE;

async function changeHabits({ provider, lagMs }: Circumstances, url: string): Promise<void> {
  const body = {
    ...(provider === 'shipstation-store' && { importEveryMs: IMPORTS_EVERY_MS }),
    ...(lagMs > 0 && { listLagMs: lagMs }),
    ...(lagMs > 0 && provider === 'shipstation-v2' && { labelLagMs: lagMs }),
  };
  if (Object.keys(body).length === 0) return;
  await requestJson(`${url}/sandbox/settings`, z.unknown(), { method: 'PATCH', body });
}

async function loadSandbox(provider: string): Promise<ProviderSandbox> {
  const { providerSandbox }: { readonly providerSandbox: ProviderSandbox } = await import(
    `dear-sandbox/${provider}`
  );
  return providerSandbox;
}

function getSecret(provider: string): Record<string, string> {
  const { secretFields } = getProviderDefinition(provider);
  return Object.fromEntries(secretFields.map(({ key }) => [key, `simulated-credential-of-${key}`]));
}
