import { parseArgs } from 'node:util';
import { BREAKAGES } from './life/breakages.ts';
import { installHooks } from './life/hooks.ts';
import type { LifeResult } from './life/life.ts';

const USAGE = `npm run simulate -- [--seeds N] [--first SEED] [--provider ID] [--break NAME] [--sweep] [--json] [--verbose]

Lives of the whole system on a virtual clock, one for each seed. Exits with 1 where one of them violated an invariant.
--sweep lives the first seed once for each call of its processes, which kills the process at that call and nothing else.
--break puts a fault into the code on purpose and stops at the first life that notices it, or exits with 1 if none does: ${BREAKAGES.map(({ name }) => name).join(', ')}.
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    provider: { type: 'string' },
    break: { type: 'string' },
    sweep: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const breakage = BREAKAGES.find(({ name }) => name === values.break) ?? null;
if (values.help || (values.break !== undefined && breakage === null)) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

installHooks(breakage);
const { live } = await import('./life/life.ts');
const { journal } = await import('./life/world.ts');

const totals = { lives: 0, deliveries: 0, deaths: 0, troubles: 0, sales: 0, parcels: 0, parked: 0 };
const failures: Array<Pick<LifeResult, 'provider' | 'violations'> & { readonly life: string }> = [];
let current = '';
// Node ends a process whose promises can no longer be kept.
process.on('exit', () => {
  if (current === '') return;
  process.stderr.write(`${[...journal.slice(-20), `${current} came to a standstill.`].join('\n')}\n`);
  process.exitCode = 1;
});

const began = performance.now();
await (values.sweep ? sweep(Number(values.first)) : liveSeeds());
current = '';
const seconds = Math.round((performance.now() - began) / 100) / 10;
const report = { first: Number(values.first), break: breakage?.name ?? null, ...totals, failures, seconds };
process.stdout.write(`${values.json ? JSON.stringify(report, null, 2) : summarise()}\n`);
process.exitCode = failures.length > 0 === (breakage !== null) ? 0 : 1;

async function liveSeeds(): Promise<void> {
  const first = Number(values.first);
  for (let seed = first; seed < first + Number(values.seeds) && !isNoticed(); seed += 1) {
    await tally(`Seed ${seed}`, seed);
  }
}

async function sweep(seed: number): Promise<void> {
  const { passed } = await tally(`Seed ${seed}, undisturbed`, seed, { killAt: null });
  for (let killAt = 1; killAt <= passed && !isNoticed(); killAt += 1) {
    await tally(`Seed ${seed}, killed at call ${killAt}`, seed, { killAt });
  }
}

async function tally(name: string, seed: number, quiet?: { killAt: number | null }): Promise<LifeResult> {
  current = name;
  const life = await live(seed, values.provider ?? null, quiet);
  totals.lives += 1;
  for (const key of ['deliveries', 'deaths', 'troubles', 'sales', 'parcels', 'parked'] as const)
    totals[key] += life[key];
  const { provider, violations } = life;
  if (values.verbose) process.stderr.write(`${[...life.acts, ...life.lines, life.trace].join('\n')}\n`);
  if (violations.length === 0) return life;
  failures.push({ life: name, provider, violations });
  if (!values.json) process.stdout.write(`${[`${name} (${provider}):`, ...violations].join('\n  ')}\n`);
  return life;
}

function isNoticed(): boolean {
  return breakage !== null && failures.length > 0;
}

function summarise(): string {
  const { lives, deliveries, deaths, troubles, sales, parcels, parked } = totals;
  return `${lives} lives: ${sales} sales, ${parcels} parcels, ${deliveries} deliveries of messages, ${deaths} processes killed, ${troubles} calls spoilt, ${parked} messages parked; ${failures.length} lives failed; ${seconds} s`;
}
