import { isoTime } from '../lib/domain/clock.ts';
import type { Pause } from '../lib/domain/order/pause.ts';
import { getAccountName } from '../lib/providers/registry.ts';
import { shipStationV2Secret } from '../lib/providers/shipstation-v2/settings.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';

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
  const states = [await getState(bridge, 'DEAR', 'dear', settings.dear.callsPerMinute)];
  for (const { id, callsPerMinute } of settings.connections) {
    const secret = shipStationV2Secret.safeParse(await secrets.read(secretNames.connection(id)));
    if (!secret.success) continue;
    states.push(await getState(bridge, id, getAccountName(secret.data), callsPerMinute));
  }
  return states;
}

async function getState(
  { slots, now }: Bridge,
  system: string,
  account: string,
  callsPerMinute: number,
): Promise<BudgetState> {
  const nextSlot = await slots.nextSlot(account);
  return { system, callsPerMinute, bookedMs: Math.max(0, nextSlot - now()) };
}

/**
 * From now on nothing is written to the connection's provider: new orders, changes and cancellations wait. What has left is
 * still collected, and DEAR still told. A connection that is paused already stays as it was paused.
 * @throws {NotFound} no such connection
 */
export async function pauseProvider(
  bridge: Bridge,
  connection: string,
  by: Operator,
  why = '',
): Promise<Pause> {
  const { id } = bridge.connection(connection);
  const standing = await bridge.pauses.read(id);
  if (standing !== null) return standing;
  const pause = { connection: id, by: by.name, since: isoTime(bridge.now()), why };
  await bridge.pauses.begin(pause);
  await recordAct(bridge, by, 'paused', id);
  if (why !== '') await recordAct(bridge, by, `paused it because: ${why}`, id, 'typed');
  return pause;
}

/**
 * What waited goes on by itself, each order after as long as the pause lasted and at most half an hour.
 * @returns the pause that is over; null where there was none
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

/** Every connection with its pause; null where it works. */
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
