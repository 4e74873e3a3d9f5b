import { isoTime } from '../domain/clock.ts';
import type { Pause } from '../domain/pause.ts';
import type { Bridge } from './bridge.ts';
import { type Operator, recordAct } from './record-act.ts';

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
