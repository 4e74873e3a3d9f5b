import * as z from 'zod';

export const SHIPSTATION_V1_URL = 'https://ssapi.shipstation.com';

/** An answer to `bridge init` is a text. */
const id = () =>
  z.union([
    z.int().min(1),
    z
      .string()
      .regex(/^[1-9]\d*$/)
      .transform(Number),
  ]);

/** The settings of provider `shipstation-v1`, besides those of every connection. */
export const shipStationV1Settings = () => ({
  baseUrl: z
    .union([z.literal('sandbox'), z.url()])
    .default(SHIPSTATION_V1_URL)
    .describe(
      'Address of the ShipStation API, without a path; `sandbox` is the built-in one of `npm start`.',
    ),
  storeId: id().describe(
    'Store that orders appear under, from `GET /stores`. Use a manual store of its own: only its orders and labels are read.',
  ),
  warehouseId: id()
    .optional()
    .describe('Id of the ship-from location, from `GET /warehouses`. Left out: the account’s default.'),
  tagIds: z
    .array(z.int().min(1))
    .default([])
    .describe('Tags put on each new order, from `GET /accounts/listtags`.'),
  costCurrency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('USD')
    .describe('Currency of the postage, which the V1 API does not name.'),
  callsPerMinute: z
    .int()
    .min(1)
    .max(6000)
    .default(40)
    .describe(
      'Calls with the API key in any 60 s; the same for all connections that share it. ShipStation allows 40.',
    ),
});
export type ShipStationV1Settings = z.output<z.ZodObject<ReturnType<typeof shipStationV1Settings>>>;

/** The secret of a connection: a V1 key pair, from Settings → Account → API Settings. */
export const shipStationV1Secret = () =>
  z.object({ apiKey: z.string().min(1), apiSecret: z.string().min(1) });
export type ShipStationV1Secret = z.output<ReturnType<typeof shipStationV1Secret>>;
