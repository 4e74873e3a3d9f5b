import { parseArgs } from 'node:util';
import { loadSettings } from '../lib/settings/load.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { DemoSystem, UnmetExpectationError } from './demo/demo-system.ts';
import { buildReport, formatReport, type PlayedScenario } from './demo/report.ts';
import { SCENARIOS } from './demo/scenarios/index.ts';
import { type Host, startHost } from './host.ts';
import { resetStateDirectory } from './state-directory.ts';

/** `npm run demo`. */

const HELP = `Runs sales from DEAR to ShipStation and back, in sandboxes on this machine, and checks the results.

Examples
  npm run demo                     with state in .local, which npm start can continue
  npm run demo -- --ephemeral      without keeping state; also possible while npm start runs
  npm run demo -- --json           one JSON object on the last line of stdout, everything else on stderr

Options
  --state DIR    where to keep state (default .local)
  --reset        remove the state first
  --ephemeral    keep state in memory only
  --json         for programs
  --help         this text
`;

const TIMEOUT_MS = 60_000;
/** Instead of the vendors' 60 and 200, which would double the time. */
const CALLS_PER_MINUTE = 6_000;

const { values: options } = parseArgs({
  options: {
    ephemeral: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
    json: { type: 'boolean', default: false },
    reset: { type: 'boolean', default: false },
    state: { type: 'string', default: '.local' },
  },
});

const say = (line: string) => (options.json ? console.error(line) : console.log(line));

if (options.help) process.stdout.write(HELP);
else process.exitCode = await run();

/** @returns the exit code: 0 where every expectation was met */
async function run(): Promise<number> {
  const settings = await loadSettings();
  const stateDirectory = options.ephemeral ? null : options.state;
  if (options.reset && stateDirectory !== null) resetStateDirectory(stateDirectory);
  say('Starting the bridge and its sandboxes …');
  const host = await startHost({
    settings,
    stateDirectory,
    callsPerMinute: CALLS_PER_MINUTE,
    onLine: (line) => say(`  ${line}`),
  });
  try {
    return await play(host, settings.connections);
  } finally {
    await host.stop();
  }
}

async function play(host: Host, connections: Settings['connections']): Promise<number> {
  const startedAt = new Date().toISOString();
  const demo = new DemoSystem({
    host,
    connections,
    timeoutMs: TIMEOUT_MS,
    say: (line) => say(`▸ ${line}`),
  });
  const results: PlayedScenario[] = [];
  try {
    for (const [index, scenario] of SCENARIOS.entries()) {
      say(`\n${index + 1}/${SCENARIOS.length} ${scenario.about}`);
      results.push({ scenario, played: await scenario.play(demo) });
    }
    const report = await buildReport(demo, results, startedAt);
    say(`\n${formatReport(report)}\n`);
    if (options.json) console.log(JSON.stringify(report));
    return report.ok ? 0 : fail(report.broken);
  } catch (error) {
    if (error instanceof UnmetExpectationError) return fail([error.message]);
    throw error;
  }
}

function fail(unmet: readonly string[]): number {
  for (const expectation of unmet) console.error(`Not met: ${expectation}`);
  return 1;
}
