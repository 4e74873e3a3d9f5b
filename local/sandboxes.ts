import { join } from 'node:path';
import type { DearState } from 'dear-sandbox/dear';
import { fileStorage, memoryStorage, realTimeline, type SandboxStorage } from 'dear-sandbox/kit';
import type { OpeningStock } from 'dear-sandbox/shipstation-v2';
import { isSameName } from '../lib/domain/sale/location.ts';
import { shipStationV2Secret } from '../lib/providers/shipstation-v2/settings.ts';
import { dearSecret } from '../lib/runtime/secrets.ts';
import type { ConnectionSettings, Settings } from '../lib/settings/schema.ts';
import { explainListenError } from './http/http-listener.ts';
import type { Secrets } from './secrets.ts';

/**
 * The stock of a provider's new sandbox: what DEAR's new sandbox has at the connection's location, so that the two agree at
 * the start. DEAR's batches are added up, because ShipStation lists none.
 */
function getOpeningStock(
  { locations, products, stock }: DearState,
  { location, warehouseId }: ConnectionSettings,
): OpeningStock[] {
  const warehouse = locations.find((place) => place.parentId === null && isSameName(place.name, location));
  const bins = locations.filter(({ parentId }) => parentId !== null && parentId === warehouse?.id);
  const places = new Set([warehouse, ...bins].map((place) => place?.id));
  return products.flatMap(({ id, sku }) => {
    const rows = stock.filter((row) => row.productId === id && places.has(row.locationId));
    const quantity = rows.reduce((sum, row) => sum + row.onHand, 0);
    return rows.length === 0 ? [] : [{ sku, quantity, shipFrom: warehouseId }];
  });
}

interface SandboxOptions {
  readonly settings: Settings;
  readonly stackName: string;
  /** The credentials that the sandboxes accept. */
  readonly secrets: Secrets;
  readonly dearPort: number;
  /** For the first ShipStation sandbox; the others use any free port. */
  readonly shipStationPort: number;
  /** Folder for their state, or null for memory. */
  readonly directory: string | null;
  /** How many times faster DEAR's waits before webhooks pass. */
  readonly webhookCompression: number;
  /** How long after an order arrives ShipStation ships it; null: only on request. */
  readonly shipsByItself: { readonly afterMs: number } | null;
  /** The rate limit of each sandbox and the bridge's use of it, in place of the vendors' limits and the settings. */
  readonly callsPerMinute?: number | undefined;
}

export interface Sandboxes {
  /** With the sandboxes' addresses in place of `sandbox`. */
  readonly settings: Settings;
  /** The origin of DEAR's sandbox; null where DEAR is a real account. */
  readonly dearOrigin: string | null;
  /** Connection id → address, of those that are sandboxes. */
  readonly shipStations: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts a sandbox for each upstream whose address is `sandbox`: DEAR, and one for each ShipStation account. Connections with
 * the same API key share an account.
 * @throws {PortInUseError}
 */
export async function startSandboxes(options: SandboxOptions): Promise<Sandboxes> {
  const closing: Array<() => Promise<void>> = [];
  const close = async () => {
    await Promise.all(closing.map((one) => one()));
  };
  try {
    const dear = options.settings.dear.baseUrl === 'sandbox' ? await startDear(options) : null;
    if (dear !== null) closing.push(dear.close);
    const shipStations: Record<string, string> = {};
    for (const [apiKey, connections] of shipStationAccounts(options)) {
      const port = closing.length > (dear === null ? 0 : 1) ? 0 : options.shipStationPort;
      const sandbox = await startShipStation(apiKey, connections, port, options);
      closing.push(sandbox.close);
      for (const { id } of connections) shipStations[id] = sandbox.url;
    }
    const settings = withSandboxes(options, dear?.url ?? null, shipStations);
    return { settings, dearOrigin: dear?.origin ?? null, shipStations, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The settings' list of webhook senders is dropped, because DEAR's sandbox sends from this machine. */
function withSandboxes(
  { settings, callsPerMinute }: SandboxOptions,
  dearUrl: string | null,
  shipStations: Readonly<Record<string, string>>,
): Settings {
  const limit = callsPerMinute === undefined ? {} : { callsPerMinute };
  const dear =
    dearUrl === null ? settings.dear : { ...settings.dear, baseUrl: dearUrl, webhookAddresses: [], ...limit };
  const connections = settings.connections.map((connection) => {
    const baseUrl = shipStations[connection.id];
    return baseUrl === undefined ? connection : { ...connection, baseUrl, ...limit };
  });
  return { ...settings, dear, connections };
}

async function startDear(options: SandboxOptions) {
  const { stackName, secrets, dearPort, directory, webhookCompression, callsPerMinute } = options;
  const { startDearSandbox } = await import('dear-sandbox/dear');
  return await startDearSandbox({
    port: dearPort,
    ...dearSecret.parse(secrets[`${stackName}/dear`]),
    storage: storageIn(directory, 'dear'),
    timeline: realTimeline(webhookCompression),
    ...(callsPerMinute !== undefined && { callsPerMinute }),
  }).catch((error: unknown) => {
    throw explainListenError(error, dearPort, "DEAR's sandbox");
  });
}

type Account = readonly [ConnectionSettings, ...ConnectionSettings[]];

/** The connections of each API key. */
function shipStationAccounts({ settings, secrets, stackName }: SandboxOptions): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const connection of settings.connections.filter(({ baseUrl }) => baseUrl === 'sandbox')) {
    const { apiKey } = shipStationV2Secret.parse(secrets[`${stackName}/connection/${connection.id}`]);
    const before = accounts.get(apiKey);
    accounts.set(apiKey, before === undefined ? [connection] : [...before, connection]);
  }
  return accounts;
}

async function startShipStation(apiKey: string, connections: Account, port: number, options: SandboxOptions) {
  const [{ seedState }, { startShipStationSandbox }] = await Promise.all([
    import('dear-sandbox/dear'),
    import('dear-sandbox/shipstation-v2'),
  ]);
  const dear = seedState(0);
  return await startShipStationSandbox({
    port,
    apiKey,
    storage: storageIn(options.directory, `connection-${connections[0].id}`),
    timeline: realTimeline(),
    shipsByItself: options.shipsByItself,
    stock: connections.flatMap((connection) => getOpeningStock(dear, connection)),
    ...(options.callsPerMinute !== undefined && { callsPerMinute: options.callsPerMinute }),
  }).catch((error: unknown) => {
    throw explainListenError(error, port, "ShipStation's sandbox");
  });
}

function storageIn<State extends object>(directory: string | null, name: string): SandboxStorage<State> {
  return directory === null ? memoryStorage() : fileStorage(join(directory, `${name}.json`));
}
