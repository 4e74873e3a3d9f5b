import type * as z from 'zod';
import { OperatorActionNeeded, Throttled } from '../../domain/errors.ts';
import type { ShipStationClient } from './client.ts';
import { placeOfOrigin, type Shipment } from './schemas.ts';

type Origin = z.infer<typeof placeOfOrigin>;

/**
 * Which warehouse a shipment leaves from: the one that it names, else the one whose address is its ship-from. No label says
 * it, so a packer who changes it on the label alone is not seen; '' where it is none of the account's warehouses.
 */
export function shipFromFinder(client: Pick<ShipStationClient, 'warehouses'>) {
  let known: Promise<ReadonlyMap<string, string>> | null = null;

  async function byAddress(): Promise<ReadonlyMap<string, string>> {
    const rows = await client.warehouses();
    const ids = rows.flatMap(({ warehouse_id, origin_address }) =>
      origin_address ? [[keyOf(origin_address), warehouse_id] as const] : [],
    );
    return new Map(ids);
  }

  return async function shipFromOf({ warehouse_id, ship_from }: Shipment): Promise<string> {
    const origin = placeOfOrigin.safeParse(ship_from);
    if (warehouse_id !== '' || !origin.success || origin.data.address_line1 === '') return warehouse_id;
    try {
      known ??= byAddress();
      return (await known).get(keyOf(origin.data)) ?? '';
    } catch (error) {
      known = null;
      if (error instanceof Throttled || error instanceof OperatorActionNeeded) throw error;
      return '';
    }
  };
}

function keyOf({ address_line1, postal_code, country_code }: Origin): string {
  return [address_line1, postal_code, country_code]
    .map((part) => part.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''))
    .join('\n');
}
