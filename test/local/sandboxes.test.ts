import { afterEach, describe, expect, it } from 'vitest';
import { NO_LIMIT } from '../../lib/domain/rate-budget.ts';
import { reportsStock } from '../../lib/providers/provider.ts';
import { openProvider } from '../../lib/providers/registry.ts';
import { loadSettings } from '../../lib/settings/load.ts';
import { type Sandboxes, startSandboxes } from '../../local/sandboxes.ts';
import { getStock } from '../contract/stock-contract.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';

const toKey = (connection: string) => `key-of-${connection}`;

interface Availability {
  SKU: string;
  Location: string;
  OnHand: number;
}

describe('new sandboxes', () => {
  let sandboxes: Sandboxes | null = null;
  afterEach(async () => await sandboxes?.close());

  async function start(getApiKey = toKey): Promise<Sandboxes> {
    const settings = await loadSettings('bridge.config.ts');
    const secrets = Object.fromEntries(
      settings.connections.map(({ id }) => [`local/connection/${id}`, { apiKey: getApiKey(id) }]),
    );
    const dear = {
      accountId: '0a1b2c3d-1111-4222-8333-444455556666',
      applicationKey: '0a1b2c3d-9999-4888-8777-666655554444',
    };
    return await startSandboxes({
      settings,
      stackName: 'local',
      secrets: { ...secrets, 'local/dear': dear },
      dearPort: 0,
      providerPort: 0,
      apiUrl: 'http://127.0.0.1:1',
      directory: null,
      webhookCompression: 1,
      shipsByItself: null,
    });
  }

  it('agree on the stock at each connection’s location', async () => {
    sandboxes = await start();
    const answer = await fetch(`${sandboxes.dearOrigin}/sandbox/stock`);
    const inDear = (await answer.json()) as Availability[];
    for (const connection of sandboxes.settings.connections) {
      const provider = await openProvider(
        connection,
        { apiKey: toKey(connection.id) },
        { now: Date.now, getBudget: () => NO_LIMIT, getBox: inMemoryBox, mayWrite: async () => {} },
      );
      const reports = reportsStock(provider) ? await getStock(provider) : [];
      await provider.close();
      const here = inDear.filter(({ Location }) => Location === connection.location);
      expect(here.length).toBeGreaterThan(0);
      expect(sums(reports.map(({ sku, onHand }) => [sku, onHand ?? Number.NaN]))).toEqual(
        sums(here.map(({ SKU, OnHand }) => [SKU, OnHand])),
      );
    }
  });

  it('are shared by connections with the same key, with the stock of each in its warehouse', async () => {
    sandboxes = await start(() => 'one-key');
    const [first, second] = sandboxes.settings.connections;
    const { providers } = sandboxes;
    expect(providers[second!.id]).toBe(providers[first!.id]);
    const headers = { 'api-key': 'one-key' };
    const answer = await fetch(`${providers[first!.id]}/v2/inventory?page_size=100`, { headers });
    const { inventory } = (await answer.json()) as { inventory: { inventory_warehouse_id: string }[] };
    expect(new Set(inventory.map((row) => row.inventory_warehouse_id))).toEqual(
      new Set(['se-5001', 'se-5002']),
    );
  });
});

function sums(rows: ReadonlyArray<readonly [sku: string, quantity: number]>): Map<string, number> {
  const bySku = new Map<string, number>();
  for (const [sku, quantity] of rows) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return bySku;
}
