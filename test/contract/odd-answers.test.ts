import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCartRoverSandbox } from 'dear-sandbox/cartrover';
import { startExtensivSandbox } from 'dear-sandbox/extensiv';
import { startWarehouseSandbox, WarehouseStaff } from 'dear-sandbox/http';
import { manualTimeline } from 'dear-sandbox/kit';
import { startShipStationV1Sandbox } from 'dear-sandbox/shipstation-v1';
import { startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UpstreamError } from '../../lib/domain/errors.ts';
import { cartRover } from '../../lib/providers/cartrover/provider.ts';
import { extensiv } from '../../lib/providers/extensiv/provider.ts';
import { httpProvider } from '../../lib/providers/http/provider.ts';
import { PARTS } from '../../lib/providers/http/settings.ts';
import { cancels, type Provider, reportsOrders } from '../../lib/providers/provider.ts';
import { shipStationV1 } from '../../lib/providers/shipstation-v1/provider.ts';
import { shipStationV2 } from '../../lib/providers/shipstation-v2/provider.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';
import { sampleOrder } from './sample-order.ts';
import { sandboxCaller } from './sandbox-caller.ts';
import { pagesSince } from './service-under-test.ts';

type Change = (value: unknown) => unknown;

/** Applies a change to every value of an answer, from the inside. */
function everywhere(change: Change): Change {
  const apply = (value: unknown): unknown => {
    if (Array.isArray(value)) return change(value.map(apply));
    if (typeof value !== 'object' || value === null) return change(value);
    return change(Object.fromEntries(Object.entries(value).map(([key, part]) => [key, apply(part)])));
  };
  return apply;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What gateways, new versions and other accounts of a vendor do to answers. */
const HARMLESS: ReadonlyArray<[string, Change]> = [
  ['leave out what is null', everywhere((value) => (isObject(value) ? withoutNulls(value) : value))],
  ['have null in place of empty lists', everywhere((value) => (isEmptyList(value) ? null : value))],
  ['have further fields', everywhere((value) => (isObject(value) ? { ...value, addedLater: [{}] } : value))],
  [
    'write times with an offset',
    everywhere((value) => (isUtc(value) ? value.replace(/Z$/, '+00:00') : value)),
  ],
];
const NUMBERS_AS_TEXTS = everywhere((value) => (typeof value === 'number' ? String(value) : value));

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;
const isUtc = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

function withoutNulls(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== null));
}

interface Service {
  readonly url: string;
  open(baseUrl: string): Provider & { close(): Promise<void> };
  ship(id: string): Promise<unknown>;
  close(): Promise<void>;
}

const timeline = () => manualTimeline();
const noWait = async () => {};
const CLIENT = { clientId: 'client', clientSecret: 'secret', userLogin: '7' };

const SERVICES: ReadonlyArray<[string, () => Promise<Service>]> = [
  [
    'ShipStation V2',
    async () => {
      const clock = timeline();
      const sandbox = await startShipStationSandbox({ port: 0, apiKey: 'key', timeline: clock });
      const call = sandboxCaller(sandbox.url, { 'api-key': 'key' });
      return {
        ...sandbox,
        ship: (id) => call('POST', `/v2/labels/shipment/${id}`),
        open: (baseUrl) =>
          shipStationV2({
            ...{ system: 's', apiKey: 'key', now: clock.now, wait: noWait, followsReturns: true },
            settings: { baseUrl, warehouseId: 'se-1001', inventoryWarehouseId: 'se-5001' },
          }),
      };
    },
  ],
  [
    'ShipStation V1',
    async () => {
      const clock = timeline();
      const secret = { apiKey: 'key', apiSecret: 'secret' };
      const callsPerMinute = 100_000;
      const sandbox = await startShipStationV1Sandbox({
        port: 0,
        ...secret,
        timeline: clock,
        callsPerMinute,
      });
      const call = sandboxCaller(sandbox.url);
      const own = { storeId: 77002, warehouseId: 51001, tagIds: [], costCurrency: 'USD', callsPerMinute };
      return {
        ...sandbox,
        ship: (id) => call('POST', `/sandbox/orders/${id}/ship`, {}),
        open: (baseUrl) =>
          shipStationV1({ system: 's', settings: { baseUrl, ...own }, secret, now: clock.now, wait: noWait }),
      };
    },
  ],
  [
    'CartRover',
    async () => {
      const clock = timeline();
      const cart = { user: 'user', key: 'key' };
      const sandbox = await startCartRoverSandbox({ port: 0, cart, timeline: clock, warehouses: ['EAST'] });
      const call = sandboxCaller(sandbox.url);
      return {
        ...sandbox,
        ship: (id) => call('POST', `/sandbox/orders/${id}/ship`, {}),
        open: (baseUrl) =>
          cartRover({
            ...{ system: 's', now: clock.now, wait: noWait, secret: { apiUser: 'user', apiKey: 'key' } },
            settings: { baseUrl, warehouse: 'EAST', sendsWarehouse: true },
          }),
      };
    },
  ],
  ...(['as-asked', 'plain'] as const).map((form): [string, () => Promise<Service>] => [
    `Extensiv (${form})`,
    async () => {
      const clock = timeline();
      const customers = [{ id: 12, name: 'Lamps', facilities: [{ id: 1, name: 'Reno' }] }];
      const sandbox = await startExtensivSandbox({
        port: 0,
        credentials: CLIENT,
        timeline: clock,
        customers,
      });
      const call = sandboxCaller(sandbox.url);
      await call('PATCH', '/sandbox/settings', { form });
      const place = { customerId: '12', facilityId: '1', timeZone: 'UTC', callsPerMinute: 400 };
      return {
        ...sandbox,
        ship: (id) => call('POST', `/sandbox/orders/${id}/ship`, {}),
        open: (baseUrl) =>
          extensiv({
            ...{ system: 's', now: clock.now, wait: noWait, secret: CLIENT },
            settings: { baseUrl, ...place, loginField: 'user_login', batchIs: 'lot' },
          }),
      };
    },
  ]),
  [
    'a warehouse of the HTTP contract',
    async () => {
      const clock = timeline();
      const signingSecret = 'whsec_c2l4dHkgc3RlcHMgdXAgdGhlIGxhZGRlcg==';
      const sandbox = await startWarehouseSandbox({
        ...{ port: 0, signingSecret, timeline: clock, callsPerMinute: 10_000 },
        messagesUrl: 'http://127.0.0.1:9/messages',
      });
      const staff = new WarehouseStaff(sandbox.url);
      return {
        ...sandbox,
        ship: (id) => staff.ship(id),
        open: (baseUrl) =>
          httpProvider({
            ...{ system: 's', now: clock.now, wait: noWait, box: inMemoryBox('s', clock.now) },
            settings: { baseUrl: `${baseUrl}/bridge`, parts: [...PARTS], shipments: 'listed' },
            secrets: { signingSecret, previousSigningSecret: '' },
          }),
      };
    },
  ],
];

