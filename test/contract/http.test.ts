import { startWarehouseSandbox, WarehouseStaff } from 'dear-sandbox/http';
import { manualTimeline } from 'dear-sandbox/kit';
import * as z from 'zod';
import { httpDefinition } from '../../lib/providers/http/definition.ts';
import { httpProvider } from '../../lib/providers/http/provider.ts';
import { type HttpSettings, PARTS } from '../../lib/providers/http/settings.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';
import { serveDefinition } from './endpoint-under-test.ts';
import { describeProviderContract } from './provider-contract.ts';
import { type SandboxCaller, sandboxCaller } from './sandbox-caller.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const SECRET = { signingSecret: 'whsec_c2l4dHkgc3RlcHMgdXAgdGhlIGxhZGRlcg==', previousSigningSecret: '' };
const STRANGER = { signingSecret: 'a text that no warehouse knows', previousSigningSecret: '' };
const WRITES = ['POST'];

type Offer = Pick<HttpSettings, 'parts' | 'shipments'>;

const { title, capabilities } = httpDefinition;
const small = capabilities.filter((one) => one === 'voids' || one === 'notifications');

describeProviderContract(`${title}, which sends shipments`, capabilities, () =>
  startService({ parts: [...PARTS], shipments: 'sent' }),
);
describeProviderContract(`${title}, which lists shipments`, capabilities, () =>
  startService({ parts: [...PARTS], shipments: 'listed' }),
);
describeProviderContract(`${title}, with no optional part`, small, () =>
  startService({ parts: [], shipments: 'sent' }),
);

async function startService(offer: Offer): Promise<ServiceUnderTest> {
  const timeline = manualTimeline();
  const box = inMemoryBox('warehouse', timeline.now);
  const endpoint = await serveDefinition(httpDefinition, {
    connection: { id: 'warehouse', baseUrl: 'http://127.0.0.1:9', ...offer },
    secret: SECRET,
    box,
    now: timeline.now,
  });
  const sandbox = await startWarehouseSandbox({
    port: 0,
    signingSecret: SECRET.signingSecret,
    messagesUrl: `${endpoint.url}/messages`,
    timeline,
    callsPerMinute: 10_000,
  });
  const open = (secrets: typeof SECRET) =>
    httpProvider({
      system: 'warehouse',
      settings: { baseUrl: `${sandbox.url}/bridge`, ...offer },
      secrets,
      box,
      now: timeline.now,
      pageSize: PAGE_SIZE,
      wait: async () => undefined,
    });
  const provider = open(SECRET);
  const stranger = open(STRANGER);
  const call = sandboxCaller(`${sandbox.url}/sandbox/`);
  return {
    provider,
    // Sent shipments are read from our own table, which takes no credentials.
    ...(offer.shipments === 'listed' && { stranger, ...listFaults(call) }),
    ...staffActions(call, new WarehouseStaff(sandbox.url)),
    ...faults(call),
    repeatNotices: () => call('POST', 'messages/repeat', {}),
    letTimePass: (milliseconds) => timeline.advance(milliseconds),
    close: async () => {
      await provider.close();
      await stranger.close();
      await sandbox.close();
      await endpoint.close();
    },
  };
}

const lines = z.array(z.object({ key: z.string() }));
const orders = z.object({
  orders: z.array(z.object({ reference: z.string(), street: z.string(), lines })),
});
const shipments = z.object({
  shipments: z.array(z.object({ id: z.string(), trackingNumbers: z.array(z.string()) })),
});

function staffActions(call: SandboxCaller, staff: WarehouseStaff) {
  const getOrders = async () => orders.parse(await call('GET', 'orders')).orders;
  const getOrder = async (id: string) => (await getOrders()).find(({ reference }) => reference === id)!;
  const shipLine = (id: string, key: string) => call('POST', `orders/${id}/ship`, { keys: [key] });
  const setStatus = (id: string, status: string, heldUntil = '') =>
    call('POST', `orders/${id}/status`, { status, heldUntil });
  return {
    orderCount: async () => (await getOrders()).length,
    ship: (id: string) => staff.ship(id),
    shipInParts: async (id: string) => {
      for (const { key } of (await getOrder(id)).lines) await shipLine(id, key);
    },
    shipFrom: async (id: string) => {
      await staff.ship(id, 'North hall');
      return 'North hall';
    },
    shipFirstLine: async (id: string) => await shipLine(id, (await getOrder(id)).lines[0]!.key),
    cancelRest: (id: string) => setStatus(id, 'cancelled'),
    holdByHand: (id: string, until: string) => setStatus(id, 'held', until),
    releaseByHand: (id: string) => setStatus(id, 'open'),
    cancelByHand: (id: string) => setStatus(id, 'cancelled'),
    restoreByHand: (id: string) => setStatus(id, 'open'),
    deleteByHand: (id: string) => staff.deleteOrder(id),
    voidParcel: (number: string) => staff.voidParcel(number),
    getStreet: async (id: string) => (await getOrder(id)).street,
    putStock: (sku: string, onHand: number, place?: string) => call('PUT', 'stock', { sku, onHand, place }),
    putProduct: (sku: string) => call('PUT', 'stock', { sku, onHand: 0 }),
  };
}

function faults(call: SandboxCaller) {
  const fail = (fault: object) => call('POST', 'faults', fault);
  return {
    giveOddStatus: (id: string) => call('PUT', `odd-fields/${id}`, { status: 'dusting' }),
    closeStock: () => call('PATCH', 'settings', { isStockClosed: true }),
    // A read that gets no answer is sent once more, so that both have to fail.
    failNextRead: () => fail({ kind: 'timeout-before', match: { method: 'GET' }, times: 2 }),
    loseNextAnswer: () => fail({ kind: 'timeout-after', match: { method: WRITES } }),
    loseNextRequest: () => fail({ kind: 'timeout-before', match: { method: WRITES } }),
    refuseNextWrite: (message: string) =>
      fail({ kind: 'status', status: 422, code: 'invalid_order', message, match: { method: WRITES } }),
    throttleNextCall: (seconds: number) =>
      fail({ kind: 'status', status: 429, code: 'rate_limited', retryAfter: seconds }),
  };
}

/** Where shipments are read by calls as well. */
function listFaults(call: SandboxCaller) {
  const setFields = async (number: string, fields: object) => {
    const all = shipments.parse(await call('GET', 'shipments')).shipments;
    const { id } = all.find(({ trackingNumbers }) => trackingNumbers.includes(number))!;
    await call('PUT', `odd-fields/${id}`, fields);
  };
  return {
    spoilParcel: (number: string) => setFields(number, { status: null }),
    mendParcel: (number: string) => setFields(number, {}),
    garbleNextAnswer: () => call('POST', 'faults', { kind: 'status', status: 200, body: '<html>' }),
    goDown: () => call('POST', 'faults', { kind: 'status', status: 503, times: 1_000 }),
    comeUp: () => call('DELETE', 'faults'),
  };
}
