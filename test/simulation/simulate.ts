import { parseArgs } from 'node:util';
import { BREAKAGES } from './life/breakages.ts';
import { installHooks } from './life/hooks.ts';
import type { LifeResult } from './life/life.ts';
import { add, describe, NOTHING, type Totals, toTotals } from './life/totals.ts';
import { runInWorkers } from './workers.ts';

const USAGE = `npm run simulate -- [--seeds N] [--first SEED] [--workers N] [--provider ID] [--break NAME] [--sweep] [--json] [--verbose]

Lives of the whole system on a virtual clock, one for each seed. Exits with 1 where one of them violated an invariant.
--workers shares the seeds among so many processes, with the same result.
--sweep lives the first seed once for each call of its processes, which kills the process at that call and nothing else.
--break puts a fault into the code on purpose and stops at the first life that notices it, or exits with 1 if none does: ${BREAKAGES.map(({ name }) => name).join(', ')}.
`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
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

const first = Number(values.first);
const seeds = Number(values.seeds);
const workers = Number(values.workers);
const began = performance.now();
let totals = NOTHING;
let current: { readonly name: string; readonly seed: number } | null = null;

if (workers > 1 && breakage === null && !values.sweep) {
  const own = values.provider === undefined ? [] : ['--provider', values.provider];
  totals = await runInWorkers({ first, count: seeds }, { workers, argv: [process.argv[1] ?? '', ...own] });
} else {
  await liveHere();
}
report();

async function liveHere(): Promise<void> {
  installHooks(breakage);
  const { live } = await import('./life/life.ts');
  const { journal } = await import('./life/world.ts');
  // Node ends a process whose promises can no longer be kept.
  process.on('exit', () => {
    if (current === null) return;
    process.stderr.write(`${journal.slice(-20).join('\n')}\n`);
    noteEnd(current.name, current.seed, 'It came to a standstill.');
    report();
  });
  const tally = async (name: string, seed: number, quiet?: { killAt: number | null }) => {
    current = { name, seed };
    const life = await live(seed, values.provider ?? null, quiet).catch((error: unknown) => {
      noteEnd(name, seed, `It broke off: ${error instanceof Error ? error.stack : String(error)}`);
      return null;
    });
    if (life !== null) note(name, life);
    current = null;
    return life;
  };
  if (!values.sweep) {
    for (let seed = first; seed < first + seeds && !isNoticed(); seed += 1) await tally(`Seed ${seed}`, seed);
    return;
  }
  const undisturbed = await tally(`Seed ${first}, undisturbed`, first, { killAt: null });
  for (let killAt = 1; killAt <= (undisturbed?.passed ?? 0) && !isNoticed(); killAt += 1) {
    await tally(`Seed ${first}, killed at call ${killAt}`, first, { killAt });
  }
}

function note(name: string, life: LifeResult): void {
  const added = toTotals(name, life, toReplay(life.seed));
  totals = add(totals, added);
  if (values.verbose) process.stderr.write(`${[...life.acts, ...life.lines, life.trace].join('\n')}\n`);
  if (!values.json) showFailures(added);
}

function noteEnd(name: string, seed: number, violation: string): void {
  const failures = [
    { life: name, provider: values.provider ?? '', violations: [violation], replay: toReplay(seed) },
  ];
  totals = add(totals, { ...NOTHING, lives: 1, failures });
  if (!values.json) showFailures({ failures });
}

function toReplay(seed: number): string {
  const provider = values.provider === undefined ? '' : ` --provider ${values.provider}`;
  const broken = breakage === null ? '' : ` --break ${breakage.name}`;
  return `npm run simulate -- --first ${seed} --seeds 1${provider}${broken} --verbose`;
}

function showFailures({ failures }: Pick<Totals, 'failures'>): void {
  for (const { life, provider, violations, replay } of failures)
    process.stdout.write(`${[`${life} (${provider}): ${replay}`, ...violations].join('\n  ')}\n`);
}

function isNoticed(): boolean {
  return breakage !== null && totals.failures.length > 0;
}

function report(): void {
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  if (values.json) {
    const shown = { first, break: breakage?.name ?? null, ...totals, seconds };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else {
    if (workers > 1) showFailures(totals);
    process.stdout.write(`${describe(totals)}; ${seconds} s\n`);
  }
  process.exitCode = totals.failures.length > 0 === (breakage !== null) ? 0 : 1;
}
