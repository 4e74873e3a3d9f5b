import { parseArgs } from 'node:util';
import { PROVIDERS } from '../../lib/providers/registry.ts';
import { BREAKAGES } from './life/breakages.ts';
import { FOUND, toBreakage } from './life/found.ts';
import { installHooks } from './life/hooks.ts';
import type { LifeResult } from './life/life.ts';
import { add, describe, NOTHING, type Totals, toTotals } from './life/totals.ts';
import { runInWorkers } from './workers.ts';

const USAGE = `npm run simulate -- [--seeds N] [--first SEED] [--workers N] [--provider ID] [--break NAME] [--[no-]busy] [--found] [--undone] [--sweep] [--kill] [--json] [--verbose]

Lives of the whole system on a virtual clock, one for each seed. Exits with 1 where one of them violated an invariant.
--workers shares the seeds among so many processes, with the same result.
--break puts a fault into the code on purpose and stops at the first life that notices it, or exits with 1 if none does: ${BREAKAGES.map(({ name }) => name).join(', ')}.
--busy lets people do more in every life, --no-busy in none; by default it depends on the seed.
--found lives those again in which a defect was found. --undone lives each of them with its own mend undone, and exits with 1 if one passes; --break undo-SEED undoes one mend.
--sweep tells a story in which every workflow has work, with each provider, once for each call that a process makes in it: the process dies at that call, and nothing else goes wrong. --kill does so with one provider for N calls from FIRST on.
`;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    seeds: { type: 'string', default: '100' },
    first: { type: 'string', default: '1' },
    workers: { type: 'string', default: '1' },
    provider: { type: 'string' },
    break: { type: 'string' },
    busy: { type: 'boolean' },
    found: { type: 'boolean', default: false },
    undone: { type: 'boolean', default: false },
    sweep: { type: 'boolean', default: false },
    kill: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const breakage = [...BREAKAGES, ...FOUND.map(toBreakage)].find(({ name }) => name === values.break) ?? null;
