import type { ReportedReturn, ReportedShipment, WithdrawnPackage } from '../../domain/package.ts';
import type { ShipmentPage } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import { shipmentsUnder } from './find-shipments.ts';
import type { Fulfillment, Label, Shipment } from './schemas.ts';
import {
  fromShipStationFulfillment,
  fromShipStationLabel,
  fromShipStationReturn,
  isOutgoing,
  isReturning,
  isWithdrawn,
  referenceOf,
} from './shipment-mapper.ts';
import { shipmentMemory } from './shipment-memory.ts';
import { withdrawalMemory } from './withdrawal-memory.ts';

type Report = Omit<ShipmentPage, 'cursor'>;

/** What the rows of ShipStation's lists mean to us, once each was put together with its shipment. */
export function parcelReports(client: Pick<ShipStationClient, 'shipment' | 'shipments'>, pageSize: number) {
  const shipmentOf = shipmentMemory((id) => client.shipment(id));
  const withdrawnBy = withdrawalMemory();

  async function ofLabel(row: Label): Promise<ReportedShipment[]> {
    return fromShipStationLabel(row, await ownShipment(row.shipment_id, `label:${row.label_id}`));
  }

  async function ofFulfillment(row: Fulfillment): Promise<ReportedShipment[]> {
    const parcelId = `fulfillment:${row.fulfillment_id}`;
    return fromShipStationFulfillment(row, await ownShipment(row.shipment_id, parcelId));
  }

  async function ofReturn(row: Label): Promise<ReportedReturn[]> {
    const own = await ownShipment(row.shipment_id, `label:${row.label_id}`);
    const saysGoods = own !== null && own.items.length > 0;
    return fromShipStationReturn(row, saysGoods ? own : ((await originalOf(row, own)) ?? own));
  }

  async function ownShipment(shipmentId: string, parcelId: string): Promise<Shipment | null> {
    return shipmentId === '' ? null : await shipmentOf(shipmentId, parcelId);
  }

  /** A return may be a shipment of its own that names no goods; then they are those that left. */
  async function originalOf(row: Label, own: Shipment | null): Promise<Shipment | null> {
    const reference = referenceOf(row) || (own === null ? '' : referenceOf(own));
    if (reference === '') return null;
    const [original] = await shipmentsUnder(client, reference, pageSize);
    return original ?? null;
  }

  const withdrawnLabels = (rows: readonly Label[]): Promise<WithdrawnPackage[]> =>
    inTurn(rows.filter(isWithdrawn), (row) => withdrawnBy(`label:${row.label_id}`, () => ofLabel(row)));

  const withdrawnFulfillments = (rows: readonly Fulfillment[]): Promise<WithdrawnPackage[]> =>
    inTurn(
      rows.filter((row) => row.voided),
      (row) => withdrawnBy(`fulfillment:${row.fulfillment_id}`, () => ofFulfillment(row)),
    );

  return {
    ofLabels: async (rows: readonly Label[]): Promise<Report> => ({
      shipments: await inTurn(rows.filter(isOutgoing), ofLabel),
      withdrawn: await withdrawnLabels(rows),
      returns: await inTurn(rows.filter(isReturning), ofReturn),
    }),
    ofFulfillments: async (rows: readonly Fulfillment[]): Promise<Report> => ({
      shipments: await inTurn(
        rows.filter((row) => !row.voided),
        ofFulfillment,
      ),
      withdrawn: await withdrawnFulfillments(rows),
      returns: [],
    }),
    withdrawnLabels,
    withdrawnFulfillments,
  };
}

/** One after the other: the 200 calls a minute are shared with orders that wait. */
async function inTurn<Row, Entry>(
  rows: readonly Row[],
  report: (row: Row) => Promise<readonly Entry[]>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const row of rows) entries.push(...(await report(row)));
  return entries;
}
