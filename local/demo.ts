import { parseArgs } from 'node:util';
import { UserError } from '../lib/domain/errors.ts';
import { loadSettings } from '../lib/settings/load.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { UsageError } from '../operator/user-errors.ts';
import { getStateDirectory } from './command-line.ts';
import { DemoSystem, UnmetExpectationError } from './demo/demo-system.ts';
import { buildReport, type DemoReport, formatReport, type PlayedScenario } from './demo/report.ts';
import { isPlayable } from './demo/scenario.ts';
import { SCENARIOS } from './demo/scenarios/index.ts';
import { type Host, startHost } from './host.ts';
import { withProvider } from './provider-settings.ts';
import { loadProviderSandbox } from './sandboxes.ts';
import { resetStateDirectory } from './state-directory.ts';

/** `npm run demo`. */

const HELP = `Runs sales from DEAR to a fulfillment service and back, in sandboxes on this machine, and checks the results.

Examples
  npm run demo                     with state in .local, which npm start can continue
  npm run demo -- --ephemeral      without keeping state; also possible while npm start runs
  npm run demo -- --json           one JSON object on the last line of stdout, everything else on stderr

Options
  --provider ID  with the sandbox of another provider, and state in .local-ID
  --state DIR    where to keep state (default .local)
  --reset        remove the state first
  --ephemeral    keep state in memory only
  --json         for programs
  --help         this text
`;

const TIMEOUT_MS = 60_000;
/** Instead of the vendors' 60 and 200, which would double the time. */
const CALLS_PER_MINUTE = 6_000;

try {
  process.exitCode = await main();
} catch (error) {
  // Any other error is a fault of this program, so its stack is printed.
  if (!(error instanceof UserError)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** @returns the exit code: 0 where every expectation was met */
async function main(): Promise<number> {
  const options = readOptions();
  const say = (line: string) => (options.json ? console.error(line) : console.log(line));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { provider } = options;
  const settings =
    provider === undefined ? await loadSettings() : await withProvider(await loadSettings(), provider);
  const stateDirectory = options.ephemeral ? null : (options.state ?? getStateDirectory(provider));
  if (options.reset && stateDirectory !== null) resetStateDirectory(stateDirectory);
  say('Starting the bridge and its sandboxes …');
  let heardAt = Date.now();
  const host = await startHost({
    settings,
    stateDirectory,
    callsPerMinute: CALLS_PER_MINUTE,
    onLine: (line) => {
      heardAt = Date.now();
      say(`  ${line}`);
    },
  });
  try {
    const report = await play(host, settings.connections, say, () => heardAt);
    if (options.json) console.log(JSON.stringify(report));
    return report.ok ? 0 : fail(report.broken);
  } catch (error) {
    if (error instanceof UnmetExpectationError) return fail([error.message]);
    throw error;
  } finally {
    await host.stop();
  }
}

/** @throws {UsageError} */
function readOptions() {
  try {
    return parseArgs({
      options: {
        ephemeral: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        reset: { type: 'boolean', default: false },
        provider: { type: 'string' },
        state: { type: 'string' },
      },
    }).values;
  } catch (error) {
    if (process.argv.some((word) => /^--port(=|$)/.test(word))) {
      throw new UsageError(
        'The demo listens on free ports that it finds, so there is no --port',
        'Leave it out',
      );
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason}\nSee: npm run demo -- --help`);
  }
}

/** @throws {UnmetExpectationError} where the bridge does not do its part in time */
async function play(
  host: Host,
  connections: Settings['connections'],
  say: (line: string) => void,
  lastHeardAt: () => number,
): Promise<DemoReport> {
  const startedAt = new Date().toISOString();
  const demo = new DemoSystem({
    host,
    connections,
    sandbox: await loadProviderSandbox(connections[0]?.provider ?? ''),
    timeoutMs: TIMEOUT_MS,
    lastHeardAt,
    say: (line) => say(`▸ ${line}`),
  });
  const results: PlayedScenario[] = [];
  const scenarios = SCENARIOS.filter((scenario) => isPlayable(scenario, demo));
  for (const [index, scenario] of scenarios.entries()) {
    say(`\n${index + 1}/${scenarios.length} ${scenario.about}`);
    results.push({ scenario, played: await scenario.play(demo) });
  }
  const report = await buildReport(demo, results, startedAt);
  say(`\n${formatReport(report)}\n`);
  return report;
}

function fail(unmet: readonly string[]): number {
  for (const expectation of unmet) console.error(`Not met: ${expectation}`);
  return 1;
}
