import { type DearSandbox, startDearSandbox } from 'dear-sandbox/dear';
import { manualTimeline } from 'dear-sandbox/kit';
import { type ShipStationSandbox, startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { onTestFinished } from 'vitest';
import { getSchedules } from '../../lib/runtime/job-schedules.ts';
import type { SettingsInput } from '../../lib/settings/schema.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';

export const CREDENTIALS = {
  dear: { accountId: 'account', applicationKey: 'application-key' },
  shipStation: { apiKey: 'api-key' },
  /** Another one of the same ShipStation account. */
  secondKey: 'second-key',
};

export interface ConnectedBridge {
  readonly fake: InMemoryBridge;
  readonly dear: DearSandbox;
  readonly shipStation: ShipStationSandbox;
  /** What a person does in DEAR's screens: a POST below `/sandbox`. */
  byHand(path: string, body?: object): Promise<unknown>;
}

type V2Connection = Extract<SettingsInput['connections'][number], { readonly provider: 'shipstation-v2' }>;

export interface ConnectedBridgeOptions {
  /** Of the connection, beside what every test has. */
  readonly connection?: Partial<V2Connection>;
  /** A second connection of the same account. */
  readonly beside?: Pick<V2Connection, 'id' | 'location'> & Partial<V2Connection>;
  readonly automationModule?: boolean;
}

/** A bridge in memory that talks to both sandboxes over HTTP; all of it ends with the test. */
export async function connectedBridge({
  connection = {},
  beside,
  automationModule = true,
}: ConnectedBridgeOptions = {}): Promise<ConnectedBridge> {
  const { dear, shipStation } = await sandboxes(automationModule);
  const common = { provider: 'shipstation-v2', baseUrl: shipStation.url, warehouseId: 'se-1001' } as const;
  const fake = new InMemoryBridge({
    dear: { baseUrl: dear.url },
    connections: [
      { ...common, id: 'lantern', location: 'ShipStation Austin', ...connection },
      ...(beside === undefined ? [] : [{ ...common, ...beside }]),
    ],
  });
  if (beside !== undefined)
    await fake.secrets.write(`acme-test/connection/${beside.id}`, CREDENTIALS.shipStation);
  await fake.secrets.write('acme-test/dear', CREDENTIALS.dear);
  await fake.secrets.write('acme-test/connection/lantern', CREDENTIALS.shipStation);
  await fake.secrets.write('acme-test/webhook', { current: 'token-of-the-webhooks', previous: '' });
  onTestFinished(() => fake.bridge.close());
  const byHand = async (path: string, body: object = {}) => {
    const answer = await fetch(`${dear.origin}/sandbox/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return await answer.json();
  };
  return { fake, dear, shipStation, byHand };
}

/** Both sandboxes on free ports. Their clock stands still, so nothing that they schedule happens. */
export async function sandboxes(automationModule = true) {
  const timeline = manualTimeline();
  const dear = await startDearSandbox({
    port: 0,
    ...CREDENTIALS.dear,
    timeline,
    callsPerMinute: 6_000,
    automationModule,
  });
  const shipStation = await startShipStationSandbox({
    port: 0,
    ...CREDENTIALS.shipStation,
    otherKeys: [CREDENTIALS.secondKey],
    timeline,
  });
  onTestFinished(async () => {
    await dear.close();
    await shipStation.close();
  });
  return { dear, shipStation };
}

/** Every job has just run, and the catalogue has the SKUs. */
export async function runEveryJob({ bridge, now }: InMemoryBridge, skus: readonly string[]): Promise<void> {
  const at = new Date(now).toISOString();
  const ended = { doneUntil: at, startedAt: at, succeededAt: at, counts: {}, failure: '' };
  for (const { request } of getSchedules(bridge.settings)) {
    const { job, connection } = request;
    await bridge.runs.save({ ...ended, job, connection, outcome: 'finished' });
  }
  for (const { id } of bridge.settings.connections) await bridge.catalogues.replace(id, new Set(skus), at);
}
