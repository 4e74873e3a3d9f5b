import { createHash } from 'node:crypto';
import { defineProvider } from '../provider-definition.ts';
import { httpSecret, httpSettings } from './settings.ts';

/** Any warehouse that keeps our HTTP contract, docs/openapi.json. */
export const httpDefinition = defineProvider({
  id: 'http',
  title: 'Any warehouse (HTTP contract)',
  settings: httpSettings,
  secret: httpSecret,
  connectionId: 'warehouse',
  questions: [
    { key: 'baseUrl', option: 'url', label: 'Address of the warehouse (https://…)', isAddress: true },
  ],
  secretFields: [
    {
      key: 'signingSecret',
      label: 'Signing secret, which the warehouse has too (24 to 64 random bytes: whsec_… or a text)',
      isGenerated: true,
    },
  ],
  secretsKey: 'warehouse',
  examples: {
    '': "{ id: 'warehouse', provider: 'http', location: 'Austin', baseUrl: 'https://wms.example.com/bridge', parts: ['cancel'] }",
    baseUrl: "baseUrl: 'https://wms.example.com/bridge', or 'sandbox'",
    parts: "parts: ['change', 'cancel', 'status', 'stock']",
    shipments: "shipments: 'sent' (or 'listed')",
    callsPerMinute: 'callsPerMinute: 120 (1 to 6000)',
  },
  vocabulary: { service: 'the warehouse', warehouse: 'warehouse', shippingService: 'shipping service' },
  capabilities: [
    'cancel',
    'update',
    'reportOrders',
    'otherOrders',
    'voids',
    'stock',
    'catalogue',
    'notifications',
  ],
  limits: [
    'the settings say which optional parts of the contract the warehouse offers',
    'returns and deliveries are not part of the contract',
  ],
  usesBox: true,
  account: ({ callsPerMinute }, { signingSecret }) => ({
    name: `http-${createHash('sha256').update(signingSecret).digest('hex').slice(0, 16)}`,
    callsPerMinute,
  }),
  isSandbox: ({ baseUrl }) => baseUrl === 'sandbox',
  hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
  stockSetting: null,
  open: async ({ connection, secret, now, budget, box, mayWrite }) => {
    const { httpProvider } = await import('./provider.ts');
    return httpProvider({
      system: connection.id,
      settings: connection,
      secrets: secret,
      now,
      budget,
      mayWrite,
      box,
    });
  },
  hints: null,
  endpoints: { paths: ['messages'], load: async () => (await import('./serve.ts')).serveMessages },
  setUp: async () => (await import('./set-up.ts')).httpSetUp,
});
