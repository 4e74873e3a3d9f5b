import {
  type CommandDefinition,
  type CommandGroup,
  confirmed,
  countOption,
  getParameter,
  type Invocation,
  momentOption,
  YES,
} from './command.ts';
import { toStatusCell, toWhy } from './list-orders.ts';
import { clean, formatTable } from './output.ts';

export const sale: CommandGroup = {
  name: 'sale',
  about: 'A sale: its outcome, and reading it again',
  commands: [
    {
      usage: 'show <number>',
      about: 'Shows a sale: ordered or ignored, why, and its orders',
      examples: [['bridge sale show SO-00042', 'its outcome and orders']],
      run: show,
    },
    {
      usage: 'ignored',
      about:
        'Lists the sales that no order is made for, and why, latest first; see those that wait for goods with orders list --waiting goods',
      examples: [
        ['bridge sale ignored', 'of the last week'],
        ['bridge sale ignored --since 2026-02-01 --until 2026-02-03 --json', 'of some days'],
      ],
      options: [
        momentOption('--since <when>', 'read since', '7d'),
        momentOption('--until <when>', 'and until', '0m'),
        countOption('--limit <count>', 'at most so many', 50, 10_000),
      ],
      run: listIgnored,
    },
    {
      usage: 'reconcile <number>',
      about: 'Reads a sale again in DEAR, as if an event had arrived',
      examples: [['bridge sale reconcile SO-00042', 'after a change in DEAR that is not here']],
      writes: true,
      run: reconcile,
    },
  ],
};

async function show(invocation: Invocation): Promise<undefined> {
  const { output, bridge } = invocation;
  const { showSale } = await import('../orders/sale.ts');
  const { describeOutcome, WAIT_ENDS } = await import('../orders/unordered-sales.ts');
  const { toRows } = await import('../orders/list-orders.ts');
  const opened = await bridge();
  const { record, orders } = await showSale(opened, getParameter(invocation));
  const rows = await toRows(opened, orders);
  output.data({ sale: record, orders: rows }, () => {
    const wait = record.outcome === 'waiting' ? `\n  ${WAIT_ENDS}` : '';
    const head = `${record.saleOrderNumber}  ${describeOutcome(record, orders)}  ${clean(record.reason)}${wait}\n  last read ${record.at}, because of ${clean(record.by)}`;
    if (rows.length === 0) return head;
    const lines = rows.map((row) => [row.reference, toStatusCell(row), clean(toWhy(row))]);
    return `${head}\n\n${formatTable(['ORDER', 'STATUS', 'WHY'], lines)}`;
  });
}

async function listIgnored({ output, options, bridge }: Invocation): Promise<undefined> {
  const { listIgnoredSales } = await import('../orders/sale.ts');
  const window = { since: options.moment('since'), until: options.moment('until') };
  const { sales, more } = await listIgnoredSales(await bridge(), window, options.count('limit'));
  const rows = sales.map(({ saleOrderNumber, saleId, reason, by, at }) => {
    return { saleOrderNumber, saleId, reason, by, at };
  });
  output.data({ sales: rows, more }, () =>
    rows.length === 0
      ? 'No sale was ignored in that time.'
      : formatTable(
          ['SALE', 'READ', 'WHY'],
          rows.map(({ saleOrderNumber, saleId, reason, at }) => [
            saleOrderNumber || saleId,
            at,
            clean(reason),
          ]),
        ),
  );
  if (more) output.say('There are more: raise --limit, or narrow --since and --until.');
}

async function reconcile(invocation: Invocation): Promise<undefined> {
  const { output, bridge, dryRun, operator } = invocation;
  const number = getParameter(invocation);
  const { findSaleId, reconcileSale } = await import('../orders/sale.ts');
  if (dryRun) await findSaleId(await bridge(), number);
  else await reconcileSale(await bridge(), number, operator);
  const sentence = dryRun ? 'would be read again' : 'will be read again in a moment';
  output.data({ sale: number, dryRun }, () => `${number} ${sentence}.`);
  if (!dryRun) output.say(`See the outcome: bridge sale show ${number}`);
}

const MAX_SHOWN = 20;

export const replay: CommandDefinition = {
  usage: 'replay',
  about: 'Reads every sale again that changed in DEAR in a window; shows them first',
  examples: [
    ['bridge replay --since 6h --dry-run', 'which sales changed in the last six hours'],
    ['bridge replay --since 2026-02-03T08:00Z --until 2026-02-03T12:00Z --yes', 'after an outage'],
  ],
  options: [
    momentOption('--since <when>', 'changed since').makeOptionMandatory(),
    momentOption('--until <when>', 'and until', '0m'),
    YES,
  ],
  writes: true,
  run: replaySales,
};

async function replaySales(invocation: Invocation): Promise<number | undefined> {
  const { options, output, dryRun, operator } = invocation;
  const window = { since: options.moment('since'), until: options.moment('until') };
  const { planReplay, replay: send } = await import('../orders/sale.ts');
  const bridge = await invocation.bridge();
  output.progress('Reading what changed in DEAR …');
  const sales = await planReplay(bridge, window);
  const unknown = sales.filter(({ known }) => !known).length;
  const preview = () =>
    [
      `Sales that changed from ${window.since} to ${window.until}: ${sales.length}, ${unknown} of them unknown to the bridge.`,
      ...(sales.length === 0 ? [] : ['', formatSales(sales)]),
      ...(sales.length > MAX_SHOWN ? [`… and ${sales.length - MAX_SHOWN} more`] : []),
    ].join('\n');
  if (!output.json) output.say(preview());
  const go =
    sales.length > 0 && !dryRun && (await confirmed(invocation, `Read ${sales.length} sales again?`));
  if (go) {
    await send(bridge, sales, window, operator, (count) => output.progress(`${count} of ${sales.length} …`));
  }
  output.data({ ...window, sales, replayed: go ? sales.length : 0 }, () =>
    go ? `${sales.length} sales will be read again.` : 'No sale was replayed.',
  );
  return go || dryRun || sales.length === 0 ? undefined : 1;
}

function formatSales(
  sales: ReadonlyArray<{ saleOrderNumber: string; updatedAt: string; orderStatus: string; known: boolean }>,
) {
  const rows = sales
    .slice(0, MAX_SHOWN)
    .map(({ saleOrderNumber, updatedAt, orderStatus, known }) => [
      saleOrderNumber,
      updatedAt,
      orderStatus,
      known ? 'known' : 'unknown',
    ]);
  return formatTable(['SALE', 'CHANGED', 'ORDER STATUS', 'HERE'], rows);
}