if (values.help || (values.break !== undefined && breakage === null)) {
  process.stdout.write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const first = Number(values.first);
const seeds = Number(values.seeds);
const workers = Number(values.workers);
const program = process.argv[1] ?? '';
const ofProvider = values.provider === undefined ? [] : ['--provider', values.provider];
const ofBusy = values.busy === undefined ? [] : [toBusyOption(values.busy)];
const began = performance.now();
let totals = NOTHING;
let current = '';
/** Calls that processes make in each provider's story. */
const calls: Record<string, number> = {};

if (values.sweep) await sweep();
else if (values.undone) await undoMends();
else if (workers > 1 && !values.found && breakage === null) await share();
else await liveHere();
report();

async function share(): Promise<void> {
  const argv = [program, ...(values.kill ? ['--kill'] : []), ...ofProvider, ...ofBusy];
  totals = await runInWorkers({ first, count: seeds }, { workers, argv });
}

async function sweep(): Promise<void> {
  installHooks(breakage);
  const { liveQuietly } = await import('./life/life.ts');
  for (const { id } of PROVIDERS) {
    if (values.provider !== undefined && values.provider !== id) continue;
    const { passed } = (await tally(`${id}, undisturbed`, () => liveQuietly(id, null))) ?? { passed: 0 };
    calls[id] = passed;
    const argv = [program, '--kill', '--provider', id];
    totals = add(totals, await runInWorkers({ first: 1, count: passed }, { workers, argv }));
  }
}

/** A life that passes without the mend of its defect does not show whether the mend is lost. */
async function undoMends(): Promise<void> {
  for (const found of FOUND) {
    const { seed, isBusy = false, defect } = found;
    const options = [toBusyOption(isBusy), '--break', toBreakage(found).name];
    const share = { first: seed, count: 1 };
    const lived = await runInWorkers(share, { workers: 1, argv: [program, ...options] });
    const name = `Seed ${seed}`;
    const violations = [`It passes with its mend undone: ${defect}`];
    const passed = { life: name, provider: '', violations, replay: toReplay(name, options) };
    totals = add(totals, { ...lived, failures: lived.failures.length > 0 ? [] : [passed] });
  }
}

async function liveHere(): Promise<void> {
  installHooks(breakage);
  const { live, liveQuietly } = await import('./life/life.ts');
  const { journal } = await import('./life/world.ts');
  // Node ends a process whose promises can no longer be kept.
  process.on('exit', () => {
    if (current === '') return;
    process.stderr.write(`${journal.slice(-20).join('\n')}\n`);
    noteEnd(current, 'It came to a standstill.');
    report();
  });
  const { provider } = values;
  const options = { only: provider ?? null, isBusy: values.busy ?? null };
  if (values.found) {
    for (const { seed, isBusy = false } of FOUND)
      await tally(`Seed ${seed}`, () => live(seed, { ...options, isBusy }), [toBusyOption(isBusy)]);
    return;
  }
  for (const number of Array.from({ length: seeds }, (_, index) => first + index)) {
    if (isNoticed()) break;
    if (values.kill)
      await tally(`Call ${number}`, () => liveQuietly(provider ?? 'http', number).then(requireDeath));
    else await tally(`Seed ${number}`, () => live(number, options));
  }
}

function toBusyOption(isBusy: boolean): string {
  return isBusy ? '--busy' : '--no-busy';
}

/** @param options that the life needs to be the same again */
async function tally(
  name: string,
  lead: () => Promise<LifeResult>,
  options: readonly string[] = ofBusy,
): Promise<LifeResult | null> {
  current = name;
  const life = await lead().catch((error: unknown) => {
    noteEnd(name, `It broke off: ${error instanceof Error ? error.stack : String(error)}`);
    return null;
  });
  current = '';
  if (life === null) return null;
  const lived = toTotals(name, life, toReplay(name, options));
  const isNews = lived.failures.length > 0 && !(await failsUnbroken(name));
  const added = isNews ? lived : { ...lived, failures: [] };
  totals = add(totals, added);
  if (values.verbose) process.stderr.write(`${[...life.acts, ...life.lines, life.trace].join('\n')}\n`);
  if (!values.json) showFailures(added);
  return life;
}

/** A life that fails without the breakage as well has not noticed it. */
async function failsUnbroken(name: string): Promise<boolean> {
  if (breakage === null) return false;
  const share = { first: Number(/\d+$/.exec(name)), count: 1 };
  const { failures } = await runInWorkers(share, { workers: 1, argv: [program, ...ofProvider, ...ofBusy] });
  return failures.length > 0;
}

/** So that no call is left out unseen. */
function requireDeath(life: LifeResult): LifeResult {
  if (life.deaths > 0) return life;
  return { ...life, violations: [...life.violations, 'No process was killed: there is no such call.'] };
}

function noteEnd(name: string, violation: string): void {
  const failures = [
    { life: name, provider: values.provider ?? '', violations: [violation], replay: toReplay(name, ofBusy) },
  ];
  totals = add(totals, { ...NOTHING, lives: 1, failures });
  if (!values.json) showFailures({ failures });
}

/** @param name ends with the number of the seed or call */
function toReplay(name: string, ofLife: readonly string[]): string {
  const [number = ''] = /\d+$/.exec(name) ?? [];
  const options = [...(values.kill ? ['--kill'] : []), ...ofProvider, ...ofLife];
  if (breakage !== null) options.push('--break', breakage.name);
  return ['npm run simulate -- --first', number, '--seeds 1', ...options, '--verbose'].join(' ');
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
    const shown = {
      first,
      break: breakage?.name ?? null,
      ...totals,
      ...(values.sweep && { calls }),
      seconds,
    };
    process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  } else {
    if (workers > 1 || values.sweep || values.undone) showFailures(totals);
    const swept = Object.entries(calls).map(([id, count]) => `${id}: ${count} calls\n`);
    process.stdout.write(`${swept.join('')}${describe(totals)}; ${seconds} s\n`);
  }
  process.exitCode = totals.failures.length > 0 === (breakage !== null) ? 0 : 1;
}
