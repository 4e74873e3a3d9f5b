import { Option } from 'commander';
import type { DriftReport } from '../../lib/domain/inventory/drift-report.ts';
import { NotFound, UsageError } from '../user-errors.ts';
import { type CommandGroup, confirmed, countOption, getParameter, type Invocation, YES } from './command.ts';
import { EXAMPLE_CONNECTION } from './init/init-options.ts';
import { clean, formatTable, type Terminal } from './output.ts';

export const inventory: CommandGroup = {
  name: 'inventory',
  about: 'Stock at the service and in DEAR: the differences, and writing them to DEAR',
  commands: [
    {
      usage: 'drift [connections...]',
      about: 'Shows the latest stock comparison of each connection, with its first differing lines',
      examples: [[`bridge inventory drift ${EXAMPLE_CONNECTION}`, 'what differs, and why it is not written']],
      options: [
        countOption('--lines <count>', 'of each connection', 20),
        new Option('--csv', 'print the differences of one connection as CSV (RFC 4180)').conflicts('json'),
      ],
      run: drift,
    },
    {
      usage: 'sync <connection>',
      about: 'Compares stock now, and writes as the settings or options say',
      examples: [
        [`bridge inventory sync ${EXAMPLE_CONNECTION}`, 'what the schedule would do'],
        [`bridge inventory sync ${EXAMPLE_CONNECTION} --dry-run`, 'compare only, and write nothing'],
        [
          `bridge inventory sync ${EXAMPLE_CONNECTION} --initial --account 403`,
          'after connecting: opens a stock take in DEAR',
        ],
        [
          `bridge inventory sync ${EXAMPLE_CONNECTION} --unguarded --yes`,
          'writes a drift that the guard stopped',
        ],
      ],
      options: [
        new Option('--initial', 'open a stock take of everything, for a person to complete in DEAR'),
        new Option('--unguarded', 'also write what the guard would stop'),
        new Option('--account <code>', 'DEAR account that differences are booked to'),
        new Option('--out <file>', 'file for the whole report of a sync with these options'),
        YES,
      ],
      writes: true,
      run: sync,
    },
  ],
};

async function drift({ parameters, options, output, terminal, bridge }: Invocation): Promise<undefined> {
  const { readDriftReports } = await import('../inventory.ts');
  const lines = options.count('lines');
  const all = await readDriftReports(await bridge(), parameters);
  if (options.flag('csv')) return await printCsv(all, terminal);
  output.data(all, () =>
    all
      .map(({ connection, report }) =>
        report === null
          ? `${connection}: not compared yet. ${toFirstComparison(connection)}`
          : toText(report, lines),
      )
      .join('\n\n'),
  );
}

/** Nothing is stored of a dry run, so `inventory drift` does not show it. */
function toFirstComparison(connection: string): string {
  return `Compare it without writing, which shows the result at once and stores none: bridge inventory sync ${connection} --dry-run. Without --dry-run it is stored, and written to DEAR as the settings say.`;
}

/**
 * @throws {UsageError} more than one connection was compared: a line of the CSV names none
 * @throws {NotFound} none was: an empty output would look like no differences
 */
async function printCsv(
  all: ReadonlyArray<{ readonly connection: string; readonly report: DriftReport | null }>,
  terminal: Pick<Terminal, 'out'>,
): Promise<undefined> {
  const [first, ...others] = all.filter(({ report }) => report !== null);
  if (others.length > 0) {
    const names = all.map(({ connection }) => connection).join(', ');
    throw new UsageError('Several connections have a comparison', `Name one of them: ${names}`);
  }
  if (!first?.report) {
    const names = all.map(({ connection }) => connection);
    throw new NotFound(
      `Nothing was compared yet: ${names.join(', ')}`,
      toFirstComparison(names[0] ?? EXAMPLE_CONNECTION),
    );
  }
  const { exportDrift } = await import('../orders/export.ts');
  terminal.out(exportDrift(first.report));
}

async function sync(invocation: Invocation): Promise<number | undefined> {
  const { options, output, operator, dryRun } = invocation;
  const connection = getParameter(invocation);
  const choices = {
    initial: options.flag('initial'),
    unguarded: options.flag('unguarded'),
    account: options.text('account') ?? '',
    dryRun,
  };
  const bridge = await invocation.bridge();
  const { id } = bridge.connection(connection);
  const { queueSync, countOrdersThatWouldWait, runSync } = await import('../inventory.ts');
  if (!choices.initial && !choices.unguarded && !dryRun) {
    await queueSync(bridge, id, operator);
    output.data({ connection: id, asked: true }, () => `The stock of ${id} will be compared in a moment.`);
    output.say(`See the result: bridge inventory drift ${id}`);
    return;
  }
  const waiting = choices.initial ? await countOrdersThatWouldWait(bridge, id) : 0;
  const lock = choices.initial
    ? `An open stock take locks the location in DEAR: ${waiting} orders that are with the service now, and all that leave later, are confirmed only once it is completed or voided.`
    : '';
  const question = `Compare the stock of ${id}, and write what differs to DEAR?`;
  if (lock !== '') output.say(lock);
  if (!dryRun && !(await confirmed(invocation, question))) return 1;
  output.progress('Reading the stock of both sides …');
  const file = options.text('out') ?? (dryRun ? '' : `stock-drift-${id}.csv`);
  const save = async (parts: readonly Uint8Array[]) => {
    const { writeFile } = await import('node:fs/promises');
    if (file !== '') await writeFile(file, Buffer.concat(parts));
  };
  const { report } = await runSync(bridge, id, choices, operator, save);
  output.data({ connection: id, report }, () => (report === null ? 'Not finished.' : toText(report, 20)));
  if (report !== null && file !== '') output.say(`The whole report: ${file}`);
  return report?.outcome === 'refused' ? 1 : undefined;
}

function toText(report: DriftReport, lines: number): string {
  const { connection, location, at, mode, outcome, reason, counts, differences } = report;
  const head = [
    `${connection} (${location}), ${at}: ${outcome} in mode ${mode}. ${reason}`.trimEnd(),
    `  ${counts.lines} lines, ${counts.matching} agree, ${counts.differing} differ by ${counts.quantityDifference} in all, ${counts.written} written`,
  ];
  const rows = differences
    .slice(0, lines)
    .map((line) => [
      line.sku,
      line.batch,
      formatQuantity(line.provider),
      formatQuantity(line.dear),
      String(line.inFlight),
      String(line.difference),
      line.action,
      line.whyNot,
    ]);
  const table = formatTable(
    ['SKU', 'BATCH', 'PROVIDER', 'DEAR', 'IN FLIGHT', 'DIFFERENCE', 'ACTION', 'WHY NOT'],
    rows,
  );
  return [...head.map(clean), ...(rows.length === 0 ? [] : ['', table])].join('\n');
}

/** A side that does not know the SKU has no quantity. */
function formatQuantity(quantity: number | null): string {
  return quantity === null ? '-' : String(quantity);
}
