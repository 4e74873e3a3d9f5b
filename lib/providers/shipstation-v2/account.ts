import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import type { Choice, ShippingCodes } from '../provider-set-up.ts';
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

const carrierList = z.looseObject({
  carriers: z.array(
    z.looseObject({
      carrier_code: z.string(),
      friendly_name: z.string().nullish(),
      services: z.array(z.looseObject({ service_code: z.string(), name: z.string() })).nullish(),
    }),
  ),
});

/**
 * The services and carriers of the account, in one call. Two accounts at one carrier have its services twice.
 * @param system the connection's id, which errors name
 * @throws {UpstreamError}
 */
export async function listShipping(
  system: string,
  settings: Pick<ShipStationV2Settings, 'baseUrl'>,
  apiKey: string,
  now: Clock,
): Promise<ShippingCodes> {
  const attempt: Attempt = { system, operation: 'list carriers', writes: false };
  const { carriers } = await read('/v2/carriers', carrierList, attempt, { settings, apiKey, now });
  const services = carriers.flatMap((carrier) => carrier.services ?? []);
  return {
    services: unique(services.map(({ service_code, name }) => [service_code, name])),
    carriers: unique(
      carriers.map(({ carrier_code, friendly_name }) => [carrier_code, friendly_name ?? carrier_code]),
    ),
  };
}

function unique(codes: ReadonlyArray<readonly [value: string, title: string]>): Choice[] {
  return [...new Map(codes)].map(([value, title]) => ({ value, title }));
}

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
  return (await read('/v2/warehouses', page, attempt, { settings, apiKey, now })).warehouses;
}

interface AccountAccess {
  readonly settings: Pick<ShipStationV2Settings, 'baseUrl'>;
  readonly apiKey: string;
  readonly now: Clock;
}

async function read<Answer>(
  path: string,
  schema: z.ZodType<Answer>,
  attempt: Attempt,
  { settings: { baseUrl }, apiKey, now }: AccountAccess,
): Promise<Answer> {
  const transport = shipStationTransport({ baseUrl, apiKey, now });
  try {
    return await transport.read({ method: 'GET', path }, schema, attempt);
  } finally {
    await transport.close();
  }
}
