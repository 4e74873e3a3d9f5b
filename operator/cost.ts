import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSchedules } from '../lib/runtime/job-schedules.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { type Build, buildBridge } from '../local/template/build-bridge.ts';
import { type CostEstimate, estimateCost, readFacts } from './cost-estimate.ts';

/**
 * What a bridge with these settings would cost, by the template that would be deployed. Takes about three seconds.
 * @param build @default this project's CDK stack and functions
 */
export async function getCost(
  settings: Settings,
  ordersPerMonth: number,
  build: Build = buildBridge,
): Promise<CostEstimate> {
  const directory = await mkdtemp(join(tmpdir(), 'dear-fulfillment-bridge-cost-'));
  try {
    const { template } = await build({ settings, name: undefined, stage: 'cost', directory });
    const periods = getSchedules(settings).map(({ everySeconds }) => everySeconds);
    return estimateCost(readFacts(template), periods, ordersPerMonth);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
