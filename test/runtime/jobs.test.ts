import { afterEach, describe, expect, it } from 'vitest';
import { DearClient } from '../../lib/dear/client.ts';
import { createJobs, type JobDeps } from '../../lib/runtime/jobs.ts';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { Catalogues, Fractions } from '../../lib/store/catalogues.ts';
import { DriftReports } from '../../lib/store/drift-reports.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Cursors, JobRuns } from '../../lib/store/job-runs.ts';
import { Sales } from '../../lib/store/sales.ts';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import { Takeovers } from '../../lib/store/takeovers.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';

/** No server listens there. */
const CLOSED = 'http://127.0.0.1:9/ExternalApi/v2/';
const REAL = 'https://inventory.dearsystems.com/ExternalApi/v2/';

const clients: DearClient[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
});

function watchdog(dearUrl: string, webhookUrl: string) {
  let called = 0;
  const table = new InMemoryTable();
  const queue = new RecordingQueue<never>();
  const connection = { id: 'a', provider: 'shipstation-v2', location: 'Depot', warehouseId: 'se-1' };
  const deps: JobDeps = {
    settings: settingsSchema.parse({ dear: { baseUrl: dearUrl }, connections: [connection] }),
    providerFor: async () => {
      throw new Error('not asked for');
    },
    sharingAccount: async () => ['b'],
    orders: new FulfillmentOrders(table, Date.now, 90),
    sales: new Sales(table),
    setAside: new SetAsideNews(table, Date.now, 90),
    catalogues: new Catalogues(table),
    fractions: new Fractions(table, Date.now),
    cursors: new Cursors(table),
    runs: new JobRuns(table),
    takeovers: new Takeovers(table),
    readConnections: async () => deps.settings.connections,
    dear: async () => {
      called += 1;
      const client = new DearClient(
        { baseUrl: CLOSED, accountId: 'a', applicationKey: 'k' },
        { wait: async () => {} },
      );
      clients.push(client);
      return client;
    },
    saleEvents: queue,
    confirmations: queue,
    jobs: queue,
    figures: { noteWaiting: async () => {} },
    dearBookedUntil: async () => 0,
    webhook: { url: webhookUrl, token: async () => 'token' },
    countDeadLetters: async () => 0,
    gauge: () => {},
    reports: new DriftReports(table),
    files: { save: async () => {} },
    now: Date.now,
    count: () => {},
    log: () => {},
  };
  const jobs = createJobs(deps);
  return {
    run: () => jobs['check-webhooks'](() => true, 0),
    syncStock: () => jobs['sync-inventory'](deps.settings.connections[0]!, () => true),
    calls: () => called,
  };
}

describe('the webhook watchdog', () => {
  it('tells a real account no address of this machine', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const { run, calls } = watchdog(REAL, `http://${host}:9400/webhooks/dear`);
      expect(await run()).toEqual({ outcome: 'finished', counts: {} });
      expect(calls()).toBe(0);
    }
  });

  it('asks DEAR where the address is reachable for it', async () => {
    const deployed = watchdog(REAL, 'https://bridge.example/webhooks/dear');
    await expect(deployed.run()).rejects.toThrow('list webhooks');
    const local = watchdog(CLOSED, 'http://127.0.0.1:9400/webhooks/dear');
    await expect(local.run()).rejects.toThrow('list webhooks');
    expect([deployed.calls(), local.calls()]).toEqual([1, 1]);
  });
});

it('stock of a whole account is not compared with one location, where another connection has the account', async () => {
  const { syncStock, calls } = watchdog(REAL, 'https://bridge.example.com/webhooks/dear');
  await expect(syncStock()).rejects.toThrow(/without inventoryWarehouseId, in an account that b has too/);
  expect(calls()).toBe(0);
});
