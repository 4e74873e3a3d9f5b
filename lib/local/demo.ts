import { parseArgs } from 'node:util';
import { loadSettings } from '../settings/load.ts';
import { brokenPromises } from './demo/promises.ts';
import { reportOf, tableOf } from './demo/report.ts';
import { BrokenPromiseError, playStory } from './demo/story.ts';
import { type Host, startHost } from './host.ts';
import { resetStateDirectory } from './state-directory.ts';

/** `npm run demo`. */

const HELP = `Plays three sales from DEAR to ShipStation and back, in sandboxes on this machine, and checks what was promised.

Examples
  npm run demo                     on the state in .local, where npm start can go on with it
  npm run demo -- --ephemeral      leave nothing behind; also while npm start runs
  npm run demo -- --json           one JSON object on the last line of stdout, everything else on stderr

Options
  --state DIR    where to keep state (default .local)
  --reset        remove the state first
  --ephemeral    keep state in memory only
  --json         for programs
  --help         this text
`;

const PATIENCE_MS = 60_000;

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

/** @returns the exit code: 0 where every promise was kept */
async function run(): Promise<number> {
  const settings = await loadSettings();
  const [connection] = settings.connections;
  if (connection === undefined) return 1;
  const stateDirectory = options.ephemeral ? null : options.state;
  if (options.reset && stateDirectory !== null) resetStateDirectory(stateDirectory);
  say('Starting the bridge and its sandboxes …');
  const host = await startHost({ settings, stateDirectory, onLine: (line) => say(`  ${line}`) });
  try {
    return await play(host, connection);
  } finally {
    await host.stop();
  }
}

async function play(host: Host, connection: { id: string; location: string }): Promise<number> {
  const begun = performance.now();
  const story = playStory({ host, connection, patienceMs: PATIENCE_MS, say: (line) => say(`▸ ${line}`) });
  const end = await story.catch((error: unknown) => {
    if (error instanceof BrokenPromiseError) return error;
    throw error;
  });
  if (end instanceof BrokenPromiseError) return fail([end.message]);
  const report = reportOf(end, brokenPromises(end), Math.round(performance.now() - begun));
  say(`\n${tableOf(report)}\n`);
  if (options.json) console.log(JSON.stringify(report));
  return report.ok ? 0 : fail(report.broken);
}

function fail(promises: readonly string[]): number {
  for (const promise of promises) console.error(`Broken promise: ${promise}`);
  return 1;
}
