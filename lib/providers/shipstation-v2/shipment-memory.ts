import { isoTime } from '../../domain/clock.ts';
import { OperatorActionNeeded, Throttled } from '../../domain/errors.ts';
import type { Query, ShipStationClient } from './client.ts';
import type { CountedPage } from './paging.ts';
import type { Shipment } from './schemas.ts';

/** About ten minutes of a warehouse that ships 6,000 parcels an hour. */
const MOST_KEPT = 1_000;
/** From so many on a list is cheaper than a call for each. */
const LEAST_FOR_LIST = 3;
/** A shipment is changed when its label is bought; clocks and a fraction of a second may differ. */
const LOOK_BACK_MS = 60_000;

/** A parcel whose shipment is wanted. */
export interface WantedShipment {
  readonly parcelId: string;
  readonly shipmentId: string;
  /** Of the parcel, ISO; '' where it is not known. */
  readonly createdAt: string;
}

/**
 * Reads the shipment behind a parcel, and keeps it. Every pass looks back ten minutes, so without this a busy warehouse
 * would have each parcel's shipment read again and again, out of the 200 calls a minute that orders need too. It is kept
 * by the parcel's id, because a shipment stays as it is while its label lives, but may be changed and shipped anew once
 * that is voided. One that is gone is not kept: it may have been a moment too early.
 *
 * The labels of all stores and apps of an account stand in one list, and none says whose it is. So the shipments of a page are
 * read by the list of those that were bought a label for since then: one call for each `pageSize`, and not one for each
 * parcel. What that list does not give, or gives without its goods, is read one by one.
 */
export function shipmentMemory(
  client: Pick<ShipStationClient, 'shipment' | 'shipments'>,
  pageSize: number,
  mostKept = MOST_KEPT,
) {
  const kept = new Map<string, Shipment>();
  const keep = (parcelId: string, shipment: Shipment) => {
    kept.set(parcelId, shipment);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  };

  /** A list that fails is no reason to fail: each shipment can still be read by itself. */
  async function listed(query: Query): Promise<CountedPage<Shipment> | null> {
    try {
      return await client.shipments(query);
    } catch (error) {
      if (error instanceof Throttled || error instanceof OperatorActionNeeded) throw error;
      return null;
    }
  }

  return {
    async read(shipmentId: string, parcelId: string): Promise<Shipment | null> {
      const known = kept.get(parcelId);
      if (known !== undefined) return known;
      const shipment = await client.shipment(shipmentId);
      if (shipment !== null) keep(parcelId, shipment);
      return shipment;
    },
    async prepare(wanted: readonly WantedShipment[]): Promise<void> {
      const missing = new Map(
        wanted.filter(({ parcelId }) => !kept.has(parcelId)).map((one) => [one.shipmentId, one.parcelId]),
      );
      const times = wanted
        .map(({ createdAt }) => Date.parse(createdAt))
        .filter((time) => !Number.isNaN(time));
      if (missing.size < LEAST_FOR_LIST || times.length === 0) return;
      const query = {
        shipment_status: 'label_purchased',
        modified_at_start: isoTime(Math.min(...times) - LOOK_BACK_MS),
        sort_by: 'modified_at',
        sort_dir: 'asc',
        page_size: pageSize,
      };
      // Never more calls than reading them one by one would cost.
      for (let page = 1; page <= Math.ceil(missing.size / LEAST_FOR_LIST); page += 1) {
        const answer = await listed({ ...query, page });
        for (const row of (answer?.rows ?? []).filter(({ items }) => items.length > 0)) {
          const parcelId = missing.get(row.shipment_id);
          if (parcelId !== undefined) keep(parcelId, row);
          missing.delete(row.shipment_id);
        }
        if (answer === null || page >= answer.pages || missing.size === 0) return;
      }
    },
  };
}
