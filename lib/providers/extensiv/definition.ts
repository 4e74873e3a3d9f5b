import { createHash } from 'node:crypto';
import { defineProvider } from '../provider-definition.ts';
import { EXTENSIV_URL, extensivSecret, extensivSettings } from './settings.ts';

/** Extensiv 3PL Warehouse Manager, formerly 3PL Central: the WMS of many 3PLs. */
export const extensivDefinition = defineProvider({
  id: 'extensiv',
  title: 'Extensiv 3PL Warehouse Manager',
  settings: extensivSettings,
  secret: extensivSecret,
  connectionId: 'extensiv',
  questions: [
    { key: 'customerId', option: 'customer', label: 'Which customer at the warehouse?' },
    { key: 'facilityId', option: 'facility', label: 'Which facility of the warehouse?' },
  ],
  secretFields: [
    { key: 'clientId', label: 'Extensiv client id (the warehouse: Support Portal → Manage Credentials)' },
    { key: 'clientSecret', label: 'Extensiv client secret (beside it)' },
    { key: 'userLogin', label: 'Extensiv user (the id or name that the warehouse gave)' },
  ],
  secretsKey: 'extensiv',
  examples: {
    '': "{ id: 'extensiv', provider: 'extensiv', location: '3PL Reno', customerId: '12', facilityId: '1' }",
    baseUrl: `baseUrl: '${EXTENSIV_URL}', or 'sandbox'`,
    customerId: "customerId: '12'",
    facilityId: "facilityId: '1'",
    timeZone: "timeZone: 'America/Chicago'",
    loginField: "loginField: 'user_login_id'",
    batchIs: "batchIs: 'serial'",
    callsPerMinute: 'callsPerMinute: 400 (1 to 6000)',
  },
  vocabulary: { service: 'Extensiv', warehouse: 'facility', shippingService: 'carrier and mode' },
  capabilities: [
    'cancel',
    'update',
    'reportOrders',
    'foreignOrders',
    'voids',
    'otherOrders',
    'stock',
    'catalogue',
    'notifications',
  ],
  limits: [
    'no published rate limit; use is metered by volume',
    'webhooks are an option that the warehouse pays for',
    'a hold has no date',
  ],
  account: ({ callsPerMinute }, { clientId }) => ({ name: getAccountName(clientId), callsPerMinute }),
  isSandbox: ({ baseUrl }) => baseUrl === 'sandbox',
  hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
  stockSetting: null,
  open: async ({ connection, secret, now, budget, mayWrite }) => {
    const { extensiv } = await import('./provider.ts');
    return extensiv({ system: connection.id, settings: connection, secret, now, budget, mayWrite });
  },
  hints: {
    readsSecret: true,
    load: async () => (await import('./notifications.ts')).extensivNotificationVerifier,
  },
  setUp: async () => (await import('./set-up.ts')).extensivSetUp,
});

/** Sixteen digits of a hash identify an account without disclosing its client. */
function getAccountName(clientId: string): string {
  return `extensiv-${createHash('sha256').update(clientId).digest('hex').slice(0, 16)}`;
}
