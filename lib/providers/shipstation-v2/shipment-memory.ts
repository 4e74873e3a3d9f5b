import { LRUCache } from 'lru-cache';
import { isoTime } from '../../domain/clock.ts';
import { OperatorActionNeeded, Throttled, UpstreamError } from '../../domain/errors.ts';
import type { ReportedShipment, WithdrawnPackage } from '../../domain/shipment/package.ts';
import type { CountedPage } from '../../upstream/paging.ts';
import type { Query, ShipStationClient } from './client.ts';
import { getReference } from './find-shipments.ts';
import type { Shipment } from './schemas.ts';

/** About ten minutes of a warehouse that ships 6,000 parcels an hour. */
const MAX_SHIPMENTS = 1_000;
/** From this number on, a list is cheaper than a call for each shipment. */
const MIN_FOR_LIST = 3;
/** A shipment is changed when its label is bought; clocks and a fraction of a second may differ. */
const LOOK_BACK_MS = 60_000;
/** How much earlier than its parcel a shipment may say that it was changed: the two clocks differ by fractions of a second. */
const SKEW_MS = 5_000;

/** A parcel whose shipment is to be read. */
export interface WantedShipment {
  readonly parcelId: string;
  readonly shipmentId: string;
  /** Creation time of the parcel, ISO; '' where it is unknown. */
  readonly createdAt: string;
}

/**
 * Reads the shipments of parcels and caches them. Every pass looks back ten minutes, so without the cache a busy warehouse's
 * shipments would be read again and again, out of the 200 calls a minute that orders need too. The key is the parcel's id,
 * because a shipment does not change while its label is valid, but may be changed and shipped anew once that is voided. A
 * missing shipment is not cached: it may appear a moment later.
 *
 * The labels of all stores and apps of an account are in one list, and none names its store. So the shipments of a page are
 * read by the list of shipments whose label was bought since then: one call for each `pageSize` instead of one for each parcel.
 * Shipments that this list lacks, has without goods, or shows as they were before their parcel, are read one by one.
 */
export function shipmentMemory(
  client: Pick<ShipStationClient, 'shipment' | 'shipments'>,
  pageSize: number,
  max = MAX_SHIPMENTS,
) {
  const byParcel = new LRUCache<string, Shipment>({ max });

  /** Null where the list fails: each shipment can still be read separately. */
  async function listed(query: Query): Promise<CountedPage<Shipment> | null> {
    try {
      return await client.shipments(query);
    } catch (error) {
      if (error instanceof Throttled || error instanceof OperatorActionNeeded) throw error;
      return null;
    }
  }

  /** Caches those that the list has as they were shipped. Never more calls than for reading them one by one. */
  async function readListed(wanted: readonly WantedShipment[], maxPages: number): Promise<void> {
    const missing = new Map(wanted.map((one) => [one.shipmentId, one]));
    const times = wanted.map(({ createdAt }) => Date.parse(createdAt)).filter((time) => !Number.isNaN(time));
    if (times.length === 0) return;
    const query = {
      shipment_status: 'label_purchased',
      modified_at_start: isoTime(Math.min(...times) - LOOK_BACK_MS),
      sort_by: 'modified_at',
      sort_dir: 'asc',
      page_size: pageSize,
    };
    for (let page = 1; page <= maxPages; page += 1) {
      const answer = await listed({ ...query, page });
      for (const row of answer?.rows ?? []) {
        const one = missing.get(row.shipment_id);
        if (one === undefined) continue;
        if (isAsShipped(row, one)) byParcel.set(one.parcelId, row);
        missing.delete(row.shipment_id);
      }
      if (answer === null || page >= answer.pages || missing.size === 0) return;
    }
  }

  return {
    /** In an account where only lists have the number, it may be all that tells whose shipment it is: one call more. */
    async read(wanted: WantedShipment): Promise<Shipment | null> {
      const { shipmentId, parcelId } = wanted;
      const known = byParcel.get(parcelId);
      if (known !== undefined) return known;
      const shipment = await client.shipment(shipmentId);
      if (shipment === null) return null;
      byParcel.set(parcelId, shipment);
      if (shipment.shipment_number === '' && getReference(shipment) === '') await readListed([wanted], 1);
      return byParcel.get(parcelId) ?? shipment;
    },
    async prepare(wanted: readonly WantedShipment[]): Promise<void> {
      const unknown = wanted.filter(({ parcelId }) => !byParcel.has(parcelId));
      const missing = new Map(unknown.map((one) => [one.shipmentId, one]));
      if (missing.size < MIN_FOR_LIST) return;
      await readListed([...missing.values()], Math.ceil(missing.size / MIN_FOR_LIST));
    },
  };
}

/** A list that lags may show goods that were changed before the parcel left, for instance after its first label was voided. */
function isAsShipped(
  { items, shipment_status, modified_at }: Shipment,
  { createdAt }: WantedShipment,
): boolean {
  const isOlder = Date.parse(modified_at) < Date.parse(createdAt) - SKEW_MS;
  return items.length > 0 && shipment_status === 'label_purchased' && !isOlder;
}

/** A package with its order's reference. */
export type KnownPackage = Pick<WithdrawnPackage, 'reference' | 'id'>;

/** About 100 bytes each. */
const MAX_PACKAGES = 10_000;

/**
 * Caches the packages of parcels that no longer change: voided or delivered ones. A month of them is listed again and again, so
 * without the cache each would cost a read of its shipment every time.
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

/** ShipStation answers that a parcel's shipment does not exist (any more). */
export class ShipmentGone extends Error {
  override readonly name = 'ShipmentGone';
}

/** A row that could not be reported. */
export interface FailedRow<Row> {
  readonly row: Row;
  readonly error: unknown;
}

/** This many failures in a row are not caused by single rows. */
const MAX_IN_A_ROW = 3;

/**
 * Reports the rows one after the other: the 200 calls a minute are shared with waiting orders. A row that fails does not stop
 * the others.
 * @throws {unknown} errors that are not a single row's: the rate limit, the credentials, or failures of several rows in a row
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
