import * as z from 'zod';
import type { Provider } from '../providers/provider.ts';
import type { OpenProvider } from '../providers/provider-definition.ts';
import { getAccountName, getProviderDefinition, openProvider } from '../providers/registry.ts';
import type { ConnectionSettings } from '../settings/connection.ts';
import { builtFromSecret, readSecret } from './secrets.ts';
import type { Services } from './services.ts';

interface ProviderServices {
  /** The connection's provider, kept until its credentials are replaced. */
  readonly providerFor: (connection: string) => Promise<Provider>;
  /**
   * Ids of the other connections with the same account at the provider. Keys are cached, and none is read where there is only
   * one connection; none for a connection whose key cannot be read, as its own work reports that.
   */
  readonly sharingAccount: (connection: string) => Promise<string[]>;
}

export function createProviders(
  services: Pick<Services, 'connections' | 'budgets' | 'now' | 'get' | 'box' | 'mayWrite'>,
): ProviderServices {
  const { connections, now, mayWrite } = services;
  const prefix = services.get('CONNECTION_SECRET_PREFIX');
  const environment = { now, getBudget: services.budgets(), getBox: services.box, mayWrite };
  const providers = new Map<string, () => Promise<OpenProvider>>(
    connections.map((connection) => [
      connection.id,
      builtFromSecret(
        () => readProviderSecret(connection, prefix),
        (secret) => openProvider(connection, secret, environment),
      ),
    ]),
  );
  return {
    providerFor: async (connection) => {
      const getProvider = providers.get(connection);
      if (getProvider !== undefined) return getProvider();
      throw new Error(`The order belongs to connection ${connection}, which is no longer in the settings`);
    },
    sharingAccount: async (id) => {
      const [own] = connections.filter((connection) => connection.id === id);
      const others = connections.filter((connection) => connection.id !== id);
      return own === undefined ? [] : await findSharing(own, others, prefix);
    },
  };
}

/** null where the service is not called: this function may not read the secret with which the service calls us. */
async function readProviderSecret({ id, provider }: ConnectionSettings, prefix: string): Promise<unknown> {
  return getProviderDefinition(provider).isCalled ? await readSecret(`${prefix}${id}`, z.unknown()) : null;
}

async function findSharing(
  connection: ConnectionSettings,
  others: readonly ConnectionSettings[],
  prefix: string,
): Promise<string[]> {
  if (others.length === 0) return [];
  const own = await readAccount(connection, prefix);
  if (own === null) return [];
  const accounts = await Promise.all(others.map((other) => readAccount(other, prefix)));
  return others.filter((_, index) => accounts[index] === own).map(({ id }) => id);
}

async function readAccount(connection: ConnectionSettings, prefix: string): Promise<string | null> {
  try {
    return getAccountName(connection, await readProviderSecret(connection, prefix));
  } catch {
    return null;
  }
}
