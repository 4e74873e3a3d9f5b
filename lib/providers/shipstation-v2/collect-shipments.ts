import type { Clock } from '../../domain/clock.ts';
import { isoTime } from '../../domain/clock.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import {
  afterPage,
  endPass,
  needsReview,
  type Position,
  reachedBy,
  readCursor,
  returnsDueFrom,
  voidableSince,
  writeCursor,
} from './collection-cursor.ts';
import { parcelLists } from './parcel-lists.ts';
import type { ParcelReader } from './parcel-reader.ts';
import { parcelReports, type Report } from './parcel-reports.ts';
import { putAside } from './parcels-aside.ts';
import type { UnreadableRow } from './readable-rows.ts';
import { asideRetrier } from './retry-parcels.ts';

export interface CollectionNeeds {
  readonly client: Pick<ShipStationClient, 'label' | 'labels' | 'fulfillments' | 'shipments'>;
  readonly parcels: ParcelReader;
  readonly pageSize: number;
  readonly now: Clock;
  /** Whether return labels are followed until a carrier has them, for a month of labels every day. */
  readonly followsReturns: boolean;
}

const NOTHING = { shipments: [], withdrawn: [], returns: [], unreadable: [] } as const;
/** Of the long lists that are gone through once a day; a service that gives fewer says so by its counts. */
const REVIEW_PAGE_SIZE = 100;

/**
 * Collects labels, then fulfillments, each oldest first and to the end, then what was voided; last comes an empty page whose
 * cursor begins the next pass. No list has items, so the shipments of what is new are read as well.
 *
 * Nobody is told of a void, and it may come weeks after its label was listed. So each pass also lists the voided labels of
 * a month: one call more while they are fewer than a page. They come last, because a label may be voided during the pass.
 * Nor is anybody told that a return has begun, or that a fulfillment was given its number later: once a day the labels of two
 * months are listed where that is asked for, and the fulfillments of one.
 *
 * A parcel that cannot be read is put aside and tried again by later passes; the page and the cursor go on.
 * @throws {BrokenPages} the pages do not add up
 */
export function shipmentCollector(needs: CollectionNeeds) {
  const { client, parcels, pageSize, now } = needs;
  const { labels, fulfillments } = parcelLists(client, pageSize);
  const reviewed = parcelLists(client, Math.max(pageSize, REVIEW_PAGE_SIZE));
  const reports = parcelReports(client, parcels, pageSize);
  const retry = asideRetrier(client, reports);

  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    const began = now();
    let position = readCursor(cursor, began);
    let unreadable: UnreadableParcel[] = [];
    const setAside = (list: 'label' | 'fulfillment') => (rows: readonly UnreadableRow[]) => {
      for (const { id, where } of rows) {
        const name = id === '' ? '' : `${list}:${id}`;
        unreadable.push({ id: name, why: where });
        if (name !== '') position = withAside(position, [{ id: name, isGone: false }], began);
      }
    };
    const page = (report: Report): ShipmentPage => {
      const fresh = report.failed.filter(({ id }) => !position.aside.some((one) => one.id === id));
      position = withAside(position, report.failed, began);
      const told = [...unreadable, ...fresh.map(({ id, why }) => ({ id, why }))];
      unreadable = [];
      const { failed: _, ...news } = report;
      return { ...news, unreadable: told, cursor: writeCursor(position) };
    };

    for await (const tried of retry(position, began)) {
      position = tried.position;
      if (tried.givenUp !== '') unreadable.push({ id: tried.givenUp, why: 'not read in a week: given up' });
      yield page({ ...tried.report, failed: [] });
    }
    for await (const rows of labels({ created_at_start: position.labels }, setAside('label'))) {
      position = afterPage(position, 'labels', rows);
      yield page(await reports.ofLabels(rows));
    }
    const from = { create_date_start: position.fulfillments };
    for await (const rows of fulfillments(from, setAside('fulfillment'))) {
      position = afterPage(position, 'fulfillments', rows);
      yield page(await reports.ofFulfillments(rows));
    }

    const since = voidableSince(began);
    for await (const rows of labels({ label_status: 'voided', created_at_start: since })) {
      const withdrawn = await reports.withdrawnLabels(rows);
      if (withdrawn.length > 0) yield { ...NOTHING, withdrawn, cursor: writeCursor(position) };
    }
    if (needsReview(position, began)) {
      for await (const rows of reviewed.fulfillments({ create_date_start: since })) {
        yield page(await reports.ofFulfillments(rows));
      }
      position = { ...position, reviewed: isoTime(began) };
    }
    const returnsFrom = needs.followsReturns ? returnsDueFrom(position, began) : null;
    if (returnsFrom !== null) {
      for await (const rows of reviewed.labels({ created_at_start: returnsFrom })) {
        const returns = await reports.returnsUnderWay(rows);
        position = {
          ...position,
          returnsFrom: reachedBy(position.returnsFrom ?? returnsFrom, 'labels', rows),
        };
        yield { ...NOTHING, returns, cursor: writeCursor(position) };
      }
      position = { ...position, returnsFrom: null, returnsReviewed: isoTime(began) };
    }
    if (unreadable.length > 0) yield page({ shipments: [], withdrawn: [], returns: [], failed: [] });
    yield { ...NOTHING, cursor: writeCursor(endPass(position, now())) };
  };
}

function withAside(
  position: Position,
  failed: ReadonlyArray<{ readonly id: string; readonly isGone: boolean }>,
  now: number,
): Position {
  const aside = failed.reduce<Position['aside']>((all, one) => putAside(all, one, now), position.aside);
  return { ...position, aside };
}
