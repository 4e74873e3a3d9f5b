import * as z from 'zod';
import type {
  ProviderSandbox,
  ShippedPart,
  Staff,
  StaffGoods,
  StaffOrder,
  StaffParcel,
} from '../kit/provider-sandbox.ts';
import { requestJson } from '../kit/request-json.ts';
import { fileStorage, memoryStorage } from '../kit/store.ts';
import { startWarehouseSandbox } from './server.ts';

/** The first offers all of the contract, the second what a small warehouse does. */
export const providerSandbox: ProviderSandbox = {
  connectionSettings: [
    { baseUrl: 'sandbox', parts: ['change', 'cancel', 'status', 'stock'] },
    { baseUrl: 'sandbox', parts: ['cancel'], shipments: 'listed' },
  ],
  otherWarehouse: 'north-hall',
  async start({ port, secret, stateFile, timeline, shipsByItself, callsPerMinute, connections }) {
    const [connection] = connections;
    const { url, close } = await startWarehouseSandbox({
      port,
      signingSecret: secret.signingSecret ?? '',
      messagesUrl: `${connection?.bridgeUrl}/messages`,
      storage: stateFile === null ? memoryStorage() : fileStorage(stateFile),
      timeline,
      shipsByItself,
      stock: connection?.stock ?? [],
      ...(callsPerMinute !== undefined && { callsPerMinute }),
    });
    const limit = callsPerMinute === undefined ? {} : { callsPerMinute };
    return { url, settingsFor: () => ({ baseUrl: `${url}/bridge`, ...limit }), close };
  },
  openStaff: (url) => new WarehouseStaff(url),
};

const line = z.object({ sku: z.string(), quantity: z.number() });
const order = z.object({ reference: z.string(), status: z.string() });
const orders = z.object({ orders: z.array(order.extend({ lines: z.array(line) })) });
const parcel = z.object({ trackingNumbers: z.tuple([z.string()]), lines: z.array(line) });
const shipments = z.object({ shipments: z.array(parcel) });

/** A packer's work. An order's id is its reference. */
export class WarehouseStaff implements Staff {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async ordersFor(reference: string): Promise<StaffOrder[]> {
    const all = await requestJson(`${this.#origin}/sandbox/orders`, orders);
    return all.orders
      .filter((row) => row.reference === reference)
      .map(({ status, lines }) => ({ id: reference, status, isCancelled: status === 'cancelled', lines }));
  }

  async ship(orderId: string, warehouseId = ''): Promise<string> {
    const request = { warehouse: warehouseId };
    return (await this.#post(`/orders/${orderId}/ship`, parcel, request)).trackingNumbers[0];
  }

  async shipPart(orderId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart> {
    const request = { goods, closesOrder: endsOrder };
    const { trackingNumbers } = await this.#post(`/orders/${orderId}/ship`, parcel, request);
    return { trackingNumber: trackingNumbers[0], restId: endsOrder ? null : orderId };
  }

  async parcels(): Promise<StaffParcel[]> {
    const all = await requestJson(`${this.#origin}/sandbox/shipments`, shipments);
    return all.shipments.map(({ trackingNumbers, lines }) => ({ trackingNumber: trackingNumbers[0], lines }));
  }

  async cancel(orderId: string): Promise<void> {
    await this.#post(`/orders/${orderId}/status`, order, { status: 'cancelled' });
  }

  async voidParcel(trackingNumber: string): Promise<void> {
    await this.#post(`/parcels/${trackingNumber}/void`, parcel, {});
  }

  async deleteOrder(orderId: string): Promise<void> {
    const url = `${this.#origin}/sandbox/orders/${orderId}`;
    const answer = await fetch(url, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  async refuseNextCancellation(): Promise<void> {
    const url = `${this.#origin}/sandbox/settings`;
    await requestJson(url, z.unknown(), { method: 'PATCH', body: { refusesNextCancellation: true } });
  }

  #post<Answer>(path: string, schema: z.ZodType<Answer>, body: object): Promise<Answer> {
    return requestJson(`${this.#origin}/sandbox${path}`, schema, { method: 'POST', body });
  }
}
