import type { CostEstimate, CostItem } from '../cost/estimate.ts';
import type { CommandDefinition, Invocation } from './command.ts';

export const cost: CommandDefinition = {
  usage: 'cost',
  about: 'Estimates the cost of a deployment at AWS’s list prices',
  examples: [
    ['bridge cost', 'at 1,000 orders a month'],
    ['bridge cost --orders 20000', 'at your volume'],
  ],
  options: [['--orders <count>', 'orders a month', '1000']],
  run,
};

async function run({ options, output }: Invocation): Promise<undefined> {
  const orders = options.count('orders', 1000);
  output.progress('Synthesising the stack …');
  const { loadSettings } = await import('../../settings/load.ts');
  const { costOf } = await import('../cost/cost.ts');
  const { sumOf } = await import('../cost/estimate.ts');
  const estimate = await costOf(await loadSettings(), orders);
  output.data(estimate, () => textOf(estimate, sumOf(estimate.perMillionOrders), sumOf(estimate.perMonth)));
  output.say(
    'List prices of us-east-1 without free tiers; operations are counted, the time of calls is assumed.',
  );
}

function textOf(estimate: CostEstimate, perMillion: number, standing: number): string {
  return [
    'A million orders, from webhook to confirmed shipment',
    ...estimate.perMillionOrders.map(lineOf),
    lineOf({ what: 'together', usd: perMillion }),
    lineOf({ what: 'for each million webhook events', usd: estimate.usdPerMillionEvents }),
    '',
    'A month, whatever is sold',
    ...estimate.perMonth.map(lineOf),
    lineOf({ what: 'together', usd: standing }),
    '',
    lineOf({ what: `A month with ${estimate.ordersPerMonth} orders`, usd: estimate.usdPerMonth }).trim(),
  ].join('\n');
}

function lineOf({ what, usd }: CostItem): string {
  return `  ${what.padEnd(34)}${usd.toFixed(2).padStart(9)} USD`;
}
