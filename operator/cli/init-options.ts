import type { ProviderDefinition, SecretField } from '../../lib/providers/provider-definition.ts';
import { PROVIDERS } from '../../lib/providers/registry.ts';

/** The option that names another address of a service: `acme-url` for the key `acme`. */
export function getUrlOption(secretsKey: string): string {
  return `${secretsKey.toLowerCase()}-url`;
}

/** A connection in the examples of the help: the one that `init` proposes first. */
export const EXAMPLE_CONNECTION: string = PROVIDERS[0].connectionId;

/** Whether a person may leave a part of the credentials out. */
export function mayBeMissing({ isGenerated, isOptional }: SecretField): boolean {
  return isGenerated === true || isOptional === true;
}

/** The form of the file of `--secrets`. */
export function formatSecrets({ secretsKey, secretFields }: ProviderDefinition): string {
  const dear = '"dear": { "accountId": "…", "applicationKey": "…" }';
  const provider = secretFields
    .filter((field) => !mayBeMissing(field))
    .map(({ key }) => `"${key}": "…"`)
    .join(', ');
  return provider === '' ? `{ ${dear} }` : `{ ${dear}, "${secretsKey}": { ${provider} } }`;
}