/** Passes calls on, and changes the JSON of answers. */
async function startGateway(target: string, change: Change): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
    const method = request.method ?? 'GET';
    const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
    const url = new URL(request.url ?? '', target);
    const answer = await fetch(url, { method, headers: { ...headers, host: url.host }, ...body });
    const text = await answer.text();
    const kept = [...answer.headers].filter(([name]) => !/^content-(length|encoding)$|^transfer/.test(name));
    response.writeHead(answer.status, Object.fromEntries(kept)).end(changeText(text, change));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function changeText(text: string, change: Change): string {
  try {
    return JSON.stringify(change(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** What the bridge learns of an order from its beginning to its parcel, and of one that is cancelled. */
async function live(openService: () => Promise<Service>, change: Change): Promise<unknown[]> {
  const service = await openService();
  const provider = service.open(await startGateway(service.url, change));
  onTestFinished(async () => {
    await provider.close();
    await service.close();
  });
  const learnt: unknown[] = [];
  const note = async (step: string, work: () => Promise<unknown>) =>
    learnt.push([
      step,
      await work().catch((error: unknown) => {
        if (!(error instanceof UpstreamError)) throw error;
        return { error: error.kind };
      }),
    ]);
  const ids = ['SO-1-1', 'SO-2-1'].map(() => '');
  for (const [index, reference] of ['SO-1-1', 'SO-2-1'].entries()) {
    await note('submit', () => provider.submit(sampleOrder({ reference })));
    await note('find', async () => {
      const found = await provider.find(reference, ['SHADE-LINEN', 'LAMP-OAK']);
      ids[index] = found[0]?.providerOrderId ?? '';
      return found;
    });
  }
  const [first = '', second = ''] = ids;
  if (reportsOrders(provider)) await note('parts', () => provider.orderParts(second, 'SO-2-1'));
  if (cancels(provider)) await note('cancel', () => provider.cancel(second, 'SO-2-1'));
  if (first !== '') await service.ship(first);
  await note('shipments', async () => {
    const pages = await pagesSince(provider, null);
    const isRead = first !== '' && pages.every(({ unreadable }) => unreadable.length === 0);
    return isRead ? pages.flatMap(({ shipments }) => shipments) : { error: 'not shipped, or set aside' };
  });
  return learnt;
}

describe.each(SERVICES)('answers of %s', (_, openService) => {
  it.each(HARMLESS)('that %s mean the same', async (_title, change) => {
    expect(await live(openService, change)).toEqual(await live(openService, (value) => value));
  });

  it('that have texts in place of numbers mean the same, or are refused', async () => {
    const usual = await live(openService, (value) => value);
    const odd = await live(openService, NUMBERS_AS_TEXTS);
    for (const [index, learnt] of odd.entries()) {
      const [step, result] = learnt as [string, { error?: string }];
      if (result?.error === undefined) expect([step, result]).toEqual(usual[index]);
    }
  });
});
