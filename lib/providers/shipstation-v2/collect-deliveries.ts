import * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';
import type { CarrierNews, NumberedPackage } from '../../domain/shipment/package.ts';
import type { DeliveryPage } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import { getReachedTime } from './collection-cursor.ts';
import { parcelLists } from './parcel-reader.ts';
import {
  getDeliveryTime,
  getFulfillmentNumbers,
  getLabelNumbers,
  hasProblem,
  isDelivered,
  isOutgoing,
  toFulfillmentPackageId,
  toLabelId,
  toLabelPackageId,
} from './shipment-mapper.ts';

interface DeliveryDeps {
  readonly client: Pick<ShipStationClient, 'labels' | 'fulfillments'>;
  readonly pageSize: number;
}

/** Where a reading continues. */
const deliveryCursor = z.strictObject({ list: z.enum(['labels', 'fulfillments']), from: z.iso.datetime() });

function readDeliveryCursor(cursor: string | null, madeSince: string): z.infer<typeof deliveryCursor> {
  return cursor === null ? { list: 'labels', from: madeSince } : deliveryCursor.parse(JSON.parse(cursor));
}

function toNextCursor(
  list: z.infer<typeof deliveryCursor>['list'],
  from: string,
  rows: ReadonlyArray<{ readonly created_at: string }>,
): string {
  return JSON.stringify({ list, from: getReachedTime(from, list, rows) });
}

function toNumberedPackages<Row>(
  rows: readonly Row[],
  toId: (row: Row) => string,
  getNumbers: (row: Row) => string[],
): NumberedPackage[] {
  return rows
    .map((row) => ({ id: toId(row), trackingNumbers: getNumbers(row) }))
    .filter(({ trackingNumbers }) => trackingNumbers.length > 0);
}

/**
 * Lists the labels, then the fulfillments, created since a time, and yields for each page its delivered packages and the
 * tracking numbers of its outgoing packages. Neither list has a filter for these, so all of it is read. A page without any is
 * yielded too: the reader may stop between two pages.
 *
 * Every order knows the ids of its packages, also of a merged parcel, so no shipment is read.
 * @throws {BrokenPages} the pages do not add up
 */
export function deliveryCollector({ client, pageSize }: DeliveryDeps) {
  const { labels, fulfillments } = parcelLists(client, pageSize);

  return async function* deliveries(
    madeSince: string,
    cursor: string | null = null,
  ): AsyncGenerator<DeliveryPage> {
    const position = readDeliveryCursor(cursor, madeSince);
    if (position.list === 'labels') {
      for await (const rows of labels({ created_at_start: position.from })) {
        const packages = rows
          .filter(isDelivered)
          .map((row) => ({ id: toLabelPackageId(row), deliveredAt: '' }));
        const numbers = toNumberedPackages(rows.filter(isOutgoing), toLabelPackageId, getLabelNumbers);
        const troubled = rows.filter(hasProblem).map(toLabelPackageId);
        yield { packages, numbers, troubled, cursor: toNextCursor('labels', position.from, rows) };
      }
    }
    const from = position.list === 'fulfillments' ? position.from : madeSince;
    for await (const rows of fulfillments({ create_date_start: from })) {
      const delivered = rows.filter((row) => !row.voided && row.delivered_at !== '');
      const packages = delivered.map((row) => ({
        id: toFulfillmentPackageId(row),
        deliveredAt: getDeliveryTime(row),
      }));
      const valid = rows.filter((row) => !row.voided);
      const numbers = toNumberedPackages(valid, toFulfillmentPackageId, getFulfillmentNumbers);
      yield { packages, numbers, cursor: toNextCursor('fulfillments', from, rows) };
    }
  };
}

/** What the carrier told of a label's parcel; null for a fulfillment, which ShipStation does not track by a call. */
export async function readCarrierNews(
  client: Pick<ShipStationClient, 'track'>,
  packageId: string,
): Promise<CarrierNews | null> {
  const labelId = toLabelId(packageId);
  const track = labelId === null ? null : await client.track(labelId);
  if (track === null) return null;
  const { events, actual_delivery_date, exception_description, status_code } = track;
  // Carriers list them in either order.
  const oldestFirst = events.toSorted(
    (a, b) => (Date.parse(a.occurred_at) || 0) - (Date.parse(b.occurred_at) || 0),
  );
  const last = (code: string) => oldestFirst.findLast((event) => isCode(event.status_code, code));
  const deliveredAt = actual_delivery_date || (last('de')?.occurred_at ?? '');
  const words = exception_description || last('ex')?.description || track.status_description;
  return {
    deliveredAt: deliveredAt === '' ? '' : isoTime(Date.parse(deliveredAt)),
    problem: isCode(status_code, 'ex') ? words || track.carrier_status_description : '',
  };
}

function isCode(given: string, code: string): boolean {
  return given.toLowerCase() === code;
}
