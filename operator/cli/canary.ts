import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { Refused } from '../user-errors.ts';
import { type CommandDefinition, confirmed, type Invocation, YES } from './command.ts';
import { formatTable } from './output.ts';
import { EXIT } from './program.ts';

export const canary: CommandDefinition = {
  usage: 'canary',
  about: 'Walks a test sale through DEAR and the bridge, and takes it back: nothing is shipped',
  examples: [
    ['bridge canary --yes', 'after a deployment; exits with 1 where it took too long'],
    ['bridge canary --connection austin', 'of one connection; without it of each that has a test sale'],
  ],
  options: [new Option('--connection <id>', 'only of this connection'), YES],
  writes: true,
  run,
};

async function run(invocation: Invocation): Promise<number | undefined> {
  const { options, output, dryRun, operator } = invocation;
  const bridge = await invocation.bridge();
  const only = options.text('connection');
  const named = only === undefined ? bridge.settings.connections : [bridge.connection(only)];
  const chosen = named.filter(({ testSale }) => only !== undefined || testSale.number !== '');
  if (chosen.length === 0) {
    throw new Refused(
      'No connection has a test sale',
      "Make one in DEAR, and name it: testSale: { number: 'SO-00099' }",
    );
  }
  const what = chosen.map(({ id, testSale }) => `${testSale.number || 'none'} of ${id}`).join(', ');
  if (dryRun)
    return output.data(
      { sales: what, dryRun },
      () => `Would authorise and undo in DEAR: ${what}.`,
    ) as undefined;
  if (!(await confirmed(invocation, `Authorise and undo in DEAR: ${what}?`))) return EXIT.refused;
  const { runCanary } = await import('../canary.ts');
  const results = [];
  for (const { id } of chosen) {
    output.progress(`Walking the test sale of ${id} …`);
    results.push(await runCanary(bridge, id, operator, (milliseconds) => sleep(milliseconds)));
  }
  const rows = results.flatMap(({ connection, steps }) =>
    steps.map(({ step, ok, seconds, found }) => [
      connection,
      step,
      ok ? 'ok' : 'LATE',
      `${seconds} s`,
      found,
    ]),
  );
  output.data(results, () => formatTable(['CONNECTION', 'STEP', '', 'AFTER', 'FOUND'], rows));
  return results.every(({ ok }) => ok) ? EXIT.ok : EXIT.refused;
}
