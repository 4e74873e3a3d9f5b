import type { ShipmentPage } from '../../../lib/providers/provider.ts';
import {
  type CollectionNeeds,
  shipmentCollector,
} from '../../../lib/providers/shipstation-v2/collect-shipments.ts';

/** One pass of a new collector: what it gave until it ended or failed, and the cursor that would be saved. */
export async function pass(client: CollectionNeeds['client'], cursor: string | null, now: number) {
  const pages: ShipmentPage[] = [];
  let failure: unknown = null;
  try {
    const collect = shipmentCollector({ client, pageSize: 2, now: () => now });
    for await (const page of collect(cursor)) pages.push(page);
  } catch (error) {
    failure = error;
  }
  const references = pages.flatMap((page) => page.shipments).map((shipped) => shipped.reference);
  return { references, cursor: pages.at(-1)?.cursor ?? cursor, failure, pages };
}
