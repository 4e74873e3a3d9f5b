import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSeed, SeedError } from '../dear/seed-file.ts';
import { startDearSandbox } from '../dear/server.ts';
import type { DearState } from '../dear/state.ts';
import { PortInUseError } from '../kit/server.ts';
import { fileStorage, memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline } from '../kit/timeline.ts';
import { startShipStationSandbox } from '../shipstation-v2/server.ts';
import { type Api, type CommandLine, HELP, readCommandLine, UsageError } from './command-line.ts';

interface Running {
  /** What a caller has to know: address and credentials. */
  readonly lines: readonly string[];
  close(): Promise<void>;
}

/** The command `dear-sandbox`. It ends with 0 after SIGINT or SIGTERM, 1 where it cannot start and 2 for a usage error. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    const commandLine = readCommandLine(args);
    if (commandLine === null) return void process.stdout.write(HELP);
    await run(commandLine);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    console.error(isUsage || error instanceof PortInUseError ? error.message : error);
    if (isUsage) console.error('See: dear-sandbox --help');
    process.exitCode = isUsage ? 2 : 1;
  }
}

async function run(commandLine: CommandLine): Promise<void> {
  const running: Running[] = [];
  const close = () => Promise.all(running.map((one) => one.close()));
  try {
    for (const [index, api] of commandLine.apis.entries()) {
      const port = commandLine.port === 0 ? 0 : commandLine.port + index;
      running.push(await START[api]({ ...commandLine, port }));
    }
  } catch (error) {
    await close();
    throw error;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void close().then(() => process.exit(0)));
  }
  const { stateDirectory } = commandLine;
  const state = stateDirectory === null ? 'State is kept in memory' : `State is kept in ${stateDirectory}`;
  console.log([...running.flatMap(({ lines }) => lines), `${state}. Press Ctrl-C to stop.`].join('\n'));
}

const START: Readonly<Record<Api, (commandLine: CommandLine) => Promise<Running>>> = {
  dear: startDear,
  'shipstation-v2': startShipStation,
};

async function startDear(commandLine: CommandLine): Promise<Running> {
  const { port, host, accountId, applicationKey, seedFile } = commandLine;
  const seed = readSeed(seedFile, commandLine.stateDirectory);
  const sandbox = await startDearSandbox({
    port,
    host,
    accountId,
    applicationKey,
    storage: openStorage<DearState>(commandLine, 'dear'),
    timeline: realTimeline(commandLine.speed),
    ...(seed !== null && { seed }),
    ...toLimit(commandLine),
  });
  return {
    lines: [
      `DEAR Inventory: ${sandbox.url}`,
      `  api-auth-accountid: ${accountId}`,
      `  api-auth-applicationkey: ${applicationKey}`,
      `  Control API: ${sandbox.origin}/sandbox`,
    ],
    close: sandbox.close,
  };
}

async function startShipStation(commandLine: CommandLine): Promise<Running> {
  const { port, host, apiKey } = commandLine;
  const sandbox = await startShipStationSandbox({
    port,
    host,
    apiKey,
    storage: openStorage(commandLine, 'shipstation-v2'),
    timeline: realTimeline(commandLine.speed),
    ...toLimit(commandLine),
  });
  return {
    lines: [
      `ShipStation V2: ${sandbox.url}/v2/`,
      `  api-key: ${apiKey}`,
      `  Control API: ${sandbox.url}/sandbox`,
    ],
    close: sandbox.close,
  };
}

function toLimit({ callsPerMinute }: CommandLine): { callsPerMinute?: number } {
  return callsPerMinute === null ? {} : { callsPerMinute };
}

function openStorage<State extends object>({ stateDirectory }: CommandLine, api: Api): SandboxStorage<State> {
  return stateDirectory === null ? memoryStorage() : fileStorage(getStateFile(stateDirectory, api));
}

function getStateFile(stateDirectory: string, api: Api): string {
  return join(stateDirectory, `${api}.json`);
}

/** @throws {UsageError} where the file cannot be read, is no seed, or would be ignored because there is a state already */
function readSeed(
  seedFile: string | null,
  stateDirectory: string | null,
): ((now: number) => DearState) | null {
  if (seedFile === null) return null;
  if (stateDirectory !== null && existsSync(getStateFile(stateDirectory, 'dear'))) {
    throw new UsageError(
      `${stateDirectory} holds a state already, so --seed would change nothing. Remove the directory, or leave --seed out.`,
    );
  }
  try {
    return parseSeed(readFileSync(seedFile, 'utf8'));
  } catch (error) {
    if (error instanceof SeedError) throw new UsageError(`${seedFile}: ${error.message}`);
    throw new UsageError(`--seed: ${error instanceof Error ? error.message : String(error)}`);
  }
}
