import { DearClient } from '../dear/client.ts';
import type { Settings } from '../settings/schema.ts';
import { builtFromSecret } from './built-from-secret.ts';
import type { BudgetOf } from './rate-budgets.ts';
import { dearSecret, readSecret } from './secrets.ts';

/** One client, and so one pool of connections, for the container's life or until its credentials are replaced. */
export function dearClient(
  settings: Settings,
  secretId: string,
  budgetOf: BudgetOf,
): () => Promise<DearClient> {
  const { baseUrl, callsPerMinute } = settings.dear;
  const budget = budgetOf('dear', callsPerMinute);
  return builtFromSecret(
    () => readSecret(secretId, dearSecret),
    (credentials) => new DearClient({ baseUrl, ...credentials }, { budget }),
  );
}
