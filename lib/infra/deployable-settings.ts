import { createHash } from 'node:crypto';
import { getProviderDefinition } from '../providers/registry.ts';
import { ConfigurationError } from '../settings/define-config.ts';
import type { Settings } from '../settings/schema.ts';

/** The stage of `npm start` and of `npm run synth`, which is never deployed. */
export const LOCAL_STAGE = 'local';

/**
 * Refuses settings of sandboxes and unencrypted addresses for a stage that is deployed: with a forgotten `BRIDGE_CONFIG` they
 * would replace those of a running stack, and every sale would fail.
 * @throws {ConfigurationError} naming each address and what to do
 */
export function requireDeployable(settings: Settings, stage: string | undefined): void {
  if (stage === LOCAL_STAGE) return;
  const mistakes = [
    ...explainAddresses('dear', { baseUrl: settings.dear.baseUrl }),
    ...settings.connections.flatMap((connection) =>
      getProviderDefinition(connection.provider).isSandbox(connection)
        ? [`connection ${connection.id} is to the sandbox of npm start`]
        : explainAddresses(`connection ${connection.id}`, connection),
    ),
  ];
  if (mistakes.length === 0) return;
  throw new ConfigurationError(
    `These settings cannot be deployed:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`,
    'Name the file of your own settings: BRIDGE_CONFIG=acme.config.ts; the sandbox of npm start can be synthesised with -c stage=local',
  );
}

function explainAddresses(of: string, values: object): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (value === 'sandbox') return [`${of}: ${key} is the sandbox of npm start`];
    const isPlain = typeof value === 'string' && /^http:\/\//i.test(value);
    return isPlain ? [`${of}: ${key} ${value} is not encrypted; use https`] : [];
  });
}

/**
 * The settings as JSON in ASCII, for the template: CloudFormation returns a template with a `?` in place of every other character
 * (aws-cloudformation/cloudformation-coverage-roadmap 814), and a location named so is not DEAR's.
 */
export function toTemplateText(settings: Settings): string {
  return JSON.stringify(settings).replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Twelve digits that tell one version of the settings from another. */
export function hashSettings(settings: Settings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}
