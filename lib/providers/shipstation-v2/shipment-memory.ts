import { LRUCache } from 'lru-cache';
import { isoTime } from '../../domain/clock.ts';
import { OperatorActionNeeded, Throttled, UpstreamError } from '../../domain/errors.ts';
import type { ReportedShipment, WithdrawnPackage } from '../../domain/shipment/package.ts';
import type { Query, ShipStationClient } from './client.ts';
import type { CountedPage } from './paging.ts';
import type { Shipment } from './schemas.ts';

/** About ten minutes of a warehouse that ships 6,000 parcels an hour. */
const MAX_SHIPMENTS = 1_000;
/** From so many on a list is cheaper than a call for each. */
const MIN_FOR_LIST = 3;
/** A shipment is changed when its label is bought; clocks and a fraction of a second may differ. */
const LOOK_BACK_MS = 60_000;

/** A parcel whose shipment is wanted. */
interface WantedShipment {
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
  max = MAX_SHIPMENTS,
) {
  const byParcel = new LRUCache<string, Shipment>({ max });

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
      const known = byParcel.get(parcelId);
      if (known !== undefined) return known;
      const shipment = await client.shipment(shipmentId);
      if (shipment !== null) byParcel.set(parcelId, shipment);
      return shipment;
    },
    async prepare(wanted: readonly WantedShipment[]): Promise<void> {
      const missing = new Map(
        wanted.filter(({ parcelId }) => !byParcel.has(parcelId)).map((one) => [one.shipmentId, one.parcelId]),
      );
      const times = wanted
        .map(({ createdAt }) => Date.parse(createdAt))
        .filter((time) => !Number.isNaN(time));
      if (missing.size < MIN_FOR_LIST || times.length === 0) return;
      const query = {
        shipment_status: 'label_purchased',
        modified_at_start: isoTime(Math.min(...times) - LOOK_BACK_MS),
        sort_by: 'modified_at',
        sort_dir: 'asc',
        page_size: pageSize,
      };
      // Never more calls than reading them one by one would cost.
      for (let page = 1; page <= Math.ceil(missing.size / MIN_FOR_LIST); page += 1) {
        const answer = await listed({ ...query, page });
        for (const row of (answer?.rows ?? []).filter(({ items }) => items.length > 0)) {
          const parcelId = missing.get(row.shipment_id);
          if (parcelId !== undefined) byParcel.set(parcelId, row);
          missing.delete(row.shipment_id);
        }
        if (answer === null || page >= answer.pages || missing.size === 0) return;
      }
    },
  };
}

/** A package by its id, and whose it is. */
export type KnownPackage = Pick<WithdrawnPackage, 'reference' | 'id'>;

/** About 100 bytes each. */
const MAX_PACKAGES = 10_000;

/**
 * Remembers which packages a parcel holds that nobody changes any more: one that was voided or has arrived. A month of them
 * is listed again and again, so without this each would cost a read of its shipment every time.
 */
export function packageMemory(
  max = MAX_PACKAGES,
): (
  parcelId: string,
  report: () => Promise<readonly ReportedShipment[]>,
) => Promise<readonly KnownPackage[]> {
  const byParcel = new LRUCache<string, readonly KnownPackage[]>({ max });
  return async (parcelId, report) => {
    const known = byParcel.get(parcelId);
    if (known !== undefined) return known;
    const packages = (await report()).map(({ reference, id }) => ({ reference, id }));
    byParcel.set(parcelId, packages);
    return packages;
  };
}

/** ShipStation says that a parcel's shipment is not there (any more). */
export class ShipmentGone extends Error {
  override readonly name = 'ShipmentGone';
}

/** A row whose meaning could not be found out. */
export interface FailedRow<Row> {
  readonly row: Row;
  readonly error: unknown;
}

/** So many failures in a row are no longer those of single rows. */
const MAX_IN_A_ROW = 3;

/**
 * What each row reports, asked one after the other: the 200 calls a minute are shared with orders that wait. A row that fails
 * by itself takes no other with it.
 * @throws {unknown} what is not one row's fault: the rate limit, the credentials, a service that answers none of several
 */
export async function readEach<Row, Entry>(
  rows: readonly Row[],
  report: (row: Row) => Promise<readonly Entry[]>,
): Promise<{ entries: Entry[]; failed: FailedRow<Row>[] }> {
  const entries: Entry[] = [];
  const failed: FailedRow<Row>[] = [];
  let inARow = 0;
  for (const row of rows) {
    try {
      entries.push(...(await report(row)));
      inARow = 0;
    } catch (error) {
      inARow += error instanceof ShipmentGone ? 0 : 1;
      if (!isOfRow(error) || inARow >= MAX_IN_A_ROW) throw error;
      failed.push({ row, error });
    }
  }
  return { entries, failed };
}

function isOfRow(error: unknown): boolean {
  if (error instanceof Throttled || error instanceof OperatorActionNeeded) return false;
  return error instanceof ShipmentGone || error instanceof UpstreamError;
}
