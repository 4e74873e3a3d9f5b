import type { Bridge } from './bridge.ts';
import {
  automationModule,
  dearCredentials,
  locations,
  providerCredentials,
  sharedAccounts,
} from './checks/account.ts';
import { type Check, type Examination, failed } from './checks/check.ts';
import {
  ordersSetAside,
  parkedMessages,
  pauses,
  sentTwice,
  shippingMethods,
  stuckOrders,
} from './checks/orders.ts';
import {
  alarmsSubscribed,
  clock,
  concurrency,
  heartbeats,
  secretsAge,
  unknownSkus,
  webhookRegistrations,
} from './checks/upkeep.ts';

const EXAMINATIONS: readonly Examination[] = [
  dearCredentials,
  providerCredentials,
  sharedAccounts,
  automationModule,
  webhookRegistrations,
  locations,
  sentTwice,
  unknownSkus,
  shippingMethods,
  stuckOrders,
  ordersSetAside,
  parkedMessages,
  pauses,
  alarmsSubscribed,
  concurrency,
  heartbeats,
  secretsAge,
  clock,
];

/**
 * Checks everything about a bridge that can be read from outside. Reads only; costs DEAR about four calls.
 * @param onBegin called with the name of each examination before it begins
 */
export async function examine(bridge: Bridge, onBegin: (name: string) => void = () => {}): Promise<Check[]> {
  const checks: Check[] = [];
  for (const one of EXAMINATIONS) {
    onBegin(one.name);
    checks.push(...(await attempt(one, bridge)));
  }
  return checks;
}

async function attempt({ name, examine: run }: Examination, bridge: Bridge): Promise<Check[]> {
  try {
    return await run(bridge);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [failed(name, `could not be checked: ${reason}`, 'correct that, then: bridge doctor')];
  }
}
