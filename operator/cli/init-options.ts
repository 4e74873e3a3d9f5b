import type { ProviderDefinition } from '../../lib/providers/provider-definition.ts';

/** The option that names another address of a service: `shipstation-url`. */
export function getUrlOption(secretsKey: string): string {
  return `${secretsKey.toLowerCase()}-url`;
}

/** The form of the file of `--secrets`. */
export function formatSecrets({ secretsKey, secretFields }: ProviderDefinition): string {
  const provider = secretFields.map(({ key }) => `"${key}": "…"`).join(', ');
  return `{ "dear": { "accountId": "…", "applicationKey": "…" }, "${secretsKey}": { ${provider} } }`;
}
