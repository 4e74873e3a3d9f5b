import { once } from 'node:events';
import { UsageError } from '../user-errors.ts';
import type { CommandDefinition, Invocation } from './command.ts';

/** The next one after those of `npm start`, which serves a console of its own. */
const DEFAULT_PORT = 9407;

export const consoleCommand: CommandDefinition = {
  usage: 'console',
  about: 'Serves the console in a browser on this machine, until Ctrl-C',
  examples: [
    ['bridge console --stack acme-prod', 'a deployed bridge, with your own AWS credentials'],
    ['bridge console --port 9500 --as Mina', 'on another port, acting as Mina'],
  ],
  options: [
    ['--port <number>', 'where to listen on 127.0.0.1', String(DEFAULT_PORT)],
    ['--as <name>', 'who acts in it, for the log; without it the user of this machine'],
  ],
  run,
};

/** @throws {PortInUseError} */
async function run({ options, output, operator, bridge }: Invocation): Promise<undefined> {
  const port = options.count('port', DEFAULT_PORT);
  if (port > 65_535) throw new UsageError(`--port ${port} is no port; for example: --port 9500`);
  const opened = await bridge();
  const { loadConsole } = await import('../console/load.ts');
  const { consoleDeps, serveConsole } = await loadConsole();
  const deps = consoleDeps(opened, operator);
  // Whoever else uses the machine is to have nothing of the credentials behind a deployed one.
  const isPrivate = opened.kind === 'stack';
  const served = await serveConsole(deps, port, isPrivate);
  output.data({ url: served.url }, () => served.url);
  output.say(
    `The console of ${opened.name}${isPrivate ? '; its address holds a key, so keep it to yourself' : ''}. Ctrl-C ends it.`,
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await served.close();
}
