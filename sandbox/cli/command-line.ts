import { parseArgs } from 'node:util';

/** A command line or a seed that cannot be used. Its message is for a person. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const APIS = ['dear', 'shipstation-v2'] as const;
export type Api = (typeof APIS)[number];

export interface CommandLine {
  readonly apis: readonly Api[];
  /** Of the first API; the second listens on the next port. */
  readonly port: number;
  readonly host: string;
  /** null: state is kept in memory. */
  readonly stateDirectory: string | null;
  /** null: the company that `seedState` describes. */
  readonly seedFile: string | null;
  /** null: each vendor's own limit. */
  readonly callsPerMinute: number | null;
  readonly speed: number;
  readonly accountId: string;
  readonly applicationKey: string;
  readonly apiKey: string;
}

const DEFAULTS = {
  port: '4010',
  host: '127.0.0.1',
  speed: '1',
  'account-id': '5a4d0b0c-0000-4000-8000-000000000001',
  'application-key': '5a4d0b0c-0000-4000-8000-000000000002',
  'api-key': 'TEST_sandbox',
};

export const HELP = `Runs a sandbox of DEAR Inventory's API (Cin7 Core, External API v2) on this machine.

Usage
  dear-sandbox [options]

Examples
  dear-sandbox                                  on port ${DEFAULTS.port}, state in memory
  dear-sandbox --state .dear --seed shop.json   keep state in .dear; begin with the products of shop.json
  dear-sandbox --speed 60 --rate-limit 6000     webhooks after one second instead of sixty; no waiting for the limit
  dear-sandbox --api dear --api shipstation-v2  ShipStation's API as well, on the next port

Options
  --port PORT             where to listen; 0 for any free port (default ${DEFAULTS.port})
  --host HOST             the address to listen on (default ${DEFAULTS.host}: this machine only)
  --state DIR             keep state in this directory; without it, in memory
  --seed FILE             locations, products and stock of a new sandbox, as JSON; see the README
  --api NAME              ${APIS.join(' or ')}; repeat it for both (default dear)
  --rate-limit CALLS      calls per minute (default: DEAR 60, ShipStation 200)
  --speed FACTOR          how many times faster waiting passes: webhooks, retries, injected latency (default ${DEFAULTS.speed})
  --account-id ID         the api-auth-accountid to accept
  --application-key KEY   the api-auth-applicationkey to accept
  --api-key KEY           the api-key that ShipStation's sandbox accepts (default ${DEFAULTS['api-key']})
  --help                  this text
`;

/**
 * @returns null where help was asked for
 * @throws {UsageError}
 */
export function readCommandLine(args: readonly string[]): CommandLine | null {
  const { help, seed = null, state = null, ...values } = parse(args);
  if (help) return null;
  const apis = APIS.filter((api) => values.api.includes(api));
  for (const name of values.api) requireApi(name);
  if (seed !== null && !apis.includes('dear')) throw new UsageError('--seed is for DEAR: add --api dear');
  const limit = values['rate-limit'];
  return {
    apis,
    port: toNumber('--port', values.port, { min: 0, max: 65_536 - apis.length, whole: true }),
    host: values.host,
    stateDirectory: state,
    seedFile: seed,
    callsPerMinute:
      limit === undefined ? null : toNumber('--rate-limit', limit, { min: 1, max: 1e9, whole: true }),
    speed: toNumber('--speed', values.speed, { min: 0.001, max: 1e6, whole: false }),
    accountId: values['account-id'],
    applicationKey: values['application-key'],
    apiKey: values['api-key'],
  };
}

function parse(args: readonly string[]) {
  try {
    const text = (name: keyof typeof DEFAULTS) => ({ type: 'string', default: DEFAULTS[name] }) as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        'account-id': text('account-id'),
        api: { type: 'string', multiple: true, default: ['dear'] },
        'api-key': text('api-key'),
        'application-key': text('application-key'),
        help: { type: 'boolean', short: 'h', default: false },
        host: text('host'),
        port: text('port'),
        'rate-limit': { type: 'string' },
        seed: { type: 'string' },
        speed: text('speed'),
        state: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function requireApi(name: string): void {
  if (APIS.some((api) => api === name)) return;
  throw new UsageError(`--api ${name}: there is no such API; use ${APIS.join(' or ')}`);
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

function toNumber(option: string, text: string, { min, max, whole }: Range): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  throw new UsageError(`${option} ${text}: not a ${whole ? 'whole ' : ''}number from ${min} to ${max}`);
}
