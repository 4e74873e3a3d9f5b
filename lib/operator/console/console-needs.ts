import { allowedActions } from '../../domain/actions.ts';
import { readOrders } from '../../workflows/find-sale.ts';
import type { Bridge } from '../bridge.ts';
import { readBudgets } from '../budget.ts';
import { canCancelAt, changeOrder } from '../change-order.ts';
import { listPauses, pauseProvider, resumeProvider } from '../pause-provider.ts';
import { queueNamed, redriveSome } from '../queues.ts';
import type { Operator } from '../record-act.ts';
import { reconcileKnownSale } from '../sale.ts';
import { startJob } from '../start-job.ts';
import { findAnything } from './find-anything.ts';
import type { AuditEntry, ConsoleNeeds, OrderView, SaleView } from './needs.ts';
import { readBoard, readOrdersOn, readRecentOrders, readSalesOn } from './read-board.ts';
import { CallsOfOrders } from './read-calls.ts';
import { readJobs, readParked, readQueues, readWebhooks } from './read-machinery.ts';

/** A bridge as the console asks it. Whatever is changed is changed, and written down, as the command line does it. */
export function consoleNeeds(bridge: Bridge, operator: Operator): ConsoleNeeds {
  const calls = new CallsOfOrders(bridge);
  return {
    name: bridge.name,
    operator: operator.name,
    connections: bridge.settings.connections,
    now: bridge.now,
    board: () => readBoard(bridge),
    ordersOn: (row) => readOrdersOn(bridge, row),
    salesOn: (row) => readSalesOn(bridge, row),
    recentOrders: () => readRecentOrders(bridge),
    search: (text) => findAnything(bridge, text),
    order: (reference) => readOrderView(bridge, reference),
    calls: (order) => calls.of(order),
    act: async (reference, action, edit) => {
      await changeOrder(bridge, reference, action, operator, edit);
    },
    sale: (saleId) => readSale(bridge, saleId),
    reconcile: (saleId) => reconcileKnownSale(bridge, saleId, operator),
    queues: () => readQueues(bridge),
    parked: (queue) => readParked(bridge, queue),
    redrive: (queue, ids) => redriveSome(bridge, queueNamed(queue), ids, operator),
    jobs: () => readJobs(bridge),
    startJob: (job, connection) => startJob(bridge, job, connection, operator),
    budgets: () => readBudgets(bridge),
    webhooks: () => readWebhooks(bridge),
    drift: (connection) => bridge.driftReports.read(connection),
    paused: async () =>
      (await listPauses(bridge)).filter(({ pause }) => pause !== null).map((one) => one.connection),
    pause: async (connection, paused) => {
      await (paused ? pauseProvider : resumeProvider)(bridge, connection, operator);
    },
    audit: () => readAudit(bridge),
  };
}

async function readOrderView(bridge: Bridge, reference: string): Promise<OrderView | null> {
  const stored = await bridge.orders.read(reference);
  if (stored === null) return null;
  const order = await bridge.orders.withWords(stored);
  const [content, canCancel] = await Promise.all([
    bridge.orders.readContent(order),
    canCancelAt(bridge, order),
  ]);
  return { order, content, actions: allowedActions(order, canCancel) };
}

async function readSale(bridge: Bridge, saleId: string): Promise<SaleView | null> {
  const record = await bridge.sales.read(saleId);
  if (record === null) return null;
  const orders = await readOrders(record, bridge);
  return { ...record, orders: await Promise.all(orders.map((order) => bridge.orders.withWords(order))) };
}

const AUDIT_SHOWN = 200;
const AUDIT_DAYS = 92;

/** Of the last three months: a query for each. */
async function readAudit({ audit, now }: Pick<Bridge, 'audit' | 'now'>): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = [];
  const since = new Date(now() - AUDIT_DAYS * 86_400_000).toISOString();
  for await (const { at, by, what, about } of audit.list(since, new Date(now()).toISOString())) {
    entries.push({ at, by, what, subject: about });
    if (entries.length === AUDIT_SHOWN) break;
  }
  return entries;
}
