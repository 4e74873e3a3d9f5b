import type * as z from 'zod';
import { OperatorActionNeeded, Throttled } from '../../domain/errors.ts';
import type { ReportedShipment } from '../../domain/shipment/package.ts';
import { readPages, type UnreadableRow } from '../../upstream/paging.ts';
import type { Query, ShipStationClient } from './client.ts';
import { type Fulfillment, type Label, originAddress, type Shipment } from './schemas.ts';
import {
  fromShipStationFulfillment,
  fromShipStationLabel,
  toFulfillmentPackageId,
  toLabelPackageId,
} from './shipment-mapper.ts';
import {
  type KnownPackage,
  packageMemory,
  ShipmentGone,
  shipmentMemory,
  type WantedShipment,
} from './shipment-memory.ts';

type Origin = z.infer<typeof originAddress>;

/**
 * The warehouse that a shipment leaves from: the one that it names, else the one whose address is its ship-from. Labels do not
 * have it, so a change on the label alone is not seen. '' where it is none of the account's warehouses.
 */
export function shipFromFinder(client: Pick<ShipStationClient, 'warehouses'>) {
  let known: Promise<ReadonlyMap<string, string>> | null = null;

  async function byAddress(): Promise<ReadonlyMap<string, string>> {
    const rows = await client.warehouses();
    const ids = rows.flatMap(({ warehouse_id, origin_address }) =>
      origin_address ? [[toKey(origin_address), warehouse_id] as const] : [],
    );
    return new Map(ids);
  }

  return async function getShipFrom({ warehouse_id, ship_from }: Shipment): Promise<string> {
    const origin = originAddress.safeParse(ship_from);
    if (warehouse_id !== '' || !origin.success || origin.data.address_line1 === '') return warehouse_id;
    try {
      known ??= byAddress();
      return (await known).get(toKey(origin.data)) ?? '';
    } catch (error) {
      known = null;
      if (error instanceof Throttled || error instanceof OperatorActionNeeded) throw error;
      return '';
    }
  };
}

function toKey({ address_line1, postal_code, country_code }: Origin): string {
  return [address_line1, postal_code, country_code]
    .map((part) => part.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''))
    .join('\n');
}

/**
 * Joins rows of ShipStation's lists, which have no goods, with their shipments. All readers of rows share its cache.
 * All methods throw the classes of `domain/errors.ts` where the shipment cannot be read.
 */
export interface ParcelReader {
  /** Reads the shipments of many rows together, as far as a list has them. */
  prepare(rows: ReadonlyArray<Label | Fulfillment>): Promise<void>;
  /** The shipment that the label was bought for; null where it no longer exists. */
  shipmentOfLabel(row: Label): Promise<Shipment | null>;
  /**
   * @param mayAssume whether a parcel whose shipment is gone may be assumed to hold the rest of the order
   * @throws {ShipmentGone} where it may not
   */
  label(row: Label, mayAssume: boolean): Promise<ReportedShipment[]>;
  fulfillment(row: Fulfillment, mayAssume: boolean): Promise<ReportedShipment[]>;
  /** For a label that no longer changes. */
  packagesOfLabel(row: Label): Promise<readonly KnownPackage[]>;
  /** For a fulfillment that no longer changes. */
  packagesOfFulfillment(row: Fulfillment): Promise<readonly KnownPackage[]>;
}

export function parcelReader(
  client: Pick<ShipStationClient, 'shipment' | 'shipments' | 'warehouses'>,
  pageSize: number,
): ParcelReader {
  const memory = shipmentMemory(client, pageSize);
  const getPackages = packageMemory();
  const getShipFrom = shipFromFinder(client);

  async function getShipment(row: Label | Fulfillment, mayAssume: boolean): Promise<Shipment | null> {
    if (row.shipment_id === '') return null;
    const shipment = await memory.read(toWanted(row));
    if (shipment === null && !mayAssume) throw new ShipmentGone(`${toId(row)} has no shipment`);
    return shipment === null ? null : { ...shipment, warehouse_id: await getShipFrom(shipment) };
  }
  const label = async (row: Label, mayAssume: boolean) =>
    fromShipStationLabel(row, await getShipment(row, mayAssume));
  const fulfillment = async (row: Fulfillment, mayAssume: boolean) =>
    fromShipStationFulfillment(row, await getShipment(row, mayAssume));

  return {
    prepare: (rows) => memory.prepare(rows.filter(({ shipment_id }) => shipment_id !== '').map(toWanted)),
    shipmentOfLabel: (row) => getShipment(row, true),
    label,
    fulfillment,
    packagesOfLabel: (row) => getPackages(toLabelPackageId(row), () => label(row, true)),
    packagesOfFulfillment: (row) => getPackages(toFulfillmentPackageId(row), () => fulfillment(row, true)),
  };
}

function toWanted(row: Label | Fulfillment): WantedShipment {
  return { parcelId: toId(row), shipmentId: row.shipment_id, createdAt: row.created_at };
}

function toId(row: Label | Fulfillment): string {
  return 'label_id' in row && typeof row.label_id === 'string'
    ? toLabelPackageId({ label_id: row.label_id })
    : toFulfillmentPackageId({ fulfillment_id: String(row.fulfillment_id) });
}

/**
 * ShipStation's two lists of parcels, oldest first, to the last page or an error.
 * @param onUnreadable called with the unreadable rows of a page, before the others are yielded
 * @throws {BrokenPages} the pages do not add up
 */
export function parcelLists(client: Pick<ShipStationClient, 'labels' | 'fulfillments'>, pageSize: number) {
  const oldestFirst = { sort_by: 'created_at', sort_dir: 'asc', page_size: pageSize };
  type OnUnreadable = (rows: readonly UnreadableRow[]) => void;
  return {
    labels: (query: Query, onUnreadable?: OnUnreadable) =>
      readPages((page) => client.labels({ ...oldestFirst, ...query, page }), undefined, onUnreadable),
    fulfillments: (query: Query, onUnreadable?: OnUnreadable) =>
      readPages((page) => client.fulfillments({ ...oldestFirst, ...query, page }), undefined, onUnreadable),
  };
}
