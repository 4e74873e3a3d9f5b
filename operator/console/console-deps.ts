import { UpstreamError } from '../../lib/domain/errors.ts';
import { whyNoLabel, whyNoVoid } from '../../lib/domain/label/order-label.ts';
import { allowedActions } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { cutText } from '../../lib/domain/text.ts';
import { ACCOUNT_JOBS, CONNECTION_JOBS } from '../../lib/messaging/messages.ts';
import { readListedOrders } from '../../lib/workflows/find-sale.ts';
import type { Bridge } from '../bridge.ts';
import { changeOrder, getAbilities } from '../change-order.ts';
import { buyOrderLabel, readLabelDocument, readRates, voidOrderLabel } from '../labels.ts';
import { mapName, readMappings, readShippingCodes } from '../mappings.ts';
import type { ParkedMessage } from '../operated-queue.ts';
import type { PlannedWebhook } from '../provider-webhooks.ts';
import { peekQueue, REDRIVE_SAFETY, readQueueStatus, redriveSome, startJob, toQueueName } from '../queues.ts';
import type { Operator } from '../record-act.ts';
import { reconcileKnownSale } from '../sale.ts';
import { listPauses, pauseProvider, readBudgets, resumeProvider } from '../upstream-access.ts';
import { Refused } from '../user-errors.ts';
import { planWebhooks } from '../webhooks.ts';
import { PAGE_SIZE, readBoard, readOrdersOn, readRecentOrders, readRow, readSalesOn } from './read-board.ts';
import { OrderCalls } from './read-calls.ts';
import type {
  AuditEntry,
  ConsoleDeps,
  JobView,
  LabelChoices,
  OrderView,
  ParkedMessageView,
  QueueView,
  SaleView,
  SearchResult,
  WebhooksView,
} from './views.ts';

/** No number or id is longer, and DynamoDB accepts no key of more than 2,048 bytes. */
const MAX_SEARCH_LENGTH = 500;

/**
 * Finds what a person typed or pasted: an order number, sale id, tracking number or reference, in any case and with blanks
 * around it. It reads by key only, so its cost does not grow with the orders.
 */
export async function findAnything(
  { orders, sales }: Pick<Bridge, 'orders' | 'sales'>,
  text: string,
): Promise<SearchResult> {
  const typed = text.trim();
  const upper = typed.toUpperCase();
  if (typed === '' || typed.length > MAX_SEARCH_LENGTH) return { kind: 'nothing' };
  const [order, sale, tracked] = await Promise.all([
    firstFound([typed, upper], (reference) => orders.read(reference)),
    firstFound([typed, upper], (number) => sales.findByNumber(number)).then(
      async (found) => found ?? (await sales.read(typed.toLowerCase())),
    ),
    orders.findByTracking(typed),
  ]);
  const found = order ?? tracked;
  if (found !== null) return { kind: 'order', reference: found.reference };
  return sale === null ? { kind: 'nothing' } : { kind: 'sale', saleId: sale.saleId };
}

async function firstFound<Found>(
  spellings: readonly string[],
  read: (spelling: string) => Promise<Found | null>,
): Promise<Found | null> {
  for (const spelling of new Set(spellings)) {
    const found = await read(spelling);
    if (found !== null) return found;
  }
  return null;
}

export async function readQueues(bridge: Pick<Bridge, 'queues'>): Promise<QueueView[]> {
  const status = await readQueueStatus(bridge);
  return status.map(({ queue, waiting, hidden, parked }) => {
    const { kind, why } = REDRIVE_SAFETY[queue];
    return { name: queue, waiting, inWork: hidden, parked, redrive: { safe: kind === 'looks', why } };
  });
}

const MAX_PARKED_SHOWN = 100;

export async function readParked(
  bridge: Pick<Bridge, 'queues'>,
  queue: string,
): Promise<ParkedMessageView[]> {
  const parked = await peekQueue(bridge, toQueueName(queue), MAX_PARKED_SHOWN);
  return parked.map((message) => ({ id: message.id, about: toAbout(message), parkedAt: message.parkedAt }));
}

/** A message holds identifiers only, so a parked one can be shown as it is. */
function toAbout({ body, group }: ParkedMessage): string {
  const text = group === '' || body.includes(group) ? body : `${group}: ${body}`;
  return cutText(text, 300, '…');
}

/** Every job, also those that the settings switch off: an operator may still run one. */
export async function readJobs({ runs, settings }: Pick<Bridge, 'runs' | 'settings'>): Promise<JobView[]> {
  const all = [
    ...settings.connections.flatMap(({ id }) => CONNECTION_JOBS.map((job) => ({ job, connection: id }))),
    ...ACCOUNT_JOBS.map((job) => ({ job, connection: '' })),
  ];
  return await Promise.all(
    all.map(async ({ job, connection }) => ({ job, connection, run: await runs.read(job, connection) })),
  );
}

