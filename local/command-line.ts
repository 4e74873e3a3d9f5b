import { parseArgs } from 'node:util';
import { UsageError } from '../operator/user-errors.ts';

interface CommandLine {
  readonly help: boolean;
  readonly reset: boolean;
  /** Null for a system that leaves nothing behind. */
  readonly stateDirectory: string | null;
  readonly ports: Ports;
  readonly endpoint: string | null;
}

const DEFAULT_PORT = 9400;
/** Seven ports from the base on. */
const HIGHEST_PORT = 65_535 - 6;

export const HELP = `Runs DEAR Fulfillment Bridge on this machine: the deployed stack, its functions, and sandboxes of DEAR and ShipStation.

Examples
  npm start                                    go on where the last run stopped; state is in .local
  npm start -- --reset                         begin anew
  npm start -- --ephemeral                     leave nothing behind
  npm start -- --port 9500                     listen on 9500 to 9506 instead of 9400 to 9406
  BRIDGE_CONFIG=acme.config.ts npm start       with other settings; a baseUrl in them names a real account

Options
  --port BASE      first of seven ports: webhooks, DEAR, ShipStation, SQS, DynamoDB, Secrets Manager, console (default ${DEFAULT_PORT})
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
    throw new UsageError('--ephemeral keeps no state, so --reset and --state have no meaning with it');
  }
  return {
    help: values.help,
    reset: values.reset,
    stateDirectory: values.ephemeral ? null : (values.state ?? '.local'),
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

function portsFrom(text: string): Ports {
  const base = Number(text);
  if (!Number.isInteger(base) || base < 1024 || base > HIGHEST_PORT) {
    throw new UsageError(
      `--port ${text} is not a port between 1024 and ${HIGHEST_PORT}; for example: --port 9500`,
    );
  }
  return {
    api: base,
    dear: base + 1,
    shipStation: base + 2,
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

/** Where each part of a local system listens; 0: on any port that is free. */
export interface Ports {
  readonly api: number;
  readonly dear: number;
  readonly shipStation: number;
  readonly sqs: number;
  readonly dynamoDb: number;
  readonly secrets: number;
  readonly console: number;
}

export const ANY_PORT: Ports = {
  api: 0,
  dear: 0,
  shipStation: 0,
  sqs: 0,
  dynamoDb: 0,
  secrets: 0,
  console: 0,
};
