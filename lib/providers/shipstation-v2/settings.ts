import * as z from 'zod';

export const SHIPSTATION_URL = 'https://api.shipstation.com';
/** ShipStation signs its webhooks with the keys of its parent, ShipEngine. */
const SHIPENGINE_JWKS_URL = 'https://api.shipengine.com/jwks';

/** What a connection of provider `shipstation-v2` says beside what every connection says. */
export const shipStationV2Settings = z.strictObject({
  provider: z.literal('shipstation-v2'),
  /** Without a path: `/v2/…` is added. `sandbox` is the built-in one of `npm start`. */
  baseUrl: z.union([z.literal('sandbox'), z.url()]).default(SHIPSTATION_URL),
  /** Id of the ship-from location, `se-…`, from `GET /v2/warehouses`. */
  warehouseId: z.string().min(1),
  /**
   * The inventory warehouse whose stock is the connection's, from `GET /v2/inventory_warehouses`, which are not the ids of
   * `warehouseId`; all of the account's where it is left out.
   */
  inventoryWarehouseId: z.string().min(1).optional(),
  /** The store that the orders appear under; ShipStation's first manual store where it is left out. */
  storeId: z.string().min(1).optional(),
  /** What its account may be called in a minute, by all connections of it together. ShipStation's own limit is 200. */
  callsPerMinute: z.int().min(1).max(6000).default(200),
  /** Where the public keys are that sign its webhooks. */
  jwksUrl: z.url().optional(),
});
export type ShipStationV2Settings = z.infer<typeof shipStationV2Settings>;

/** ShipEngine's keys for the vendor's own address; for any other (a sandbox, a recorder) its own `/jwks`. */
export function jwksUrlOf(settings: Pick<ShipStationV2Settings, 'baseUrl' | 'jwksUrl'>): string {
  if (settings.jwksUrl !== undefined) return settings.jwksUrl;
  return settings.baseUrl === SHIPSTATION_URL ? SHIPENGINE_JWKS_URL : new URL('/jwks', settings.baseUrl).href;
}

/** The secret of a connection: a V2 API key, from Settings → Account → API Settings. */
export const shipStationV2Secret = z.object({ apiKey: z.string().min(1) });
