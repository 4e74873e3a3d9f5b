import { providerSandbox, ShipStationStaff } from 'dear-sandbox/shipstation-v2';
import { vi } from 'vitest';
import { loadSettings } from '../../lib/settings/load.ts';
import type { Settings } from '../../lib/settings/schema.ts';
import type { BridgeRecords } from '../../local/demo/bridge-records.ts';
import { DemoSystem } from '../../local/demo/demo-system.ts';
import type { DearScreens } from '../../local/demo/screens.ts';
import { type Host, startHost } from '../../local/host.ts';
import type { LogRecord } from '../../local/output.ts';
import { buildFromBuilt } from '../builders/built-bridge.ts';
import { PATIENCE_MS } from '../builders/patience.ts';

/** The whole system on this machine, with everything that a flow test reads. */
export interface LocalSystem {
  readonly host: Host;
  readonly stage: DemoSystem;
  readonly dear: DearScreens;
  readonly bench: ShipStationStaff;
  readonly records: BridgeRecords;
  readonly events: LogRecord[];
  readonly lines: string[];
  readonly connection: { readonly id: string; readonly location: string };
  /** Posts to the bridge as DEAR does. */
  deliver(body: unknown, token?: string): Promise<Response>;
  /** Spoils the next calls of a sandbox. */
  spoil(sandbox: 'dear' | 'shipStation', fault: object): Promise<void>;
}

/**
 * @param webhookCompression how much faster DEAR's waiting passes: at 600 its first minute is 100 ms
 * @param adjust changes the settings of the repository
 */
export async function startLocalSystem(
  stateDirectory: string | null = null,
  webhookCompression = 600,
  adjust: (settings: Settings) => Settings = (settings) => settings,
): Promise<LocalSystem> {
  const settings = adjust(await loadSettings());
  const [connection] = settings.connections;
  if (connection === undefined) throw new Error('The settings have no connection');
  const events: LogRecord[] = [];
  const lines: string[] = [];
  const host = await startHost({
    settings,
    build: buildFromBuilt,
    stateDirectory,
    webhookCompression,
    callsPerMinute: 6_000,
    onEvent: (record) => events.push(record),
    onLine: (line) => lines.push(line),
  });
  const { dearScreens, providers } = host.urls;
  const shipStation = providers[connection.id] ?? '';
  const getSecret = (name: string) => Object(host.secrets[`${host.stackName}/${name}`]);
  const stage = new DemoSystem({
    host,
    connections: settings.connections,
    sandbox: providerSandbox,
    say: () => {},
    timeoutMs: PATIENCE_MS / 2,
  });
  return {
    host,
    stage,
    dear: stage.dear,
    bench: new ShipStationStaff(shipStation, getSecret(`connection/${connection.id}`).apiKey),
    records: stage.records,
    events,
    lines,
    connection,
    deliver: (body, token = getSecret('webhook').current) =>
      fetch(host.urls.dearWebhook, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    spoil: async (sandbox, fault) => {
      const origin = sandbox === 'dear' ? dearScreens : shipStation;
      const response = await fetch(`${origin}/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      if (!response.ok) throw new Error(await response.text());
    },
  };
}

/** Resolves with the first result that is neither null, undefined nor false. */
export function eventually<Value>(look: () => Promise<Value | null | undefined | false>): Promise<Value> {
  return vi.waitFor(
    async () => {
      const value = await look();
      if (value === null || value === undefined || value === false)
        throw new Error('It did not happen in time');
      return value;
    },
    { timeout: PATIENCE_MS / 2, interval: 100 },
  );
}

export async function confirmed(system: LocalSystem, reference: string) {
  return eventually(async () => {
    const order = await system.records.order(reference);
    return order?.confirmation.state === 'confirmed' && order;
  });
}
