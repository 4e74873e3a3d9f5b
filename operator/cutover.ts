import { DAY_MS, isoTime, MINUTE_MS } from '../lib/domain/clock.ts';
import { getTrackingNumbers } from '../lib/domain/confirmation/packing.ts';
import { OperatorActionNeeded } from '../lib/domain/errors.ts';
import type { FulfillmentOrder } from '../lib/domain/order/fulfillment-order.ts';
import { listHolds } from '../lib/domain/order/holds.ts';
import type { OrderContent } from '../lib/domain/order/order-content.ts';
import { describeOtherGoods, judgeFound, oldNumbers } from '../lib/domain/order/takeover.ts';
import type { Cutover } from '../lib/domain/ports/orders.ts';
import { type OtherOrder, showsOtherOrders } from '../lib/providers/provider.ts';
import type { ConnectionSettings } from '../lib/settings/connection.ts';
import { toReconcileMessage } from '../lib/workflows/act-on-order.ts';
import type { Bridge } from './bridge.ts';
import { listIgnoredSales } from './orders/sale.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** An order as the bridge planned it, beside what the connector before did. */
export interface ShadowRow {
  readonly connection: string;
  readonly saleOrderNumber: string;
  readonly reference: string;
  /** What the bridge would have done: `send`, or `hold` and why. */
  readonly bridge: string;
  /** The orders of the connector before at the service. */
  readonly found: readonly string[];
  /** Their states there. */
  readonly states: readonly string[];
  /** How they differ from what the bridge would have sent: goods, postcode, shipping method. */
  readonly differences: readonly string[];
  /** `shipped` where DEAR shows all of it as shipped; '' otherwise. */
  readonly dear: string;
  readonly trackingNumbers: readonly string[];
  /** From the plan here until the order was at the service; null where that is not known. */
  readonly sentAfterMinutes: number | null;
  /** What a cut-over would do with it now, as a sentence. */
  readonly atCutover: string;
}

type CompareDeps = Pick<Bridge, 'orders' | 'sales' | 'readConnections' | 'providerFor'>;

export interface ShadowReport {
  readonly since: string;
  readonly until: string;
  readonly rows: readonly ShadowRow[];
  /** Sales that the bridge would ignore, and why. */
  readonly ignored: ReadonlyArray<{ readonly saleOrderNumber: string; readonly reason: string }>;
  readonly totals: Readonly<Record<'alike' | 'differing' | 'onlyHere' | 'held' | 'ignored', number>>;
  /** The reference after which the next page begins; '' at the end. */
  readonly next: string;
}

/**
 * Compares the orders that were planned in shadow mode with what the connector before did, in order of their references. Costs
 * the provider a call or two for each order, and DEAR nothing.
 * @param after the reference after which the page begins; ''
 */
export async function compareShadow(
  bridge: CompareDeps,
  window: { readonly since: string; readonly until: string },
  { connection, after, limit }: { connection?: string | undefined; after: string; limit: number },
): Promise<ShadowReport> {
  const connections = new Map((await bridge.readConnections()).map((one) => [one.id, one]));
  const orders = (await listTakenOver(bridge, window))
    .filter((order) => connection === undefined || order.connection === connection)
    .sort((one, other) => (one.reference < other.reference ? -1 : 1));
  const rest = orders.filter(({ reference }) => reference > after);
  const rows: ShadowRow[] = [];
  for (const order of rest.slice(0, limit)) {
    const settings = connections.get(order.connection);
    if (settings !== undefined) rows.push(await compareOrder(bridge, order, settings));
  }
  const { sales } = await listIgnoredSales(bridge, window, limit);
  const ignored = sales.map(({ saleOrderNumber, reason }) => ({ saleOrderNumber, reason }));
  const isHeld = ({ bridge: would }: ShadowRow) => would !== 'send';
  const totals = {
    alike: rows.filter(({ found, differences }) => found.length === 1 && differences.length === 0).length,
    differing: rows.filter(({ differences }) => differences.length > 0).length,
    onlyHere: rows.filter(({ found, dear }) => found.length === 0 && dear === '').length,
    held: rows.filter(isHeld).length,
    ignored: ignored.length,
  };
  const next = rest.length > limit ? (rows.at(-1)?.reference ?? '') : '';
  return { ...window, rows, ignored, totals, next };
}

/** Orders of the window that were planned in shadow mode. */
async function listTakenOver(
  { orders }: Pick<Bridge, 'orders'>,
  { since, until }: { readonly since: string; readonly until: string },
): Promise<FulfillmentOrder[]> {
  const found: FulfillmentOrder[] = [];
  for (let day = Date.parse(since.slice(0, 10)); day <= Date.parse(until); day += DAY_MS) {
    for await (const order of orders.listMadeOn(isoTime(day).slice(0, 10))) {
      const { createdAt, takeover } = order;
      if (takeover !== undefined && createdAt >= since && createdAt <= until) found.push(order);
    }
  }
  return found;
}

