import { createLocation, listLocations } from '../dear/locations.ts';
import { chooseLocation, type LocationChoice } from '../domain/external-location.ts';
import type { Bridge } from './bridge.ts';
import { type EnsuredLocation, ensureLocation } from './ensure-location.ts';
import { type Operator, recordAct } from './record-act.ts';

/** What `ensureConnectionLocation` would do. @throws {NotFound | UpstreamError} */
export async function planConnectionLocation(bridge: Bridge, connection: string): Promise<LocationChoice> {
  const { location } = bridge.connection(connection);
  return chooseLocation(location, await listLocations(await bridge.dear()));
}

/**
 * Sees to it that DEAR has the location of a connection.
 * @throws {NotFound | LocationRefused | UpstreamError}
 */
export async function ensureConnectionLocation(
  bridge: Bridge,
  connection: string,
  by: Operator,
): Promise<EnsuredLocation> {
  const { id, location } = bridge.connection(connection);
  const dear = await bridge.dear();
  const ensured = await ensureLocation(location, {
    locations: () => listLocations(dear),
    createLocation: (name) => createLocation(dear, name),
  });
  if (ensured.action === 'created')
    await recordAct(bridge, by, `created the location ${ensured.location.name}`, id);
  return ensured;
}
