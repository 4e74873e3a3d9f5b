import { DAY_MS, isoTime } from '../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../lib/domain/order/fulfillment-order.ts';
import { recordMayBeSent } from '../lib/domain/order/submission.ts';
import type { Restore } from '../lib/domain/ports/orders.ts';
import { reportsOrders } from '../lib/providers/provider.ts';
import { Restores } from '../lib/store/restores.ts';
import { noteSilence } from '../lib/workflows/sweep-sales.ts';
import type { Bridge } from './bridge.ts';
import { planReplay, replay } from './orders/sale.ts';
import { readQueueStatus, startJob } from './queues.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** How long orders are looked up before they are sent: sales that change for the first time after the restore are among them. */
const LOOKED_UP_DAYS = 14;
const COLLECT = 'collect-shipments';
/** References that are named; the others are counted. */
const MAX_NAMED = 50;

/** What others have, and the table has not. References of at most 50 orders each. */
export interface ConnectionDifference {
  readonly connection: string;
  /** Shipments that the service lists since then. */
  readonly shipments: number;
  /** Shipped since then, and their order or their parcel is not in the table. */
  readonly shipped: readonly string[];
  /** The service would ship them, and the table does not have them; null where it has no list of open orders. */
  readonly open: readonly string[] | null;
}

export interface RestoreDifference {
  /** ISO UTC: the moment that the table shows. */
  readonly to: string;
  readonly restore: Restore | null;
  /** Sales that changed in DEAR since then and were not read since: their numbers. */
  readonly sales: readonly string[];
  /** Orders that the table would send, or hold: each may have been sent since. */
  readonly toSend: number;
  /** Orders whose parcels the table would write to DEAR. */
  readonly toConfirm: number;
  readonly connections: readonly ConnectionDifference[];
}

/**
 * Compares a table that was restored to an earlier moment with DEAR and the services. Writes nothing. Costs DEAR one call for
 * each 1,000 sales that changed since, and a service its lists since then.
 * @param to ISO UTC
 * @throws {UpstreamError} a list could not be read
 */
export async function checkRestore(bridge: Bridge, to: string): Promise<RestoreDifference> {
  const restore = await new Restores(bridge.table).read();
  const connections: ConnectionDifference[] = [];
  for (const { id } of bridge.settings.connections) {
    const cursor = restore?.cursors[id] ?? (await bridge.cursors.read(COLLECT, id));
    connections.push(await compareConnection(bridge, id, cursor));
  }
  return {
    to,
    restore,
    sales: await listUnreadSales(bridge, to),
    toSend: (await listSendable(bridge)).length,
    toConfirm: await bridge.orders.countWaiting('confirmation', Infinity),
    connections,
  };
}

async function compareConnection(
  bridge: Bridge,
  connection: string,
  cursor: string | null,
): Promise<ConnectionDifference> {
  const provider = await bridge.providerFor(connection);
  const shipped = new Set<string>();
  let shipments = 0;
  for await (const page of provider.shipmentsSince(cursor)) {
    shipments += page.shipments.length;
    for (const { reference, id } of page.shipments)
      if (!(await hasPackage(bridge, reference, id))) shipped.add(reference || id);
  }
  let open: Set<string> | null = null;
  if (reportsOrders(provider)) {
    open = new Set();
    for await (const page of provider.openOrders())
      for (const { reference } of page)
        if ((await bridge.orders.readListed(reference)) === null) open.add(reference);
  }
  return { connection, shipments, shipped: toNamed(shipped), open: open === null ? null : toNamed(open) };
}

function toNamed(references: ReadonlySet<string>): string[] {
  return [...references].filter((reference) => reference !== '').slice(0, MAX_NAMED);
}

async function hasPackage(bridge: Bridge, reference: string, id: string): Promise<boolean> {
  const order = reference === '' ? null : await bridge.orders.readListed(reference);
  return order?.packages.some((box) => box.id === id) === true;
}

async function listUnreadSales(bridge: Bridge, since: string): Promise<string[]> {
  const changed = await planReplay(bridge, { since, until: isoTime(bridge.now()) });
  const unread: string[] = [];
  for (const { saleId, saleOrderNumber, updatedAt } of changed) {
    const record = await bridge.sales.readListed(saleId);
    if (record === null || record.readAt < updatedAt) unread.push(saleOrderNumber);
  }
  return unread;
}

