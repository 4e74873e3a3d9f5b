import { isoTime } from '../lib/domain/clock.ts';
import type { Pause } from '../lib/domain/order/pause.ts';
import { getProviderDefinition } from '../lib/providers/registry.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';

/** How many calls an account made, and how far more are booked. */
export interface BudgetState {
  /** `DEAR`, or a connection's id; connections of one account share its budget. */
  readonly system: string;
  readonly callsPerMinute: number;
  /** ms until the next free slot; 0 where it is free now. */
  readonly bookedMs: number;
  /** Calls in the minute of the clock that has begun, and in the one before. */
  readonly callsThisMinute: number;
  readonly callsMinuteBefore: number;
}

export async function readDearBudget(bridge: Bridge): Promise<BudgetState> {
  return await getState(bridge, 'DEAR', 'dear', bridge.settings.dear.callsPerMinute);
}

/** DEAR's budget and that of each connection whose key is stored. */
export async function readBudgets(bridge: Bridge): Promise<BudgetState[]> {
  const { settings, secrets, secretNames } = bridge;
  const states = [await readDearBudget(bridge)];
  for (const connection of settings.connections) {
    const secret = await secrets.read(secretNames.connection(connection.id));
    const account = getProviderDefinition(connection.provider).getAccount(connection, secret);
    if (account === null) continue;
    states.push(await getState(bridge, connection.id, account.name, account.callsPerMinute));
  }
  return states;
}

async function getState(
  { slots, now }: Bridge,
  system: string,
  account: string,
  callsPerMinute: number,
): Promise<BudgetState> {
  const at = now();
  const { nextSlot, thisMinute, minuteBefore } = await slots.readUse(account, at);
  const bookedMs = Math.max(0, nextSlot - at);
  return { system, callsPerMinute, bookedMs, callsThisMinute: thisMinute, callsMinuteBefore: minuteBefore };
}

/**
 * Stops writes to the connection's provider: new orders, changes and cancellations wait. Shipments are still collected and
 * written to DEAR. A pause that exists stays as it is.
 * @throws {NotFound} no such connection
 */
export async function pauseProvider(
  bridge: Bridge,
  connection: string,
  by: Operator,
  why = '',
): Promise<Pause> {
  const { id } = bridge.connection(connection);
  const existing = await bridge.pauses.read(id);
  if (existing !== null) return existing;
  const pause = { connection: id, by: by.name, since: isoTime(bridge.now()), why };
  await bridge.pauses.begin(pause);
  await recordAct(bridge, by, 'paused', id);
  if (why !== '') await recordAct(bridge, by, `paused it because: ${why}`, id, 'typed');
  return pause;
}

/**
 * Resumes a connection. Each waiting order continues after as long as the pause lasted, half an hour at most.
 * @returns the pause that ended; null where there was none
 * @throws {NotFound} no such connection
 */
export async function resumeProvider(
  bridge: Bridge,
  connection: string,
  by: Operator,
): Promise<Pause | null> {
  const { id } = bridge.connection(connection);
  const pause = await bridge.pauses.read(id);
  if (pause === null) return null;
  await bridge.pauses.end(id);
  await recordAct(bridge, by, `resumed, after ${pause.by} paused it at ${pause.since}`, id);
  return pause;
}

/** Every connection with its pause; null where it is not paused. */
export async function listPauses(
  bridge: Bridge,
): Promise<Array<{ connection: string; pause: Pause | null }>> {
  return await Promise.all(
    bridge.settings.connections.map(async ({ id }) => ({
      connection: id,
      pause: await bridge.pauses.read(id),
    })),
  );
}
