import { parseArgs } from 'node:util';
import { UsageError } from '../operator/user-errors.ts';

interface CommandLine {
  readonly help: boolean;
  readonly reset: boolean;
  /** null: state is kept in memory. */
  readonly stateDirectory: string | null;
  readonly ports: Ports;
  readonly endpoint: string | null;
  /** Id of the provider whose sandbox replaces those of the settings; null: the settings' own. */
  readonly provider: string | null;
}

const DEFAULT_PORT = 9400;
/** The base is the first of seven ports. */
const MAX_BASE_PORT = 65_535 - 6;

export const HELP = `Runs DEAR Fulfillment Bridge on this machine: the deployed stack, its functions, and sandboxes of DEAR and of the fulfillment services.

Examples
  npm start                                    continue from the last run; state is in .local
  npm start -- --reset                         remove the state first
  npm start -- --ephemeral                     keep state in memory only
  npm start -- --port 9500                     listen on 9500 to 9506 instead of 9400 to 9406
  BRIDGE_CONFIG=acme.config.ts npm start       with other settings; a baseUrl in them means a real account

Options
  --port BASE      first of seven ports: webhooks, DEAR, the first provider, SQS, DynamoDB, Secrets Manager, console (default ${DEFAULT_PORT})
  --provider ID    with the sandbox of another provider behind the connections, and state in .local-ID
  --state DIR      where to keep state (default .local)
  --reset          remove the state first
  --ephemeral      keep state in memory only
  --endpoint URL   use an emulator of SQS and DynamoDB on this machine instead of the embedded engines
  --help           this text
`;

/** @throws {UsageError} */
export function readCommandLine(parameters: readonly string[]): CommandLine {
  const values = parse(parameters);
  if (values.ephemeral && (values.reset || values.state !== undefined)) {
    throw new UsageError('--ephemeral keeps no state; leave out --reset and --state');
  }
  return {
    help: values.help,
    reset: values.reset,
    stateDirectory: values.ephemeral ? null : (values.state ?? getStateDirectory(values.provider)),
    provider: values.provider ?? null,
    ports: portsFrom(values.port),
    endpoint: endpointFrom(values.endpoint),
  };
}

function parse(parameters: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...parameters],
      options: {
        endpoint: { type: 'string' },
        ephemeral: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        port: { type: 'string', default: String(DEFAULT_PORT) },
        provider: { type: 'string' },
        reset: { type: 'boolean', default: false },
        state: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason}\nSee: npm start -- --help`);
  }
}

/** Each provider has its own state, because the credentials of a connection depend on its provider. */
export function getStateDirectory(provider: string | undefined): string {
  return provider === undefined ? '.local' : `.local-${provider}`;
}

function portsFrom(text: string): Ports {
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1024 || base > MAX_BASE_PORT) {
    throw new UsageError(
      `--port ${text} is not a port between 1024 and ${MAX_BASE_PORT}; for example: --port 9500`,
    );
  }
  return {
    api: base,
    dear: base + 1,
    provider: base + 2,
    sqs: base + 3,
    dynamoDb: base + 4,
    secrets: base + 5,
    console: base + 6,
  };
}

function endpointFrom(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (URL.canParse(text)) return text;
  throw new UsageError(`--endpoint ${text} is not a URL; for example: --endpoint http://127.0.0.1:4566`);
}

/** The port of each part of a local system; 0: any free port. */
export interface Ports {
  readonly api: number;
  readonly dear: number;
  readonly provider: number;
  readonly sqs: number;
  readonly dynamoDb: number;
  readonly secrets: number;
  readonly console: number;
}

export const ANY_PORT: Ports = {
  api: 0,
  dear: 0,
  provider: 0,
  sqs: 0,
  dynamoDb: 0,
  secrets: 0,
  console: 0,
};
