import * as z from 'zod';
import type { DeliveredPackage } from '../../domain/package.ts';
import type { DeliveryPage } from '../capabilities.ts';
import type { ShipStationClient } from './client.ts';
import { reachedBy } from './collection-cursor.ts';
import { inTurn } from './in-turn.ts';
import { idOfLabel } from './package-id.ts';
import { parcelLists } from './parcel-lists.ts';
import type { ParcelReader } from './parcel-reader.ts';
import type { Fulfillment, Label } from './schemas.ts';
import { deliveryTime, isDelivered, referenceOf } from './shipment-mapper.ts';

export interface DeliveryNeeds {
  readonly client: Pick<ShipStationClient, 'labels' | 'fulfillments'>;
  readonly parcels: ParcelReader;
  readonly pageSize: number;
}

const place = z.strictObject({ list: z.enum(['labels', 'fulfillments']), from: z.iso.datetime() });

function readPlace(cursor: string | null, madeSince: string): z.infer<typeof place> {
  return cursor === null ? { list: 'labels', from: madeSince } : place.parse(JSON.parse(cursor));
}

function placeBehind(
  list: z.infer<typeof place>['list'],
  from: string,
  rows: ReadonlyArray<{ readonly created_at: string }>,
): string {
  return JSON.stringify({ list, from: reachedBy(from, list, rows) });
}

/**
 * Lists the labels, then the fulfillments, made since a moment, and says of each page which packages of it have arrived.
 * Neither list can be asked for those alone, so all of it is read. A page without any is given too: between two pages
 * whoever reads may stop.
 *
 * A label says whose it is, so it costs no further call. Of a parcel in which ShipStation merged several orders it says only
 * one; all of them know the package by the same id. A fulfillment does not say, so the first time costs a read of its shipment.
 * @throws {BrokenPages} the pages do not add up
 */
export function deliveryCollector({ client, parcels, pageSize }: DeliveryNeeds) {
  const { labels, fulfillments } = parcelLists(client, pageSize);

  async function ofLabel(row: Label): Promise<DeliveredPackage[]> {
    const reference = referenceOf(row);
    const packages =
      reference === '' ? await parcels.packagesOfLabel(row) : [{ reference, id: idOfLabel(row) }];
    return packages.map((known) => ({ ...known, deliveredAt: '' }));
  }

  async function ofFulfillment(row: Fulfillment): Promise<DeliveredPackage[]> {
    const deliveredAt = deliveryTime(row);
    return (await parcels.packagesOfFulfillment(row)).map((known) => ({ ...known, deliveredAt }));
  }

  return async function* deliveries(
    madeSince: string,
    cursor: string | null = null,
  ): AsyncGenerator<DeliveryPage> {
    const position = readPlace(cursor, madeSince);
    if (position.list === 'labels') {
      for await (const rows of labels({ created_at_start: position.from })) {
        const packages = await inTurn(rows.filter(isDelivered), ofLabel);
        yield { packages, cursor: placeBehind('labels', position.from, rows) };
      }
    }
    const from = position.list === 'fulfillments' ? position.from : madeSince;
    for await (const rows of fulfillments({ create_date_start: from })) {
      const delivered = rows.filter((row) => !row.voided && row.delivered_at !== '');
      const packages = await inTurn(delivered, ofFulfillment);
      yield { packages, cursor: placeBehind('fulfillments', from, rows) };
    }
  };
}
