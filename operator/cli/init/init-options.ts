import type { ProviderDefinition, SecretField } from '../../../lib/providers/provider-definition.ts';
import { PROVIDERS } from '../../../lib/providers/registry.ts';
import type { Settings } from '../../../lib/settings/schema.ts';
import { Refused } from '../../user-errors.ts';

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

/** The id that the provider proposes, with a number where the settings have it already. */
export function proposeId({ connectionId }: ProviderDefinition, before: Settings | null): string {
  const taken = new Set(before?.connections.map(({ id }) => id));
  const numbered = Array.from({ length: taken.size + 1 }, (_, index) => `${connectionId}-${index + 2}`);
  return [connectionId, ...numbered].find((id) => !taken.has(id)) ?? connectionId;
}

/** Settings of the sandbox are not added to by `init`. */
export function refuseSandbox(): Refused {
  return new Refused(
    'DEAR is the sandbox in these settings, which has no keys to check',
    'Write the connection into the file by hand, or name the settings of the real accounts: BRIDGE_CONFIG=acme.config.ts',
  );
}
