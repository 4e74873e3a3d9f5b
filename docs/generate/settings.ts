import * as z from 'zod';
import { PROVIDERS } from '../../lib/providers/registry.ts';
import { EXAMPLES } from '../../lib/settings/define-config.ts';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { generatedFrom, page, table } from './markdown.ts';
import { describeValues, type JsonSchema, jsonSchema } from './values.ts';

const SCHEMA = jsonSchema.parse(z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }));

/** Keys of a connection by subject, in the order of the document; a key names its whole group. */
const CONNECTION_SECTIONS: ReadonlyArray<readonly [title: string, keys: readonly string[]]> = [
  ['Identity', ['id', 'provider', 'location', 'rules']],
  ['Taking over from another connector', ['mode', 'replaces']],
  ['Which sales become orders', ['trigger', 'admission', 'serviceSkus', 'kits', 'backorders']],
  [
    'When an order is sent',
    ['release', 'holdUntilPaid', 'shippingMethods', 'catalogue', 'checkOrders', 'testSale'],
  ],
  [
    'What is written to DEAR',
    [
      'partialShipments',
      'pick',
      'shipStage',
      'invoice',
      'carriers',
      'warehouses',
      'statusAttribute',
      'estimatedArrivalDays',
      'returns',
      'returnsBegin',
    ],
  ],
  ['Rates and labels', ['shippingService']],
  ['Stock', ['inventory', 'units']],
  ['Fields of DEAR', ['fields']],
];

/**
 * `docs/settings.md`: every key with its values, default, meaning and example.
 * @throws {Error} naming a setting of a connection that no section lists
 */
export function settingsPage(): string {
  const { connections, ...account } = SCHEMA.properties;
  const schemas = connections?.items?.oneOf ?? [];
  const [connection] = schemas;
  if (connection === undefined) throw new Error('The settings have no connections');
  const ofProvider = PROVIDERS.map((definition) => Object.keys(definition.settings()));
  return page(
    '# Settings',
    generatedFrom('the schemas in `lib/settings` and of each provider'),
    `Settings live in \`bridge.config.ts\`, or in the file that \`BRIDGE_CONFIG\` names. They are checked before anything is built, and all mistakes are reported at once with an example of each. \`bridge.config.example.ts\` is a file to copy. Credentials are not settings: they are secrets, read at run time and replaceable without a deployment. At least one connection is required.`,
    '## The whole bridge',
    settingsTable(account, '', []),
    '## Each of `connections`',
    ...CONNECTION_SECTIONS.flatMap(([title, keys]) => [
      `### ${title}`,
      settingsTable(pick(connection.properties, keys), 'connections', connection.required),
    ]),
    ...refuseUnlisted(Object.keys(connection.properties), ofProvider[0] ?? []),
    '## Settings of each provider',
    ...PROVIDERS.flatMap(({ id, title, examples }, index) => [
      `### ${title}: \`provider: '${id}'\``,
      settingsTable(
        pick(schemas[index]?.properties ?? {}, ofProvider[index] ?? []),
        '',
        schemas[index]?.required ?? [],
      ),
      `Example: \`${examples['']}\`.`,
    ]),
  );
}

function settingsTable(
  properties: Readonly<Record<string, JsonSchema>>,
  examplePath: string,
  required: readonly string[],
): string {
  const rows = toLeaves(properties, []).map(({ path, schema }) => {
    const key = path.join('.');
    return [
      `\`${key}\``,
      describeValues(schema),
      toDefault(schema, required.includes(key)),
      `${schema.description}${toExample(`${examplePath}.${key}`.replace(/^\./, ''))}`,
    ];
  });
  return table(['Key', 'Values', 'Default', 'Meaning'], rows);
}

/** Every key that has a description: a group's keys take the place of the group. */
function toLeaves(
  properties: Readonly<Record<string, JsonSchema>>,
  path: readonly string[],
): ReadonlyArray<{ path: readonly string[]; schema: JsonSchema }> {
  return Object.entries(properties).flatMap(([key, schema]) => {
    const here = [...path, key];
    if (schema.description !== undefined) return [{ path: here, schema }];
    const inner = toLeaves(schema.properties, here);
    if (inner.length === 0) throw new Error(`The setting ${here.join('.')} has no description`);
    return inner;
  });
}

function toDefault(schema: JsonSchema, isRequired: boolean): string {
  if (isRequired) return 'required';
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default)}\``.replaceAll('"', "'");
}

function toExample(key: string): string {
  const example = EXAMPLES[key];
  return example === undefined || !example.includes(': {')
    ? ''
    : ` Example: \`${example.replace(/ \(.*\)$/, '')}\`.`;
}

function pick(properties: Readonly<Record<string, JsonSchema>>, keys: readonly string[]) {
  return Object.fromEntries(
    keys.map((key) => {
      const schema = properties[key];
      if (schema === undefined) throw new Error(`No connection has the setting ${key}`);
      return [key, schema];
    }),
  );
}

function refuseUnlisted(keys: readonly string[], ofProvider: readonly string[]): readonly string[] {
  const listed = CONNECTION_SECTIONS.flatMap(([, names]) => names);
  const unlisted = keys.filter((key) => !listed.includes(key) && !ofProvider.includes(key));
  if (unlisted.length > 0) throw new Error(`docs/generate/settings.ts lists no section for ${unlisted}`);
  return [];
}
