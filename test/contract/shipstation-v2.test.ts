import { manualTimeline } from 'dear-sandbox/kit';
import { type LabelRow, type ShipmentRow, startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { shipStationV2Definition } from '../../lib/providers/shipstation-v2/definition.ts';
import { shipStationV2 } from '../../lib/providers/shipstation-v2/provider.ts';
import { describeProviderContract } from './provider-contract.ts';
import { sandboxCaller } from './sandbox-caller.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const API_KEY = 'contract-key';
const PLACES = { first: 'se-6001', second: 'se-6002', elsewhere: 'se-6003' };

const { title, capabilities } = shipStationV2Definition;

describeProviderContract(title, capabilities, async (): Promise<ServiceUnderTest> => {
  const timeline = manualTimeline();
  const sandbox = await startShipStationSandbox({ port: 0, apiKey: API_KEY, timeline });
  const settings = { baseUrl: sandbox.url, warehouseId: 'se-1001', inventoryWarehouseId: 'se-5001' };
  const open = (apiKey: string) =>
    shipStationV2({
      system: 'shipstation',
      settings,
      apiKey,
      now: timeline.now,
      pageSize: PAGE_SIZE,
      followsReturns: true,
    });
  const provider = open(API_KEY);
  const stranger = open('an unknown key');
  const call = sandboxCaller(sandbox.url, { 'api-key': API_KEY });
  const buyLabel = (id: string) => call<LabelRow>('POST', `/v2/labels/shipment/${id}`);
  const labelBy = async (filter: Record<string, string>) => {
    const query = new URLSearchParams(filter);
    const { labels } = await call<{ labels: LabelRow[] }>('GET', `/v2/labels?${query}`);
    return labels[0]!.label_id;
  };

  return {
    provider,
    successor: provider,
    stranger,
    orderCount: async () =>
      (await call<{ shipments: ShipmentRow[] }>('GET', '/sandbox/shipments')).shipments.length,
    ship: async (id) => (await buyLabel(id)).tracking_number,
    shipInParts: async (id) => {
      const { shipments } = await call<{ shipments: ShipmentRow[] }>(
        'POST',
        `/sandbox/shipments/${id}/split`,
        {
          itemsPerPart: 1,
        },
      );
      for (const part of shipments) await buyLabel(part.shipment_id);
    },
    shipFrom: async (id) => {
      await call('POST', `/sandbox/shipments/${id}/edit`, { warehouseId: 'se-1002' });
      await buyLabel(id);
      return 'se-1002';
    },
    holdByHand: async (id, until) => {
      await call('POST', `/sandbox/shipments/${id}/hold`, { hold_until_date: until });
    },
    releaseByHand: async (id) => {
      await call('POST', `/sandbox/shipments/${id}/release`);
    },
    cancelByHand: async (id) => {
      await call('POST', `/sandbox/shipments/${id}/cancel`);
    },
    restoreByHand: async (id) => {
      await call('POST', `/sandbox/shipments/${id}/restore`);
    },
    deleteByHand: async (id) => {
      await call('DELETE', `/sandbox/shipments/${id}`);
    },
    merge: async (ids) =>
      (await call<ShipmentRow>('POST', '/sandbox/shipments/merge', { shipment_ids: ids })).shipment_id,
    shipFirstLine: async (id) => {
      await call('POST', `/sandbox/shipments/${id}/split`, { itemsPerPart: 1 });
      await buyLabel(id);
    },
    cancelRest: async (id) => {
      const { shipments } = await call<{ shipments: ShipmentRow[] }>('GET', '/sandbox/shipments');
      const { shipment_number } = shipments.find((row) => row.shipment_id === id)!;
      const rest = shipments.filter(
        (row) => row.shipment_number === shipment_number && row.shipment_id !== id,
      );
      for (const row of rest) await call('POST', `/sandbox/shipments/${row.shipment_id}/cancel`);
    },
    voidParcel: async (trackingNumber) => {
      const label = await labelBy({ tracking_number: trackingNumber });
      await call('POST', `/sandbox/labels/${label}/void`);
    },
    deliver: async (trackingNumber) => {
      const label = await labelBy({ tracking_number: trackingNumber });
      await call('POST', `/sandbox/labels/${label}/deliver`);
    },
    sendReturnLabel: async (id) => {
      const label = await labelBy({ shipment_id: id });
      return (await call<LabelRow>('POST', `/v2/labels/${label}/return`)).tracking_number;
    },
    scanReturn: async (trackingNumber) => {
      const label = await labelBy({ tracking_number: trackingNumber });
      await call('POST', `/sandbox/labels/${label}/scan`, { status: 'in_transit' });
    },
    getStreet: async (id) => (await call<ShipmentRow>('GET', `/v2/shipments/${id}`)).ship_to.address_line1,
    createForeign: async (reference) => {
      const item = { name: 'Goods of another app', sku: 'OTHER-APP', quantity: 1 };
      const address = {
        name: 'Odalys Brandt',
        phone: '+1 503 555 0162',
        address_line1: '77 Larkspur Lane',
        city_locality: 'Portland',
        state_province: 'OR',
        postal_code: '97205',
        country_code: 'US',
      };
      const body = {
        shipment_number: reference,
        warehouse_id: 'se-1001',
        ship_to: address,
        items: [item],
        packages: [{ weight: { value: 200, unit: 'gram' } }],
      };
      const { shipments } = await call<{ shipments: ShipmentRow[] }>('POST', '/v2/shipments', {
        shipments: [body],
      });
      return shipments[0]!.shipment_id;
    },
    spoilParcel: async (trackingNumber) => {
      const label = await labelBy({ tracking_number: trackingNumber });
      await call('PUT', `/sandbox/odd-fields/${label}`, { status: null });
    },
    mendParcel: async (trackingNumber) => {
      const label = await labelBy({ tracking_number: trackingNumber });
      await call('PUT', `/sandbox/odd-fields/${label}`, {});
    },
    giveOddStatus: (id) => call('PUT', `/sandbox/odd-fields/${id}`, { shipment_status: 'awaiting_dust' }),
    putStock: async (sku, quantity, shelf = 'first') => {
      await call('PATCH', '/sandbox/inventory', { sku, quantity, inventoryLocationId: PLACES[shelf] });
    },
    putProduct: async (sku) => {
      await call('PATCH', '/sandbox/inventory', { sku, quantity: 0, inventoryLocationId: PLACES.first });
    },
    failNextRead: async () => {
      // A read that gets no answer is sent once more, so that both have to fail.
      for (let tries = 0; tries < 2; tries += 1) {
        await call('POST', '/sandbox/faults', { kind: 'timeout-before', match: { method: 'GET' } });
      }
    },
    closeStock: async () => {
      const code = 'subscription_inactive';
      const match = { path: '/v2/inventory' };
      await call('POST', '/sandbox/faults', { kind: 'status', status: 403, code, match });
    },
    loseNextAnswer: async () => {
      await call('POST', '/sandbox/faults', {
        kind: 'timeout-after',
        match: { method: ['POST', 'PUT'], path: '/v2/' },
      });
    },
    loseNextRequest: async () => {
      await call('POST', '/sandbox/faults', {
        kind: 'timeout-before',
        match: { method: ['POST', 'PUT'], path: '/v2/' },
      });
    },
    garbleNextAnswer: async () => {
      await call('POST', '/sandbox/faults', {
        kind: 'status',
        status: 200,
        body: '<html>Maintenance</html>',
      });
    },
    goDown: async () => {
      await call('POST', '/sandbox/faults', { kind: 'status', status: 503, times: 1_000 });
    },
    comeUp: async () => {
      await call('DELETE', '/sandbox/faults');
    },
    throttleNextCall: async (seconds) => {
      const code = 'rate_limit_exceeded';
      await call('POST', '/sandbox/faults', { kind: 'status', status: 429, code, retryAfter: seconds });
    },
    refuseNextWrite: async (message) => {
      const match = { method: ['POST', 'PUT'] };
      await call('POST', '/sandbox/faults', {
        kind: 'status',
        status: 400,
        code: 'invalid_address',
        message,
        match,
      });
    },
    letTimePass: (milliseconds) => timeline.advance(milliseconds),
    close: async () => {
      await provider.close();
      await stranger.close();
      await sandbox.close();
    },
  };
});
