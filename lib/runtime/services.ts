import * as z from 'zod';
import { DearClient } from '../dear/client.ts';
import type { Provider } from '../providers/provider.ts';
import { createProvider, getAccountName } from '../providers/registry.ts';
import { shipStationV2Secret } from '../providers/shipstation-v2/settings.ts';
import type { Settings } from '../settings/schema.ts';
import { builtFromSecret, dearSecret, readSecret } from './secrets.ts';
import type { BudgetOf } from './shared-budget.ts';

/** One client, and so one pool of connections, for the container's life or until its credentials are replaced. */
export function dearClient(
  settings: Settings,
  secretId: string,
  getBudget: BudgetOf,
): () => Promise<DearClient> {
  const { baseUrl, callsPerMinute } = settings.dear;
  const budget = getBudget('dear', callsPerMinute);
  return builtFromSecret(
    () => readSecret(secretId, dearSecret),
    (credentials) => new DearClient({ baseUrl, ...credentials }, { budget }),
  );
}

/** Each connection's provider, built at its first use and kept until its credentials are replaced. */
export function providers(
  settings: Settings,
  secretPrefix: string,
  getBudget: BudgetOf,
): (connection: string) => Promise<Provider> {
  const builders = new Map(
    settings.connections.map((connection) => [
      connection.id,
      builtFromSecret(
        () => readSecret(`${secretPrefix}${connection.id}`, z.unknown()),
        (secret) => createProvider(connection, secret, { now: Date.now, getBudget }),
      ),
    ]),
  );
  return async (connection) => {
    const build = builders.get(connection);
    if (build === undefined) {
      throw new Error(`The order belongs to connection ${connection}, which is no longer in the settings`);
    }
    return build();
  };
}

/**
 * Finds the other connections with the same account. The keys are read where they are needed anyway, and nothing is read
 * where there is only one connection.
 * @returns none for a connection whose key cannot be read: its own work says so
 */
export function sharingAccount(
  settings: Settings,
  secretPrefix: string,
): (connection: string) => Promise<string[]> {
  const ids = settings.connections.map(({ id }) => id);
  const getAccount = (id: string) =>
    readSecret(`${secretPrefix}${id}`, shipStationV2Secret).then(getAccountName, () => null);
  return async (connection) => {
    const others = ids.filter((id) => id !== connection);
    if (others.length === 0) return [];
    const own = await getAccount(connection);
    if (own === null) return [];
    const accounts = await Promise.all(others.map(getAccount));
    return others.filter((_, index) => accounts[index] === own);
  };
}