/** Costs one call of DEAR's, and one of each provider's that has webhooks. */
export async function readWebhooks(bridge: Bridge): Promise<WebhooksView> {
  const mode = bridge.settings.dear.webhooks;
  try {
    return { mode, rows: (await planWebhooks(bridge)).map(toRow), problem: null };
  } catch (error) {
    if (error instanceof UpstreamError || error instanceof Refused) {
      return { mode, rows: [], problem: `${error.message}.` };
    }
    throw error;
  }
}

const STATES = { keep: 'active', create: 'missing', replace: 'wrong', leave: 'wrong' } as const;

function toRow({ system, event, url, action, now }: PlannedWebhook): WebhooksView['rows'][number] {
  return { system, event, url, state: STATES[action], sentence: now };
}

/** A bridge for the console. Changes are made and recorded as by the command line. */
export function consoleDeps(bridge: Bridge, operator: Operator): ConsoleDeps {
  const calls = new OrderCalls(bridge);
  return {
    name: bridge.name,
    operator: operator.name,
    connections: bridge.settings.connections,
    now: bridge.now,
    leftOut: bridge.leftOut,
    board: () => readBoard(bridge),
    row: (key) => readRow(bridge, key),
    ordersOn: (row, page) => readOrdersOn(bridge, row, page),
    salesOn: (row, page) => readSalesOn(bridge, row, page),
    recentOrders: () => readRecentOrders(bridge),
    search: (text) => findAnything(bridge, text),
    order: (reference) => readOrderView(bridge, reference),
    calls: (order) => calls.read(order),
    act: async (reference, action, details) => {
      await changeOrder(bridge, reference, action, operator, details);
    },
    readRates: async (reference) => void (await readRates(bridge, reference)),
    buyLabel: async (reference, service) => void (await buyOrderLabel(bridge, reference, service, operator)),
    voidLabel: async (reference) => void (await voidOrderLabel(bridge, reference, operator)),
    labelDocument: (reference) => readLabelDocument(bridge, reference),
    sale: (saleId) => readSale(bridge, saleId),
    reconcile: (saleId) => reconcileKnownSale(bridge, saleId, operator),
    queues: () => readQueues(bridge),
    parked: (queue) => readParked(bridge, queue),
    redrive: (queue, ids) => redriveSome(bridge, toQueueName(queue), ids, operator),
    jobs: () => readJobs(bridge),
    startJob: (job, connection) => startJob(bridge, job, connection, operator),
    budgets: () => readBudgets(bridge),
    mappings: {
      read: () => readMappings(bridge),
      codes: async (connection) => await readShippingCodes(bridge, connection).catch(() => null),
      change: async (key, value, isChecked) => void (await mapName(bridge, key, value, operator, isChecked)),
    },
    webhooks: () => readWebhooks(bridge),
    drift: (connection) => bridge.driftReports.read(connection),
    paused: async () =>
      (await listPauses(bridge)).filter(({ pause }) => pause !== null).map((one) => one.connection),
    pause: async (connection, paused) => {
      await (paused ? pauseProvider : resumeProvider)(bridge, connection, operator);
    },
    audit: (page) => readAudit(bridge, page),
  };
}

async function readOrderView(bridge: Bridge, reference: string): Promise<OrderView | null> {
  const stored = await bridge.orders.read(reference);
  if (stored === null) return null;
  const order = await bridge.orders.withWords(stored);
  const [content, abilities] = await Promise.all([
    bridge.orders.readContent(order),
    getAbilities(bridge, order),
  ]);
  const labels = readLabelChoices(bridge, order);
  return { order, content, actions: allowedActions(order, abilities), labels };
}

function readLabelChoices({ settings }: Bridge, order: FulfillmentOrder): LabelChoices | null {
  const connection = settings.connections.find(({ id }) => id === order.connection);
  const rules = connection?.shippingService ?? null;
  if (rules === null) return null;
  const hasRule = rules.buy !== 'by-hand';
  return { whyNoLabel: whyNoLabel(order), whyNoVoid: whyNoVoid(order), hasRule };
}

async function readSale(bridge: Bridge, saleId: string): Promise<SaleView | null> {
  const record = await bridge.sales.read(saleId);
  if (record === null) return null;
  const orders = await readListedOrders(record, bridge);
  return { ...record, orders: await Promise.all(orders.map((order) => bridge.orders.withWords(order))) };
}

/** As long as entries are kept. */
const AUDIT_DAYS = 400;

async function readAudit({ audit, now }: Pick<Bridge, 'audit' | 'now'>, page: number) {
  const entries: AuditEntry[] = [];
  const since = new Date(now() - AUDIT_DAYS * 86_400_000).toISOString();
  const end = page * PAGE_SIZE;
  for await (const { at, by, what, about } of audit.list(since, new Date(now()).toISOString())) {
    if (entries.length === end) return { entries: entries.slice(end - PAGE_SIZE), more: true };
    entries.push({ at, by, what, subject: about });
  }
  return { entries: entries.slice(end - PAGE_SIZE), more: false };
}
