import { UserError } from '../lib/domain/errors.ts';
import { UsageError } from '../operator/user-errors.ts';
import { HELP, readCommandLine } from './command-line.ts';
import type { Host } from './host.ts';

/** `npm start`. */

const begun = performance.now();
/** npm forwards a terminal's Ctrl-C, which this process gets itself too: a second signal within this time is the same one. */
const SAME_KEY_MS = 500;

let host: Host | null = null;
let stoppedAt: number | null = null;

process.on('SIGINT', stop);
process.on('SIGTERM', stop);
run().catch(fail);

async function run(): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    process.stdout.write(HELP);
    return;
  }
  console.error('Starting …');
  const [
    { startHost },
    { formatBanner },
    { loadSettings },
    { wantsColour },
    { localStackName, resetStateDirectory },
    { withProvider },
    { createAlarmWatch },
  ] = await Promise.all([
    import('./host.ts'),
    import('./banner.ts'),
    import('../lib/settings/load.ts'),
    import('./output.ts'),
    import('./state-directory.ts'),
    import('./provider-settings.ts'),
    import('./alarms.ts'),
  ]);
  const { stateDirectory, ports, endpoint, provider } = commandLine;
  const settings =
    provider === null ? await loadSettings() : await withProvider(await loadSettings(), provider);
  if (commandLine.reset && stateDirectory !== null) resetStateDirectory(stateDirectory);
  host = await startHost({
    settings,
    stateDirectory,
    ports,
    endpoint,
    shipsByItself: { afterMs: 2000 },
    onLine: (line) => console.log(line),
    onEvent: createAlarmWatch(localStackName(), settings.alarms, (line) => console.log(line)),
    colour: wantsColour(process.stdout, process.env),
  });
  console.log(await formatBanner(host, settings, (performance.now() - begun) / 1000));
}

function stop(): void {
  const now = performance.now();
  if (stoppedAt !== null) {
    if (now - stoppedAt > SAME_KEY_MS) process.exit(130);
    return;
  }
  stoppedAt = now;
  if (host === null) process.exit(130);
  console.error('Stopping … (again to stop at once)');
  host.stop().then(() => process.exit(0), fail);
}

function fail(error: unknown): void {
  // Any other error is a fault of this program, so its stack is printed.
  console.error(error instanceof UserError ? error.message : error);
  process.exit(error instanceof UsageError ? 2 : 1);
}
