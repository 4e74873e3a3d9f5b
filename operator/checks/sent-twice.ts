import { DAY_MS } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { findsForeignOrders } from '../../lib/providers/provider.ts';
import type { Bridge } from '../bridge.ts';
import { type Check, type Examination, failed, passed } from './check.ts';

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
  for (const { saleOrderNumber, lines } of own) {
    const skus = lines.map(({ sku }) => sku);
    const [other] = await provider.foreignOrders(saleOrderNumber, skus);
    if (other === undefined) continue;
    const found = `${id} has ${saleOrderNumber} a second time, as ${other}: DEAR's own integration or a store sends the same sales, and they ship twice`;
    return failed(name, found, 'switch that off: Integrations in DEAR, or the store at the service');
  }
  return passed(name, `the latest ${own.length} sales are there once`);
}
