import type { Provider, TracksDelivery } from '../../lib/providers/provider.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Cursors } from '../../lib/store/job-runs.ts';
import { refreshTracking } from '../../lib/workflows/refresh-tracking.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryService } from '../contract/in-memory-provider.ts';
import { formatTable, getDeliveries, MADE_EVERY_MS } from './orders-in-transit.ts';

/** One refresh in a process of its own, so that its memory is its own. It prints what it needed as one line of JSON. */
const count = Number(process.argv[2]);
const now = () => NOW + count * MADE_EVERY_MS;
const table = await formatTable(count);
const provider: Provider & TracksDelivery = {
  ...new InMemoryService(now).provider({ system: 'lantern' }),
  deliveries: (since: string, cursor: string | null) => getDeliveries(count, since, cursor),
};
const deps = {
  provider,
  connection: connection({ id: 'lantern' }),
  orders: new FulfillmentOrders(table, now, 90),
  cursors: new Cursors(table),
  confirmations: { publish: async () => {} },
  hasTime: () => true,
  now,
};

/** Reading the same items, and nothing else. */
const floorBegan = process.cpuUsage().user;
for await (const page of table.list('shipped', 'lantern')) for (const key of page) await table.read(key);
const floorSeconds = (process.cpuUsage().user - floorBegan) / 1e6;
const readBefore = table.reads();

const totals = { runs: 0, orders: 0, pages: 0, delivered: 0, completed: 0 };
const slowest = { cpuSeconds: 0, orders: 0 };
const cpuSeconds = () => process.cpuUsage().user / 1e6;
const began = cpuSeconds();
for (let outcome = 'unfinished'; outcome === 'unfinished'; ) {
  const [before, orders] = [cpuSeconds(), totals.orders];
  const ending = await refreshTracking(deps);
  outcome = ending.outcome;
  totals.runs += 1;
  for (const name of ['orders', 'pages', 'delivered', 'completed'] as const) {
    totals[name] += ending.counts[name] ?? 0;
  }
  slowest.cpuSeconds = Math.max(slowest.cpuSeconds, cpuSeconds() - before);
  slowest.orders = Math.max(slowest.orders, totals.orders - orders);
}
process.stdout.write(
  JSON.stringify({
    ...totals,
    reads: table.reads() - readBefore,
    ordersInOneRun: slowest.orders,
    cpuSecondsOfOneRun: slowest.cpuSeconds,
    cpuAgainstReading: (cpuSeconds() - began) / floorSeconds,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
