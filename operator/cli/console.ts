import { once } from 'node:events';
import { InvalidArgumentError, Option } from 'commander';
import type { CommandDefinition, Invocation } from './command.ts';

/** The next port after those of `npm start`, which serves a console of its own. */
const DEFAULT_PORT = 9407;

export const consoleCommand: CommandDefinition = {
  usage: 'console',
  about: 'Serves the console in a browser on this machine, until Ctrl-C',
  examples: [
    ['bridge console --stack acme-prod', 'serves a deployed bridge, with your own AWS credentials'],
    ['bridge console --port 9500 --as Mina', 'on another port, as Mina in the log'],
  ],
  options: [
    new Option('--port <number>', 'where to listen on 127.0.0.1; 0 for any port that is free')
      .argParser(parsePort)
      .default(DEFAULT_PORT),
    new Option('--as <name>', 'a name for the log, beside who you are to AWS or to this machine'),
  ],
  run,
};

/** @throws {UsageError} another program uses the port */
async function run({ options, output, operator, bridge }: Invocation): Promise<undefined> {
  const port = options.count('port');
  const opened = await bridge();
  const { loadConsole } = await import('../console/load.ts');
  const { consoleDeps, serveConsole } = await loadConsole();
  const deps = consoleDeps(opened, operator);
  // The console of a deployed bridge acts with the operator's AWS credentials: other users of the machine are kept out.
  const isPrivate = opened.kind === 'stack';
  const served = await serveConsole(deps, port, isPrivate);
  output.data({ url: served.url }, () => served.url);
  output.say(
    `The console of ${opened.name}${isPrivate ? '; its address holds a key, so keep it secret' : ''}. Ctrl-C stops it.`,
  );
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await served.close();
}

function parsePort(given: string): number {
  if (/^\d+$/.test(given) && Number(given) <= 65_535) return Number(given);
  throw new InvalidArgumentError(`It has to be a whole number up to 65535; for example: ${DEFAULT_PORT}`);
}
