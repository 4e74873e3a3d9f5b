import { type CommandGroup, type Invocation, parameterOf } from './command.ts';
import { clean, tableOf } from './output.ts';

export const sale: CommandGroup = {
  name: 'sale',
  about: 'A sale: what became of it, and another look at it',
  commands: [
    {
      usage: 'show <number>',
      about: 'Shows a sale: ordered or ignored, why, and its orders',
      examples: [['bridge sale show SO-00042', 'where is it?']],
      run: show,
    },
    {
      usage: 'reconcile <number>',
      about: 'Reads a sale again in DEAR, as if an event had arrived',
      examples: [
        ['bridge sale reconcile SO-00042', 'after you changed something in DEAR, or missed it here'],
      ],
      writes: true,
      run: reconcile,
    },
  ],
};

async function show(invocation: Invocation): Promise<undefined> {
  const { output, bridge } = invocation;
  const { showSale } = await import('../sale.ts');
  const { rowOf } = await import('../list-orders.ts');
  const { record, orders } = await showSale(await bridge(), parameterOf(invocation));
  const rows = orders.map(rowOf);
  output.data({ sale: record, orders: rows }, () => {
    const head = `${record.saleOrderNumber}  ${record.outcome}  ${clean(record.reason)}\n  last looked at ${record.at}, because of ${clean(record.by)}`;
    if (rows.length === 0) return head;
    const lines = rows.map(({ reference, status, reason }) => [reference, status, reason]);
    return `${head}\n\n${tableOf(['ORDER', 'STATUS', 'WHY'], lines)}`;
  });
}

async function reconcile(invocation: Invocation): Promise<undefined> {
  const { output, bridge, dryRun, operator } = invocation;
  const number = parameterOf(invocation);
  if (!dryRun) {
    const { reconcileSale } = await import('../sale.ts');
    await reconcileSale(await bridge(), number, operator);
  }
  const said = dryRun ? 'would be looked at again' : 'will be looked at again in a moment';
  output.data({ sale: number, dryRun }, () => `${number} ${said}.`);
  if (!dryRun) output.say(`See what became of it: bridge sale show ${number}`);
}
