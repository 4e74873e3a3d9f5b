import { type OrderRecord, startExtensivSandbox } from 'dear-sandbox/extensiv';
import { manualTimeline } from 'dear-sandbox/kit';
import { extensivDefinition } from '../../lib/providers/extensiv/definition.ts';
import { extensiv } from '../../lib/providers/extensiv/provider.ts';
import { describeProviderContract } from './provider-contract.ts';
import { sandboxCaller } from './sandbox-caller.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const CREDENTIALS = { clientId: 'contract-client', clientSecret: 'contract-secret', userLogin: '7' };
const CUSTOMER = { id: 12, name: 'Lamps', facilities: [1, 2].map((id) => ({ id, name: `Facility ${id}` })) };

/** The calls for tokens, and the sandbox's own, are no calls of the kind. */
const READS = ['/orders', '/inventory', '/customers'].map((path) => ({ method: 'GET', path }));
const WRITES = [{ method: ['POST', 'PUT', 'DELETE'], path: '/orders' }];
const ANY_CALL = [...READS, ...WRITES];

for (const form of ['as-asked', 'plain'] as const)
  describeProviderContract(
    `Extensiv, whose answers are ${form === 'plain' ? 'plain JSON' : 'HAL'}`,
    extensivDefinition.capabilities,
    () => openService(form),
  );

async function openService(form: 'as-asked' | 'plain'): Promise<ServiceUnderTest> {
  const timeline = manualTimeline();
  const sandbox = await startExtensivSandbox({
    port: 0,
    credentials: CREDENTIALS,
    timeline,
    customers: [CUSTOMER, { ...CUSTOMER, id: 13 }],
  });
  const settings = toSettings(sandbox.url);
  const open = (clientSecret: string) =>
    extensiv({
      system: 'extensiv',
      settings,
      secret: { ...CREDENTIALS, clientSecret },
      now: timeline.now,
      pageSize: PAGE_SIZE,
    });
  const provider = open(CREDENTIALS.clientSecret);
  const stranger = open('another secret');
  const call = sandboxCaller(sandbox.url);
  await call('PATCH', '/sandbox/settings', { form });
  const act = <Answer = unknown>(id: string, step: string, body: object = {}) =>
    call<Answer>('POST', `/sandbox/orders/${id}/${step}`, body);
  const orders = async () => (await call<{ orders: OrderRecord[] }>('GET', '/sandbox/orders')).orders;
  const order = async (id: string) => (await orders()).find((one) => String(one.id) === id)!;
  const orderOf = async (number: string) => (await orders()).find((one) => one.trackingNumber === number)!;
  const ship = async (id: string) => (await act<{ trackingNumber: string }>(id, 'ship')).trackingNumber;
  const faults = async (matches: readonly object[], body: object) => {
    for (const match of matches) await call('POST', '/sandbox/faults', { ...body, match });
  };
  const split = async (id: string) => {
    const skus = (await order(id)).items.slice(1).map(({ fields }) => fields.itemIdentifier.sku);
    const parts: string[] = [];
    for (const sku of skus) parts.push(String((await act<{ id: number }>(id, 'split', { skus: [sku] })).id));
    return parts;
  };
  const putStock = async (sku: string, onHand: number, shelf = 'first') => {
    const facilityId = shelf === 'elsewhere' ? 2 : 1;
    await call('PATCH', '/sandbox/stock', {
      ...{ customerId: 12, facilityId, sku, onHand },
      isAnother: shelf === 'second',
    });
  };

  return {
    provider,
    successor: provider,
    stranger,
    orderCount: async () => (await orders()).length,
    ship,
    shipInParts: async (id) => {
      for (const part of [id, ...(await split(id))]) await ship(part);
    },
    shipFrom: async (id) => {
      await act(id, 'ship', { facilityId: 2 });
      return '2';
    },
    shipFirstLine: async (id) => {
      await split(id);
      await ship(id);
    },
    cancelRest: async (id) => {
      for (const { id: part, status } of await orders())
        if (status === 0 && String(part) !== id) await act(String(part), 'cancel').catch(() => {});
    },
    cancelByHand: async (id) => void (await act(id, 'cancel')),
    restoreByHand: async (id) => void (await act(id, 'reopen')),
    deleteByHand: async (id) => void (await call('DELETE', `/sandbox/orders/${id}`)),
    voidParcel: async (number) => void (await act(String((await orderOf(number)).id), 'unconfirm')),
    getStreet: async (id) => (await order(id)).fields.shipTo.address1,
    createForeign: (referenceNum) => createForeign(sandbox.url, referenceNum),
    putStock,
    putProduct: async (sku) => void (await call('PATCH', '/sandbox/items', { customerId: 12, sku })),
    loseNextAnswer: () => faults(WRITES, { kind: 'timeout-after' }),
    loseNextRequest: () => faults(WRITES, { kind: 'timeout-before' }),
    throttleNextCall: (retryAfter) =>
      faults([{ path: '/orders' }], { kind: 'answer', status: 429, retryAfter }),
    refuseNextWrite: (Message) =>
      faults(WRITES, { kind: 'answer', status: 400, body: JSON.stringify({ Message }) }),
    garbleNextAnswer: async () => {
      await call('DELETE', '/sandbox/faults');
      await faults(ANY_CALL, { kind: 'answer', status: 200, body: '<html>Please stand by</html>' });
    },
    goDown: () => faults(ANY_CALL, { kind: 'answer', status: 503, body: 'Down', times: 10_000 }),
    comeUp: async () => void (await call('DELETE', '/sandbox/faults')),
    // A read that gets no answer is sent once more, so that both have to fail.
    failNextRead: async () => {
      await call('DELETE', '/sandbox/faults');
      await faults(READS, { kind: 'timeout-before', times: 2 });
    },
    closeStock: async () => {
      await call('PATCH', '/sandbox/settings', { roles: ['OrderView', 'OrderEdit', 'OrderWrite'] });
    },
    spoilParcel: async (number) =>
      void (await act(String((await orderOf(number)).id), 'spoil', { isCorrupt: true })),
    mendParcel: async (number) =>
      void (await act(String((await orderOf(number)).id), 'spoil', { isCorrupt: false })),
    giveOddStatus: async (id) => void (await act(id, 'spoil', { status: 7 })),
    letTimePass: (milliseconds) => timeline.advance(milliseconds),
    close: async () => {
      await provider.close();
      await stranger.close();
      await sandbox.close();
    },
  };
}

