import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providerSandbox, ShipStationStaff } from 'dear-sandbox/shipstation-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { DemoSystem } from '../../local/demo/demo-system.ts';
import { type Host, startHost } from '../../local/host.ts';
import type { LogRecord } from '../../local/output.ts';
import { buildFromBuilt } from '../builders/built-bridge.ts';
import { PATIENCE_MS } from '../builders/patience.ts';
import { eventually } from './local-system.ts';

const API_KEY = 'key-of-both-connections';
const HEADERS = { 'api-key': API_KEY, 'content-type': 'application/json' };
const service = { provider: 'shipstation-v2', baseUrl: 'sandbox' } as const;
const settings = parseSettings(
  {
    dear: { baseUrl: 'sandbox' },
    connections: [
      { ...service, id: 'austin', location: 'ShipStation Austin', warehouseId: 'se-1001' },
      { ...service, id: 'reno', location: 'ShipStation Reno', warehouseId: 'se-1002' },
    ],
  },
  'two connections of one account',
);

const directory = mkdtempSync(join(tmpdir(), 'bridge-shared-account-'));
const events: LogRecord[] = [];
let host: Host;
let stage: DemoSystem;
let bench: ShipStationStaff;
let origin: string;

beforeAll(async () => {
  const names = settings.connections.map(({ id }) => `dear-fulfillment-bridge-local/connection/${id}`);
  const secrets = Object.fromEntries(names.map((name) => [name, { apiKey: API_KEY }]));
  writeFileSync(join(directory, 'dear-fulfillment-bridge.json'), '');
  writeFileSync(join(directory, 'secrets.json'), JSON.stringify(secrets));
  host = await startHost({
    settings,
    build: buildFromBuilt,
    stateDirectory: directory,
    webhookCompression: 600,
    callsPerMinute: 6_000,
    onEvent: (record) => events.push(record),
  });
  stage = new DemoSystem({
    host,
    connections: settings.connections,
    sandbox: providerSandbox,
    say: () => {},
    timeoutMs: PATIENCE_MS / 2,
  });
  origin = host.urls.providers.austin ?? '';
  bench = new ShipStationStaff(origin, API_KEY);
});
afterAll(async () => {
  await host?.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function registered(): Promise<string[]> {
  const answer = await fetch(`${origin}/v2/environment/webhooks`, { headers: HEADERS });
  const webhooks = (await answer.json()) as Array<{ event: string; url: string }>;
  return webhooks.map(({ event, url }) => `${event} ${new URL(url).pathname}`).sort();
}

/** Ships one sale of each connection, and waits until both are confirmed and nothing is left to do. @returns both orders' references */
async function shipOneOfEach(): Promise<string[]> {
  const references: string[] = [];
  for (const at of ['austin', 'reno']) {
    const { reference } = await stage.authorise(at, ['TRL-MUG-350']);
    const there = await eventually(async () => (await bench.ordersFor(reference))[0]);
    await bench.ship(there.id);
    references.push(reference);
  }
  // A function logs what it did after it has written it, so its line comes later than the order's state.
  for (const reference of references) await eventually(async () => getConfirmations(reference).length > 0);
  await stage.waitUntilIdle();
  return references;
}

const getConfirmations = (reference: string) =>
  events.filter(
    ({ message, ...line }) => message === 'shipment.confirmed' && Object(line).reference === reference,
  );

async function tellsEachItsOwn(): Promise<void> {
  const references = await shipOneOfEach();
  const orders = await Promise.all(references.map((reference) => stage.records.order(reference)));
  expect(orders.map((order) => [order?.connection, order?.packages.length])).toEqual([
    ['austin', 1],
    ['reno', 1],
  ]);
  for (const reference of references) expect(getConfirmations(reference)).toHaveLength(1);
  const runs = () => events.filter(({ message }) => message === 'shipments.collected');
  await eventually(async () => runs().some((line) => Object(line).otherConnections > 0));
  expect(runs().filter((line) => Object(line).unmatched !== 0)).toEqual([]);
  expect(events.filter(({ level }) => level === 'ERROR')).toEqual([]);
}

describe('two connections of one ShipStation account', () => {
  it('share one webhook for each event, which collects the shipments of both within seconds', async () => {
    expect(await registered()).toEqual([
      'fulfillment_shipped_v2 /webhooks/providers/austin',
      'label_created_v2 /webhooks/providers/austin',
    ]);
    await tellsEachItsOwn();
  });

  it('confirm each shipment once, also if each has a webhook of its own', async () => {
    const body = JSON.stringify({ severalWebhookUrls: true });
    await fetch(`${origin}/sandbox/settings`, { method: 'PATCH', headers: HEADERS, body });
    const url = `${host.urls.api}/webhooks/providers/reno`;
    const webhook = JSON.stringify({ event: 'label_created_v2', url });
    const answer = await fetch(`${origin}/v2/environment/webhooks`, {
      method: 'POST',
      headers: HEADERS,
      body: webhook,
    });
    expect(answer.ok).toBe(true);
    await tellsEachItsOwn();
  });
});
