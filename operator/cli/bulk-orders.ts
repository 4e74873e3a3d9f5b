import { Option } from 'commander';
import { BULK_ACTIONS, type BulkAction } from '../../lib/domain/order/bulk-act.ts';
import { PROGRESS } from '../../lib/domain/order/progress.ts';
import { WAITING_FOR } from '../../lib/domain/order/transitions.ts';
import type { BulkProgress, Chosen } from '../orders/bulk.ts';
import { getReasonLabel } from '../orders/order-query.ts';
import { UsageError } from '../user-errors.ts';
import {
  type CommandDefinition,
  confirmed,
  getParameter,
  type Invocation,
  listOption,
  type Options,
  YES,
} from './command.ts';
import { isNarrowed, NARROWING_OPTIONS, readQuery } from './list-orders.ts';
import { clean, formatTable } from './output.ts';

/** Which orders, where none is named, and whether to ask. */
export const BULK_OPTIONS: readonly Option[] = [
  ...NARROWING_OPTIONS,
  listOption('--status <names>', PROGRESS.join(', '), PROGRESS),
  listOption('--waiting <for>', WAITING_FOR.join(', '), WAITING_FOR),
  listOption('--connection <ids>', 'only of these connections'),
  YES,
];
const FILTERS = ['status', 'waiting', 'connection'];

const isFiltered = (options: Options) =>
  isNarrowed(options) || FILTERS.some((name) => options.list(name).length > 0);

/** Whether a command line means one order, which is acted on at once, or many. */
export function isForMany({ parameters, options }: Invocation): boolean {
  return parameters.length !== 1 || isFiltered(options);
}

/** @throws {UsageError} no order is named and none is described, or both */
function choose({ parameters, options }: Invocation): Chosen {
  const filtered = isFiltered(options);
  if (parameters.length > 0 && filtered)
    throw new UsageError('Name the orders, or describe them with options', 'Not both at once.');
  if (filtered) return { query: readQuery(options) };
  if (parameters.length > 0) return { references: parameters };
  throw new UsageError(
    'Name orders, or describe them with options',
    'For example: bridge orders release --reason UNKNOWN_SKU --channel eBay --dry-run',
  );
}

/** Shows what would happen to how many, and starts it where the person says so. */
export async function actOnMany(action: BulkAction, invocation: Invocation): Promise<undefined> {
  const { output, operator, dryRun, options } = invocation;
  const chosen = choose(invocation);
  const { groupLeftOut, keepBulkAct, planBulkAct, startBulkAct } = await import('../orders/bulk.ts');
  const bridge = await invocation.bridge();
  const planned = await planBulkAct(bridge, action, chosen, operator, options.text('note') ?? '');
  const { references, leftOut, id } = planned.act;
  const { connections, pieces, causes } = planned.summary;
  const groups = groupLeftOut(leftOut);
  const plan = { action, references, leftOut, connections, pieces, causes, more: planned.more };
  const asText = () => {
    const rows = [
      [action, String(references.length), references.slice(0, 10).join(' ')],
      ...Object.entries(connections).map(([connection, count]) => ['at', String(count), connection]),
      ...causes.map(({ reason, why, orders }) => [
        'waits',
        String(orders),
        [getReasonLabel(reason), why].filter((part) => part !== '').join(': '),
      ]),
      ...groups.map((group) => [
        'left out',
        String(group.references.length),
        `${group.why}: ${group.references.slice(0, 5).join(' ')}`,
      ]),
    ];
    return formatTable(
      ['WHAT', 'ORDERS', 'WHICH'],
      rows.map((row) => row.map(clean)),
    );
  };
  if (planned.more) output.say(`More match than one act is done to: repeat it for the others.`);
  if (dryRun || references.length === 0) {
    output.data({ ...plan, started: false, id: '' }, asText);
    output.say(dryRun ? 'Nothing was done: this is what would be done.' : 'It can be done to none of them.');
    return;
  }
  if (!output.json) output.say(asText());
  const isWanted = await confirmed(invocation, `${action} ${references.length} orders?`);
  if (isWanted) {
    await keepBulkAct(bridge, planned);
    await startBulkAct(bridge, id, operator);
  }
  output.data({ ...plan, started: isWanted, id: isWanted ? id : '' }, () =>
    isWanted ? `${id} was started. See how far it is: bridge orders bulk ${id}` : '',
  );
}

export const BULK_COMMANDS: readonly CommandDefinition[] = [
  {
    usage: 'release [references...]',
    about: 'Releases orders that are On Hold: those that are named, or all that match',
    examples: [
      ['bridge orders release SO-00042-1 SO-00043-1', 'after a question'],
      ['bridge orders release --reason UNKNOWN_SKU --channel eBay --dry-run', 'shows what it would do'],
    ],
    options: BULK_OPTIONS,
    writes: true,
    run: (invocation) => actOnMany('release', invocation),
  },
  {
    usage: 'look-again [references...]',
    about: 'Reads the sales of orders that wait again, which takes their next step',
    examples: [['bridge orders look-again --reason SHIPPING_METHOD --yes', 'after a method was mapped']],
    options: BULK_OPTIONS,
    writes: true,
    run: (invocation) => actOnMany('look-again', invocation),
  },
  {
    usage: 'bulk <id>',
    about: `Shows how far an act on many orders is (${BULK_ACTIONS.join(', ')}), and goes on with one that stopped`,
    examples: [
      ['bridge orders bulk B-1a2b3c4d', 'what became of each order'],
      ['bridge orders bulk B-1a2b3c4d --resume', 'after its start was interrupted'],
    ],
    options: [new Option('--resume', 'queue the orders again that have no outcome yet')],
    writes: true,
    run: showBulk,
  },
];

async function showBulk(invocation: Invocation): Promise<undefined> {
  const { output, options, operator, dryRun } = invocation;
  const id = getParameter(invocation);
  const { readBulkAct, startBulkAct } = await import('../orders/bulk.ts');
  const bridge = await invocation.bridge();
  if (options.flag('resume') && !dryRun) await startBulkAct(bridge, id, operator);
  const progress = await readBulkAct(bridge, id);
  output.data(progress, () => toText(progress));
}

function toText({ act, done, leftOut, waiting }: BulkProgress): string {
  const total = act.references.length;
  const rows = [
    ...leftOut.map(({ reference, why }) => [reference, 'left out', clean(why)]),
    ...waiting.slice(0, 20).map((reference) => [reference, 'waiting', '']),
  ];
  const head = `${act.id}  ${act.action}  ${done.length} of ${total} done, ${leftOut.length} left out, ${waiting.length} waiting`;
  return rows.length === 0 ? head : `${head}\n${formatTable(['ORDER', 'STATE', 'WHY'], rows)}`;
}
