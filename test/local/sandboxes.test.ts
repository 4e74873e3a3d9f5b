import { afterEach, describe, expect, it } from 'vitest';
import { NO_LIMIT } from '../../lib/domain/rate-budget.ts';
import { type Sandboxes, startSandboxes } from '../../lib/local/sandboxes.ts';
import { reportsStock } from '../../lib/providers/capabilities.ts';
import { createProvider } from '../../lib/providers/registry.ts';
import { loadSettings } from '../../lib/settings/load.ts';
import { stockOf } from '../contract/stock-contract.ts';

const API_KEY = 'opening-key';

interface Availability {
  SKU: string;
  Location: string;
  OnHand: number;
}

describe('new sandboxes', () => {
  let sandboxes: Sandboxes | null = null;
  afterEach(async () => await sandboxes?.close());

  async function start(): Promise<Sandboxes> {
    const settings = await loadSettings('bridge.config.ts');
    const secrets = Object.fromEntries(
      settings.connections.map(({ id }) => [`local/connection/${id}`, { apiKey: API_KEY }]),
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
      shipStationPort: 0,
      directory: null,
      webhookCompression: 1,
      shipsByItself: null,
    });
  }

  it('agree on what lies at each connection’s location', async () => {
    sandboxes = await start();
    const answer = await fetch(`${sandboxes.dearOrigin}/sandbox/stock`);
    const inDear = (await answer.json()) as Availability[];
    for (const connection of sandboxes.settings.connections) {
      const provider = createProvider(
        connection,
        { apiKey: API_KEY },
        { now: Date.now, budgetOf: () => NO_LIMIT },
      );
      const reports = reportsStock(provider) ? await stockOf(provider) : [];
      await provider.close();
      const here = inDear.filter(({ Location }) => Location === connection.location);
      expect(here.length).toBeGreaterThan(0);
      expect(sums(reports.map(({ sku, onHand }) => [sku, onHand ?? Number.NaN]))).toEqual(
        sums(here.map(({ SKU, OnHand }) => [SKU, OnHand])),
      );
    }
  });
});

function sums(rows: ReadonlyArray<readonly [sku: string, quantity: number]>): Map<string, number> {
  const bySku = new Map<string, number>();
  for (const [sku, quantity] of rows) bySku.set(sku, (bySku.get(sku) ?? 0) + quantity);
  return bySku;
}
