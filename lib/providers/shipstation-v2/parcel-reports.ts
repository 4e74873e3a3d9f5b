import type {
  ReportedNews,
  ReportedReturn,
  ReportedShipment,
  WithdrawnPackage,
} from '../../domain/shipment/package.ts';
import type { ShipStationClient } from './client.ts';
import { findShipmentsByExternalId, getLabelReference, getReference } from './find-shipments.ts';
import type { ParcelReader } from './parcel-reader.ts';
import type { Fulfillment, Label, Shipment } from './schemas.ts';
import {
  fromShipStationReturn,
  getVoidCause,
  isOutgoing,
  isReturning,
  isSeenByCarrier,
  isWithdrawn,
  toFulfillmentPackageId,
  toLabelPackageId,
} from './shipment-mapper.ts';
import { type FailedRow, type KnownPackage, readEach, ShipmentGone } from './shipment-memory.ts';

/** A parcel that could not be read. */
interface FailedParcel {
  /** `Package.id` */
  readonly id: string;
  /** ShipStation answers that its shipment does not exist. */
  readonly isGone: boolean;
  /** The class of the error, for the log. */
  readonly why: string;
}

export interface Report extends ReportedNews {
  readonly failed: readonly FailedParcel[];
}

/** Turns the rows of ShipStation's lists, joined with their shipments, into the news of our orders. */
export function parcelReports(
  client: Pick<ShipStationClient, 'shipments'>,
  parcels: ParcelReader,
  pageSize: number,
) {
  async function reportReturn(row: Label): Promise<ReportedReturn[]> {
    const own = await parcels.shipmentOfLabel(row);
    const hasGoods = own !== null && own.items.length > 0;
    return fromShipStationReturn(row, hasGoods ? own : ((await findOriginal(row, own)) ?? own));
  }

  /** A return may be a separate shipment without goods; then its order is that of the original shipment. */
  async function findOriginal(row: Label, own: Shipment | null): Promise<Shipment | null> {
    const reference = (own === null ? '' : getReference(own)) || getLabelReference(row);
    if (reference === '') return null;
    const [original] = await findShipmentsByExternalId(client, reference, pageSize);
    return original ?? null;
  }

  /** A row that fails is listed again in the next pass, so it is not set aside. */
  const reportWithdrawnLabels = async (rows: readonly Label[]): Promise<WithdrawnPackage[]> =>
    (
      await readEach(rows.filter(isWithdrawn), async (row) =>
        withCause(await parcels.packagesOfLabel(row), getVoidCause(row)),
      )
    ).entries;

  const reportWithdrawnFulfillments = async (rows: readonly Fulfillment[]): Promise<WithdrawnPackage[]> =>
    (
      await readEach(
        rows.filter((row) => row.voided),
        async (row) => withCause(await parcels.packagesOfFulfillment(row), 'voided'),
      )
    ).entries;

  async function reportLabels(rows: readonly Label[], mayAssume = false): Promise<Report> {
    await parcels.prepare(rows.filter((row) => isOutgoing(row) || isWithdrawn(row)));
    const shipped = await readEach(rows.filter(isOutgoing), (row) => parcels.label(row, mayAssume));
    const returned = await readEach(rows.filter(isReturning), reportReturn);
    return {
      shipments: shipped.entries,
      withdrawn: await reportWithdrawnLabels(rows),
      returns: returned.entries,
      failed: [...shipped.failed, ...returned.failed].map((one) => toFailed(toLabelPackageId(one.row), one)),
    };
  }

  async function reportFulfillments(rows: readonly Fulfillment[], mayAssume = false): Promise<Report> {
    const valid = rows.filter((row) => !row.voided);
    await parcels.prepare(valid);
    const { entries, failed } = await readEach<Fulfillment, ReportedShipment>(valid, (row) =>
      parcels.fulfillment(row, mayAssume),
    );
    return {
      shipments: entries,
      withdrawn: await reportWithdrawnFulfillments(rows),
      returns: [],
      failed: failed.map((one) => toFailed(toFulfillmentPackageId(one.row), one)),
    };
  }

  return {
    reportLabels,
    reportFulfillments,
    reportWithdrawnLabels,
    reportWithdrawnFulfillments,
    /** The returns that a carrier has scanned, among labels that may be weeks old. */
    reportReturnsUnderWay: async (rows: readonly Label[]): Promise<ReportedReturn[]> =>
      (await readEach(rows.filter(isReturning).filter(isSeenByCarrier), reportReturn)).entries,
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