function toSettings(baseUrl: string) {
  const place = { customerId: '12', facilityId: '1', timeZone: 'UTC' };
  return { baseUrl, ...place, loginField: 'user_login', batchIs: 'lot', callsPerMinute: 400 } as const;
}

/** Another program of the same customer. @returns the order's number */
async function createForeign(url: string, referenceNum: string): Promise<string> {
  const post = async (path: string, authorization: string, body: object) => {
    const headers = { authorization, 'content-type': 'application/json', accept: 'application/json' };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    return (await answer.json()) as { access_token: string; ReadOnly: { OrderId: number } };
  };
  const { clientId, clientSecret, userLogin } = CREDENTIALS;
  const basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const asked = { grant_type: 'client_credentials', user_login: userLogin };
  const { access_token } = await post('/AuthServer/api/Token', basic, asked);
  const body = {
    CustomerIdentifier: { Id: 12 },
    FacilityIdentifier: { Id: 1 },
    ReferenceNum: referenceNum,
    ShipTo: { CompanyName: 'Elsewhere', Address1: '1 Other Road', City: 'Reno', Country: 'US' },
    OrderItems: [{ ItemIdentifier: { Sku: 'OTHER-APP' }, Qty: 1 }],
  };
  return String((await post('/orders', `Bearer ${access_token}`, body)).ReadOnly.OrderId);
}
