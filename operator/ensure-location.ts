import { createLocation, listLocations } from '../lib/dear/reference.ts';
import { AmbiguousWrite } from '../lib/domain/errors.ts';
import {
  chooseLocation,
  type DearLocation,
  type LocationChoice,
  warehouseNamed,
} from '../lib/domain/sale/location.ts';
import type { Bridge } from './bridge.ts';
import { toRowNote } from './orders/left-out-rows.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

export interface LocationsInDear {
  locations(): Promise<DearLocation[]>;
  createLocation(name: string): Promise<DearLocation>;
}

export interface EnsuredLocation {
  readonly location: DearLocation;
  readonly action: 'used' | 'created';
  /** What was done, and what is left to do, in sentences. */
  readonly explanation: string;
}

/**
 * Finds the DEAR location of a connection, or creates it. One with bins is left as it is, and a new one is created beside it.
 * @param wanted name of the location in the settings
 * @throws {Refused} it is deprecated, a bin, or spelt otherwise in DEAR
 */
export async function ensureLocation(wanted: string, dear: LocationsInDear): Promise<EnsuredLocation> {
  const choice = chooseLocation(wanted, await dear.locations());
  switch (choice.action) {
    case 'use':
      return { location: choice.location, action: 'used', explanation: choice.explanation };
    case 'refuse':
      throw new Refused(choice.explanation);
    case 'create': {
      const location = await create(choice.name, dear);
      return { location, action: 'created', explanation: describeCreated(wanted, choice) };
    }
  }
}

/** DEAR refuses a name that exists, so after a lost answer the list of locations shows whether it was created. */
async function create(name: string, dear: LocationsInDear): Promise<DearLocation> {
  try {
    return await dear.createLocation(name);
  } catch (error) {
    const found = error instanceof AmbiguousWrite ? warehouseNamed(name, await dear.locations()) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

function describeCreated(
  wanted: string,
  { name, because }: { name: string; because: 'missing' | 'bins' },
): string {
  const next = 'Begin with a stock take, so that DEAR has the stock of the service.';
  if (because === 'missing') return `Created the location ${name} in DEAR. ${next}`;
  return `The location ${wanted} has bins, which a service does not know, so the location ${name} was created. Set location to '${name}' in the settings. ${next}`;
}

/** What `ensureConnectionLocation` would do. @throws {NotFound | UpstreamError} */
export async function planConnectionLocation(bridge: Bridge, connection: string): Promise<LocationChoice> {
  const { location } = bridge.connection(connection);
  return chooseLocation(
    location,
    await listLocations(await bridge.dear(), toRowNote('locations', bridge.leftOut)),
  );
}

/**
 * Ensures that DEAR has the location of a connection.
 * @throws {NotFound | Refused | UpstreamError}
 */
export async function ensureConnectionLocation(
  bridge: Bridge,
  connection: string,
  by: Operator,
): Promise<EnsuredLocation> {
  const { id, location } = bridge.connection(connection);
  const dear = await bridge.dear();
  const ensured = await ensureLocation(location, {
    locations: () => listLocations(dear, toRowNote('locations', bridge.leftOut)),
    createLocation: (name) => createLocation(dear, name),
  });
  if (ensured.action === 'created')
    await recordAct(bridge, by, `created the location ${ensured.location.name}`, id);
  return ensured;
}
