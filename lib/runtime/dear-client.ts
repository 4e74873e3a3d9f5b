import { DearClient } from '../dear/client.ts';
import type { Settings } from '../settings/schema.ts';
import { builtFromSecret } from './built-from-secret.ts';
import { dearSecret, readSecret } from './secrets.ts';

/** One client, and so one pool of connections, for the container's life or until its credentials are replaced. */
export function dearClient(settings: Settings, secretId: string): () => Promise<DearClient> {
  const { baseUrl } = settings.dear;
  return builtFromSecret(
    () => readSecret(secretId, dearSecret),
    (credentials) => new DearClient({ baseUrl, ...credentials }),
  );
}
