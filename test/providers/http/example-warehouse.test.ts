import { type ChildProcess, spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderBox } from '../../../lib/domain/ports/provider-box.ts';
import { checkConformance } from '../../../lib/providers/http/conformance.ts';
import { httpDefinition } from '../../../lib/providers/http/definition.ts';
import { httpProvider } from '../../../lib/providers/http/provider.ts';
import { cancels, updates } from '../../../lib/providers/provider.ts';
import type { Listener } from '../../../local/http/http-listener.ts';
import { serveDefinition } from '../../contract/endpoint-under-test.ts';
import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';
import { shipmentsSince, withCapability } from '../../contract/service-under-test.ts';
import { inMemoryBox } from '../../fakes/in-memory-box.ts';

const SECRETS = { signingSecret: 'the secret of an example warehouse', previousSigningSecret: '' };

let warehouse: ChildProcess;
let endpoint: Listener;
let box: ProviderBox;
let baseUrl: string;

beforeAll(async () => {
  box = inMemoryBox('warehouse', Date.now);
  endpoint = await serveDefinition(httpDefinition, {
    connection: { id: 'warehouse', baseUrl: 'http://127.0.0.1:9' },
    secret: SECRETS,
    box,
    now: Date.now,
  });
  warehouse = spawn(process.execPath, ['docs/examples/warehouse.ts'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      PORT: '0',
      SIGNING_SECRET: SECRETS.signingSecret,
      MESSAGES_URL: `${endpoint.url}/messages`,
    },
  });
  baseUrl = `http://127.0.0.1:${await getPort(warehouse)}`;
});
afterAll(async () => {
  warehouse.kill();
  await endpoint.close();
});

/** Waits until it says where it listens. */
async function getPort({ stderr }: ChildProcess): Promise<string> {
  let said = '';
  for await (const text of stderr?.iterator({ destroyOnReturn: false }) ?? []) {
    said += text;
    const [, port] = /port: (\d+)/.exec(said) ?? [];
    if (port !== undefined) return port;
  }
  throw new Error(`The example ended: ${said}`);
}

function openProvider() {
  return httpProvider({
    system: 'warehouse',
    settings: { baseUrl, parts: ['change', 'cancel'], shipments: 'sent' },
    secrets: SECRETS,
    box,
    now: Date.now,
  });
}

describe('the example of a warehouse', () => {
  it('takes an order once, changes it, packs it, and tells the bridge', async () => {
    const provider = openProvider();
    const order = sampleOrder({ reference: 'SO-1-1' });
    for (let time = 0; time < 2; time += 1)
      expect(await provider.submit(order)).toEqual({ providerOrderId: 'SO-1-1', cancelled: false });
    const changed = sampleOrder({ reference: 'SO-1-1', lines: [sampleLine({ quantity: 3 })] });
    await withCapability(provider, updates).update('SO-1-1', changed, [order]);
    expect((await fetch(`${baseUrl}/pack/SO-1-1`, { method: 'POST' })).status).toBe(200);
    expect(await shipmentsSince(provider, null)).toMatchObject([
      { reference: 'SO-1-1', contents: [{ key: 'line-1', sku: 'SHADE-LINEN', quantity: 3 }] },
    ]);
    await expect(withCapability(provider, cancels).cancel('SO-1-1', 'SO-1-1')).rejects.toMatchObject({
      details: { code: 'too_late' },
    });
    await provider.close();
  });

  it('keeps every rule of the parts that it offers', async () => {
    const options = { baseUrl, signingSecret: SECRETS.signingSecret, now: Date.now, fetch };
    const results = await Array.fromAsync(checkConformance(options));
    expect(results.filter(({ outcome }) => outcome === 'broken')).toEqual([]);
    const left = results.filter(({ outcome }) => outcome === 'not implemented').map(({ part }) => part);
    expect(left).toEqual(['status', 'shipments', 'stock']);
  });
});
