import { DAY_MS } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../../lib/domain/order/holds.ts';
import { oldNumbers } from '../../lib/domain/order/takeover.ts';
import { reasonInFull } from '../../lib/domain/order/transitions.ts';
import {
  type FindsForeignOrders,
  findsForeignOrders,
  type Provider,
  showsOtherOrders,
} from '../../lib/providers/provider.ts';
import type { Bridge } from '../bridge.ts';
import { readQueueStatus } from '../queues.ts';
import { countUnmapped } from '../unmapped-methods.ts';
import { listPauses } from '../upstream-access.ts';
import { type Check, type Examination, failed, passed } from './check.ts';

/** Named one by one; the others are counted. */
const MAX_NAMED = 100;

/** Orders that only a person can move. */
export const stuckOrders: Examination = {
  name: 'orders that need a person',
  examine: async ({ orders }) => {
    const kinds = ['failed', 'cancel-refused', 'confirmation-refused', 'label', 'stock-take'] as const;
    return await Promise.all(
      kinds.map(async (what) => {
        const count = await orders.countWaiting(what, Infinity);
        const name = `orders: ${what}`;
        if (count === 0) return passed(name, 'none');
        return failed(name, String(count), `bridge orders list --waiting ${what}`);
      }),
    );
  },
};

/** Orders with shipments that could not be recorded. */
export const ordersSetAside: Examination = {
  name: 'orders set aside',
  examine: async ({ setAside, settings }) => {
    const name = 'orders set aside';
    const lists = await Promise.all(settings.connections.map(({ id }) => setAside.read(id)));
    const entries = lists.flatMap((list) => [...list.entries.values()]);
    if (entries.length === 0) return [passed(name, 'none')];
    const others = entries.length - MAX_NAMED;
    const named = entries.slice(0, MAX_NAMED).map(({ news, since, reason }) => {
      const next = `bridge orders show ${news.reference}, and the section orders-set-aside of the runbook`;
      return failed(`${name}: ${news.reference}`, `since ${since}: ${reason}`, next);
    });
    const rest = 'the section orders-set-aside of the runbook';
    return others > 0 ? [...named, failed(name, `${others} more`, rest)] : named;
  },
};

/** Shipping methods of orders that the settings do not map. */
export const shippingMethods: Examination = {
  name: 'shipping methods',
  examine: async (bridge) => {
    const { orders } = bridge;
    const name = 'shipping methods';
    let first: FulfillmentOrder | null = null;
    let count = 0;
    for await (const order of orders.listWaiting('hold')) {
      if (!isHeldFor(order, 'shipping-method')) continue;
      first ??= order;
      count += 1;
    }
    if (first === null) return [passed(name, describeUnmapped(await countUnmapped(bridge)))];
    const found = `${count} orders are held for an unmapped method: ${first.reference}: ${reasonInFull(first, await orders.readContent(first), false)}`;
    const next = `bridge mappings set ${first.connection} shipping-method METHOD SERVICE, or as it is: bridge orders ship ${first.reference}`;
    return [failed(name, found, next)];
  },
};

function describeUnmapped(count: number): string {
  const held = 'no order is held for an unmapped method';
  if (count === 0) return held;
  return `${held}; ${count} late orders have one, which the service is given as the sale names it (bridge mappings list)`;
}

export const parkedMessages: Examination = {
  name: 'parked messages',
  examine: async (bridge) =>
    (await readQueueStatus(bridge)).map(({ queue, parked }) => {
      const name = `parked in ${queue}`;
      return parked === 0
        ? passed(name, 'none')
        : failed(name, String(parked), `bridge queues peek ${queue}`);
    }),
};

export const pauses: Examination = {
  name: 'pauses',
  examine: async (bridge) =>
    (await listPauses(bridge)).map(({ connection, pause }) => {
      const name = `writes to ${connection}`;
      if (pause === null) return passed(name, 'not paused');
      const found = `${pause.by} paused it at ${pause.since}${pause.why === '' ? '' : `: ${pause.why}`}`;
      return failed(name, found, `bridge provider resume ${connection}`);
    }),
};

/** Of each connection: each costs its provider about three calls. */
const SALES_LOOKED_AT = 3;

/**
 * Whether something else sends the same sales to the service: DEAR's own integration with it, or a store that it pulls from.
 * DEAR's API shows no integration, but their orders have the sale's order number, where ours have a number after it.
 */
export const sentTwice: Examination = {
  name: 'sales sent twice',
  examine: async (bridge) => {
    const latest = await readLatest(bridge);
    const ids = bridge.settings.connections.map(({ id }) => id);
    const checks = await Promise.all(ids.map((id) => examineConnection(bridge, id, latest)));
    return checks.filter((check) => check !== null);
  },
};

/** Accepted orders of today and yesterday, latest first. */
async function readLatest({ orders, now }: Bridge): Promise<FulfillmentOrder[]> {
  const days = [now(), now() - DAY_MS].map((at) => new Date(at).toISOString().slice(0, 'yyyy-mm-dd'.length));
  const found: FulfillmentOrder[] = [];
  for (const day of days) {
    for await (const order of orders.listMadeOn(day)) {
      if (order.submission.state === 'submitted') found.push(order);
      if (found.length >= 50) return found;
    }
  }
  return found;
}

/** Under the sale's own number, and under those of a connector that the bridge replaced and that may still run. */
async function findSecond(
  { saleOrderNumber, connection: id, lines, submission }: FulfillmentOrder,
  provider: Provider & FindsForeignOrders,
  { settings }: Bridge,
): Promise<string | undefined> {
  const skus = lines.map(({ sku }) => sku);
  const [other] = await provider.foreignOrders(saleOrderNumber, skus);
  const connection = settings.connections.find((one) => one.id === id);
  if (other !== undefined || connection === undefined || !showsOtherOrders(provider)) return other;
  for (const number of oldNumbers(connection, { saleOrderNumber, customerReference: '' })) {
    const second = (await provider.ordersNumbered(number)).find(
      ({ providerOrderId, state }) => state !== 'cancelled' && providerOrderId !== submission.providerOrderId,
    );
    if (second !== undefined) return second.providerOrderId;
  }
  return undefined;
}

async function examineConnection(
  bridge: Bridge,
  id: string,
  latest: readonly FulfillmentOrder[],
): Promise<Check | null> {
  const name = `sales of ${id} sent twice`;
  const own = latest.filter(({ connection }) => connection === id).slice(0, SALES_LOOKED_AT);
  if (own.length === 0) return null;
  const provider = await bridge.providerFor(id);
  if (!findsForeignOrders(provider)) return null;
  for (const order of own) {
    const { saleOrderNumber } = order;
    const other = await findSecond(order, provider, bridge);
    if (other === undefined) continue;
    const found = `${id} has ${saleOrderNumber} a second time, as ${other}: DEAR's own integration or a store sends the same sales, and they ship twice`;
    return failed(name, found, 'switch that off: Integrations in DEAR, or the store at the service');
  }
  return passed(name, `the latest ${own.length} sales are there once`);
}
