import type { Clock } from '../../domain/clock.ts';
import type { ReportedShipment } from '../../domain/package.ts';
import type { ShipmentPage } from '../provider.ts';
import type { Query, ShipStationClient } from './client.ts';
import { afterPage, endPass, readCursor, writeCursor } from './collection-cursor.ts';
import { readPages } from './paging.ts';
import type { Shipment } from './schemas.ts';
import { fromShipStationFulfillment, fromShipStationLabel, isOutgoing } from './shipment-mapper.ts';
import { shipmentMemory } from './shipment-memory.ts';

export interface CollectionNeeds {
  readonly client: Pick<ShipStationClient, 'labels' | 'fulfillments' | 'shipment'>;
  readonly pageSize: number;
  readonly now: Clock;
}

/**
 * Collects labels, then fulfillments, each oldest first and to the end; last comes an empty page whose cursor begins the
 * next pass. Neither list has items, so each row that is new costs one more read: of the shipment it belongs to.
 * @throws {BrokenPages} the pages do not add up
 */
export function shipmentCollector({ client, pageSize, now }: CollectionNeeds) {
  const shipmentOf = shipmentMemory((id) => client.shipment(id));
  const oldestFirst = { sort_by: 'created_at', sort_dir: 'asc', page_size: pageSize };

  async function reportEach<Row extends { readonly shipment_id: string }>(
    rows: readonly Row[],
    idOf: (row: Row) => string,
    report: (row: Row, shipment: Shipment | null) => ReportedShipment[],
  ): Promise<ReportedShipment[]> {
    const reported: ReportedShipment[] = [];
    for (const row of rows) {
      const shipment = row.shipment_id === '' ? null : await shipmentOf(row.shipment_id, idOf(row));
      reported.push(...report(row, shipment));
    }
    return reported;
  }

  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    let position = readCursor(cursor, now());

    const labelQuery: Query = { ...oldestFirst, created_at_start: position.labels };
    for await (const rows of readPages((page) => client.labels({ ...labelQuery, page }))) {
      position = afterPage(position, 'labels', rows);
      const shipments = await reportEach(
        rows.filter(isOutgoing),
        (row) => row.label_id,
        fromShipStationLabel,
      );
      yield { shipments, cursor: writeCursor(position) };
    }

    const fulfillmentQuery: Query = { ...oldestFirst, create_date_start: position.fulfillments };
    for await (const rows of readPages((page) => client.fulfillments({ ...fulfillmentQuery, page }))) {
      position = afterPage(position, 'fulfillments', rows);
      const sent = rows.filter((row) => !row.voided);
      const shipments = await reportEach(sent, (row) => row.fulfillment_id, fromShipStationFulfillment);
      yield { shipments, cursor: writeCursor(position) };
    }

    yield { shipments: [], cursor: writeCursor(endPass(position, now())) };
  };
}
