import type { Clock } from '../../domain/clock.ts';
import type { ShipmentPage } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import {
  afterPage,
  endPass,
  needsReview,
  readCursor,
  voidableSince,
  writeCursor,
} from './collection-cursor.ts';
import { parcelLists } from './parcel-lists.ts';
import type { ParcelReader } from './parcel-reader.ts';
import { parcelReports } from './parcel-reports.ts';

export interface CollectionNeeds {
  readonly client: Pick<ShipStationClient, 'labels' | 'fulfillments' | 'shipments'>;
  readonly parcels: ParcelReader;
  readonly pageSize: number;
  readonly now: Clock;
}

const NOTHING = { shipments: [], withdrawn: [], returns: [] } as const;

/**
 * Collects labels, then fulfillments, each oldest first and to the end, then what was voided; last comes an empty page whose
 * cursor begins the next pass. No list has items, so each row that is new costs one more read: of its shipment.
 *
 * Nobody is told of a void, and it may come weeks after its label was listed. So each pass also lists the voided labels of
 * a month: one call more while they are fewer than a page. They come last, because a label may be voided during the pass.
 * @throws {BrokenPages} the pages do not add up
 */
export function shipmentCollector({ client, parcels, pageSize, now }: CollectionNeeds) {
  const { labels, fulfillments } = parcelLists(client, pageSize);
  const reports = parcelReports(client, parcels, pageSize);
  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    const began = now();
    let position = readCursor(cursor, began);

    for await (const rows of labels({ created_at_start: position.labels })) {
      position = afterPage(position, 'labels', rows);
      yield { ...(await reports.ofLabels(rows)), cursor: writeCursor(position) };
    }
    for await (const rows of fulfillments({ create_date_start: position.fulfillments })) {
      position = afterPage(position, 'fulfillments', rows);
      yield { ...(await reports.ofFulfillments(rows)), cursor: writeCursor(position) };
    }

    const since = voidableSince(began);
    for await (const rows of labels({ label_status: 'voided', created_at_start: since })) {
      const withdrawn = await reports.withdrawnLabels(rows);
      if (withdrawn.length > 0) yield { ...NOTHING, withdrawn, cursor: writeCursor(position) };
    }
    if (needsReview(position, began)) {
      for await (const rows of fulfillments({ create_date_start: since })) {
        const withdrawn = await reports.withdrawnFulfillments(rows);
        if (withdrawn.length > 0) yield { ...NOTHING, withdrawn, cursor: writeCursor(position) };
      }
      position = { ...position, reviewed: new Date(began).toISOString() };
    }
    yield { ...NOTHING, cursor: writeCursor(endPass(position, now())) };
  };
}
