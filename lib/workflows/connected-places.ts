import * as z from 'zod';
import type { Place } from '../domain/changed-sale.ts';
import { isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { isSameLocation } from '../domain/demand.ts';
import type { SweepCursors } from './sweep-window.ts';

export interface ConnectedPlacesNeeds {
  readonly dear: {
    listLocations(): Promise<ReadonlyArray<{ id: string; name: string; parentId: string | null }>>;
  };
  readonly cursors: SweepCursors;
  readonly connections: readonly Connection[];
}

const DAY_MS = 86_400_000;
const learned = z.object({
  /** ISO UTC. */
  at: z.string(),
  /** By the connection's name of its location; '' where DEAR has none of that name. */
  ids: z.record(z.string(), z.string()),
});
type Learned = z.infer<typeof learned>;

/**
 * The connections' locations by DEAR's ids, as its list of sales names locations by id alone. Costs one call of DEAR a day,
 * and one when a connection is new.
 * @param now ms since the epoch
 */
export async function connectedPlaces(needs: ConnectedPlacesNeeds, now: number): Promise<Place[]> {
  const stored = await needs.cursors.read('sweep-sales', 'locations');
  const known = stored === null ? null : learned.parse(JSON.parse(stored));
  const { ids } = known !== null && isGood(known, needs, now) ? known : await learn(needs, now);
  return needs.connections.map(({ trigger, location }) => ({ trigger, locationId: ids[location] ?? '' }));
}

function isGood({ at, ids }: Learned, { connections }: ConnectedPlacesNeeds, now: number): boolean {
  return now - Date.parse(at) < DAY_MS && connections.every(({ location }) => location in ids);
}

async function learn({ dear, cursors, connections }: ConnectedPlacesNeeds, now: number): Promise<Learned> {
  const warehouses = (await dear.listLocations()).filter(({ parentId }) => parentId === null);
  const ids = connections.map(({ location }) => {
    const found = warehouses.find(({ name }) => isSameLocation(name, location));
    return [location, found?.id ?? ''] as const;
  });
  const result = { at: isoTime(now), ids: Object.fromEntries(ids) };
  await cursors.save('sweep-sales', 'locations', JSON.stringify(result));
  return result;
}
