import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { Metrics } from './bench.ts';
import { bundle, LIMITS } from './inventory.ts';

/** As many as one run looks at, and many more. */
const ORDERS = [20_000, 100_000] as const;
const QUICK_ORDERS = [2_000, 10_000] as const;

const measured = z.object({
  runs: z.number(),
  orders: z.number(),
  pages: z.number(),
  delivered: z.number(),
  reads: z.number(),
  ordersInOneRun: z.number(),
  cpuSecondsOfOneRun: z.number(),
  cpuAgainstReading: z.number(),
  peakMegabytes: z.number(),
});

/**
 * What it takes to look at every order in Shipped, in a process that is limited as the function is: runs, reads and the
 * service's pages; and that memory does not grow with the orders.
 * @param isQuick a tenth of them
 */
export async function tracking(isQuick: boolean): Promise<Metrics> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const script = await bundle('test/bench/tracking-refresh.ts', directory);
    const [least, most] = isQuick ? QUICK_ORDERS : ORDERS;
    const [few, many] = [await measure(script, least), await measure(script, most)];
    return {
      ...named(least, few),
      ...named(most, many),
      'peak memory, ratio': rounded(many.peakMegabytes / few.peakMegabytes),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(script: string, orders: number) {
  const upstreamMessage = [...LIMITS, script, String(orders)];
  const { stdout } = await promisify(execFile)(process.execPath, upstreamMessage, {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const found = measured.parse(JSON.parse(stdout));
  if (found.orders !== orders || found.delivered !== orders / 100)
    throw new Error(`It did something else: ${stdout}`);
  return found;
}

function named(orders: number, found: z.infer<typeof measured>): Metrics {
  return {
    [`${orders} orders: runs`]: found.runs,
    [`${orders} orders: most in one run`]: found.ordersInOneRun,
    [`${orders} orders: pages of the service`]: found.pages,
    [`${orders} orders: table reads`]: found.reads,
    [`${orders} orders: CPU of the longest run, s`]: rounded(found.cpuSecondsOfOneRun),
    [`${orders} orders: CPU against reading the items alone`]: rounded(found.cpuAgainstReading),
    [`${orders} orders: peak memory MB`]: Math.round(found.peakMegabytes),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
