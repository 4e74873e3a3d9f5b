import type { ProviderDefinition } from '../../lib/providers/provider-definition.ts';
import { PROVIDERS } from '../../lib/providers/registry.ts';

/** The option that names another address of a service: `acme-url` for the key `acme`. */
export function getUrlOption(secretsKey: string): string {
  return `${secretsKey.toLowerCase()}-url`;
}

/** A connection in the examples of the help: the one that `init` proposes first. */
export const EXAMPLE_CONNECTION: string = PROVIDERS[0].connectionId;

/** The form of the file of `--secrets`. */
export function formatSecrets({ secretsKey, secretFields }: ProviderDefinition): string {
  const dear = '"dear": { "accountId": "…", "applicationKey": "…" }';
  const provider = secretFields
    .filter(({ isGenerated }) => isGenerated !== true)
    .map(({ key }) => `"${key}": "…"`)
    .join(', ');
  return provider === '' ? `{ ${dear} }` : `{ ${dear}, "${secretsKey}": { ${provider} } }`;
}
