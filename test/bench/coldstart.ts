import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFunctions } from '../../lib/infra/bundle-functions.ts';
import { ENVIRONMENTS, type FunctionName } from '../../lib/runtime/environment.ts';
import { loadSettings } from '../../lib/settings/load.ts';
import type { Metrics } from './bench.ts';

const RUNS = 15;
const QUICK_RUNS = 5;
/** What a function cannot do without: the SDK clients that it uses, and nothing else. */
const FLOORS = {
  'sdk-of-receiver': ['@aws-sdk/client-sqs', '@aws-sdk/client-secrets-manager'],
  'sdk-of-worker': [
    '@aws-sdk/client-sqs',
    '@aws-sdk/client-secrets-manager',
    '@aws-sdk/client-dynamodb',
    '@aws-sdk/lib-dynamodb',
  ],
} as const;
const ENVIRONMENT = Object.fromEntries(
  Object.values(ENVIRONMENTS).flatMap((schema) => Object.keys(schema.shape).map((key) => [key, 'bench'])),
);

/**
 * CPU time of importing each function, as a multiple of its floor, the import of nothing but its SDK clients: medians of fresh
 * processes, one of each in turn. And the KiB that each loads at its start.
 */
export async function coldstart(isQuick: boolean): Promise<Metrics> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const names = Object.keys(ENVIRONMENTS) as FunctionName[];
    const modules = [...(await bundle(directory, names)), ...(await bundleFloors(directory))];
    const times = new Map(modules.map(({ name }) => [name, [] as number[]]));
    // Round by round, so that a machine that slows down slows all of them.
    for (let run = 0; run < (isQuick ? QUICK_RUNS : RUNS); run += 1) {
      for (const { name, file } of modules) times.get(name)?.push(importTime(file));
    }
    const getMedian = (name: string) => median(times.get(name) ?? []);
    const ratios = names.map((name) => {
      const floor = name === 'receive-webhook' ? 'sdk-of-receiver' : 'sdk-of-worker';
      return [`${name}/${floor}`, round(getMedian(name) / getMedian(floor))] as const;
    });
    const sizes = modules.map(
      ({ name, file }) => [`${name} KiB`, Math.round(statSync(file).size / 1024)] as const,
    );
    return Object.fromEntries([...ratios, ...sizes]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Module {
  readonly name: string;
  readonly file: string;
}

async function bundle(
  directory: string,
  names: readonly string[],
  entriesDirectory = 'functions',
): Promise<Module[]> {
  const settings = await loadSettings('bridge.config.example.ts');
  const bundles = await bundleFunctions({ entriesDirectory, names, outdir: directory, settings });
  return bundles.map(({ name, directory: own }) => ({ name, file: join(own, 'index.mjs') }));
}

/** Bundled in the same way, from one line for each client. */
async function bundleFloors(directory: string): Promise<Module[]> {
  const entries = mkdtempSync(join(process.cwd(), '.build-bench-'));
  try {
    for (const [name, clients] of Object.entries(FLOORS)) {
      const lines = clients.map(
        (client, index) =>
          `import * as client${index} from '${client}';\nexport const used${index} = ${USED[client]}(client${index});`,
      );
      writeFileSync(join(entries, `${name}.ts`), lines.join('\n'));
    }
    return await bundle(directory, Object.keys(FLOORS), entries);
  } finally {
    rmSync(entries, { recursive: true });
  }
}

/** Something of each client that a function really uses, so that the bundler keeps it. */
const USED: Readonly<Record<string, string>> = {
  '@aws-sdk/client-sqs':
    '((sqs) => [new sqs.SQSClient({}), sqs.SendMessageCommand, sqs.ChangeMessageVisibilityCommand])',
  '@aws-sdk/client-secrets-manager':
    '((secrets) => [secrets.SecretsManagerClient, secrets.GetSecretValueCommand])',
  '@aws-sdk/client-dynamodb': '((dynamodb) => [new dynamodb.DynamoDBClient({})])',
  '@aws-sdk/lib-dynamodb': '((lib) => [lib.DynamoDBDocumentClient, lib.GetCommand, lib.PutCommand])',
};

/** CPU time in µs, which hardly depends on what else the machine does. */
function importTime(file: string): number {
  const script = `const begun = process.cpuUsage(); await import(${JSON.stringify(pathToFileURL(file).href)}); const { user, system } = process.cpuUsage(begun); process.stdout.write(String(user + system)); process.exit(0)`;
  const env = { ...process.env, ...ENVIRONMENT, AWS_REGION: 'us-east-1', NODE_OPTIONS: '' };
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
