import { type Clock, isoTime } from '../../domain/clock.ts';
import { OperatorActionNeeded, Throttled } from '../../domain/errors.ts';
import type { UnreadableRow } from '../../upstream/paging.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import {
  afterPage,
  endPass,
  getReachedTime,
  getReturnsDueFrom,
  getVoidableSince,
  isDue,
  isGivenUp,
  mayConclude,
  needsReview,
  type Position,
  putAside,
  readCursor,
  removeParcel,
  type SetAsideParcel,
  writeCursor,
} from './collection-cursor.ts';
import { type ParcelReader, parcelLists } from './parcel-reader.ts';
import { parcelReports, type Report } from './parcel-reports.ts';

const EMPTY: Report = { shipments: [], withdrawn: [], returns: [], failed: [] };

interface Retried {
  readonly position: Position;
  readonly report: Report;
  /** `Package.id` of a parcel that is given up without having been read; ''. */
  readonly givenUp: string;
}

/** Tries each parcel that was set aside again, one by one. */
function setAsideRetrier(
  client: Pick<ShipStationClient, 'label' | 'fulfillments'>,
  reports: ReturnType<typeof parcelReports>,
) {
  /** null where the parcel no longer exists. */
  async function readAgain({ id }: SetAsideParcel, mayAssume: boolean): Promise<Report | null> {
    const [kind, rowId = ''] = id.split(/:(.*)/);
    if (kind === 'label') {
      const row = await client.label(rowId);
      return row === null ? null : await reports.reportLabels([row], mayAssume);
    }
    const { rows, unreadable } = await client.fulfillments({ fulfillment_id: rowId, page: 1 });
    const own = rows.filter(({ fulfillment_id }) => fulfillment_id === rowId);
    if (own.length === 0 && unreadable.length === 0) return null;
    return own.length === 0
      ? { ...EMPTY, failed: [{ id, isGone: false, why: 'row' }] }
      : await reports.reportFulfillments(own, mayAssume);
  }

  async function attempt(entry: SetAsideParcel, mayAssume: boolean): Promise<Report | null> {
    try {
      return await readAgain(entry, mayAssume);
    } catch (error) {
      if (error instanceof Throttled || error instanceof OperatorActionNeeded) throw error;
      return { ...EMPTY, failed: [{ id: entry.id, isGone: false, why: 'read' }] };
    }
  }

  return async function* retry(position: Position, now: number): AsyncGenerator<Retried> {
    let current = position;
    for (const entry of position.aside.filter((one) => isDue(one, now))) {
      const mayAssume = mayConclude(entry, now);
      const report = await attempt(entry, mayAssume);
      const [failed] = report?.failed ?? [];
      const isOver = isGivenUp(entry, now) || (failed === undefined && !mayAssume);
      const after = failed === undefined ? { ...entry, isConcluded: true } : entry;
      const aside = isOver
        ? removeParcel(current.aside, entry.id)
        : putAside(
            current.aside.map((one) => (one.id === entry.id ? after : one)),
            { id: entry.id, isGone: failed?.isGone ?? false },
            now,
          );
      current = { ...current, aside };
      const givenUp = failed !== undefined && isOver && !entry.isConcluded ? entry.id : '';
      yield { position: current, report: { ...(report ?? EMPTY), failed: [] }, givenUp };
    }
  };
}

interface CollectionDeps {
  readonly client: Pick<ShipStationClient, 'label' | 'labels' | 'fulfillments' | 'shipments'>;
  readonly parcels: ParcelReader;
  readonly pageSize: number;
  readonly now: Clock;
  /** Whether return labels are read again every day until a carrier has scanned them. */
  readonly followsReturns: boolean;
}

const NOTHING = { shipments: [], withdrawn: [], returns: [], unreadable: [] } as const;
/** For the long lists that are read once a day; a server that returns fewer rows says so by its counts. */
const REVIEW_PAGE_SIZE = 100;

/**
 * Collects labels, then fulfillments, each oldest first and to the end, then voided ones. The last page is empty, and its
 * cursor starts the next pass. The lists have no items, so the shipments of new rows are read as well.
 *
 * ShipStation has no notification of a void, which may come weeks after its label was listed. So each pass also lists the
 * voided labels of a month: one call while they are fewer than a page. They come last, because a label may be voided during
 * the pass. It has no notification either of the start of a return, or of a tracking number added to a fulfillment later: once
 * a day the labels of two months are listed, where `followsReturns`, and the fulfillments of one month.
 *
 * A parcel that cannot be read is set aside and tried again by later passes, and the cursor moves on.
 * @throws {BrokenPages} the pages do not add up
 */
export function shipmentCollector(deps: CollectionDeps) {
  const { client, parcels, pageSize, now } = deps;
  const { labels, fulfillments } = parcelLists(client, pageSize);
  const reviewed = parcelLists(client, Math.max(pageSize, REVIEW_PAGE_SIZE));
  const reports = parcelReports(client, parcels, pageSize);
  const retry = setAsideRetrier(client, reports);

  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    const began = now();
    let position = readCursor(cursor, began);
    let unreadable: UnreadableParcel[] = [];
    const setRowsAside = (list: 'label' | 'fulfillment') => (rows: readonly UnreadableRow[]) => {
      for (const { id, where } of rows) {
        const name = id === '' ? '' : `${list}:${id}`;
        unreadable.push({ id: name, why: where });
        if (name !== '') position = withAside(position, [{ id: name, isGone: false }], began);
      }
    };
    const page = (report: Report): ShipmentPage => {
      const fresh = report.failed.filter(({ id }) => !position.aside.some((one) => one.id === id));
      position = withAside(position, report.failed, began);
      const reported = [...unreadable, ...fresh.map(({ id, why }) => ({ id, why }))];
      unreadable = [];
      const { failed: _, ...news } = report;
      return { ...news, unreadable: reported, cursor: writeCursor(position) };
    };

    for await (const tried of retry(position, began)) {
      position = tried.position;
      if (tried.givenUp !== '') unreadable.push({ id: tried.givenUp, why: 'not read in a week: given up' });
      yield page({ ...tried.report, failed: [] });
    }
    for await (const rows of labels({ created_at_start: position.labels }, setRowsAside('label'))) {
      position = afterPage(position, 'labels', rows);
      yield page(await reports.reportLabels(rows));
    }
    const from = { create_date_start: position.fulfillments };
    for await (const rows of fulfillments(from, setRowsAside('fulfillment'))) {
      position = afterPage(position, 'fulfillments', rows);
      yield page(await reports.reportFulfillments(rows));
    }

    const since = getVoidableSince(began);
    for await (const rows of labels({ label_status: 'voided', created_at_start: since })) {
      const withdrawn = await reports.reportWithdrawnLabels(rows);
      if (withdrawn.length > 0) yield { ...NOTHING, withdrawn, cursor: writeCursor(position) };
    }
    if (needsReview(position, began)) {
      for await (const rows of reviewed.fulfillments({ create_date_start: since })) {
        yield page(await reports.reportFulfillments(rows));
      }
      position = { ...position, reviewed: isoTime(began) };
    }
    const returnsFrom = deps.followsReturns ? getReturnsDueFrom(position, began) : null;
    if (returnsFrom !== null) {
      for await (const rows of reviewed.labels({ created_at_start: returnsFrom })) {
        const returns = await reports.reportReturnsUnderWay(rows);
        position = {
          ...position,
          returnsFrom: getReachedTime(position.returnsFrom ?? returnsFrom, 'labels', rows),
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
