import type { Query, ShipStationClient } from './client.ts';
import { readPages } from './paging.ts';
import type { UnreadableRow } from './readable-rows.ts';

/**
 * ShipStation's two lists of parcels, oldest first, to the last page or an error.
 * @param onUnreadable told of rows that cannot be read, before the others of their page are given away
 * @throws {BrokenPages} the pages do not add up
 */
export function parcelLists(client: Pick<ShipStationClient, 'labels' | 'fulfillments'>, pageSize: number) {
  const oldestFirst = { sort_by: 'created_at', sort_dir: 'asc', page_size: pageSize };
  type OnUnreadable = (rows: readonly UnreadableRow[]) => void;
  return {
    labels: (query: Query, onUnreadable?: OnUnreadable) =>
      readPages((page) => client.labels({ ...oldestFirst, ...query, page }), undefined, onUnreadable),
    fulfillments: (query: Query, onUnreadable?: OnUnreadable) =>
      readPages((page) => client.fulfillments({ ...oldestFirst, ...query, page }), undefined, onUnreadable),
  };
}
