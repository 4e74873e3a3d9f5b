import { readAccount } from '../../dear/account.ts';
import { DearClient } from '../../dear/client.ts';
import { listLocations } from '../../dear/locations.ts';
import type { Clock } from '../../domain/clock.ts';
import { listWarehouses, type Warehouse } from '../../providers/shipstation-v2/warehouses.ts';
import type { Answers } from './answers.ts';

/** What the credentials open. */
export interface Verified {
  readonly company: string;
  /** Names of DEAR's warehouses that are in use. */
  readonly locations: readonly string[];
  readonly warehouses: readonly Warehouse[];
}

type Access = Pick<Answers, 'connection' | 'dearUrl' | 'shipStationUrl' | 'credentials'>;

/**
 * Tries each credential with reads that change nothing: three calls.
 * @throws {OperatorActionNeeded} one of them is wrong
 * @throws {UpstreamError}
 */
export async function verifyCredentials(access: Access, now: Clock): Promise<Verified> {
  const { credentials, connection } = access;
  const client = new DearClient({ baseUrl: access.dearUrl, ...credentials.dear });
  try {
    const { company } = await readAccount(client);
    const locations = await listLocations(client);
    const settings = { baseUrl: access.shipStationUrl };
    const warehouses = await listWarehouses(connection, settings, credentials.shipStation.apiKey, now);
    const usable = locations.filter(({ parentId, isDeprecated }) => parentId === null && !isDeprecated);
    return { company, locations: usable.map(({ name }) => name), warehouses };
  } finally {
    await client.close();
  }
}
