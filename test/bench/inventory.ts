import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { startDearSandbox } from 'dear-sandbox/dear';
import { startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { build } from 'esbuild';
import * as z from 'zod';
import { NODE_MEMORY_OPTION } from '../../lib/infra/bridge-function.ts';
import { startFauxqsEngine } from '../../local/engines/fauxqs-engine.ts';
import type { Metrics } from './bench.ts';

const ROWS = [1_000, 10_000, 100_000];
const MODES = ['report', 'adjust'] as const;
/** Every hundredth line has drifted. */
const DRIFTED = 100;
const PLACE = 'Bench';
const KEYS = { accountId: 'bench-account', applicationKey: 'bench-key', apiKey: 'bench-key' };
/** As the function runs, and with what 256 MB leave for what JavaScript keeps. */
export const LIMITS = [NODE_MEMORY_OPTION, '--max-old-space-size=180'];
const BUCKET = 'bench-reports';
const AWS = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  NODE_OPTIONS: '',
};

const measured = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  peakMegabytes: z.number(),
  outcome: z.string(),
  lines: z.number(),
  written: z.number(),
});

/**
 * The cost of a sync, in mode `report` and in mode `adjust` with 1 % of the lines drifted: calls of DEAR, and the time and peak
 * memory of a process that does nothing else, bundled as the function is; its CPU also as a multiple of a process that only reads
 * the same pages. Both sandboxes answer as fast as they can, so the time
 * is our own; at the real limits the calls decide.
 * @param isQuick 1,000 rows
 */
export async function inventory(isQuick: boolean): Promise<Metrics> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const engine = await startFauxqsEngine(0, null);
  try {
    const script = await bundle('test/bench/inventory-sync.ts', directory);
    await createBucket(engine.url);
    const metrics: Record<string, number> = {};
    for (const rows of isQuick ? ROWS.slice(0, 1) : ROWS) {
      for (const mode of MODES) Object.assign(metrics, await measure(script, rows, mode, engine.url));
    }
    return metrics;
  } finally {
    await engine.close();
    rmSync(directory, { recursive: true });
  }
}

async function measure(script: string, rows: number, mode: string, s3Url: string): Promise<Metrics> {
  const dear = await startDear(rows);
  const shipStation = await startShipStation(rows);
  try {
    const urls = { dearUrl: dear.url, shipStationUrl: shipStation.url, s3Url };
    const floor = await run(script, 'read', urls);
    const [dearBefore, shipStationBefore] = [dear.calls().length, shipStation.calls().length];
    const found = await run(script, mode, urls);
    const wanted = mode === 'report' ? 0 : rows / DRIFTED;
    if (found.lines !== rows || found.written !== wanted)
      throw new Error(`It did something else: ${JSON.stringify(found)}`);
    const calls = dear.calls().slice(dearBefore);
    const name = (what: string) => `${mode} ${rows} rows: ${what}`;
    return {
      [name('DEAR reads')]: calls.filter(({ method }) => method === 'GET').length,
      [name('DEAR writes')]: calls.filter(({ method }) => method !== 'GET').length,
      [name('ShipStation calls')]: shipStation.calls().length - shipStationBefore,
      [name('peak memory MB')]: Math.round(found.peakMegabytes),
      [name('seconds')]: Math.round(found.seconds * 10) / 10,
      [name('CPU against reading alone')]: Math.round((found.cpuSeconds / floor.cpuSeconds) * 100) / 100,
    };
  } finally {
    await Promise.all([dear.close(), shipStation.close()]);
  }
}

async function run(script: string, mode: string, { s3Url, ...urls }: Readonly<Record<string, string>>) {
  const argument = JSON.stringify({ ...KEYS, ...urls, mode, bucket: BUCKET, location: PLACE });
  const env = { ...process.env, ...AWS, AWS_ENDPOINT_URL_S3: s3Url };
  const { stdout } = await promisify(execFile)(process.execPath, [...LIMITS, script, argument], { env });
  return measured.parse(JSON.parse(stdout));
}

const UNLIMITED = { port: 0, callsPerMinute: 1_000_000 };

async function startDear(rows: number) {
  const { accountId, applicationKey } = KEYS;
  const sandbox = await startDearSandbox({ ...UNLIMITED, accountId, applicationKey });
  const post = async (path: string, body: object) => {
    const response = await fetch(`${sandbox.origin}/sandbox/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await response.text());
  };
  await post('locations', { name: PLACE });
  for (let made = 0; made < rows; made += 10_000) {
    const count = Math.min(10_000, rows - made);
    await post('products/bulk', { count, prefix: `B${made}`, location: PLACE, onHand: 5 });
  }
  return sandbox;
}

function startShipStation(rows: number) {
  const stock = Array.from({ length: rows }, (_, index) => {
    const sku = `B${Math.floor(index / 10_000) * 10_000}-${String((index % 10_000) + 1).padStart(6, '0')}`;
    return { sku, quantity: index % DRIFTED === 0 ? 6 : 5, shipFrom: 'se-1001' };
  });
  return startShipStationSandbox({ ...UNLIMITED, apiKey: KEYS.apiKey, stock });
}

/** A script as the functions are bundled. */
export async function bundle(entryPoint: string, directory: string): Promise<string> {
  const outfile = join(directory, 'script.mjs');
  const require =
    "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: require },
    logLevel: 'error',
  });
  return outfile;
}

async function createBucket(endpoint: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = new S3Client({ endpoint, region: AWS.AWS_REGION, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  s3.destroy();
}
