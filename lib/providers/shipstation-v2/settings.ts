import * as z from 'zod';

export const SHIPSTATION_URL = 'https://api.shipstation.com';
/** ShipStation signs its webhooks with the keys of its parent, ShipEngine. */
const SHIPENGINE_JWKS_URL = 'https://api.shipengine.com/jwks';

/** What a tag may take from the sale, written as `{channel}`. */
export const TAG_PLACEHOLDER = /\{(channel|location|shippingMethod)\}/g;
export type TagPlaceholder = 'channel' | 'location' | 'shippingMethod';

/** ShipStation lists no other form. */
const warehouseId = z.string().regex(/^se-\d+$/, 'it begins with se-, as GET /v2/warehouses lists it');

/** The settings of provider `shipstation-v2`, besides those of every connection. */
export const shipStationV2Settings = () => ({
  baseUrl: z
    .union([z.literal('sandbox'), z.url()])
    .default(SHIPSTATION_URL)
    .describe(
      'Address of the ShipStation API, without a path; `sandbox` is the built-in one of `npm start`.',
    ),
  warehouseId: warehouseId.describe('Id of the ship-from location, `se-…`, from `GET /v2/warehouses`.'),
  inventoryWarehouseId: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Inventory warehouse whose stock is compared, from `GET /v2/inventory_warehouses` (not an id of `warehouseId`). Left out: all of the account; required for a stock sync where connections share an API key.',
    ),
  storeId: z
    .string()
    .min(1)
    .optional()
    .describe('Store that orders appear under. Left out: the first manual store.'),
  tags: z
    .array(
      z
        .string()
        .trim()
        .min(1)
        .refine((tag) => !/[{}]/.test(tag.replaceAll(TAG_PLACEHOLDER, '')), {
          error: 'has a placeholder other than {channel}, {location} and {shippingMethod}',
        }),
    )
    .default([])
    .describe(
      'Tags of each order in ShipStation. `{channel}`, `{location}` and `{shippingMethod}` are taken from the sale; a tag whose value is empty is left out. A tag that ShipStation does not know is created. Packers’ changes of them stay.',
    ),
  boxes: z
    .array(
      z.strictObject({
        length: z.number().positive().describe('Outer length in cm.'),
        width: z.number().positive().describe('Outer width in cm.'),
        height: z.number().positive().describe('Outer height in cm.'),
        ownWeight: z.number().min(0).default(0).describe('Weight of the empty box in grams.'),
        maxWeight: z.number().positive().describe('Weight of the goods that it holds, in grams.'),
      }),
    )
    .default([])
    .describe(
      'Boxes for rates and labels. An order is given the first box that holds the weight of its goods; without one it has no dimensions.',
    ),
  callsPerMinute: z
    .int()
    .min(1)
    .max(6000)
    .default(200)
    .describe(
      'Calls to the ShipStation account in any 60 s; the same for all connections that share an API key. ShipStation allows 200.',
    ),
  jwksUrl: z
    .url()
    .optional()
    .describe(
      'Address of the public keys that sign ShipStation webhooks. Left out: the keys that belong to `baseUrl`.',
    ),
});
export type ShipStationV2Settings = z.output<z.ZodObject<ReturnType<typeof shipStationV2Settings>>>;

/** ShipEngine's keys for ShipStation's own address; for any other address (such as a sandbox) its `/jwks`. */
export function getJwksUrl(settings: Pick<ShipStationV2Settings, 'baseUrl' | 'jwksUrl'>): string {
  if (settings.jwksUrl !== undefined) return settings.jwksUrl;
  return settings.baseUrl === SHIPSTATION_URL ? SHIPENGINE_JWKS_URL : new URL('/jwks', settings.baseUrl).href;
}

/** The secret of a connection: a V2 API key, from Settings → Account → API Settings. */
export const shipStationV2Secret = () => z.object({ apiKey: z.string().min(1) });
export type ShipStationV2Secret = z.output<ReturnType<typeof shipStationV2Secret>>;
