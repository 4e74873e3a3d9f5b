import type { FulfillmentOrder } from '../../domain/fulfillment-order.ts';
import type { Bridge } from '../bridge.ts';
import { type Examination, fine, wrong } from './check.ts';

/** Orders that are looked at, and SKUs that are named: the first ones show what is missing. */
const MOST_ORDERS = 100;
const MOST_NAMED = 10;

/** What is still to be sent and the provider does not know, as far as its catalogue was ever read. */
export const unknownSkus: Examination = {
  name: 'SKUs',
  examine: async (bridge) => {
    const orders = await waitingOrders(bridge);
    return await Promise.all(
      bridge.settings.connections.map(async ({ id }) => {
        const own = orders.filter(({ connection }) => connection === id);
        const skus = new Set(own.flatMap(({ lines }) => lines.map(({ sku }) => sku)));
        const unknown = [...(await bridge.catalogues.unknown(id, skus))];
        const name = `SKUs at ${id}`;
        if (unknown.length === 0) return fine(name, `it knows all ${skus.size} that wait to be sent`);
        const found = `it does not know ${unknown.slice(0, MOST_NAMED).join(', ')}`;
        return wrong(name, found, `add them at ${id}; its catalogue is read again as catalogue.every says`);
      }),
    );
  },
};

async function waitingOrders({ orders }: Bridge): Promise<FulfillmentOrder[]> {
  const waiting: FulfillmentOrder[] = [];
  for (const what of ['submission', 'person', 'hold'] as const) {
    for await (const order of orders.listWaiting(what)) {
      waiting.push(order);
      if (waiting.length === MOST_ORDERS) return waiting;
    }
  }
  return waiting;
}