async function compareOrder(
  bridge: CompareDeps,
  order: FulfillmentOrder,
  settings: ConnectionSettings,
): Promise<ShadowRow> {
  const content = await bridge.orders.readContent(order);
  const found = await findOld(bridge, order, settings, content);
  const holds = listHolds(order).filter(({ kind }) => kind !== 'shadow');
  const sent = typeof found === 'string' ? [] : found;
  const [first] = sent;
  const delay = first === undefined ? Number.NaN : Date.parse(first.createdAt) - Date.parse(order.createdAt);
  const isShipped = order.takeover?.state === 'shipped';
  return {
    connection: order.connection,
    saleOrderNumber: order.saleOrderNumber,
    reference: order.reference,
    bridge: holds.length === 0 ? 'send' : `hold: ${holds.map(({ why }) => why).join(' ')}`,
    found: sent.map(({ providerOrderId }) => providerOrderId),
    states: sent.map(({ state }) => state),
    differences: sent.flatMap((one) => listDifferences(order, content, one)),
    dear: isShipped ? 'shipped' : '',
    trackingNumbers: getTrackingNumbers(order.packages),
    sentAfterMinutes: Number.isNaN(delay) ? null : Math.round(delay / MINUTE_MS),
    atCutover: describeCutover(order, found),
  };
}

const CANNOT_BE_ASKED = 'Held for a person: the service cannot be asked whether it has the order.';

/** The orders of the connector before, or a sentence about what becomes of the order where they cannot be read. */
async function findOld(
  bridge: CompareDeps,
  order: FulfillmentOrder,
  settings: ConnectionSettings,
  content: OrderContent | null,
): Promise<OtherOrder[] | string> {
  const provider = await bridge.providerFor(order.connection);
  if (!showsOtherOrders(provider)) return CANNOT_BE_ASKED;
  const { saleOrderNumber } = order;
  const customerReference = content?.customerReference ?? '';
  const found = new Map<string, OtherOrder>();
  try {
    for (const number of oldNumbers(settings, { saleOrderNumber, customerReference }))
      for (const one of await provider.ordersNumbered(number)) found.set(one.providerOrderId, one);
  } catch (error) {
    // One connection without the right credentials must not hide what the others would do.
    if (error instanceof OperatorActionNeeded)
      return `It waits, and is not sent: ${error.message}. ${error.details.upstreamMessage ?? ''}`.trim();
    throw error;
  }
  return [...found.values()];
}

function listDifferences(
  { lines }: FulfillmentOrder,
  content: OrderContent | null,
  { goods, shipTo, method, providerOrderId }: OtherOrder,
): string[] {
  const other = describeOtherGoods(lines, goods);
  const fold = (text: string) => text.replaceAll(/\W/g, '').toLowerCase();
  const postcode = content?.shipTo.postcode ?? '';
  const isElsewhere = shipTo.postcode !== '' && !fold(shipTo.postcode).startsWith(fold(postcode));
  const wanted = content?.shippingMethod ?? '';
  const isOtherway = method !== '' && wanted !== '' && fold(method) !== fold(wanted);
  return [
    ...(other === '' ? [] : [`${providerOrderId}: goods: ${other}`]),
    ...(isElsewhere ? [`${providerOrderId}: another postcode`] : []),
    ...(isOtherway ? [`${providerOrderId}: shipping method ${method} there, ${wanted} here`] : []),
  ];
}

function describeCutover(order: FulfillmentOrder, found: readonly OtherOrder[] | string): string {
  const { takeover, status, reason } = order;
  if (takeover?.state !== 'possible' || status === 'Cancelled') return reason;
  if (typeof found === 'string') return found;
  const verdict = judgeFound(order, found);
  if (verdict.kind === 'unclear') return `Held for a person: ${verdict.why}`;
  return verdict.kind === 'adopt'
    ? `Adopted as ${verdict.found.providerOrderId}, unless DEAR shows it shipped by then.`
    : 'Sent by the bridge, unless DEAR shows it shipped by then.';
}

/** The orders of a connection that wait for its cut-over, oldest first. */
export async function listWaitingForCutover(
  { orders }: Pick<Bridge, 'orders'>,
  connection: string,
): Promise<FulfillmentOrder[]> {
  const waiting: FulfillmentOrder[] = [];
  for await (const order of orders.listWaiting('cut-over'))
    if (order.connection === connection) waiting.push(order);
  return waiting;
}

/**
 * Makes a connection live, and queues the sale of each order that was planned in shadow mode: it ends as done where DEAR shows
 * it shipped, takes over the order that the service has, or is sent. Repeating it continues after an interruption.
 * @returns the cut-over, and how many sales were queued
 */
export async function cutOver(
  bridge: Pick<Bridge, 'connection' | 'orders' | 'takeovers' | 'saleEvents' | 'audit' | 'now' | 'caller'>,
  id: string,
  by: Operator,
): Promise<{ readonly cutover: Cutover; readonly queued: number }> {
  const { mode } = bridge.connection(id);
  const before = await listWaitingForCutover(bridge, id);
  if (mode === 'live' && before.length === 0)
    throw new Refused(`${id} is live, and no order of it was planned in shadow mode`);
  const at = isoTime(bridge.now());
  const since = before.map(({ createdAt }) => createdAt).sort()[0] ?? at;
  const begun = await bridge.takeovers.readCutover(id);
  // Before it begins: one that is interrupted here is noted twice rather than never.
  if (begun === null) await recordAct(bridge, by, 'cut over from the connector before', id);
  const cutover = begun ?? (await bridge.takeovers.begin({ connection: id, at, by: by.name, since }));
  // Read again: an order may have been planned in shadow mode in the moment before.
  const waiting = await listWaitingForCutover(bridge, id);
  const sales = new Map(waiting.map(({ saleId, saleOrderNumber }) => [saleId, saleOrderNumber]));
  for (const [saleId, number] of sales)
    await bridge.saleEvents.publish(toReconcileMessage(saleId, number, bridge.now()));
  return { cutover, queued: sales.size };
}
