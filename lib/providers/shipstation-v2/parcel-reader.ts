import type { ReportedShipment } from '../../domain/package.ts';
import type { ShipStationClient } from './client.ts';
import { idOfFulfillment, idOfLabel } from './package-id.ts';
import { type KnownPackage, packageMemory } from './package-memory.ts';
import type { Fulfillment, Label, Shipment } from './schemas.ts';
import { fromShipStationFulfillment, fromShipStationLabel } from './shipment-mapper.ts';
import { shipmentMemory } from './shipment-memory.ts';

/** Puts a row of ShipStation's lists, which have no goods, together with its shipment. All who read rows share its memory. */
export interface ParcelReader {
  /** The shipment that the label was bought for; null where there is none any more. */
  shipmentOfLabel(row: Label): Promise<Shipment | null>;
  label(row: Label): Promise<ReportedShipment[]>;
  fulfillment(row: Fulfillment): Promise<ReportedShipment[]>;
  /** Of a label that does not change any more. */
  packagesOfLabel(row: Label): Promise<readonly KnownPackage[]>;
  /** Of a fulfillment that does not change any more. */
  packagesOfFulfillment(row: Fulfillment): Promise<readonly KnownPackage[]>;
}

export function parcelReader(client: Pick<ShipStationClient, 'shipment'>): ParcelReader {
  const shipmentOf = shipmentMemory((id) => client.shipment(id));
  const packagesOf = packageMemory();

  async function ownShipment(shipmentId: string, parcelId: string): Promise<Shipment | null> {
    return shipmentId === '' ? null : await shipmentOf(shipmentId, parcelId);
  }
  const shipmentOfLabel = (row: Label) => ownShipment(row.shipment_id, idOfLabel(row));
  const label = async (row: Label) => fromShipStationLabel(row, await shipmentOfLabel(row));
  const fulfillment = async (row: Fulfillment) =>
    fromShipStationFulfillment(row, await ownShipment(row.shipment_id, idOfFulfillment(row)));

  return {
    shipmentOfLabel,
    label,
    fulfillment,
    packagesOfLabel: (row) => packagesOf(idOfLabel(row), () => label(row)),
    packagesOfFulfillment: (row) => packagesOf(idOfFulfillment(row), () => fulfillment(row)),
  };
}
