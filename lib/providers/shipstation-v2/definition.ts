import { createHash } from 'node:crypto';
import { defineProvider } from '../provider-definition.ts';
import { getJwksUrl, SHIPSTATION_URL, shipStationV2Secret, shipStationV2Settings } from './settings.ts';

/** ShipStation through its V2 API. */
export const shipStationV2Definition = defineProvider({
  id: 'shipstation-v2',
  title: 'ShipStation (API V2)',
  settings: shipStationV2Settings,
  secret: shipStationV2Secret,
  connectionId: 'shipstation',
  questions: [{ key: 'warehouseId', option: 'warehouse', label: 'Which ShipStation warehouse?' }],
  secretFields: [{ key: 'apiKey', label: 'ShipStation V2 API key (Settings → Account → API Settings)' }],
  secretsKey: 'shipStation',
  examples: {
    '': "{ id: 'shipstation', provider: 'shipstation-v2', location: 'ShipStation Austin', warehouseId: 'se-123456' }",
    baseUrl: `baseUrl: '${SHIPSTATION_URL}', or 'sandbox'`,
    warehouseId: "warehouseId: 'se-123456' (from GET /v2/warehouses)",
    inventoryWarehouseId: "inventoryWarehouseId: 'se-40310' (from GET /v2/inventory_warehouses)",
    tags: "tags: ['DEAR', '{channel}']",
    storeId: "storeId: 'se-77410'",
    boxes: 'boxes: [{ length: 30, width: 20, height: 10, ownWeight: 120, maxWeight: 4000 }]',
    jwksUrl: "jwksUrl: 'https://api.shipengine.com/jwks'",
    callsPerMinute: 'callsPerMinute: 200 (1 to 6000)',
  },
  vocabulary: { service: 'ShipStation', warehouse: 'ship-from location', shippingService: 'service code' },
  capabilities: [
    'cancel',
    'update',
    'reportOrders',
    'foreignOrders',
    'otherOrders',
    'hold',
    'voids',
    'returns',
    'trackDelivery',
    'stock',
    'catalogue',
    'labels',
    'notifications',
  ],
  limits: ['200 calls a minute', 'stock needs the Inventory add-on'],
  account: ({ callsPerMinute }, { apiKey }) => ({ name: getAccountName(apiKey), callsPerMinute }),
  isSandbox: ({ baseUrl }) => baseUrl === 'sandbox',
  hosts: (settings) => [settings.baseUrl, getJwksUrl(settings)].map((url) => new URL(url).hostname),
  // ShipStation documents no page of an order. Its search by number has this address in many public tools (seen, November 2026).
  orderUrl: ({ baseUrl }, number) =>
    baseUrl === SHIPSTATION_URL
      ? `https://ship.shipstation.com/orders/all-orders-search-result?quickSearch=${encodeURIComponent(number)}`
      : null,
  stockSetting: 'inventoryWarehouseId',
  open: async ({ connection, secret, now, budget, mayWrite }) => {
    const { shipStationV2 } = await import('./provider.ts');
    const followsReturns = connection.returns !== 'log' && connection.returnsBegin === 'scan';
    return shipStationV2({
      system: connection.id,
      settings: connection,
      apiKey: secret.apiKey,
      now,
      budget,
      mayWrite,
      followsReturns,
    });
  },
  hints: {
    readsSecret: false,
    load: async () => {
      const { shipStationNotificationVerifier } = await import('./notifications.ts');
      return ({ system, settings, now, fetch }) =>
        shipStationNotificationVerifier({ system, jwksUrl: getJwksUrl(settings), now, fetch });
    },
  },
  setUp: async () => (await import('./set-up.ts')).shipStationV2SetUp,
});

/** Sixteen digits of a hash identify an account without disclosing its key. */
function getAccountName(apiKey: string): string {
  return `shipstation-${createHash('sha256').update(apiKey).digest('hex').slice(0, 16)}`;
}
