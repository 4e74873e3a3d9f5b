import { defineProvider } from '../provider-definition.ts';
import { shipStationStoreSecret, shipStationStoreSettings } from './settings.ts';

/** ShipStation through its Custom Store: it fetches orders from the bridge and sends notices of parcels. */
export const shipStationStoreDefinition = defineProvider({
  id: 'shipstation-store',
  title: 'ShipStation (Custom Store)',
  settings: shipStationStoreSettings,
  secret: shipStationStoreSecret,
  connectionId: 'shipstation-store',
  questions: [],
  secretFields: [
    { key: 'username', label: 'User name for ShipStation', isGenerated: true },
    { key: 'password', label: 'Password for ShipStation', isGenerated: true },
  ],
  secretsKey: 'shipStationStore',
  examples: {
    '': "{ id: 'shipstation-store', provider: 'shipstation-store', location: 'ShipStation Austin' }",
    fetchedBy: "fetchedBy: 'shipstation', or 'sandbox'",
    statuses: "statuses: { paid: 'Ready', onHold: 'Waiting' }",
    shipFrom: "shipFrom: 'Austin warehouse'",
    costCurrency: "costCurrency: 'USD'",
  },
  vocabulary: { service: 'ShipStation', warehouse: 'ship-from location', shippingService: 'service' },
  capabilities: ['cancel', 'update', 'hold', 'notifications', 'pulls'],
  limits: [
    'orders arrive when ShipStation fetches them, by its own schedule or by hand',
    'ShipStation does not acknowledge that it cancels, changes or holds an order that it has fetched',
    'a voided label is not noticed, and the notice of its new label has to be settled by hand',
  ],
  isCalled: false,
  usesBox: true,
  account: () => null,
  isSandbox: ({ fetchedBy }) => fetchedBy === 'sandbox',
  hosts: () => [],
  // As in `shipstation-v2`.
  orderUrl: (_, number) =>
    `https://ship.shipstation.com/orders/all-orders-search-result?quickSearch=${encodeURIComponent(number)}`,
  stockSetting: null,
  open: async ({ connection, now, box }) => {
    const { shipStationStore } = await import('./provider.ts');
    return shipStationStore({ system: connection.id, settings: connection, box, now });
  },
  hints: null,
  endpoints: { paths: ['store'], load: async () => (await import('./serve.ts')).serveStore },
  setUp: async () => (await import('./set-up.ts')).shipStationStoreSetUp,
});
