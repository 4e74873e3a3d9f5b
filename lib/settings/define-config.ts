import * as z from 'zod';
import { countryCodes } from '../domain/address/country.ts';
import { UserError } from '../domain/errors.ts';
import type { ProviderDefinition } from '../providers/provider-definition.ts';
import { PROVIDERS } from '../providers/registry.ts';
import { anyConnection } from './connection.ts';
import { refuseDuplicates, type Settings, type SettingsInput, settingsSchema } from './schema.ts';

/** A correct value of each key, for error messages. A key without an example gets that of its nearest parent. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  '': `defineConfig({ dear: {}, connections: [${PROVIDERS[0].examples['']}] })`,
  dear: "dear: { baseUrl: 'https://inventory.dearsystems.com/ExternalApi/v2/' }",
  'dear.baseUrl': "baseUrl: 'https://inventory.dearsystems.com/ExternalApi/v2/', or 'sandbox'",
  'dear.webhookAddresses': "webhookAddresses: ['23.96.51.98', '52.249.203.0/24']",
  'dear.callsPerMinute': 'callsPerMinute: 55 (1 to 6000)',
  'dear.webhooks': "webhooks: 'on', or 'off' without the Automation module",
  alarms: "alarms: { emails: ['on-call@example.com'], webhooks: ['https://alerts.example.com/bridge'] }",
  'alarms.emails': "emails: ['on-call@example.com']",
  'alarms.chats': "chats: ['slack', 'teams']",
  'alarms.digest': "digest: '07:30'",
  'alarms.runbookUrl': "runbookUrl: 'https://github.com/acme/bridge/blob/main/docs/runbook.md'",
  'alarms.holdHours': 'holdHours: 24',
  'alarms.stockTakeHours': 'stockTakeHours: 4',
  'alarms.unshippedDays': 'unshippedDays: 5',
  'alarms.webhooks': "webhooks: ['https://alerts.example.com/bridge']",
  connections: `connections: [${PROVIDERS[0].examples['']}]`,
  'connections.id': "id: 'austin' (lower-case letters, digits and dashes, at most 31)",
  'connections.provider': PROVIDERS.map(({ id }) => `provider: '${id}'`).join(' or '),
  'connections.location': "location: 'Austin' (the name of the DEAR location)",
  'connections.rules': "rules: [{ name: 'Canada', countries: ['CA'] }, { skus: ['FROZEN-*'] }]",
  'connections.backorders': "backorders: 'wait' or 'ship-available'",
  'connections.fields': "fields: { gift: 'AdditionalAttribute1', image: 'ProductCustomField5' }",
  'connections.fields.gift': "gift: 'AdditionalAttribute1'",
  'connections.fields.giftMessage': "giftMessage: 'AdditionalAttribute2'",
  'connections.fields.image': "image: 'ProductCustomField5'",
  'connections.fields.options': "options: { Colour: 'ProductCustomField1' }",
  aws: "aws: { tags: { team: 'fulfillment' } }",
  'aws.tags': "tags: { team: 'fulfillment', 'cost-centre': '4711' }",
  'aws.customerKey': "customerKey: true, or 'arn:aws:kms:us-east-1:123456789012:key/…'",
  'aws.deployment': "deployment: 'canary', or 'at-once'",
  'aws.tracing': "tracing: 'on', or 'off'",
  'aws.reservedForWebhooks': 'reservedForWebhooks: 10',
  personalDataDays: 'personalDataDays: 90',
  callRetentionDays: 'callRetentionDays: 14',
  logRetentionDays: 'logRetentionDays: 30 (7, 14, 30, 90 or 365)',
  'connections.trigger': "trigger: 'PickAuthorised' (or OrderAuthorised, PackAuthorised, ShipmentAuthorised)",
  'connections.admission': "admission: { ordersFrom: '2026-01-01', salesChannels: ['Shopify'] }",
  'connections.admission.saleStatuses': "saleStatuses: ['ORDERED', 'PICKED']",
  'connections.admission.ordersFrom': "ordersFrom: '2026-01-01'",
  'connections.admission.attributes': "attributes: { AdditionalAttribute3: ['3PL'] }",
  'connections.kits': "kits: 'components' (or 'kit')",
  'connections.serviceSkus': "serviceSkus: ['SVC-*', 'GIFTWRAP']",
  'connections.release': "release: 'automatic' or 'manual'",
  'connections.holdUntilPaid': 'holdUntilPaid: true',
  'connections.testSale': "testSale: { number: 'SO-00099' }",
  'connections.shippingMethods':
    "shippingMethods: { services: { 'Express': 'ups_next_day_air' }, unmapped: 'hold' }",
  'connections.partialShipments': "partialShipments: 'wait' or 'convert'",
  'connections.pick': "pick: 'explicit' or 'auto'",
  'connections.shipStage': "shipStage: 'AUTHORISED' or 'DRAFT'",
  'connections.invoice': "invoice: 'none', 'draft' or 'authorised'",
  'connections.carriers': "carriers: { ups_ground: 'UPS Ground', USPS: 'Post' }",
  'connections.warehouses': "warehouses: { 'se-2002': 'Reno' }",
  'connections.units':
    "units: { 'CLOTH-*': { dear: 1, provider: 100 } } (1 m in DEAR is 100 cm at the provider)",
  'connections.checkOrders': "checkOrders: '1 hour', or 'off'",
  'connections.estimatedArrivalDays': 'estimatedArrivalDays: 14',
  'connections.statusAttribute': "statusAttribute: 'AdditionalAttribute4'",
  'connections.shippingService': "shippingService: { buy: 'cheapest', withinDays: 5 }",
  'connections.inventory': "inventory: { every: '1 hour', mode: 'adjust', account: '403' }",
  'connections.inventory.every': "every: '30 minutes', '1 hour', or 'off'",
  'connections.inventory.mode': "mode: 'report', 'stocktake' or 'adjust'",
  'connections.inventory.account': "account: '403'",
  'connections.inventory.guard': 'guard: { lines: 0.2, quantity: 0.2 }',
  'connections.catalogue': "catalogue: { every: '1 day', unknownSkus: 'hold' }",
  'connections.catalogue.every': "every: '1 day', or 'off'",
  'connections.catalogue.unknownSkus': "unknownSkus: 'hold' or 'pass'",
  'connections.returns': "returns: 'log' or 'draft-credit-note'",
  'connections.returnsBegin': "returnsBegin: 'scan' or 'label'",
};

/** A configuration that cannot be used. Its message lists every mistake: the key, what is wrong, a correct example. */
export class ConfigurationError extends UserError {
  readonly kind = 'usage';
}

