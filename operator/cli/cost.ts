import type { CostEstimate, CostItem } from '../stack/cost-estimate.ts';
import { type CommandDefinition, countOption, type Invocation } from './command.ts';

export const cost: CommandDefinition = {
  usage: 'cost',
  about: 'Estimates the cost of a deployment at AWS’s list prices',
  examples: [
    ['bridge cost', 'at 1,000 orders a month'],
    ['bridge cost --orders 20000', 'at your volume'],
  ],
  options: [countOption('--orders <count>', 'orders a month', 1000)],
  run: printCost,
};

async function printCost({ options, output, local }: Invocation): Promise<undefined> {
  const orders = options.count('orders');
  output.progress('Synthesising the stack …');
  const { loadSettings } = await import('../../lib/settings/load.ts');
  const { getCost, sumAll } = await import('../stack/cost-estimate.ts');
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
    'A month without orders',
    ...estimate.perMonth.map(toLine),
    toLine({ what: 'together', usd: standing }),
    '',
    toLine({ what: `A month with ${estimate.ordersPerMonth} orders`, usd: estimate.usdPerMonth }).trim(),
  ].join('\n');
}

function toLine({ what, usd }: CostItem): string {
  return `  ${what.padEnd(34)}${usd.toFixed(2).padStart(9)} USD`;
}
