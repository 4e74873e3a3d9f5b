import { manualTimeline, requestJson } from 'dear-sandbox/kit';
import { StoreStaff, startShipStationStoreSandbox } from 'dear-sandbox/shipstation-store';
import * as z from 'zod';
import { shipStationStoreDefinition } from '../../lib/providers/shipstation-store/definition.ts';
import { shipStationStore } from '../../lib/providers/shipstation-store/provider.ts';
import { inMemoryBox } from '../fakes/in-memory-box.ts';
import { serveDefinition } from './endpoint-under-test.ts';
import { describeProviderContract } from './provider-contract.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const SECRET = { username: 'bridge', password: 'a password of the test' };
const rows = z.object({
  orders: z.array(
    z.object({
      id: z.string(),
      orderId: z.string(),
      status: z.string(),
      shipTo: z.record(z.string(), z.string()),
      items: z.array(z.object({ lineItemId: z.string(), isAdjustment: z.boolean() })),
    }),
  ),
});

describeProviderContract(
  "ShipStation's Custom Store in its sandbox",
  shipStationStoreDefinition.capabilities,
  async (): Promise<ServiceUnderTest> => {
    const timeline = manualTimeline();
    const box = inMemoryBox('store', timeline.now);
    const endpoint = await serveDefinition(shipStationStoreDefinition, {
      connection: { id: 'store' },
      secret: SECRET,
      box,
      now: timeline.now,
    });
    const access = { url: `${endpoint.url}/store`, ...SECRET, waitsToBeAsked: true };
    const sandbox = await startShipStationStoreSandbox({ port: 0, access, timeline });
    const staff = new StoreStaff(sandbox.url);
    const settings = { costCurrency: 'USD' };
    const url = `${sandbox.url}/sandbox`;
    const post = (path: string, body: object) =>
      requestJson(`${url}${path}`, z.unknown(), { method: 'POST', body });
    const getOrders = async () => {
      await staff.import();
      return (await requestJson(`${url}/orders`, rows)).orders;
    };
    const find = async (reference: string) => {
      const order = (await getOrders()).find(({ orderId }) => orderId === reference);
      if (order === undefined) throw new Error(`ShipStation has no order ${reference}`);
      return order;
    };
    return {
      provider: shipStationStore({ system: 'store', settings, box, now: timeline.now, pageSize: PAGE_SIZE }),
      orderCount: async () => (await getOrders()).length,
      ship: async (reference) => await staff.ship((await find(reference)).id),
      shipInParts: async (reference) => {
        for (const id of await staff.split((await find(reference)).id, 1)) await staff.ship(id);
      },
      shipFirstLine: async (reference) => {
        const { id, items } = await find(reference);
        await post(`/orders/${id}/ship`, { lineItemIds: [items[0]?.lineItemId] });
      },
      cancelByHand: async (reference) => await staff.cancel((await find(reference)).id),
      getStreet: async (reference) => (await find(reference)).shipTo.Address1 ?? '',
      pull: async () => {
        const open = (await getOrders()).filter(({ status }) => status === 'awaiting_shipment');
        return open.map(({ orderId }) => orderId);
      },
      repeatNotices: async () => void (await post('/notices/send-again', {})),
      letTimePass: async (milliseconds) => await timeline.advance(milliseconds),
      close: async () => {
        await sandbox.close();
        await endpoint.close();
      },
    };
  },
);
