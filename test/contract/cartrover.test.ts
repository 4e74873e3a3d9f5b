import { type OrderRecord, startCartRoverSandbox } from 'dear-sandbox/cartrover';
import { manualTimeline } from 'dear-sandbox/kit';
import { cartRoverDefinition } from '../../lib/providers/cartrover/definition.ts';
import { cartRover } from '../../lib/providers/cartrover/provider.ts';
import { describeProviderContract } from './provider-contract.ts';
import { sandboxCaller } from './sandbox-caller.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const KEYS = { user: 'contract-user', key: 'contract-key' };
const MERCHANT = { user: 'merchant-user', key: 'merchant-key' };
/** Calls of the cart and of its merchant; the sandbox's own have neither. */
const ANY_CALL = { path: '/v1/' };
/** Orders are created by POST, and cancelled by GET. */
const WRITES = [{ method: 'POST', path: '/v1/' }, { path: '/wms_cancel/' }];

describeProviderContract(
  'CartRover',
  cartRoverDefinition.capabilities,
  async (): Promise<ServiceUnderTest> => {
    const timeline = manualTimeline();
    const sandbox = await startCartRoverSandbox({
      port: 0,
      cart: KEYS,
      merchant: MERCHANT,
      timeline,
      warehouses: ['EAST', 'WEST'],
    });
    const settings = { baseUrl: sandbox.url, warehouse: 'EAST', sendsWarehouse: true };
    const open = (apiKey: string, takesOver = false) =>
      cartRover({
        system: 'cartrover',
        settings,
        secret: {
          apiUser: KEYS.user,
          apiKey,
          ...(takesOver && { merchantUser: MERCHANT.user, merchantKey: MERCHANT.key }),
        },
        takesOver,
        now: timeline.now,
        pageSize: PAGE_SIZE,
      });
    const provider = open(KEYS.key);
    const stranger = open('an unknown key');
    const successor = open(KEYS.key, true);
    const call = sandboxCaller(sandbox.url);
    const act = <Answer = unknown>(id: string, step: string, body: object = {}) =>
      call<Answer>('POST', `/sandbox/orders/${encodeURIComponent(id)}/${step}`, body);
    const orders = async () => (await call<{ orders: OrderRecord[] }>('GET', '/sandbox/orders')).orders;
    const order = async (id: string) => (await orders()).find(({ fields }) => fields.cust_ref === id)!;
    const orderOf = async (number: string) =>
      (await orders()).find(({ shipments }) => shipments.some((one) => one.trackingNumber === number))!;
    const ship = async (id: string, body: object = {}) =>
      (await act<{ trackingNumber: string }>(id, 'ship', body)).trackingNumber;
    const fault = (body: object) => call('POST', '/sandbox/faults', body);
    const onHand = new Map<string, number>();

    return {
      provider,
      successor,
      stranger,
      orderCount: async () => (await orders()).length,
      ship,
      shipInParts: async (id) => {
        for (const { item, quantity } of (await order(id)).fields.items)
          await ship(id, { items: [{ item, quantity }] });
      },
      shipFrom: async (id) => {
        await ship(id, { warehouse: 'WEST' });
        return 'WEST';
      },
      shipFirstLine: async (id) => {
        const [{ item, quantity }] = (await order(id)).fields.items as [{ item: string; quantity: number }];
        await ship(id, { items: [{ item, quantity }] });
      },
      cancelByHand: async (id) => void (await act(id, 'cancel')),
      restoreByHand: async (id) => void (await act(id, 'restore')),
      deleteByHand: async (id) => void (await call('DELETE', `/sandbox/orders/${id}`)),
      createForeign: async (reference) => {
        await foreignOrder(sandbox.url, reference);
        return reference;
      },
      putStock: async (sku, quantity, shelf = 'first') => {
        const warehouse = shelf === 'elsewhere' ? 'WEST' : 'EAST';
        // CartRover knows no locations in a warehouse: it is told of their sum.
        const sum = (shelf === 'second' ? (onHand.get(sku) ?? 0) : 0) + quantity;
        if (warehouse === 'EAST') onHand.set(sku, sum);
        await call('PATCH', '/sandbox/stock', { sku, warehouse, onHand: sum });
      },
      putProduct: async (sku) =>
        void (await call('PATCH', '/sandbox/stock', { sku, warehouse: 'EAST', onHand: 0 })),
      loseNextAnswer: async () => {
        for (const match of WRITES) await fault({ kind: 'timeout-after', match });
      },
      loseNextRequest: async () => void (await fault({ kind: 'timeout-before', match: ANY_CALL })),
      throttleNextCall: async (seconds) =>
        void (await fault({ kind: 'answer', code: 'RateLimit', retryAfter: seconds, match: ANY_CALL })),
      refuseNextWrite: async (message) => void (await fault({ kind: 'answer', message, match: WRITES[0] })),
      garbleNextAnswer: async () =>
        void (await fault({ kind: 'answer', body: '<html>Please stand by</html>', match: ANY_CALL })),
      goDown: async () =>
        void (await fault({ kind: 'answer', status: 503, body: 'Down', times: 10_000, match: ANY_CALL })),
      comeUp: async () => void (await call('DELETE', '/sandbox/faults')),
      failNextRead: async () => {
        // A read that gets no answer is sent once more, so that both have to fail.
        await fault({ kind: 'timeout-before', times: 2, match: { ...ANY_CALL, method: 'GET' } });
      },
      closeStock: async () => {
        await call('PATCH', '/sandbox/settings', { cartKeysReadStock: false });
      },
      spoilParcel: async (number) => {
        await act((await orderOf(number)).fields.cust_ref, 'spoil', { isCorrupt: true });
      },
      mendParcel: async (number) => {
        await act((await orderOf(number)).fields.cust_ref, 'spoil', { isCorrupt: false });
      },
      giveOddStatus: async (id) => void (await act(id, 'spoil', { oddStatus: 'awaiting_dock' })),
      letTimePass: (milliseconds) => timeline.advance(milliseconds),
      close: async () => {
        await provider.close();
        await successor.close();
        await stranger.close();
        await sandbox.close();
      },
    };
  },
);

/** Another program of the same cart. */
async function foreignOrder(url: string, cust_ref: string): Promise<void> {
  const body = {
    cust_ref,
    ship_company: 'Elsewhere',
    ship_address_1: '1 Other Road',
    ship_city: 'Reno',
    ship_state: 'NV',
    ship_zip: '89501',
    ship_country: 'USA',
    ship_is_billing: true,
    items: [{ item: 'OTHER-APP', quantity: 1 }],
  };
  const authorization = `Basic ${Buffer.from(`${KEYS.user}:${KEYS.key}`).toString('base64')}`;
  await fetch(`${url}/v1/cart/orders/cartrover`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
