import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type DearCall, startDearSandbox } from 'dear-sandbox/dear';
import { manualTimeline, type ProviderSandbox, type Staff, type Timeline } from 'dear-sandbox/kit';
import { ShipStationStaff, startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import type { DearClient } from '../../lib/dear/client.ts';
import { ensureSubscriptions } from '../../lib/dear/webhook-subscriptions.ts';
import type { DriftReport } from '../../lib/domain/inventory/drift-report.ts';
import { type BudgetClass, NO_LIMIT, type RateBudget } from '../../lib/domain/rate-budget.ts';
import { eventsToSubscribe } from '../../lib/domain/sale/reasons-to-read.ts';
import { jobsPublisher, ordersPublisher, saleEventsPublisher } from '../../lib/messaging/publishers.ts';
import { SharedBudget } from '../../lib/runtime/shared-budget.ts';
import { type Settings, settingsSchema } from '../../lib/settings/schema.ts';
import { DriftReports } from '../../lib/store/drift-reports.ts';
import { DearScreens } from '../../local/demo/screens.ts';
import { InMemorySlotBook } from '../fakes/in-memory-slot-book.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { Killer } from './virtual/killer.ts';
import { VirtualQueues } from './virtual/queues.ts';
import { startVirtualSchedules } from './virtual/schedules.ts';
import { VirtualWork } from './virtual/virtual-work.ts';
import { openWebhookReceiver, type WebhookReceiver } from './virtual/webhook-receiver.ts';
import { QUEUES, startWorkers, type Workers } from './virtual/workers.ts';

export interface VirtualSystemOptions {
  /** Settings of the connection beside its defaults. */
  readonly connection?: object;
  /** Settings of further connections, each at a location of its own. */
  readonly others?: ReadonlyArray<{ readonly id: string; readonly location: string }>;
  /** A connection to another service beside ShipStation, whose sandbox runs too. */
  readonly beside?: {
    readonly sandbox: ProviderSandbox;
    readonly secret: Readonly<Record<string, string>>;
    readonly connection: { readonly id: string; readonly location: string };
  };
  readonly webhooks?: 'on' | 'off';
  /** `shared`: the workers share DEAR's calls by the budget of slots, and wait for theirs. Without it they share nothing. */
  readonly budget?: 'shared';
  /** Whether ShipStation announces what it ships. @default 'off' */
  readonly shipmentWebhooks?: 'on' | 'off';
  /** How long after an order arrives ShipStation ships it; null: only when the test ships it. */
  readonly shipsAfterMs?: number | null;
  /** @default the setting's */
  readonly callRetentionDays?: number;
  /** Kills the process that dispatches orders in the middle of its work. */
  readonly killer?: Killer;
}

/**
 * The whole system in one process on one virtual clock: DEAR's and ShipStation's sandboxes as real HTTP servers, the real
 * workflows and clients, the deployed schedules, and queues and table in memory. Calls take no virtual time. So whatever
 * waits for the clock in the middle of a call would wait for ever: a sandbox's `latency` fault. A slot of the call budget is waited
 * for before the call. The sandboxes' own limits hold.
 */
export interface VirtualSystem
  extends Pick<
    Workers,
    'client' | 'orders' | 'sales' | 'runs' | 'labelFiles' | 'takeovers' | 'readConnections' | 'providerFor'
  > {
  /** The queue of sales to be read. */
  readonly saleEvents: ReturnType<typeof saleEventsPublisher>;
  /** ms since the epoch. */
  now(): number;
  /** Lets time pass: deliveries, schedules and messages that are due happen in order, each to its end. */
  advance(milliseconds: number): Promise<void>;
  /** What a person does in DEAR; it costs no call of DEAR's API. */
  readonly dear: DearScreens;
  /** What a packer does in ShipStation. */
  readonly bench: ShipStationStaff;
  /** The staff of the service beside it. */
  getStaff(): Staff;
  readonly webhooks: WebhookReceiver;
  readonly location: string;
  /** Calls of DEAR's API, oldest first. */
  dearCalls(): DearCall[];
  /** The count of a metric, or of a log line's name. */
  count(name: string): number;
  /** Calls a sandbox's screens: a fault, an edit, stock. The path is below `/sandbox/`. */
  screen(
    sandbox: 'dear' | 'shipStation',
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
  ): Promise<unknown>;
  /** The report of the last comparison of stock. */
  driftReport(): Promise<DriftReport | null>;
  /** Queues an order to be dispatched, as an operator does. */
  queueOrder(reference: string): Promise<void>;
  /** Parked messages. */
  deadLetters(): number;
  /** Everything that is stored. */
  readonly table: InMemoryTable;
  readonly settings: Settings;
  /** Puts a message into a queue as it is. @param queue a URL of `QUEUES` */
  send(queue: string, body: object, group: string): Promise<void>;
  /** The bodies of the messages in a queue. */
  waiting(queue: string): unknown[];
  stop(): Promise<void>;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

const DEAR = { accountId: 'virtual-account', applicationKey: 'virtual-key' };
const API_KEY = 'virtual-api-key';
export const ACCOUNTS = { dear: DEAR, apiKey: API_KEY } as const;
const TOKEN = 'virtual-webhook-token';
const LOCATION = 'ShipStation Austin';

export async function startVirtualSystem(options: VirtualSystemOptions = {}): Promise<VirtualSystem> {
  const timeline = manualTimeline();
  const { now, advance } = timeline;
  const { dear, shipStation } = await startSandboxes(options.shipsAfterMs ?? null, timeline);
  const counts = new Map<string, number>();
  const count = (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1);
  const everyday = { now, count, log: (event: string) => count(event) };
  const work = new VirtualWork(timeline);
  const queues = new VirtualQueues(timeline, work);
  const saleEvents = saleEventsPublisher(queues.sqs, QUEUES.saleEvents);
  const webhooks = await openWebhookReceiver({
    token: TOKEN,
    saleEvents,
    jobs: jobsPublisher(queues.sqs, QUEUES.jobs),
    ...everyday,
  });
  const beside = options.beside === undefined ? null : await startBeside(options.beside, timeline);
  const settings = getSettings(options, dear.url, shipStation.url, beside?.connection);
  const webhook = { url: webhooks.url, token: TOKEN };
  const table = new InMemoryTable();
  const workers = startWorkers({
    killer: options.killer ?? new Killer(),
    settings,
    dear: DEAR,
    // Each provider takes its own parts of it.
    secret: { ...options.beside?.secret, apiKey: API_KEY },
    webhook,
    table,
    queues,
    getBudget: options.budget === 'shared' ? sharedBudgets(now, work.wait) : () => NO_LIMIT,
    ...everyday,
  });
  if (settings.dear.webhooks === 'on') await subscribe(workers.client, settings, webhooks.url);
  if (options.shipmentWebhooks === 'on') await subscribeToShipments(shipStation.url, webhooks.providerUrl);
  const stopSchedules = startVirtualSchedules(settings, queues, timeline);
  const origins = { dear: dear.origin, shipStation: shipStation.url };
  return {
    ...workers,
    saleEvents,
    now,
    advance,
    dear: new DearScreens(dear.origin),
    bench: new ShipStationStaff(shipStation.url, API_KEY),
    getStaff: () => {
      if (beside === null) throw new Error('There is no service beside ShipStation');
      return beside.staff;
    },
    webhooks,
    location: LOCATION,
    dearCalls: dear.calls,
    count: (name) => counts.get(name) ?? 0,
    screen: (sandbox, method, path, body) => ask(`${origins[sandbox]}/sandbox/${path}`, method, body),
    driftReport: () => new DriftReports(table).read('shipstation'),
    queueOrder: (reference) => ordersPublisher(queues.sqs, QUEUES.fulfillment).publish({ reference }),
    deadLetters: () => queues.depth(QUEUES.dead),
    table,
    settings,
    send: async (queue, body, group) => {
      const message = { QueueUrl: queue, MessageBody: JSON.stringify(body), MessageGroupId: group };
      await queues.sqs.send(new SendMessageCommand({ ...message, MessageDeduplicationId: group }));
    },
    waiting: (queue) => queues.bodies(queue),
    stop: async () => {
      stopSchedules();
      await workers.close();
      await Promise.all([webhooks.close(), dear.close(), shipStation.close(), beside?.close()]);
    },
  };
}

/** A part of one account's budget for each class, as each function has its own. */
function sharedBudgets(now: () => number, wait: (milliseconds: number) => Promise<void>) {
  const slots = new InMemorySlotBook();
  return (budgetClass: BudgetClass, callsPerMinute: number): RateBudget =>
    new SharedBudget({ slots, account: 'dear', callsPerMinute, budgetClass, now, wait, random: () => 0.5 });
}

async function startSandboxes(shipsAfterMs: number | null, timeline: Timeline) {
  const shipsByItself = shipsAfterMs === null ? null : { afterMs: shipsAfterMs };
  const dear = await startDearSandbox({ port: 0, ...DEAR, timeline });
  const shipStation = await startShipStationSandbox({ port: 0, apiKey: API_KEY, timeline, shipsByItself });
  return { dear, shipStation };
}

async function startBeside(
  { sandbox, secret, connection }: NonNullable<VirtualSystemOptions['beside']>,
  timeline: Timeline,
) {
  const { id } = connection;
  const running = await sandbox.start({
    port: 0,
    secret: { ...secret, apiKey: API_KEY },
    stateFile: null,
    timeline,
    shipsByItself: null,
    connections: [{ id, settings: { ...connection }, stock: [], bridgeUrl: '' }],
  });
  return {
    connection: { ...connection, ...running.settingsFor(id) },
    staff: sandbox.openStaff(running.url, secret),
    close: running.close,
  };
}

function getSettings(
  options: VirtualSystemOptions,
  dearUrl: string,
  shipStationUrl: string,
  beside: object | undefined,
): Settings {
  const service = { provider: 'shipstation-v2', baseUrl: shipStationUrl, warehouseId: 'se-1001' } as const;
  const first = { id: 'shipstation', location: LOCATION, ...service, ...options.connection };
  const others = (options.others ?? []).map((one) => ({ ...service, ...one }));
  const connections = [first, ...others, ...(beside === undefined ? [] : [beside])];
  const dear = { baseUrl: dearUrl, webhooks: options.webhooks ?? 'on' };
  const { callRetentionDays } = options;
  return settingsSchema.parse({ dear, connections, callRetentionDays });
}

async function subscribe(client: DearClient, settings: Settings, url: string): Promise<void> {
  const types = eventsToSubscribe(settings.connections);
  await ensureSubscriptions(client, { types, url, bearerToken: TOKEN });
}

async function subscribeToShipments(origin: string, url: string): Promise<void> {
  for (const event of ['label_created_v2', 'fulfillment_shipped_v2']) {
    const answer = await fetch(`${origin}/v2/environment/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'api-key': API_KEY },
      body: JSON.stringify({ event, url, name: 'virtual' }),
    });
    if (!answer.ok) throw new Error(`ShipStation takes no webhook: ${await answer.text()}`);
  }
}

async function ask(url: string, method: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(url, { method, headers, ...sent });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return answer.status === 204 ? null : await answer.json();
}
