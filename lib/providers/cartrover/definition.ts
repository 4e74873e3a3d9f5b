import { createHash } from 'node:crypto';
import { defineProvider } from '../provider-definition.ts';
import { CARTROVER_URL, cartRoverSecret, cartRoverSettings } from './settings.ts';

/** CartRover, today Extensiv Integration Manager, which forwards orders to the WMS of a 3PL. */
export const cartRoverDefinition = defineProvider({
  id: 'cartrover',
  title: 'CartRover (Extensiv Integration Manager)',
  settings: cartRoverSettings,
  secret: cartRoverSecret,
  connectionId: 'cartrover',
  questions: [{ key: 'warehouse', option: 'warehouse-name', label: 'Which warehouse at CartRover?' }],
  secretFields: [
    { key: 'apiUser', label: 'CartRover API user (Carts → the cart → API Access)' },
    { key: 'apiKey', label: 'CartRover API key (beside it)' },
    {
      key: 'merchantUser',
      label: 'CartRover merchant API user, for stock (Merchants → Merchant API Keys)',
      isOptional: true,
    },
    { key: 'merchantKey', label: 'CartRover merchant API key (beside it)', isOptional: true },
  ],
  secretsKey: 'cartRover',
  examples: {
    '': "{ id: 'cartrover', provider: 'cartrover', location: '3PL East', warehouse: 'EAST' }",
    baseUrl: `baseUrl: '${CARTROVER_URL}', or 'sandbox'`,
    warehouse: "warehouse: 'EAST' (as CartRover's inventory names it)",
    sendsWarehouse: 'sendsWarehouse: false',
    callsPerMinute: 'callsPerMinute: 100 (1 to 6000)',
  },
  vocabulary: { service: 'CartRover', warehouse: 'warehouse', shippingService: 'ship code' },
  capabilities: [
    'cancel',
    'reportOrders',
    'foreignOrders',
    'otherOrders',
    'acknowledge',
    'stock',
    'catalogue',
  ],
  limits: [
    '100 calls at once, then one every 0.6 s',
    'an order cannot be changed once it is sent',
    'a parcel does not say which lots it holds',
  ],
  account: ({ callsPerMinute }, { apiUser }) => ({
    name: getAccountName(apiUser),
    callsPerMinute,
    burst: Math.ceil(callsPerMinute / 2),
  }),
  isSandbox: ({ baseUrl }) => baseUrl === 'sandbox',
  hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
  stockSetting: null,
  open: async ({ connection, secret, now, budget, mayWrite, takesOver }) => {
    const { cartRover } = await import('./provider.ts');
    return cartRover({
      system: connection.id,
      settings: connection,
      secret,
      now,
      budget,
      mayWrite,
      takesOver,
    });
  },
  hints: null,
  setUp: async () => (await import('./set-up.ts')).cartRoverSetUp,
});

/** Sixteen digits of a hash identify an account without disclosing its user. */
function getAccountName(apiUser: string): string {
  return `cartrover-${createHash('sha256').update(apiUser).digest('hex').slice(0, 16)}`;
}
