import type { ReportedNews } from '../../domain/shipment/order-news.ts';
import type { ReportedReturn, ReportedShipment, WithdrawnPackage } from '../../domain/shipment/package.ts';
import type { ShipStationClient } from './client.ts';
import { getReference, referenceOfLabel, shipmentsUnder } from './find-shipments.ts';
import type { ParcelReader } from './parcel-reader.ts';
import type { Fulfillment, Label, Shipment } from './schemas.ts';
import {
  causeOfVoid,
  fromShipStationReturn,
  idOfFulfillment,
  idOfLabel,
  isOutgoing,
  isReturning,
  isUnderWay,
  isWithdrawn,
} from './shipment-mapper.ts';
import { type FailedRow, inTurn, type KnownPackage, ShipmentGone } from './shipment-memory.ts';

/** A parcel that could not be read. */
interface FailedParcel {
  /** `Package.id` */
  readonly id: string;
  /** ShipStation says that its shipment is not there. */
  readonly isGone: boolean;
  /** For the log: the class of the error. */
  readonly why: string;
}

export interface Report extends ReportedNews {
  readonly failed: readonly FailedParcel[];
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
    return fromShipStationReturn(row, saysGoods ? own : ((await findOriginal(row, own)) ?? own));
  }

  /** A return may be a shipment of its own that names no goods; then the order is that of those that left. */
  async function findOriginal(row: Label, own: Shipment | null): Promise<Shipment | null> {
    const reference = (own === null ? '' : getReference(own)) || referenceOfLabel(row);
    if (reference === '') return null;
    const [original] = await shipmentsUnder(client, reference, pageSize);
    return original ?? null;
  }

  /** One that fails is listed again with the next pass, so it need not be put aside. */
  const withdrawnLabels = async (rows: readonly Label[]): Promise<WithdrawnPackage[]> =>
    (
      await inTurn(rows.filter(isWithdrawn), async (row) =>
        withCause(await parcels.packagesOfLabel(row), causeOfVoid(row)),
      )
    ).entries;

  const withdrawnFulfillments = async (rows: readonly Fulfillment[]): Promise<WithdrawnPackage[]> =>
    (
      await inTurn(
        rows.filter((row) => row.voided),
        async (row) => withCause(await parcels.packagesOfFulfillment(row), 'voided'),
      )
    ).entries;

  async function ofLabels(rows: readonly Label[], mayAssume = false): Promise<Report> {
    await parcels.prepare(rows.filter((row) => isOutgoing(row) || isWithdrawn(row)));
    const shipped = await inTurn(rows.filter(isOutgoing), (row) => parcels.label(row, mayAssume));
    const returned = await inTurn(rows.filter(isReturning), ofReturn);
    return {
      shipments: shipped.entries,
      withdrawn: await withdrawnLabels(rows),
      returns: returned.entries,
      failed: [...shipped.failed, ...returned.failed].map((one) => toFailed(idOfLabel(one.row), one)),
    };
  }

  async function ofFulfillments(rows: readonly Fulfillment[], mayAssume = false): Promise<Report> {
    const valid = rows.filter((row) => !row.voided);
    await parcels.prepare(valid);
    const { entries, failed } = await inTurn<Fulfillment, ReportedShipment>(valid, (row) =>
      parcels.fulfillment(row, mayAssume),
    );
    return {
      shipments: entries,
      withdrawn: await withdrawnFulfillments(rows),
      returns: [],
      failed: failed.map((one) => toFailed(idOfFulfillment(one.row), one)),
    };
  }

  return {
    ofLabels,
    ofFulfillments,
    withdrawnLabels,
    withdrawnFulfillments,
    /** Of labels that may be weeks old: the returns that a carrier has by now. */
    returnsUnderWay: async (rows: readonly Label[]): Promise<ReportedReturn[]> =>
      (await inTurn(rows.filter(isReturning).filter(isUnderWay), ofReturn)).entries,
  };
}

function withCause(packages: readonly KnownPackage[], cause: WithdrawnPackage['cause']): WithdrawnPackage[] {
  return packages.map((known) => ({ ...known, cause }));
}

function toFailed<Row>(id: string, { error }: FailedRow<Row>): FailedParcel {
  return {
    id,
    isGone: error instanceof ShipmentGone,
    why: error instanceof Error ? error.name : typeof error,
  };
}
