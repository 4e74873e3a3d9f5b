import { join } from 'node:path';
import type { DearState } from 'dear-sandbox/dear';
import {
  fileStorage,
  memoryStorage,
  type ProviderSandbox,
  type RunningProviderSandbox,
  realTimeline,
  type SandboxConnection,
} from 'dear-sandbox/kit';
import * as z from 'zod';
import { isSameName } from '../lib/domain/sale/location.ts';
import { getAccountName, getProviderDefinition } from '../lib/providers/registry.ts';
import { dearSecret } from '../lib/runtime/secrets.ts';
import type { ConnectionSettings } from '../lib/settings/connection.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { explainListenError } from './http/http-listener.ts';
import type { Secrets } from './secrets.ts';

/**
 * The stock of a provider's new sandbox: what DEAR's new sandbox has at the connection's location, so that the two agree at
 * the start, divided among all connections of that location. DEAR's batches are added up, because not every provider lists them.
 */
function getOpeningStock(
  { locations, products, stock }: DearState,
  { id: connection, location }: ConnectionSettings,
  connections: readonly ConnectionSettings[],
): SandboxConnection['stock'] {
  const sharing = connections.filter((one) => isSameName(one.location, location)).map((one) => one.id);
  const getShare = (quantity: number) =>
    Math.floor(quantity / sharing.length) + Number(sharing.indexOf(connection) < quantity % sharing.length);
  const warehouse = locations.find((place) => place.parentId === null && isSameName(place.name, location));
  const bins = locations.filter(({ parentId }) => parentId !== null && parentId === warehouse?.id);
  const places = new Set([warehouse, ...bins].map((place) => place?.id));
  return products.flatMap(({ id, sku }) => {
    const rows = stock.filter((row) => row.productId === id && places.has(row.locationId));
    const quantity = rows.reduce((sum, row) => sum + row.onHand, 0);
    return rows.length === 0 ? [] : [{ sku, quantity: getShare(quantity) }];
  });
}

interface SandboxOptions {
  readonly settings: Settings;
  readonly stackName: string;
  /** The credentials that the sandboxes accept. */
  readonly secrets: Secrets;
  readonly dearPort: number;
  /** For the first sandbox of a provider; the others use any free port. */
  readonly providerPort: number;
  /** The origin below which the bridge serves the providers that call it. */
  readonly apiUrl: string;
  /** Folder for their state, or null for memory. */
  readonly directory: string | null;
  /** How many times faster DEAR's waits before webhooks pass. */
  readonly webhookCompression: number;
  /** How long after an order arrives a provider ships it; null: only on request. */
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
  readonly providers: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * Starts a sandbox for each upstream whose address is `sandbox`: DEAR, and one for each account of a provider. Connections with
 * the same credentials share an account.
 * @throws {PortInUseError}
 */
export async function startSandboxes(options: SandboxOptions): Promise<Sandboxes> {
  const closing = new AsyncDisposableStack();
  try {
    const dear = options.settings.dear.baseUrl === 'sandbox' ? await startDear(options) : null;
    if (dear !== null) closing.defer(dear.close);
    const byConnection = new Map<string, RunningProviderSandbox>();
    for (const account of getAccounts(options)) {
      const port = byConnection.size === 0 ? options.providerPort : 0;
      const sandbox = await startProvider(account, port, options);
      closing.defer(sandbox.close);
      for (const { id } of account) byConnection.set(id, sandbox);
    }
    const settings = withSandboxes(options, dear?.url ?? null, byConnection);
    const providers = Object.fromEntries([...byConnection].map(([id, { url }]) => [id, url]));
    const close = async () => await closing.disposeAsync();
    return { settings, dearOrigin: dear?.origin ?? null, providers, close };
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

/** The settings' list of webhook senders is dropped, because DEAR's sandbox sends from this machine. */
function withSandboxes(
  { settings, callsPerMinute }: SandboxOptions,
  dearUrl: string | null,
  providers: ReadonlyMap<string, RunningProviderSandbox>,
): Settings {
  const limit = callsPerMinute === undefined ? {} : { callsPerMinute };
  const dear =
    dearUrl === null ? settings.dear : { ...settings.dear, baseUrl: dearUrl, webhookAddresses: [], ...limit };
  const connections = settings.connections.map((connection) => ({
    ...connection,
    ...providers.get(connection.id)?.settingsFor(connection.id),
  }));
  return { ...settings, dear, connections };
}

async function startDear(options: SandboxOptions) {
  const { stackName, secrets, dearPort, directory, webhookCompression, callsPerMinute } = options;
  const { startDearSandbox } = await import('dear-sandbox/dear');
  return await startDearSandbox({
    port: dearPort,
    ...dearSecret.parse(secrets[`${stackName}/dear`]),
    storage: directory === null ? memoryStorage() : fileStorage(join(directory, 'dear.json')),
    timeline: realTimeline(webhookCompression),
    ...(callsPerMinute !== undefined && { callsPerMinute }),
  }).catch((error: unknown) => {
    throw explainListenError(error, dearPort, "DEAR's sandbox");
  });
}

type Account = readonly [ConnectionSettings, ...ConnectionSettings[]];

/** The connections to sandboxes, by account. A provider without accounts has a sandbox for each connection. */
function getAccounts({ settings, secrets, stackName }: SandboxOptions): Iterable<Account> {
  const accounts = new Map<string, Account>();
  for (const connection of settings.connections) {
    if (!getProviderDefinition(connection.provider).isSandbox(connection)) continue;
    const secret = secrets[`${stackName}/connection/${connection.id}`];
    const name = getAccountName(connection, secret) ?? `none: ${connection.id}`;
    const before = accounts.get(name);
    accounts.set(name, before === undefined ? [connection] : [...before, connection]);
  }
  return accounts.values();
}

async function startProvider(
  account: Account,
  port: number,
  options: SandboxOptions,
): Promise<RunningProviderSandbox> {
  const [{ id, provider }] = account;
  const [{ seedState }, sandbox] = await Promise.all([
    import('dear-sandbox/dear'),
    loadProviderSandbox(provider),
  ]);
  const dear = seedState(0);
  const { directory, shipsByItself, callsPerMinute } = options;
  return await sandbox
    .start({
      port,
      secret: sandboxSecret.parse(options.secrets[`${options.stackName}/connection/${id}`]),
      stateFile: directory === null ? null : join(directory, `connection-${id}.json`),
      timeline: realTimeline(),
      shipsByItself,
      callsPerMinute,
      connections: account.map((connection) => ({
        id: connection.id,
        settings: { ...connection },
        stock: getOpeningStock(dear, connection, options.settings.connections),
        bridgeUrl: `${options.apiUrl}/providers/${connection.id}`,
      })),
    })
    .catch((error: unknown) => {
      throw explainListenError(error, port, `the sandbox of ${id}`);
    });
}

const sandboxSecret = z.record(z.string(), z.string());

/** The sandbox of a provider, by the provider's id. */
export async function loadProviderSandbox(provider: string): Promise<ProviderSandbox> {
  const { providerSandbox }: { readonly providerSandbox: ProviderSandbox } = await import(
    `dear-sandbox/${provider}`
  );
  return providerSandbox;
}
