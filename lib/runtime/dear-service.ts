import { DearClient } from '../dear/client.ts';
import { builtFromSecret, dearSecret, readSecret } from './secrets.ts';
import type { Services } from './services.ts';

/** One client of DEAR, and so one pool of connections, until its credentials are replaced. */
export function createDear(
  services: Pick<Services, 'settings' | 'budgets' | 'get' | 'mayWrite'>,
): () => Promise<DearClient> {
  const { settings, mayWrite } = services;
  const { baseUrl, callsPerMinute } = settings.dear;
  const budget = services.budgets()('dear', callsPerMinute);
  const secretId = services.get('DEAR_SECRET_ID');
  return builtFromSecret(
    () => readSecret(secretId, dearSecret),
    (credentials) => new DearClient({ baseUrl, ...credentials }, { budget, mayWrite }),
  );
}
