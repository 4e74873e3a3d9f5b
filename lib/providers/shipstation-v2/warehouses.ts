import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { failureOfAnswer } from './failures.ts';
import { parseAnswer } from './parse-answer.ts';
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
 * The account's warehouses: also the least that can be asked of ShipStation to see whether a key is good.
 * @param system whom errors name: the connection's id
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
    const answer = await transport.send({ method: 'GET', path: '/v2/warehouses' }, attempt);
    if (answer.status !== 200) throw failureOfAnswer(attempt, answer);
    return parseAnswer(answer, page, attempt).warehouses;
  } finally {
    await transport.close();
  }
}
