import { Option } from 'commander';
import type { FunctionName } from '../../lib/runtime/environment.ts';
import type { LogLine } from '../log-reader.ts';
import {
  type CommandDefinition,
  countOption,
  getParameter,
  type Invocation,
  momentOption,
} from './command.ts';
import { clean } from './output.ts';

const FUNCTIONS: readonly FunctionName[] = [
  'receive-webhook',
  'serve-provider',
  'reconcile-sale',
  'dispatch-order',
  'confirm-shipment',
  'run-job',
];

export const logs: CommandDefinition = {
  usage: 'logs [texts...]',
  about: 'Shows what the functions logged, oldest first, optionally only lines with one of the texts',
  examples: [
    ['bridge logs SO-00042', 'the journey of a sale'],
    ['bridge logs --service dispatch-order --since 15m', 'one function'],
  ],
  options: [
    momentOption('--since <when>', 'from', '1h'),
    momentOption('--until <when>', 'to', '0m'),
    new Option('--service <name>', 'one function').choices(FUNCTIONS),
    countOption('--limit <count>', 'at most this many, the newest', 200),
  ],
  run: printLogs,
};

async function printLogs({ parameters, options, output, bridge }: Invocation): Promise<undefined> {
  const opened = await bridge();
  output.progress('Reading the logs …');
  const lines = await opened.logs.read({
    since: options.moment('since'),
    until: options.moment('until'),
    about: parameters,
    service: options.text('service') ?? '',
    limit: options.count('limit'),
  });
  output.data(lines, () => (lines.length === 0 ? 'No log lines.' : lines.map(toText).join('\n')));
}

function toText({ at, service, event, level, fields }: LogLine): string {
  const shown = Object.entries(fields)
    .filter(([name, value]) => name !== 'function_request_id' && value !== '' && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const mark = level === 'INFO' ? '' : `${level} `;
  return clean(`${at}  ${service.padEnd(16)}  ${mark}${event}  ${shown.join(' ')}`);
}

export const evidence: CommandDefinition = {
  usage: 'evidence <sale-or-order>',
  about: 'Writes a file with the history of a sale’s orders, the customer masked, for a vendor’s support',
  examples: [
    ['bridge evidence SO-00042', 'writes evidence-SO-00042.json'],
    ['bridge evidence SO-00042-1 --out - | less', 'to look at it first'],
  ],
  options: [new Option('--out <file>', 'the file; - for stdout')],
  run: writeEvidence,
};

async function writeEvidence(invocation: Invocation): Promise<undefined> {
  const { options, output, bridge, operator } = invocation;
  const what = getParameter(invocation);
  const [{ collectEvidence }, { recordReading }] = await Promise.all([
    import('../orders/evidence.ts'),
    import('../record-act.ts'),
  ]);
  const opened = await bridge();
  output.progress('Collecting …');
  const collected = await collectEvidence(opened, what);
  // Masked by what is known of the customer, which may miss what is not.
  await recordReading(opened, operator, 'evidence', collected.sale.saleOrderNumber || collected.sale.saleId);
  const file = options.text('out') ?? `evidence-${what.replaceAll(/[^\w.-]/g, '_')}.json`;
  const text = JSON.stringify(collected, null, 2);
  if (file === '-' || output.json) return output.data(collected, () => text) as undefined;
  const { writeFile } = await import('node:fs/promises');
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  output.data({ file }, () => file);
  output.say(
    `${collected.orders.length} orders and ${collected.lines.length} log lines. Names, addresses, e-mail and telephone are masked; look through it before you send it.`,
  );
}
