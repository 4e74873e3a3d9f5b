import * as z from 'zod';
import { DearClient } from '../../lib/dear/client.ts';
import { shipStationV2 } from '../../lib/providers/shipstation-v2/provider.ts';
import { stockInDear } from '../../lib/runtime/stock-in-dear.ts';
import { FileBucket } from '../../lib/store/bucket.ts';
import { Catalogues, Fractions } from '../../lib/store/catalogues.ts';
import { DriftReports, ReportFiles } from '../../lib/store/drift-reports.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Cursors } from '../../lib/store/job-runs.ts';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import { syncInventory } from '../../lib/workflows/inventory/sync-inventory.ts';
import { connection, inventory } from '../builders/connection.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

/** One sync in a process of its own, so that its memory is its own. It prints what it needed as one line of JSON. */
const task = z
  .object({
    /** `read`: the pages of both sides are read once, and nothing else. */
    mode: z.enum(['report', 'adjust', 'read']),
    dearUrl: z.string(),
    shipStationUrl: z.string(),
    accountId: z.string(),
    applicationKey: z.string(),
    apiKey: z.string(),
    bucket: z.string(),
    location: z.string(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));

const { accountId, applicationKey, apiKey } = task;
const table = new InMemoryTable();
const now = Date.now;
const client = new DearClient({ baseUrl: task.dearUrl, accountId, applicationKey });
const settings = { baseUrl: task.shipStationUrl, warehouseId: 'se-1001' };
const provider = shipStationV2({ system: 'shipstation', settings, apiKey, now });
const dear = stockInDear(client);

async function sync(mode: 'report' | 'adjust') {
  const policy = inventory({ mode, account: '540' });
  const own = connection({ id: 'shipstation', location: task.location, inventory: policy });
  const { report } = await syncInventory({
    connection: own,
    connections: [own],
    providerFor: async () => provider,
    dear,
    orders: new FulfillmentOrders(table, now, 90),
    catalogues: new Catalogues(table),
    fractions: new Fractions(table, now),
    cursors: new Cursors(table),
    setAside: new SetAsideNews(table, now, 90),
    collect: async () => true,
    reports: new DriftReports(table),
    files: new ReportFiles(new FileBucket(task.bucket)),
    hasTime: () => true,
    now,
    log: () => {},
    count: () => {},
  });
  return { outcome: report?.outcome, ...report?.counts };
}

async function readBothSides() {
  let lines = 0;
  for await (const page of provider.stock()) lines += page.length;
  for await (const _ of dear.availability(task.location));
  return { outcome: 'read', lines, written: 0 };
}

const [began, cpuBegan] = [performance.now(), process.cpuUsage().user];
const found = await (task.mode === 'read' ? readBothSides() : sync(task.mode));
const cpuSeconds = (process.cpuUsage().user - cpuBegan) / 1e6;
const seconds = (performance.now() - began) / 1000;
await Promise.all([client.close(), provider.close()]);
const peakMegabytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ seconds, cpuSeconds, peakMegabytes, ...found }));