/** Orders that the table has as never sent. */
async function listSendable({ orders }: Bridge): Promise<FulfillmentOrder[]> {
  const found: FulfillmentOrder[] = [];
  for (const what of ['submission', 'hold', 'person'] as const)
    for await (const order of orders.listWaiting(what))
      if (order.submission.state === 'none') found.push(order);
  return found;
}

/**
 * Makes a restored table safe to continue with, before its workers are started: from now on an order is looked up at its service
 * before it is sent for the first time, and a label before it is bought; a sale is read before its parcels are written to DEAR;
 * and stock is not corrected. Every sale that changed since is queued to be read. May be repeated.
 * @param to ISO UTC: the moment that the table shows
 * @returns how many orders of the table are looked up
 */
export async function beginRestore(bridge: Bridge, to: string, by: Operator): Promise<number> {
  const restores = new Restores(bridge.table);
  const before = await restores.read();
  const now = bridge.now();
  const isBegun = before !== null && before.finishedAt === '' && before.to === to;
  if (!isBegun) {
    const until = isoTime(now + LOOKED_UP_DAYS * DAY_MS);
    const cursors = await readCursors(bridge);
    await restores.save({ to, begunAt: isoTime(now), finishedAt: '', until, cursors });
  }
  const window = { since: to, until: isoTime(now) };
  await replay(bridge, await planReplay(bridge, window), window, by);
  // What changes before the workers run is for the sweep.
  await noteSilence(bridge.cursors, Date.parse(to), now);
  const sendable = await listSendable(bridge);
  for (const order of sendable)
    await bridge.orders.update(order, (current) => recordMayBeSent(current, to, now));
  await recordAct(bridge, by, `began the restore to ${to}`, 'table');
  return sendable.length;
}

async function readCursors({ settings, cursors }: Bridge): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { id } of settings.connections) {
    const cursor = await cursors.read(COLLECT, id);
    if (cursor !== null) found[id] = cursor;
  }
  return found;
}

/**
 * Ends a restore once every sale that changed since was read and every order was looked up: shipments are collected again from
 * the moment of the restore, because those of orders that were not in the table yet were passed over. Orders are still looked up
 * until 14 days after the beginning.
 * @throws {Refused} no restore was begun, or work is left: says which
 */
export async function finishRestore(bridge: Bridge, by: Operator): Promise<void> {
  const restores = new Restores(bridge.table);
  const restore = await restores.read();
  if (restore === null || restore.finishedAt !== '')
    throw new Refused('No restore is under way', 'Begin one: bridge restore begin --to WHEN');
  const left = await listWorkLeft(bridge, restore);
  if (left.length > 0)
    throw new Refused(`The restore is not finished: ${left.join('; ')}`, 'See: bridge restore check');
  for (const [connection, cursor] of Object.entries(restore.cursors))
    await bridge.cursors.save(COLLECT, connection, cursor);
  await restores.save({ ...restore, finishedAt: isoTime(bridge.now()) });
  for (const { id } of bridge.settings.connections) await startJob(bridge, COLLECT, id, by);
  await recordAct(bridge, by, `finished the restore to ${restore.to}`, 'table');
}

async function listWorkLeft(bridge: Bridge, { to, begunAt }: Restore): Promise<string[]> {
  const sweep = await bridge.runs.read('sweep-sales', '');
  const unread = await listUnreadSales(bridge, to);
  const toSend = await bridge.orders.countWaiting('submission', Infinity);
  const queues = (await readQueueStatus(bridge)).filter(
    ({ queue, waiting, hidden }) => ['sale-events', 'fulfillment'].includes(queue) && waiting + hidden > 0,
  );
  return [
    ...((sweep?.succeededAt ?? '') < begunAt
      ? ['sweep-sales has not succeeded since it began (bridge jobs run sweep-sales)']
      : []),
    ...(unread.length > 0
      ? [`sales were not read again (${unread.length}): ${unread.slice(0, 5).join(', ')}`]
      : []),
    ...(toSend > 0 ? [`${toSend} orders wait to be sent or looked up`] : []),
    ...queues.map(({ queue }) => `messages wait in ${queue}`),
  ];
}
