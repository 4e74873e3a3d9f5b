import type { Query, ShipStationClient } from './client.ts';
import { readPages } from './paging.ts';

/**
 * ShipStation's two lists of parcels, oldest first, to the last page or an error.
 * @throws {BrokenPages} the pages do not add up
 */
export function parcelLists(client: Pick<ShipStationClient, 'labels' | 'fulfillments'>, pageSize: number) {
  const oldestFirst = { sort_by: 'created_at', sort_dir: 'asc', page_size: pageSize };
  return {
    labels: (query: Query) => readPages((page) => client.labels({ ...oldestFirst, ...query, page })),
    fulfillments: (query: Query) =>
      readPages((page) => client.fulfillments({ ...oldestFirst, ...query, page })),
  };
}
