import { parseArgs } from 'node:util';
import { BREAKAGES } from './life/breakages.ts';
import { installHooks } from './life/hooks.ts';
import type { LifeResult } from './life/life.ts';

const USAGE = `npm run simulate -- [--seeds N] [--first SEED] [--provider ID] [--break NAME] [--json] [--verbose]

Lives of the whole system on a virtual clock, one for each seed. Exits with 1 where one of them violated an invariant.
--break puts a fault into the code on purpose and stops at the first seed that notices it, or exits with 1 if none does: ${BREAKAGES.map(({ name }) => name).join(', ')}.`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    provider: { type: 'string' },
    break: { type: 'string' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(`${USAGE}\n`);
  process.exit(0);
}
const breakage = BREAKAGES.find(({ name }) => name === values.break) ?? null;
if (values.break !== undefined && breakage === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}

const first = Number(values.first);
const last = first + Number(values.seeds) - 1;
const totals = { deliveries: 0, deaths: 0, troubles: 0, sales: 0, parcels: 0, parked: 0 };
const failures: Array<Pick<LifeResult, 'seed' | 'provider' | 'violations'>> = [];
let current: number | null = null;
// Node ends a process whose promises can no longer be kept.
process.on('exit', () => {
  if (current === null) return;
  process.stderr.write(`${[...journal.slice(-20), `Seed ${current} came to a standstill.`].join('\n')}\n`);
  process.exitCode = 1;
});

installHooks(breakage);
const { live } = await import('./life/life.ts');
const { journal } = await import('./life/world.ts');
const began = performance.now();
for (current = first; current <= last; current += 1) {
  const life = await live(current, values.provider ?? null);
  for (const name of Object.keys(totals) as (keyof typeof totals)[]) totals[name] += life[name];
  const { seed, provider, violations } = life;
  if (values.verbose) process.stderr.write(`${[...life.acts, ...life.lines, life.trace].join('\n')}\n`);
  if (violations.length === 0) continue;
  failures.push({ seed, provider, violations });
  if (!values.json) process.stdout.write(`${[`Seed ${seed} (${provider}):`, ...violations].join('\n  ')}\n`);
  if (breakage !== null) break;
}
const seeds = (current ?? last + 1) - first + (breakage !== null && failures.length > 0 ? 1 : 0);
current = null;

const seconds = Math.round((performance.now() - began) / 100) / 10;
const report = { seeds, first, ...(breakage && { break: breakage.name }), ...totals, failures, seconds };
process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : summarise()}\n`);
process.exitCode = failures.length > 0 === (breakage !== null) ? 0 : 1;

function summarise(): string {
  const { deliveries, deaths, troubles, sales, parcels, parked } = totals;
  return `${seeds} seeds from ${first}: ${sales} sales, ${parcels} parcels, ${deliveries} deliveries of messages, ${deaths} processes killed, ${troubles} calls spoilt, ${parked} messages parked, ${failures.length} seeds failed; ${seconds} s`;
}