/** Gives `bridge.config.ts` its types. Does not check them: `parseSettings` does, as it knows the file's name. */
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
  const found = result.success ? findUnknownCountries(result.data) : result.error.issues;
  if (result.success && found.length === 0) return result.data;
  const issues = [...found, ...(result.success ? [] : findHidden(input, found))];
  const mistakes = new Set(issues.flatMap((issue) => explain(issue, input)).map((line) => `  - ${line}`));
  throw new ConfigurationError(`${source} cannot be used:\n${[...mistakes].join('\n')}`);
}

/** Codes that no address has, such as UK, so that a rule with one never fits. Not in the schema, which every function loads. */
function findUnknownCountries({ connections }: Settings): z.core.$ZodIssue[] {
  const known = new Set(countryCodes());
  return connections.flatMap(({ rules }, index) =>
    rules.flatMap(({ countries }, place) =>
      countries
        .filter((code) => !known.has(code))
        .map((code) => ({
          code: 'custom' as const,
          path: ['connections', index, 'rules', place, 'countries'],
          message: `names ${code}, which is no country's code (ISO 3166-1)`,
        })),
    ),
  );
}

/**
 * Mistakes that zod does not report beside others: those of a connection whose provider is unknown, and ids and locations that
 * connections share, which are compared only once each of them is right.
 */
function findHidden(input: unknown, issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const { data } = withConnections.safeParse(input);
  if (data === undefined) return [];
  const unknown = issues.filter(({ path, code }) => code === 'invalid_union' && path.at(-1) === 'provider');
  const ofUnknown = unknown.flatMap(({ path: [, index] }) => {
    const checked = anyConnection.safeParse(data.connections[Number(index)], { reportInput: true });
    const own = checked.error?.issues ?? [];
    return own
      .filter(({ path }) => path[0] !== 'provider')
      .map((issue) => ({ ...issue, path: ['connections', Number(index), ...issue.path] }));
  });
  return [...ofUnknown, ...findShared(data.connections)];
}

/** The ids and locations that two connections have. */
function findShared(connections: readonly unknown[]): z.core.$ZodIssue[] {
  const named = connections.map((one) => withNames.safeParse(one).data ?? {});
  const check = z.unknown().superRefine((_, context) => {
    refuseDuplicates(named, context);
  });
  return check.safeParse(null).error?.issues ?? [];
}

function explain(issue: z.core.$ZodIssue, input: unknown): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(
      (key) => `${toPath([...issue.path, key])} is not a setting${getExample(issue.path, input)}`,
    );
  }
  return [`${toPath(issue.path) || 'the configuration'} ${toPhrase(issue)}${getExample(issue.path, input)}`];
}

function toPhrase(issue: z.core.$ZodIssue): string {
  if (issue.code === 'custom') return issue.message;
  if (issue.input === undefined && issue.code === 'invalid_type') return 'is missing';
  return `is wrong (${issue.message})`;
}

function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    '',
  );
}

/** The example of the nearest key that has one, of the connection's own provider first. */
function getExample(path: readonly PropertyKey[], input: unknown): string {
  const keys = path.filter((part) => typeof part !== 'number').map(String);
  const [, index, key] = path;
  const own = findProviderAt(input, index)?.examples[String(key)];
  if (own !== undefined) return `; for example: ${own}`;
  for (let length = keys.length; length >= 0; length -= 1) {
    const example = EXAMPLES[keys.slice(0, length).join('.')];
    if (example !== undefined) return `; for example: ${example}`;
  }
  return '';
}

const withConnections = z.looseObject({ connections: z.array(z.unknown()) });
const withNames = z.looseObject({
  id: z.string().optional().catch(undefined),
  location: z.string().optional().catch(undefined),
  provider: z.string().optional().catch(undefined),
  rules: z.array(z.unknown()).optional().catch(undefined),
});
const withProvider = z.looseObject({ provider: z.string() });

/** The provider that the settings name for their connection at that place, where they can be read as far as that. */
function findProviderAt(input: unknown, index: PropertyKey | undefined): ProviderDefinition | undefined {
  if (typeof index !== 'number') return undefined;
  const settings = withConnections.safeParse(input);
  const named = withProvider.safeParse(settings.data?.connections[index]);
  return PROVIDERS.find(({ id }) => id === named.data?.provider);
}
