import { DriftReports } from '../../lib/store/drift-reports.ts';
import { DynamoDbTable } from '../../lib/store/table.ts';
import type { DemoSystem } from '../../local/demo/demo-system.ts';
import type { Host } from '../../local/host.ts';

/** Counted stock at ShipStation; DEAR has other quantities. */
const COUNTED = { 'TRL-MUG-350': 271, 'TRL-LAMP-HD': 12, 'TRL-KNIFE-S': 124, 'TRL-STOVE-1B': 81 };

/** Sets the counted stock, and has the bridge compare it. Resolves when there is a report. */
export async function makeStockDiffer(host: Host, stage: DemoSystem, connection: string): Promise<void> {
  for (const [sku, quantity] of Object.entries(COUNTED)) {
    const response = await fetch(`${host.urls.providers[connection]}/sandbox/inventory`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sku, quantity }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
  await host.send('jobs', { job: 'sync-inventory', connection }, `sync-inventory#${connection}`);
  const reports = new DriftReports(new DynamoDbTable(host.clients.dynamoDb, host.tableName));
  await stage.until(`the stock of ${connection} is compared`, () => reports.read(connection));
}
