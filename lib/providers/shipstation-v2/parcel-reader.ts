import type { ReportedShipment } from '../../domain/package.ts';
import type { ShipStationClient } from './client.ts';
import { ShipmentGone } from './in-turn.ts';
import { idOfFulfillment, idOfLabel } from './package-id.ts';
import { type KnownPackage, packageMemory } from './package-memory.ts';
import type { Fulfillment, Label, Shipment } from './schemas.ts';
import { shipFromFinder } from './ship-from.ts';
import { fromShipStationFulfillment, fromShipStationLabel } from './shipment-mapper.ts';
import { shipmentMemory } from './shipment-memory.ts';

/**
 * Puts a row of ShipStation's lists, which have no goods, together with its shipment. All who read rows share its memory.
 * All methods throw the classes of `domain/errors.ts` where the shipment cannot be read.
 */
export interface ParcelReader {
  /** Reads the shipments of many rows together, as far as a list gives them. */
  prepare(rows: ReadonlyArray<Label | Fulfillment>): Promise<void>;
  /** The shipment that the label was bought for; null where there is none any more. */
  shipmentOfLabel(row: Label): Promise<Shipment | null>;
  /**
   * @param mayAssume whether a parcel whose shipment is gone may be taken for holding what remained
   * @throws {ShipmentGone} where it may not
   */
  label(row: Label, mayAssume: boolean): Promise<ReportedShipment[]>;
  fulfillment(row: Fulfillment, mayAssume: boolean): Promise<ReportedShipment[]>;
  /** Of a label that does not change any more. */
  packagesOfLabel(row: Label): Promise<readonly KnownPackage[]>;
  /** Of a fulfillment that does not change any more. */
  packagesOfFulfillment(row: Fulfillment): Promise<readonly KnownPackage[]>;
}

export function parcelReader(
  client: Pick<ShipStationClient, 'shipment' | 'shipments' | 'warehouses'>,
  pageSize: number,
): ParcelReader {
  const memory = shipmentMemory(client, pageSize);
  const packagesOf = packageMemory();
  const shipFromOf = shipFromFinder(client);

  async function shipmentOf(row: Label | Fulfillment, mayAssume: boolean): Promise<Shipment | null> {
    if (row.shipment_id === '') return null;
    const shipment = await memory.read(row.shipment_id, idOf(row));
    if (shipment === null && !mayAssume) throw new ShipmentGone(`${idOf(row)} has no shipment`);
    return shipment === null ? null : { ...shipment, warehouse_id: await shipFromOf(shipment) };
  }
  const label = async (row: Label, mayAssume: boolean) =>
    fromShipStationLabel(row, await shipmentOf(row, mayAssume));
  const fulfillment = async (row: Fulfillment, mayAssume: boolean) =>
    fromShipStationFulfillment(row, await shipmentOf(row, mayAssume));

  return {
    prepare: (rows) =>
      memory.prepare(
        rows
          .filter(({ shipment_id }) => shipment_id !== '')
          .map((row) => ({
            parcelId: idOf(row),
            shipmentId: row.shipment_id,
            createdAt: row.created_at,
          })),
      ),
    shipmentOfLabel: (row) => shipmentOf(row, true),
    label,
    fulfillment,
    packagesOfLabel: (row) => packagesOf(idOfLabel(row), () => label(row, true)),
    packagesOfFulfillment: (row) => packagesOf(idOfFulfillment(row), () => fulfillment(row, true)),
  };
}

function idOf(row: Label | Fulfillment): string {
  return 'label_id' in row && typeof row.label_id === 'string'
    ? idOfLabel({ label_id: row.label_id })
    : idOfFulfillment({ fulfillment_id: String(row.fulfillment_id) });
}
