import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { reasonInFull } from '../../lib/domain/order/waiting.ts';
import { queueStatus } from '../queues.ts';
import { listPauses } from '../upstream-access.ts';
import { type Examination, fine, wrong } from './check.ts';

/** Enough to name a few and to know that there are more. */
const MOST = 100;

/** Orders that nothing but a person moves. */
export const stuckOrders: Examination = {
  name: 'orders that need a person',
  examine: async ({ orders }) => {
    const kinds = ['failed', 'cancel-refused', 'confirmation-refused', 'stock-take'] as const;
    return await Promise.all(
      kinds.map(async (what) => {
        const count = await orders.countWaiting(what, MOST);
        const name = `orders: ${what}`;
        if (count === 0) return fine(name, 'none');
        return wrong(
          name,
          `${count === MOST ? 'at least ' : ''}${count}`,
          `bridge orders list --waiting ${what}`,
        );
      }),
    );
  },
};

/** Orders on which what left could not be recorded. */
export const ordersSetAside: Examination = {
  name: 'orders set aside',
  examine: async ({ setAside, settings }) => {
    const name = 'orders set aside';
    const lists = await Promise.all(settings.connections.map(({ id }) => setAside.read(id)));
    const entries = lists.flatMap((list) => [...list.entries.values()]);
    if (entries.length === 0) return [fine(name, 'none')];
    return entries.slice(0, MOST).map(({ news, since, reason }) => {
      const next = `bridge orders show ${news.reference}, and the section orders-set-aside of the runbook`;
      return wrong(`${name}: ${news.reference}`, `since ${since}: ${reason}`, next);
    });
  },
};

/** Methods that people chose and the settings do not map. */
export const shippingMethods: Examination = {
  name: 'shipping methods',
  examine: async ({ orders }) => {
    const name = 'shipping methods';
    const held: FulfillmentOrder[] = [];
    for await (const order of orders.listWaiting('hold')) {
      if (order.hold === 'shipping-method') held.push(order);
      if (held.length === MOST) break;
    }
    const [first] = held;
    if (first === undefined) return [fine(name, 'no order is held for one that is not mapped')];
    const found = `${held.length} orders are held for one that is not mapped: ${first.reference}: ${reasonInFull(first, await orders.readContent(first), false)}`;
    const next = `add it to shippingMethods of ${first.connection} in bridge.config.ts, or: bridge orders ship ${first.reference}`;
    return [wrong(name, found, next)];
  },
};

export const parkedMessages: Examination = {
  name: 'parked messages',
  examine: async (bridge) =>
    (await queueStatus(bridge)).map(({ queue, parked }) => {
      const name = `parked in ${queue}`;
      return parked === 0 ? fine(name, 'none') : wrong(name, String(parked), `bridge queues peek ${queue}`);
    }),
};

export const pauses: Examination = {
  name: 'pauses',
  examine: async (bridge) =>
    (await listPauses(bridge)).map(({ connection, pause }) => {
      const name = `writes to ${connection}`;
      if (pause === null) return fine(name, 'not paused');
      const found = `${pause.by} paused it at ${pause.since}${pause.why === '' ? '' : `: ${pause.why}`}`;
      return wrong(name, found, `bridge provider resume ${connection}`);
    }),
};
