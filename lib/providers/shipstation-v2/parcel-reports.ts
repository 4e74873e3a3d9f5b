import type { ReportedReturn, WithdrawnPackage } from '../../domain/package.ts';
import type { ShipmentPage } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import { shipmentsUnder } from './find-shipments.ts';
import { inTurn } from './in-turn.ts';
import type { KnownPackage } from './package-memory.ts';
import type { ParcelReader } from './parcel-reader.ts';
import { referenceOf, referenceOfLabel } from './reference-of.ts';
import type { Fulfillment, Label, Shipment } from './schemas.ts';
import {
  causeOfVoid,
  fromShipStationReturn,
  isOutgoing,
  isReturning,
  isWithdrawn,
} from './shipment-mapper.ts';

type Report = Omit<ShipmentPage, 'cursor'>;

function withCause(packages: readonly KnownPackage[], cause: WithdrawnPackage['cause']): WithdrawnPackage[] {
  return packages.map((known) => ({ ...known, cause }));
}

/** What the rows of ShipStation's lists mean to us, once each was put together with its shipment. */
export function parcelReports(
  client: Pick<ShipStationClient, 'shipments'>,
  parcels: ParcelReader,
  pageSize: number,
) {
  async function ofReturn(row: Label): Promise<ReportedReturn[]> {
    const own = await parcels.shipmentOfLabel(row);
    const saysGoods = own !== null && own.items.length > 0;
    return fromShipStationReturn(row, saysGoods ? own : ((await originalOf(row, own)) ?? own));
  }

  /** A return may be a shipment of its own that names no goods; then they are those that left. */
  async function originalOf(row: Label, own: Shipment | null): Promise<Shipment | null> {
    const reference = (own === null ? '' : referenceOf(own)) || referenceOfLabel(row);
    if (reference === '') return null;
    const [original] = await shipmentsUnder(client, reference, pageSize);
    return original ?? null;
  }

  const withdrawnLabels = (rows: readonly Label[]): Promise<WithdrawnPackage[]> =>
    inTurn(rows.filter(isWithdrawn), async (row) =>
      withCause(await parcels.packagesOfLabel(row), causeOfVoid(row)),
    );

  const withdrawnFulfillments = (rows: readonly Fulfillment[]): Promise<WithdrawnPackage[]> =>
    inTurn(
      rows.filter((row) => row.voided),
      async (row) => withCause(await parcels.packagesOfFulfillment(row), 'voided'),
    );

  return {
    ofLabels: async (rows: readonly Label[]): Promise<Report> => ({
      shipments: await inTurn(rows.filter(isOutgoing), parcels.label),
      withdrawn: await withdrawnLabels(rows),
      returns: await inTurn(rows.filter(isReturning), ofReturn),
    }),
    ofFulfillments: async (rows: readonly Fulfillment[]): Promise<Report> => ({
      shipments: await inTurn(
        rows.filter((row) => !row.voided),
        parcels.fulfillment,
      ),
      withdrawn: await withdrawnFulfillments(rows),
      returns: [],
    }),
    withdrawnLabels,
    withdrawnFulfillments,
  };
}
