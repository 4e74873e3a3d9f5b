import { budget } from './budget.ts';
import { growth } from './growth.ts';
import { imports } from './imports.ts';
import { inventory } from './inventory.ts';
import { operations } from './operations.ts';
import { pipeline } from './pipeline.ts';
import { serveStore } from './serve-store.ts';
import { tracking } from './tracking.ts';

/** Counts, and ratios of what was measured in the same run: absolute times say more about the machine than about the code. */
export type Metrics = Readonly<Record<string, number>>;

const BENCHMARKS: Readonly<Record<string, () => Promise<Metrics>>> = {
  budget,
  growth,
  imports,
  inventory,
  operations,
  pipeline,
  'serve-store': serveStore,
  'refresh-tracking': tracking,
};

/** `npm run bench`, `npm run bench -- imports --json` */
const [...upstreamMessage] = process.argv.slice(2);
const json = upstreamMessage.includes('--json');
const wanted = upstreamMessage.filter((word) => !word.startsWith('--'));
const unknown = wanted.filter((name) => BENCHMARKS[name] === undefined);
if (unknown.length > 0) {
  console.error(
    `There is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}`,
  );
  process.exit(2);
}
for (const [name, measure] of Object.entries(BENCHMARKS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const metrics = await measure();
  if (json) process.stdout.write(`${JSON.stringify({ name, metrics })}\n`);
  else
    process.stdout.write(
      `${name}\n${Object.entries(metrics)
        .map(([metric, value]) => `  ${metric}: ${value}`)
        .join('\n')}\n`,
    );
}
