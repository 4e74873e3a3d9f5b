import type { Connection } from '../domain/connection.ts';
import { hasDoubtfulPlace, namedLocations } from '../domain/location-name.ts';
import type { ReferenceBooks } from '../domain/reference-books.ts';
import type { Sale } from '../domain/sale.ts';
import { type ConnectedPlacesNeeds, warehousesOf } from './connected-places.ts';

export interface ReadReferenceBooksNeeds extends ConnectedPlacesNeeds {
  readonly connections: readonly Connection[];
}

/** A warehouse that is younger is not picked from yet. */
const WAREHOUSES_MAX_AGE_MS = 15 * 60_000;

/**
 * What DEAR's reference books say of the sale. DEAR is asked only for what the sale leaves in doubt: its warehouses at most
 * every 15 minutes.
 * @param now ms since the epoch
 * @throws {UpstreamError} where DEAR does not answer
 */
export async function readReferenceBooks(
  sale: Sale,
  needs: ReadReferenceBooksNeeds,
  now: number,
): Promise<ReferenceBooks> {
  const isDoubtful = hasDoubtfulPlace(sale, namedLocations(needs.connections));
  return { warehouses: isDoubtful ? await warehousesOf(needs, now, WAREHOUSES_MAX_AGE_MS) : [] };
}
