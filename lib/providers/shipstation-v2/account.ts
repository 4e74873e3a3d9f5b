import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import type { ShipStationV2Settings } from './settings.ts';
import { shipStationTransport } from './transport.ts';

/** A ship-from address of a ShipStation account. */
export interface Warehouse {
  /** `se-123456` */
  readonly id: string;
  readonly name: string;
}

const page = z.looseObject({
  warehouses: z.array(
    z
      .looseObject({ warehouse_id: z.string(), name: z.string() })
      .transform(({ warehouse_id, name }): Warehouse => ({ id: warehouse_id, name })),
  ),
});

/**
 * Lists the account's warehouses: also the cheapest call that checks an API key.
 * @param system the connection's id, which errors name
 * @throws {UpstreamError}
 */
export async function listWarehouses(
  system: string,
  settings: Pick<ShipStationV2Settings, 'baseUrl'>,
  apiKey: string,
  now: Clock,
): Promise<Warehouse[]> {
  const attempt: Attempt = { system, operation: 'list warehouses', writes: false };
  const transport = shipStationTransport({ baseUrl: settings.baseUrl, apiKey, now });
  try {
    const request = { method: 'GET', path: '/v2/warehouses' } as const;
    return (await transport.read(request, page, attempt)).warehouses;
  } finally {
    await transport.close();
  }
}
