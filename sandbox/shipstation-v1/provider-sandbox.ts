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
import { STORES, WAREHOUSES } from './account.ts';
import { startShipStationV1Sandbox } from './server.ts';

const [first, second] = [0, 1].map((index) => ({
  baseUrl: 'sandbox',
  storeId: STORES[1 - index]?.storeId,
  warehouseId: WAREHOUSES[index]?.warehouseId,
}));

export const providerSandbox: ProviderSandbox = {
  connectionSettings: [first ?? {}, second ?? {}],
  otherWarehouse: String(second?.warehouseId),
  async start({ port, secret, stateFile, timeline, shipsByItself, callsPerMinute, connections }) {
    const sandbox = await startShipStationV1Sandbox({
      port,
      apiKey: secret.apiKey ?? '',
      apiSecret: secret.apiSecret ?? '',
      storage: stateFile === null ? memoryStorage() : fileStorage(stateFile),
      timeline,
      shipsByItself,
      products: [...new Set(connections.flatMap(({ stock }) => stock.map(({ sku }) => sku)))],
      ...(callsPerMinute !== undefined && { callsPerMinute }),
    });
    const { url, close } = sandbox;
    const limit = callsPerMinute === undefined ? {} : { callsPerMinute };
    return { url, settingsFor: () => ({ baseUrl: url, ...limit }), close };
  },
  openStaff: (url) => new ShipStationV1Staff(url),
};

const order = z.object({
  orderId: z.number(),
  orderNumber: z.string(),
  orderStatus: z.string(),
  advancedOptions: z.object({ parentId: z.number().nullable() }),
  items: z.array(z.object({ sku: z.string(), quantity: z.number() })),
});
const orders = z.object({ orders: z.array(order) });
const parcel = z.object({ shipmentId: z.number(), trackingNumber: z.string() });
const parcels = z.object({
  shipments: z.array(
    parcel.extend({ items: z.array(z.object({ sku: z.string().nullable(), quantity: z.number() })) }),
  ),
});
const fulfillment = z.object({ fulfillmentId: z.number() });

/** A packer's work in ShipStation. */
class ShipStationV1Staff implements Staff {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async ordersFor(reference: string): Promise<StaffOrder[]> {
    const all = await requestJson(`${this.#origin}/sandbox/orders`, orders);
    return all.orders
      .filter(({ orderNumber, advancedOptions }) => {
        const isPart = advancedOptions.parentId !== null;
        return orderNumber === reference && !isPart;
      })
      .map(({ orderId, orderStatus, items }) => ({
        id: String(orderId),
        status: orderStatus,
        isCancelled: orderStatus === 'cancelled',
        lines: items,
      }));
  }

  async ship(orderId: string, warehouseId?: string): Promise<string> {
    const body = warehouseId === undefined ? {} : { warehouseId: Number(warehouseId) };
    return (await this.#act(`orders/${orderId}/ship`, parcel, body)).trackingNumber;
  }

  /** The rest becomes an order of its own, and is cancelled where it is never shipped. */
  async shipPart(orderId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart> {
    const { trackingNumber } = await this.#act(`orders/${orderId}/ship`, parcel, { lines: goods });
    const { orders: all } = await requestJson(`${this.#origin}/sandbox/orders`, orders);
    const rest = all.findLast(({ advancedOptions }) => advancedOptions.parentId === Number(orderId));
    if (rest === undefined) return { trackingNumber, restId: null };
    if (endsOrder) await this.cancel(String(rest.orderId));
    return { trackingNumber, restId: endsOrder ? null : String(rest.orderId) };
  }

  async parcels(): Promise<StaffParcel[]> {
    const { shipments } = await requestJson(`${this.#origin}/sandbox/shipments`, parcels);
    return shipments.map(({ trackingNumber, items }) => ({
      trackingNumber,
      lines: items.map(({ sku, quantity }) => ({ sku: sku ?? '', quantity })),
    }));
  }

  async cancel(orderId: string): Promise<void> {
    await this.#act(`orders/${orderId}/cancel`);
  }

  async split(orderId: string, itemsPerPart: number): Promise<string[]> {
    const parts = await this.#act(`orders/${orderId}/split`, orders, { itemsPerPart });
    return parts.orders.map((part) => String(part.orderId));
  }

  async merge(orderIds: readonly string[]): Promise<string> {
    return String((await this.#act('orders/merge', order, { orderIds: orderIds.map(Number) })).orderId);
  }

  async voidParcel(trackingNumber: string): Promise<void> {
    const { shipments } = await requestJson(`${this.#origin}/sandbox/shipments`, parcels);
    const bought = shipments.find((one) => one.trackingNumber === trackingNumber);
    await this.#act(`shipments/${bought?.shipmentId}/void`);
  }

  async markShipped(orderId: string): Promise<string> {
    return String((await this.#act(`orders/${orderId}/mark-shipped`, fulfillment)).fulfillmentId);
  }

  async setTrackingNumber(fulfillmentId: string, trackingNumber: string): Promise<void> {
    const url = `${this.#origin}/sandbox/fulfillments/${fulfillmentId}`;
    await requestJson(url, z.unknown(), { method: 'PATCH', body: { trackingNumber } });
  }

  async substitute(orderId: string, sku: string, becomes: string): Promise<void> {
    await this.#act(`orders/${orderId}/edit`, z.unknown(), { products: [{ sku, becomes }] });
  }

  async deleteOrder(orderId: string): Promise<void> {
    const url = `${this.#origin}/sandbox/orders/${orderId}`;
    const answer = await fetch(url, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  /** An order is cancelled by the call that creates and changes one. */
  async refuseNextCancellation(): Promise<void> {
    const match = { method: 'POST', path: '/orders/createorder' };
    await this.#act('faults', z.unknown(), {
      kind: 'status',
      status: 400,
      message: 'The parcel is being packed.',
      match,
    });
  }

  #act<Answer = unknown>(
    path: string,
    schema: z.ZodType<Answer> = z.unknown() as z.ZodType<Answer>,
    body: object = {},
  ): Promise<Answer> {
    return requestJson(`${this.#origin}/sandbox/${path}`, schema, { method: 'POST', body });
  }
}
