import { createHash } from 'node:crypto';
import { defineProvider } from '../provider-definition.ts';
import { SHIPSTATION_V1_URL, shipStationV1Secret, shipStationV1Settings } from './settings.ts';

/** ShipStation through its V1 API. */
export const shipStationV1Definition = defineProvider({
  id: 'shipstation-v1',
  title: 'ShipStation (API V1)',
  settings: shipStationV1Settings,
  secret: shipStationV1Secret,
  connectionId: 'shipstation-v1',
  questions: [{ key: 'storeId', option: 'store', label: 'Which ShipStation store?' }],
  secretFields: [
    { key: 'apiKey', label: 'ShipStation V1 API key (Settings → Account → API Settings)' },
    { key: 'apiSecret', label: 'ShipStation V1 API secret (beside the key)' },
  ],
  secretsKey: 'shipStationV1',
  examples: {
    '': "{ id: 'shipstation-v1', provider: 'shipstation-v1', location: 'ShipStation Austin', storeId: 77410 }",
    baseUrl: `baseUrl: '${SHIPSTATION_V1_URL}', or 'sandbox'`,
    storeId: 'storeId: 77410 (from GET /stores)',
    warehouseId: 'warehouseId: 51820 (from GET /warehouses)',
    tagIds: 'tagIds: [20411] (from GET /accounts/listtags)',
    costCurrency: "costCurrency: 'USD'",
    callsPerMinute: 'callsPerMinute: 40 (1 to 6000)',
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
    'catalogue',
    'notifications',
  ],
  limits: [
    '40 calls a minute; orders that wait are created together',
    'no stock, and no news of deliveries or of scanned returns',
  ],
  account: ({ callsPerMinute }, { apiKey }) => ({ name: getAccountName(apiKey), callsPerMinute }),
  isSandbox: ({ baseUrl }) => baseUrl === 'sandbox',
  hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
  // ShipStation documents no page of an order. Its search by number has this address in many public tools (seen, November 2026).
  orderUrl: ({ baseUrl }, number) =>
    baseUrl === SHIPSTATION_V1_URL
      ? `https://ship.shipstation.com/orders/all-orders-search-result?quickSearch=${encodeURIComponent(number)}`
      : null,
  stockSetting: null,
  open: async ({ connection, secret, now, budget, mayWrite, takesOver }) => {
    const { shipStationV1 } = await import('./provider.ts');
    return shipStationV1({
      system: connection.id,
      settings: connection,
      secret,
      now,
      budget,
      mayWrite,
      takesOver,
    });
  },
  hints: {
    readsSecret: true,
    load: async () => {
      const { shipStationV1NotificationVerifier } = await import('./notifications.ts');
      return ({ readSecret }) => shipStationV1NotificationVerifier(readSecret);
    },
  },
  setUp: async () => (await import('./set-up.ts')).shipStationV1SetUp,
});

/** Sixteen digits of a hash identify an account without disclosing its key. */
function getAccountName(apiKey: string): string {
  return `shipstation-v1-${createHash('sha256').update(apiKey).digest('hex').slice(0, 16)}`;
}
