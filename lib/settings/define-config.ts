import type * as z from 'zod';
import { type Settings, type SettingsInput, settingsSchema } from './schema.ts';

/** A configuration that cannot be used. Its message lists every mistake: which key, what is wrong, an example of right. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** Gives `bridge.config.ts` its types. Checks nothing yet: `parseSettings` does, with the file's name at hand. */
export function defineConfig(settings: SettingsInput): SettingsInput {
  return settings;
}

/**
 * @param source where the settings come from, for the message
 * @throws {ConfigurationError} naming every mistake at once
 */
export function parseSettings(input: unknown, source: string): Settings {
  // Without the input zod cannot tell a missing key from a wrong one.
  const result = settingsSchema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const mistakes = result.error.issues.flatMap(explain).map((line) => `  - ${line}`);
  throw new ConfigurationError(`${source} cannot be used:\n${mistakes.join('\n')}`);
}

const EXAMPLES: Readonly<Record<string, string>> = {
  '': "defineConfig({ dear: {}, connections: [{ id: 'shipstation', provider: 'shipstation-v2', location: 'ShipStation Austin', warehouseId: 'se-123456' }] })",
  dear: "dear: { baseUrl: 'https://inventory.dearsystems.com/ExternalApi/v2/' }",
  'dear.baseUrl': "baseUrl: 'https://inventory.dearsystems.com/ExternalApi/v2/', or 'sandbox'",
  'dear.webhookAddresses': "webhookAddresses: ['23.96.51.98', '52.249.203.0/24']",
  connections:
    "connections: [{ id: 'shipstation', provider: 'shipstation-v2', location: 'ShipStation Austin', warehouseId: 'se-123456' }]",
  'connections.id': "id: 'shipstation' (lower-case letters, digits and dashes, at most 31)",
  'connections.provider': "provider: 'shipstation-v2'",
  'connections.location': "location: 'ShipStation Austin' (the name of the DEAR location)",
  'connections.baseUrl': "baseUrl: 'https://api.shipstation.com', or 'sandbox'",
  'connections.warehouseId': "warehouseId: 'se-123456' (from GET /v2/warehouses)",
  'connections.storeId': "storeId: 'se-77410'",
  'connections.jwksUrl': "jwksUrl: 'https://api.shipengine.com/jwks'",
  'connections.backorders': "backorders: 'wait' or 'ship-available'",
  'connections.fields': "fields: { gift: 'AdditionalAttribute1', image: 'ProductCustomField5' }",
  'connections.fields.gift': "gift: 'AdditionalAttribute1'",
  'connections.fields.giftMessage': "giftMessage: 'AdditionalAttribute2'",
  'connections.fields.image': "image: 'ProductCustomField5'",
  'connections.fields.options': "options: { Colour: 'ProductCustomField1' }",
  personalDataDays: 'personalDataDays: 90',
  logRetentionDays: 'logRetentionDays: 30 (7, 14, 30, 90 or 365)',
};

function explain(issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${pathOf([...issue.path, key])} is not a setting${exampleOf(issue.path)}`,
    );
  }
  return [`${pathOf(issue.path) || 'the configuration'} ${wordsOf(issue)}${exampleOf(issue.path)}`];
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.input === undefined && issue.code === 'invalid_type') return 'is missing';
  return `is wrong (${issue.message})`;
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/** The example of the nearest key that has one. */
function exampleOf(path: readonly PropertyKey[]): string {
  const keys = path.filter((part) => typeof part !== 'number').map(String);
  for (let length = keys.length; length >= 0; length -= 1) {
    const example = EXAMPLES[keys.slice(0, length).join('.')];
    if (example !== undefined) return `; for example: ${example}`;
  }
  return '';
}
