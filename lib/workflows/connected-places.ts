import * as z from 'zod';
import { isoTime } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { DAY_MS } from '../domain/duration.ts';
import type { ReferenceInDear } from '../domain/ports/catalogue.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import type { ConnectedLocation } from '../domain/sale/changed-sale.ts';
import { isSameName, type Warehouse } from '../domain/sale/location.ts';

export interface ConnectedPlacesDeps {
  readonly dear: Pick<ReferenceInDear, 'listLocations'>;
  readonly cursors: CursorStore;
  readonly connections: readonly Connection[];
}

const learned = z.object({
  /** ISO UTC. */
  at: z.string(),
  warehouses: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Locations of the settings that DEAR was asked for. */
  names: z.array(z.string()),
});
type Learned = z.infer<typeof learned>;

/**
 * The connections' locations by DEAR's ids, as its list of sales names locations by id alone; '' where DEAR has none of that
 * name. Costs one call of DEAR a day, and one when a connection is new.
 * @param now ms since the epoch
 */
export async function connectedPlaces(deps: ConnectedPlacesDeps, now: number): Promise<ConnectedLocation[]> {
  const warehouses = await readWarehouses(deps, now, DAY_MS);
  return deps.connections.map(({ trigger, location }) => {
    const found = warehouses.find(({ name }) => isSameName(name, location));
    return { trigger, locationId: found?.id ?? '' };
  });
}

/**
 * DEAR's warehouses, of so long ago at most: without a call where they were read since.
 * @param now ms since the epoch
 */
export async function readWarehouses(
  deps: ConnectedPlacesDeps,
  now: number,
  maxAgeMs: number,
): Promise<readonly Warehouse[]> {
  const stored = await deps.cursors.read('sweep-sales', 'locations');
  const known = stored === null ? null : (learned.safeParse(JSON.parse(stored)).data ?? null);
  const isGood = known !== null && now - Date.parse(known.at) < maxAgeMs && knowsAll(known, deps);
  return isGood ? known.warehouses : learn(deps, now);
}

function knowsAll({ names }: Learned, { connections }: ConnectedPlacesDeps): boolean {
  return connections.every(({ location }) => names.includes(location));
}

async function learn(
  { dear, cursors, connections }: ConnectedPlacesDeps,
  now: number,
): Promise<readonly Warehouse[]> {
  const warehouses = (await dear.listLocations())
    .filter(({ parentId }) => parentId === null)
    .map(({ id, name }) => ({ id, name }));
  const names = connections.map(({ location }) => location);
  const result: Learned = { at: isoTime(now), warehouses, names };
  await cursors.save('sweep-sales', 'locations', JSON.stringify(result));
  return warehouses;
}
