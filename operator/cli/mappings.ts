import { Option } from 'commander';
import {
  MAPPING_KINDS,
  type MappingKey,
  type MappingKind,
  type MappingRow,
} from '../../lib/domain/mapping.ts';
import type { UnmappedMethod } from '../unmapped-methods.ts';
import { UsageError } from '../user-errors.ts';
import { type CommandGroup, getParameter, type Invocation } from './command.ts';
import { EXAMPLE_CONNECTION } from './init/init-options.ts';
import { clean, formatTable } from './output.ts';

const NAMED = '<connection> <kind> <name>';

export const mappings: CommandGroup = {
  name: 'mappings',
  about: 'What shipping methods, carriers and warehouses are called on the other side, without a deployment',
  commands: [
    {
      usage: 'list [connection]',
      about:
        'Shows every mapped name and who mapped it, and the shipping methods of late orders that nothing maps',
      examples: [
        [`bridge mappings list ${EXAMPLE_CONNECTION}`, 'what is mapped for one connection'],
        ['bridge mappings list --personal', 'quoting each method that nothing maps, as its sales name it'],
      ],
      options: [
        new Option(
          '--personal',
          'with methods as the sales name them, also those that hold no order; noted in the audit',
        ),
      ],
      run: list,
    },
    {
      usage: `set ${NAMED} <value>`,
      about: `Maps a name (kinds: ${MAPPING_KINDS.join(', ')}); orders that wait for the method go on`,
      examples: [
        [
          `bridge mappings set ${EXAMPLE_CONNECTION} shipping-method Express ups_next_day_air`,
          'DEAR’s method → service',
        ],
        [
          `bridge mappings set ${EXAMPLE_CONNECTION} carrier ups_ground 'UPS Ground'`,
          'service or carrier → carrier in DEAR',
        ],
        [
          `bridge mappings set ${EXAMPLE_CONNECTION} warehouse se-1002 'Reno'`,
          'warehouse of the service → DEAR location',
        ],
      ],
      options: [new Option('--unchecked', 'do not ask the service and DEAR if they know the names')],
      writes: true,
      run: async (invocation) => change(invocation, getParameter(invocation, 3)),
    },
    {
      usage: `remove ${NAMED}`,
      about: 'Leaves a name to the settings again',
      examples: [
        [`bridge mappings remove ${EXAMPLE_CONNECTION} shipping-method Express`, 'the settings decide'],
      ],
      writes: true,
      run: async (invocation) => change(invocation, ''),
    },
    {
      usage: 'history [connection]',
      about: 'Shows the last 50 changes; the audit has those of 400 days',
      examples: [['bridge mappings history', 'who mapped what, and when']],
      run: history,
    },
  ],
};

async function list({ output, bridge, parameters, options, operator }: Invocation): Promise<undefined> {
  const [{ readMappings }, { listUnmappedMethods }, { recordReading }] = await Promise.all([
    import('../mappings.ts'),
    import('../unmapped-methods.ts'),
    import('../record-act.ts'),
  ]);
  const opened = await bridge();
  const { version, rows } = await readMappings(opened, parameters[0]);
  const personal = options.flag('personal');
  if (personal) await recordReading(opened, operator, 'methods', parameters[0] ?? '');
  const unmapped = await listUnmappedMethods(opened, parameters[0], personal);
  output.data({ version, mappings: rows, unmapped }, () =>
    [toMappedTable(rows), ...(unmapped.length === 0 ? [] : [toUnmappedTable(unmapped)])].join('\n\n'),
  );
  if (unmapped.length === 0) return;
  output.say(
    'Of the latest 200 orders with such a method. Map one: bridge mappings set CONNECTION shipping-method METHOD SERVICE',
  );
  if (unmapped.some(({ method }) => method === ''))
    output.say('--personal shows the methods as the sales name them.');
}

function toMappedTable(rows: readonly MappingRow[]): string {
  if (rows.length === 0) return 'Nothing is mapped: names are passed on as they are.';
  return formatTable(
    ['CONNECTION', 'KIND', 'NAME', 'IS', 'SETTINGS', 'SET HERE'],
    rows.map((row) =>
      [row.connection, row.kind, row.name, row.value, row.bySettings || '-', row.byOperator || '-'].map(
        clean,
      ),
    ),
  );
}

function toUnmappedTable(unmapped: readonly UnmappedMethod[]): string {
  return formatTable(
    ['CONNECTION', 'NOT MAPPED', 'ORDERS', 'HELD FOR IT', 'SENT AS NAMED', 'LATEST'],
    unmapped.map(({ connection, method, orders, held, latest }) =>
      [connection, method || '-', String(orders), String(held), String(orders - held), latest].map(clean),
    ),
  );
}

async function change(invocation: Invocation, value: string): Promise<undefined> {
  const { output, bridge, dryRun, operator, options } = invocation;
  const { describeChange, mapName, previewMapping } = await import('../mappings.ts');
  const key = readKey(invocation);
  const isChecked = !options.flag('unchecked');
  const opened = await bridge();
  const { change: made, released } = dryRun
    ? await previewMapping(opened, key, value.trim(), isChecked)
    : await mapName(opened, key, value.trim(), operator, isChecked);
  output.data({ ...key, value, change: made, salesReadAgain: released, dryRun }, () => {
    if (made === null) return 'It is mapped like that already.';
    return `${dryRun ? 'Would have ' : ''}${describeChange(made)}.`;
  });
  if (released > 0)
    output.say(
      dryRun
        ? `${released} orders wait for it.`
        : `${released} sales are read again, whose orders wait for it.`,
    );
}

function readKey(invocation: Invocation): MappingKey {
  const kind = getParameter(invocation, 1);
  const found = MAPPING_KINDS.find((one) => one === kind);
  if (found === undefined)
    throw new UsageError(`There is no kind ${kind}`, `Kinds: ${MAPPING_KINDS.join(', ')}`);
  return toKey(getParameter(invocation), found, getParameter(invocation, 2));
}

function toKey(connection: string, kind: MappingKind, name: string): MappingKey {
  return { connection, kind, name: name.trim() };
}

async function history({ output, bridge, parameters }: Invocation): Promise<undefined> {
  const { readMappings } = await import('../mappings.ts');
  const { changes } = await readMappings(await bridge(), parameters[0]);
  output.data(changes, () =>
    changes.length === 0
      ? 'Nothing was changed here yet; the settings decide.'
      : formatTable(
          ['VERSION', 'AT', 'BY', 'CONNECTION', 'KIND', 'NAME', 'BEFORE', 'AFTER'],
          changes.map((one) =>
            [
              String(one.version),
              one.at,
              one.by,
              one.connection,
              one.kind,
              one.name,
              one.before || '-',
              one.after || '-',
            ].map(clean),
          ),
        ),
  );
}
