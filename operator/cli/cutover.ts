import { Option } from 'commander';
import type { ShadowReport } from '../cutover.ts';
import {
  type CommandDefinition,
  type CommandGroup,
  confirmed,
  countOption,
  type Invocation,
  momentOption,
  YES,
} from './command.ts';
import { formatTable } from './output.ts';

const CONNECTION = new Option('--connection <id>', 'only of this connection');

export const shadow: CommandGroup = {
  name: 'shadow',
  about: 'What the bridge would do while another connector ships',
  commands: [
    {
      usage: 'report',
      about: 'Compares order by order what the bridge would have done with what the connector before did',
      examples: [['bridge shadow report --since 3d', 'the last three days']],
      options: [
        momentOption('--since <when>', 'orders made since', '24h'),
        momentOption('--until <when>', 'and until', '0m'),
        CONNECTION,
        countOption('--limit <count>', 'so many orders', 200),
        new Option('--after <reference>', 'continue after this order'),
        new Option('--csv', 'print CSV'),
      ],
      run: report,
    },
  ],
};

async function report(invocation: Invocation): Promise<undefined> {
  const { options, output } = invocation;
  const { compareShadow } = await import('../cutover.ts');
  const window = { since: options.moment('since'), until: options.moment('until') };
  output.progress('Reading the orders at the service …');
  const found = await compareShadow(await invocation.bridge(), window, {
    connection: options.text('connection'),
    after: options.text('after') ?? '',
    limit: options.count('limit'),
  });
  output.data(found, () => (options.flag('csv') ? toCsv(found) : toText(found)));
  if (found.next !== '') output.say(`More: bridge shadow report --after ${found.next}`);
}

const HEAD = ['SALE', 'ORDER', 'BRIDGE', 'SERVICE', 'DIFFERENCES', 'DEAR', 'MINUTES', 'AT THE CUT-OVER'];

function toCells({ rows }: ShadowReport): string[][] {
  return rows.map((row) => [
    row.saleOrderNumber,
    row.reference,
    row.bridge,
    row.found.map((id, index) => `${id} ${row.states[index]}`).join(', ') || '-',
    row.differences.join('; ') || '-',
    [row.dear, ...row.trackingNumbers].join(' ').trim() || '-',
    row.sentAfterMinutes === null ? '-' : String(row.sentAfterMinutes),
    row.atCutover,
  ]);
}

function toText(found: ShadowReport): string {
  const { alike, differing, onlyHere, held, ignored } = found.totals;
  const totals = `${alike} alike, ${differing} differ, ${onlyHere} not found at the service, ${held} would be held, ${ignored} ignored`;
  const sales = found.ignored.map(({ saleOrderNumber, reason }) => `  ${saleOrderNumber}: ${reason}`);
  const table = found.rows.length === 0 ? [] : ['', formatTable(HEAD, toCells(found))];
  return [totals, ...table, ...(sales.length === 0 ? [] : ['', 'Ignored sales', ...sales])].join('\n');
}

function toCsv(found: ShadowReport): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [HEAD, ...toCells(found)].map((cells) => cells.map(quote).join(',')).join('\r\n');
}

export const cutover: CommandDefinition = {
  usage: 'cutover',
  about: 'Makes a connection live that was in shadow mode, without shipping twice; shows it first',
  examples: [
    ['bridge cutover --dry-run', 'what would become of each order'],
    ['bridge cutover --connection austin --yes', 'after the connector before was switched off'],
  ],
  options: [CONNECTION, YES],
  writes: true,
  run: cutOverNow,
};

async function cutOverNow(invocation: Invocation): Promise<number | undefined> {
  const { options, output, dryRun, operator } = invocation;
  const bridge = await invocation.bridge();
  const { compareShadow, cutOver, listWaitingForCutover } = await import('../cutover.ts');
  const only = options.text('connection');
  if (only !== undefined) bridge.connection(only);
  const ids = bridge.settings.connections.map(({ id }) => id).filter((id) => (only ?? id) === id);
  const waiting = (await Promise.all(ids.map((id) => listWaitingForCutover(bridge, id)))).flat();
  const since = waiting.map(({ createdAt }) => createdAt).sort()[0];
  const until = new Date(bridge.now()).toISOString();
  const preview = await compareShadow(
    bridge,
    { since: since ?? until, until },
    { connection: only, after: '', limit: Number.MAX_SAFE_INTEGER },
  );
  if (!output.json) output.say(toText(preview));
  const question = 'Is the connector before switched off, and shall the bridge ship from now on?';
  const go = !dryRun && (await confirmed(invocation, question));
  const done: Awaited<ReturnType<typeof cutOver>>[] = [];
  for (const { id, mode } of bridge.settings.connections) {
    if (!go || !ids.includes(id)) continue;
    if (mode === 'shadow' || waiting.some(({ connection }) => connection === id))
      done.push(await cutOver(bridge, id, operator));
  }
  output.data({ preview, done }, () =>
    done
      .map(
        ({ cutover: { connection, at }, queued }) =>
          `${connection} is live since ${at}; ${queued} sales are taken over.`,
      )
      .join('\n'),
  );
  if (go) output.say('Run it again to see what is left: bridge orders list --waiting cut-over');
  return go || dryRun ? undefined : 1;
}
