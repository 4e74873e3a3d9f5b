import { type CommandDefinition, type Invocation, parameterOf } from './command.ts';

export const evidence: CommandDefinition = {
  usage: 'evidence <sale-or-order>',
  about: 'Writes a file with the history of a sale’s orders, the customer masked, for a vendor’s support',
  examples: [
    ['bridge evidence SO-00042', 'writes evidence-SO-00042.json'],
    ['bridge evidence SO-00042-1 --out - | less', 'to look at it first'],
  ],
  options: [['--out <file>', 'the file; - for stdout']],
  run,
};

async function run(invocation: Invocation): Promise<undefined> {
  const { options, output, bridge } = invocation;
  const what = parameterOf(invocation);
  const { collectEvidence } = await import('../evidence.ts');
  const opened = await bridge();
  output.progress('Collecting …');
  const evidenceOf = await collectEvidence(opened, what);
  const file = options.text('out') ?? `evidence-${what.replaceAll(/[^\w.-]/g, '_')}.json`;
  const text = JSON.stringify(evidenceOf, null, 2);
  if (file === '-' || output.json) return output.data(evidenceOf, () => text) as undefined;
  const { writeFile } = await import('node:fs/promises');
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  output.data({ file }, () => file);
  output.say(
    `${evidenceOf.orders.length} orders and ${evidenceOf.lines.length} log lines. Names, addresses, e-mail and telephone are masked; look through it before you send it.`,
  );
}
