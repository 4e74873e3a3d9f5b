import type { ShipmentPage } from '../../../lib/providers/provider.ts';
import { shipmentCollector } from '../../../lib/providers/shipstation-v2/collect-shipments.ts';
import { parcelReader } from '../../../lib/providers/shipstation-v2/parcel-reader.ts';
import type { AccountClient } from './in-memory-account.ts';

/** A new collector, with an empty cache unless a reader is given. */
export function getCollector(
  client: AccountClient,
  now: number,
  parcels = parcelReader(client, 2),
  followsReturns = false,
) {
  return shipmentCollector({ client, parcels, pageSize: 2, now: () => now, followsReturns });
}

/** One pass of a new collector: its pages until it ended or failed, and the cursor that would be saved. */
export async function pass(client: AccountClient, cursor: string | null, now: number) {
  const pages: ShipmentPage[] = [];
  let failure: unknown = null;
  try {
    for await (const page of getCollector(client, now)(cursor)) pages.push(page);
  } catch (error) {
    failure = error;
  }
  const references = pages.flatMap((page) => page.shipments).map((shipped) => shipped.reference);
  return { references, cursor: pages.at(-1)?.cursor ?? cursor, failure, pages };
}
