import type { LogLine } from '../log-reader.ts';
import type { CommandDefinition, Invocation } from './command.ts';
import { clean } from './output.ts';

export const logs: CommandDefinition = {
  usage: 'logs [texts...]',
  about: 'Shows what the functions logged, oldest first, optionally only lines with one of the texts',
  examples: [
    ['bridge logs SO-00042', 'the journey of a sale'],
    ['bridge logs --service dispatch-order --since 15m', 'one function'],
  ],
  options: [
    ['--since <when>', 'from', '1h'],
    ['--until <when>', 'to', '0m'],
    [
      '--service <name>',
      'one function: receive-webhook, reconcile-sale, dispatch-order, confirm-shipment, run-job',
    ],
    ['--limit <count>', 'at most this many, the newest', '200'],
  ],
  run,
};

async function run({ parameters, options, output, bridge }: Invocation): Promise<undefined> {
  const opened = await bridge();
  output.progress('Reading the logs …');
  const lines = await opened.logs.read({
    since: options.moment('since', '1h'),
    until: options.moment('until', '0m'),
    about: parameters,
    service: options.text('service') ?? '',
    limit: options.count('limit', 200),
  });
  output.data(lines, () => (lines.length === 0 ? 'No line.' : lines.map(textOf).join('\n')));
}

function textOf({ at, service, event, level, fields }: LogLine): string {
  const shown = Object.entries(fields)
    .filter(([name, value]) => name !== 'function_request_id' && value !== '' && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const mark = level === 'INFO' ? '' : `${level} `;
  return clean(`${at}  ${service.padEnd(16)}  ${mark}${event}  ${shown.join(' ')}`);
}
