import * as z from 'zod';
import type { Provider } from '../providers/provider.ts';
import { createProvider } from '../providers/registry.ts';
import type { Settings } from '../settings/schema.ts';
import { builtFromSecret } from './built-from-secret.ts';
import type { BudgetOf } from './rate-budgets.ts';
import { readSecret } from './secrets.ts';

/** Each connection's provider, built at its first use and kept until its credentials are replaced. */
export function providers(
  settings: Settings,
  secretPrefix: string,
  budgetOf: BudgetOf,
): (connection: string) => Promise<Provider> {
  const builders = new Map(
    settings.connections.map((connection) => [
      connection.id,
      builtFromSecret(
        () => readSecret(`${secretPrefix}${connection.id}`, z.unknown()),
        (secret) => createProvider(connection, secret, { now: Date.now, budgetOf }),
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
