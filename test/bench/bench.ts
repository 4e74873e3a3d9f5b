import { budget } from './budget.ts';
import { calls } from './calls.ts';
import { coldstart } from './coldstart.ts';
import { cost } from './cost.ts';
import { exportOrders } from './export.ts';
import { growth } from './growth.ts';
import { inventory } from './inventory.ts';
import { findExcesses, LIMITS } from './limits.ts';
import { operations } from './operations.ts';
import { pipeline } from './pipeline.ts';
import { tracking } from './tracking.ts';
import { webhook } from './webhook.ts';

/** Counts, and ratios of what was measured in the same run: absolute times say more about the machine than about the code. */
export type Metrics = Readonly<Record<string, number>>;

type Benchmark = (isQuick: boolean) => Promise<Metrics>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = {
  coldstart,
  webhook,
  pipeline,
  calls,
  inventory,
  budget,
  export: exportOrders,
  growth,
  cost,
  operations,
  'refresh-tracking': tracking,
};

/** `npm run bench`, `npm run bench -- coldstart --json`, `npm run bench -- check` */
const words = process.argv.slice(2);
const json = words.includes('--json');
const wanted = words.filter((word) => !word.startsWith('--'));
const USAGE = `npm run bench -- [NAME …] [--json]

Measures counts, and ratios of what was measured in the same run; without a name, all of it: ${Object.keys(BENCHMARKS).join(', ')}.
check measures in quick form what has limits, and exits with 1 where one is exceeded. --json prints a line for each benchmark.
`;
if (words.includes('--help')) {
  process.stdout.write(USAGE);
  process.exit();
}
const unknown = wanted.filter((name) => name !== 'check' && BENCHMARKS[name] === undefined);
if (unknown.length > 0) {
  const names = [...Object.keys(BENCHMARKS), 'check'].join(', ');
  console.error(`There is no benchmark ${unknown.join(', ')}; there are: ${names}`);
  process.exit(2);
}
if (wanted.includes('check')) await check();
else
  for (const [name, measure] of Object.entries(BENCHMARKS)) {
    if (wanted.length === 0 || wanted.includes(name)) print(name, await measure(false));
  }
process.exit();

/** Measures in quick form what has limits, and names each metric that is over its limit. */
async function check(): Promise<void> {
  const found: Record<string, number> = {};
  for (const name of Object.keys(LIMITS)) {
    const metrics = (await BENCHMARKS[name]?.(true)) ?? {};
    for (const [metric, value] of Object.entries(metrics)) found[`${name}: ${metric}`] = value;
  }
  print('check', found);
  const excesses = findExcesses(found);
  for (const excess of excesses) console.error(excess);
  process.exitCode = excesses.length === 0 ? 0 : 1;
}

function print(name: string, metrics: Metrics): void {
  const lines = Object.entries(metrics).map(([metric, value]) => `  ${metric}: ${value}`);
  const text = json ? JSON.stringify({ name, metrics }) : [name, ...lines].join('\n');
  process.stdout.write(`${text}\n`);
}
