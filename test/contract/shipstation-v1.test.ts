import { manualTimeline } from 'dear-sandbox/kit';
import { startShipStationV1Sandbox } from 'dear-sandbox/shipstation-v1';
import { shipStationV1Definition } from '../../lib/providers/shipstation-v1/definition.ts';
import { shipStationV1 } from '../../lib/providers/shipstation-v1/provider.ts';
import { describeProviderContract } from './provider-contract.ts';
import { sandboxCaller } from './sandbox-caller.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const PAIR = { apiKey: 'contract-key', apiSecret: 'contract-secret' };
const WRITES = { method: 'POST', path: '/orders/' };
/** The limit has tests of its own; here the clock stands still. */
const callsPerMinute = 100_000;

interface OrderRow {
  readonly orderId: number;
  readonly orderNumber: string;
  readonly shipTo: { readonly street1: string };
}
interface ShipmentRow {
  readonly shipmentId: number;
  readonly orderId: number;
  readonly trackingNumber: string;
}

const { title, capabilities } = shipStationV1Definition;

describeProviderContract(title, capabilities, async (): Promise<ServiceUnderTest> => {
  const timeline = manualTimeline();
  const sandbox = await startShipStationV1Sandbox({ port: 0, ...PAIR, timeline, callsPerMinute });
  const settings = {
    baseUrl: sandbox.url,
    storeId: 77002,
    warehouseId: 51001,
    tagIds: [],
    costCurrency: 'USD',
    callsPerMinute,
  };
  const open = (secret: typeof PAIR) =>
    shipStationV1({ system: 'shipstation', settings, secret, now: timeline.now, pageSize: PAGE_SIZE });
  const provider = open(PAIR);
  const stranger = open({ ...PAIR, apiSecret: 'not the secret' });
  const authorization = `Basic ${btoa(`${PAIR.apiKey}:${PAIR.apiSecret}`)}`;
  const call = sandboxCaller(sandbox.url, { authorization });
  const act = async (path: string, body: object = {}) => {
    await call('POST', `/sandbox/${path}`, body);
  };
  const fault = (fields: object) => act('faults', fields);
  const listOrders = async () => (await call<{ orders: OrderRow[] }>('GET', '/sandbox/orders')).orders;
  const ship = (id: string, body: object = {}) =>
    call<ShipmentRow>('POST', `/sandbox/orders/${id}/ship`, body);
  const getParcel = async (isIt: (row: ShipmentRow) => boolean) =>
    (await call<{ shipments: ShipmentRow[] }>('GET', '/sandbox/shipments')).shipments.find(isIt)!.shipmentId;
  const getLabel = (trackingNumber: string) => getParcel((row) => row.trackingNumber === trackingNumber);

  return {
    provider,
    successor: provider,
    stranger,
    orderCount: async () => (await listOrders()).length,
    ship: async (id) => (await ship(id)).trackingNumber,
    shipInParts: async (id) => {
      const path = `/sandbox/orders/${id}/split`;
      const { orders } = await call<{ orders: OrderRow[] }>('POST', path, { itemsPerPart: 1 });
      for (const { orderId } of orders) await ship(String(orderId));
    },
    shipFrom: async (id) => {
      await ship(id, { warehouseId: 51002 });
      return '51002';
    },
    holdByHand: (id, until) => act(`orders/${id}/hold`, { until }),
    releaseByHand: (id) => act(`orders/${id}/release`),
    cancelByHand: (id) => act(`orders/${id}/cancel`),
    restoreByHand: (id) => act(`orders/${id}/restore`),
    deleteByHand: async (id) => {
      await call('DELETE', `/sandbox/orders/${id}`);
    },
    merge: async (ids) => {
      const orderIds = ids.map(Number);
      return String((await call<OrderRow>('POST', '/sandbox/orders/merge', { orderIds })).orderId);
    },
    shipFirstLine: async (id) => {
      await act(`orders/${id}/split`, { itemsPerPart: 1 });
      await ship(id);
    },
    cancelRest: async (id) => {
      const orders = await listOrders();
      const { orderNumber } = orders.find(({ orderId }) => String(orderId) === id)!;
      const rest = orders.filter((row) => row.orderNumber === orderNumber && String(row.orderId) !== id);
      for (const { orderId } of rest) await act(`orders/${orderId}/cancel`);
    },
    voidParcel: async (trackingNumber) => act(`shipments/${await getLabel(trackingNumber)}/void`),
    sendReturnLabel: async (id) => {
      const shipmentId = await getParcel(({ orderId }) => String(orderId) === id);
      return (await call<ShipmentRow>('POST', `/sandbox/shipments/${shipmentId}/return`)).trackingNumber;
    },
    getStreet: async (id) => (await call<OrderRow>('GET', `/orders/${id}`)).shipTo.street1,
    createForeign: async (orderNumber) => {
      const address = { name: 'Odalys Brandt', street1: '77 Larkspur Lane', country: 'US' };
      const { orderId } = await call<OrderRow>('POST', '/orders/createorder', {
        orderNumber,
        orderKey: orderNumber,
        orderDate: '2026-01-05',
        orderStatus: 'awaiting_shipment',
        billTo: address,
        shipTo: address,
        items: [{ name: 'Goods of another app', sku: 'OTHER-APP', quantity: 1 }],
      });
      return String(orderId);
    },
    putProduct: (sku) => act('products', { sku }),
    spoilParcel: async (trackingNumber) => {
      await call('PATCH', `/sandbox/shipments/${await getLabel(trackingNumber)}`, { isCorrupt: true });
    },
    mendParcel: async (trackingNumber) => {
      await call('PATCH', `/sandbox/shipments/${await getLabel(trackingNumber)}`, { isCorrupt: false });
    },
    giveOddStatus: (id) => act(`orders/${id}/status`, { status: 'processing' }),
    failNextRead: async () => {
      // A read that gets no answer is sent once more, so that both have to fail.
      await fault({ kind: 'timeout-before', match: { method: 'GET' }, times: 2 });
    },
    loseNextAnswer: () => fault({ kind: 'timeout-after', match: WRITES }),
    loseNextRequest: () => fault({ kind: 'timeout-before', match: WRITES }),
    throttleNextCall: (seconds) => fault({ kind: 'status', status: 429, reset: seconds }),
    refuseNextWrite: (message) => fault({ kind: 'status', status: 400, message, match: WRITES }),
    garbleNextAnswer: () => fault({ kind: 'status', status: 200, body: '<html>Maintenance</html>' }),
    goDown: () => fault({ kind: 'status', status: 503, body: '<html>Unavailable</html>', times: 1_000 }),
    comeUp: async () => {
      await call('DELETE', '/sandbox/faults');
    },
    letTimePass: (milliseconds) => timeline.advance(milliseconds),
    close: async () => {
      await provider.close();
      await stranger.close();
      await sandbox.close();
    },
  };
});
