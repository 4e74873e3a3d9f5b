import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { isHeldFor } from '../../lib/domain/order/holds.ts';
import { reasonInFull } from '../../lib/domain/order/transitions.ts';
import { readQueueStatus } from '../queues.ts';
import { listPauses } from '../upstream-access.ts';
import { type Examination, failed, passed } from './check.ts';

/** Counting stops here. */
const MAX_COUNTED = 100;

/** Orders that only a person can move. */
export const stuckOrders: Examination = {
  name: 'orders that need a person',
  examine: async ({ orders }) => {
    const kinds = ['failed', 'cancel-refused', 'confirmation-refused', 'label', 'stock-take'] as const;
    return await Promise.all(
      kinds.map(async (what) => {
        const count = await orders.countWaiting(what, MAX_COUNTED);
        const name = `orders: ${what}`;
        if (count === 0) return passed(name, 'none');
        return failed(
          name,
          `${count === MAX_COUNTED ? 'at least ' : ''}${count}`,
          `bridge orders list --waiting ${what}`,
        );
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
    return entries.slice(0, MAX_COUNTED).map(({ news, since, reason }) => {
      const next = `bridge orders show ${news.reference}, and the section orders-set-aside of the runbook`;
      return failed(`${name}: ${news.reference}`, `since ${since}: ${reason}`, next);
    });
  },
};

/** Shipping methods of orders that the settings do not map. */
export const shippingMethods: Examination = {
  name: 'shipping methods',
  examine: async ({ orders }) => {
    const name = 'shipping methods';
    const held: FulfillmentOrder[] = [];
    for await (const order of orders.listWaiting('hold')) {
      if (isHeldFor(order, 'shipping-method')) held.push(order);
      if (held.length === MAX_COUNTED) break;
    }
    const [first] = held;
    if (first === undefined) return [passed(name, 'no order is held for an unmapped method')];
    const found = `${held.length} orders are held for an unmapped method: ${first.reference}: ${reasonInFull(first, await orders.readContent(first), false)}`;
    const next = `add it to shippingMethods of ${first.connection} in bridge.config.ts, or: bridge orders ship ${first.reference}`;
    return [failed(name, found, next)];
  },
};

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
