import { accountNameOf } from '../providers/registry.ts';
import { shipStationV2Secret } from '../providers/shipstation-v2/settings.ts';
import type { Bridge } from './bridge.ts';

/** How much of an account's calls is taken. */
export interface BudgetState {
  /** `DEAR`, or a connection's id; connections of one account share its budget. */
  readonly system: string;
  readonly callsPerMinute: number;
  /** ms until the next call that nobody has booked; 0 where the budget is idle. */
  readonly bookedMs: number;
}

/** DEAR's budget and that of each connection whose key is stored. */
export async function readBudgets(bridge: Bridge): Promise<BudgetState[]> {
  const { settings, secrets, secretNames } = bridge;
  const states = [await stateOf(bridge, 'DEAR', 'dear', settings.dear.callsPerMinute)];
  for (const { id, callsPerMinute } of settings.connections) {
    const secret = shipStationV2Secret.safeParse(await secrets.read(secretNames.connection(id)));
    if (!secret.success) continue;
    states.push(await stateOf(bridge, id, accountNameOf(secret.data), callsPerMinute));
  }
  return states;
}

async function stateOf(
  { slots, now }: Bridge,
  system: string,
  account: string,
  callsPerMinute: number,
): Promise<BudgetState> {
  const nextSlot = await slots.nextSlot(account);
  return { system, callsPerMinute, bookedMs: Math.max(0, nextSlot - now()) };
}
