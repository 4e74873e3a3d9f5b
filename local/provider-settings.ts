import { getProviderDefinition, PROVIDERS } from '../lib/providers/registry.ts';
import { parseSettings } from '../lib/settings/define-config.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { UsageError } from '../operator/user-errors.ts';
import { loadProviderSandbox } from './sandboxes.ts';

/**
 * The settings with the sandbox of another provider behind their connections, of which the first two are kept.
 * @param provider the provider's id, as it was typed
 * @throws {UsageError} there is no such provider
 */
export async function withProvider(settings: Settings, provider: string): Promise<Settings> {
  const known = PROVIDERS.map(({ id }) => id);
  if (!known.some((id) => id === provider)) {
    throw new UsageError(`--provider ${provider} is not one of ${known.join(', ')}`);
  }
  const { connectionSettings, otherWarehouse } = await loadProviderSandbox(provider);
  const connections = settings.connections.slice(0, connectionSettings.length).map((connection, index) => {
    const former = Object.keys(getProviderDefinition(connection.provider).settings());
    const kept = Object.entries(connection).filter(([key]) => !former.includes(key));
    const warehouses = renameWarehouse(connection.warehouses, otherWarehouse);
    return { ...Object.fromEntries(kept), warehouses, provider, ...connectionSettings[index] };
  });
  return parseSettings({ ...settings, connections }, `The settings with provider ${provider}`);
}

/** The location of another warehouse, under that warehouse's id at the other provider. */
function renameWarehouse(
  warehouses: Settings['connections'][number]['warehouses'],
  otherWarehouse: string | undefined,
): Settings['connections'][number]['warehouses'] {
  const [location] = Object.values(warehouses);
  return otherWarehouse === undefined || location === undefined ? {} : { [otherWarehouse]: location };
}
