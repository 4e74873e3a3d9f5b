import type { CostEstimate, CostItem } from '../cost-estimate.ts';
import type { LogLine } from '../log-reader.ts';
import { type CommandDefinition, getParameter, type Invocation } from './command.ts';
import { EXIT } from './exit-codes.ts';
import { clean } from './output.ts';

export const doctor: CommandDefinition = {
  usage: 'doctor',
  about: 'Checks everything that can go wrong, and says what to do about it; changes nothing',
  examples: [
    ['bridge doctor', 'the local system'],
    ['bridge doctor --stack acme-prod --failed', 'only what is wrong'],
  ],
  options: [['--failed', 'leave out checks that passed']],
  run,
};

async function run({ options, output, bridge }: Invocation): Promise<number | undefined> {
  const { examine } = await import('../doctor.ts');
  const opened = await bridge();
  const checks = await examine(opened, (name) => output.progress(`Looking at: ${name} …`));
  const failed = checks.filter(({ ok }) => !ok);
  const shown = options.flag('failed') ? failed : checks;
  output.data(shown, () =>
    shown
      .flatMap(({ name, ok, found, next }) => [
        `${ok ? output.paint('green', 'ok  ') : output.paint('red', 'FAIL')}  ${clean(`${name}: ${found}`)}`,
        ...(next === '' ? [] : [`        → ${clean(next)}`]),
      ])
      .join('\n'),
  );
  output.say(
    failed.length === 0
      ? `All ${checks.length} checks are fine.`
      : `${failed.length} of ${checks.length} checks failed.`,
  );
  return failed.length === 0 ? undefined : EXIT.refused;
}

export const evidence: CommandDefinition = {
  usage: 'evidence <sale-or-order>',
  about: 'Writes a file with the history of a sale’s orders, the customer masked, for a vendor’s support',
  examples: [
    ['bridge evidence SO-00042', 'writes evidence-SO-00042.json'],
    ['bridge evidence SO-00042-1 --out - | less', 'to look at it first'],
  ],
  options: [['--out <file>', 'the file; - for stdout']],
  run: writeEvidence,
};

async function writeEvidence(invocation: Invocation): Promise<undefined> {
  const { options, output, bridge } = invocation;
  const what = getParameter(invocation);
  const { collectEvidence } = await import('../evidence.ts');
  const opened = await bridge();
  output.progress('Collecting …');
  const getEvidence = await collectEvidence(opened, what);
  const file = options.text('out') ?? `evidence-${what.replaceAll(/[^\w.-]/g, '_')}.json`;
  const text = JSON.stringify(getEvidence, null, 2);
  if (file === '-' || output.json) return output.data(getEvidence, () => text) as undefined;
  const { writeFile } = await import('node:fs/promises');
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  output.data({ file }, () => file);
  output.say(
    `${getEvidence.orders.length} orders and ${getEvidence.lines.length} log lines. Names, addresses, e-mail and telephone are masked; look through it before you send it.`,
  );
}

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
  run: printLogs,
};

async function printLogs({ parameters, options, output, bridge }: Invocation): Promise<undefined> {
  const opened = await bridge();
  output.progress('Reading the logs …');
  const lines = await opened.logs.read({
    since: options.moment('since', '1h'),
    until: options.moment('until', '0m'),
    about: parameters,
    service: options.text('service') ?? '',
    limit: options.count('limit', 200),
  });
  output.data(lines, () => (lines.length === 0 ? 'No line.' : lines.map(toText).join('\n')));
}

function toText({ at, service, event, level, fields }: LogLine): string {
  const shown = Object.entries(fields)
    .filter(([name, value]) => name !== 'function_request_id' && value !== '' && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const mark = level === 'INFO' ? '' : `${level} `;
  return clean(`${at}  ${service.padEnd(16)}  ${mark}${event}  ${shown.join(' ')}`);
}

export const cost: CommandDefinition = {
  usage: 'cost',
  about: 'Estimates the cost of a deployment at AWS’s list prices',
  examples: [
    ['bridge cost', 'at 1,000 orders a month'],
    ['bridge cost --orders 20000', 'at your volume'],
  ],
  options: [['--orders <count>', 'orders a month', '1000']],
  run: printCost,
};

async function printCost({ options, output, local }: Invocation): Promise<undefined> {
  const orders = options.count('orders', 1000);
  output.progress('Synthesising the stack …');
  const { loadSettings } = await import('../../lib/settings/load.ts');
  const { getCost, sumAll } = await import('../cost-estimate.ts');
  const estimate = await getCost(await loadSettings(), orders, await local());
  output.data(estimate, () =>
    costTable(estimate, sumAll(estimate.perMillionOrders), sumAll(estimate.perMonth)),
  );
  output.say(
    'List prices of us-east-1 without free tiers; operations are counted, the time of calls is assumed.',
  );
}

function costTable(estimate: CostEstimate, perMillion: number, standing: number): string {
  return [
    'A million orders, from webhook to confirmed shipment',
    ...estimate.perMillionOrders.map(toLine),
    toLine({ what: 'together', usd: perMillion }),
    toLine({ what: 'for each million webhook events', usd: estimate.usdPerMillionEvents }),
    '',
    'A month, whatever is sold',
    ...estimate.perMonth.map(toLine),
    toLine({ what: 'together', usd: standing }),
    '',
    toLine({ what: `A month with ${estimate.ordersPerMonth} orders`, usd: estimate.usdPerMonth }).trim(),
  ].join('\n');
}

function toLine({ what, usd }: CostItem): string {
  return `  ${what.padEnd(34)}${usd.toFixed(2).padStart(9)} USD`;
}
