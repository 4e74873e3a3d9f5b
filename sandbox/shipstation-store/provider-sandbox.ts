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
import { startShipStationStoreSandbox } from './server.ts';

/** Often enough for a person who watches; real imports are up to an hour apart. */
const IMPORT_EVERY_MS = 10_000;

export const providerSandbox: ProviderSandbox = {
  // A notice names neither the ship-from location nor codes of carriers.
  connectionSettings: [
    { fetchedBy: 'sandbox', warehouses: {}, carriers: {} },
    { fetchedBy: 'sandbox', warehouses: {}, carriers: { 'UPS Ground': 'UPS Ground' } },
  ],
  async start({ port, secret, stateFile, timeline, shipsByItself, connections }) {
    const [connection] = connections;
    const { url, close } = await startShipStationStoreSandbox({
      port,
      access: {
        url: `${connection?.bridgeUrl}/store`,
        username: secret.username ?? '',
        password: secret.password ?? '',
      },
      storage: stateFile === null ? memoryStorage() : fileStorage(stateFile),
      timeline,
      settings: { importEveryMs: IMPORT_EVERY_MS, shipsByItself },
    });
    return { url, settingsFor: () => ({ fetchedBy: 'shipstation' }), close };
  },
  openStaff: (url) => new StoreStaff(url),
};

const order = z.object({
  id: z.string(),
  orderId: z.string(),
  status: z.string(),
  partOf: z.string().nullable(),
  items: z.array(z.object({ sku: z.string(), quantity: z.number() })),
});
const orders = z.object({ orders: z.array(order) });
const parcel = z.object({
  trackingNumber: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.number() })),
});
const parcels = z.object({ parcels: z.array(parcel) });

/** A packer's work in ShipStation. Orders are imported whenever they are looked for. */
export class StoreStaff implements Staff {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async ordersFor(reference: string): Promise<StaffOrder[]> {
    await this.import();
    const all = await requestJson(`${this.#origin}/sandbox/orders`, orders);
    return all.orders
      .filter(({ orderId, partOf }) => orderId === reference && partOf === null)
      .map(({ id, status, items }) => ({ id, status, isCancelled: status === 'cancelled', lines: items }));
  }

  /** Imports changed orders, as the button does. */
  async import(): Promise<void> {
    await this.#post('/import', z.unknown());
  }

  async ship(orderId: string): Promise<string> {
    return (await this.#post(`/orders/${orderId}/ship`, parcel, {})).trackingNumber;
  }

  /** The rest keeps the order's id, and is cancelled where it is never shipped. */
  async shipPart(orderId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart> {
    const { trackingNumber } = await this.#post(`/orders/${orderId}/ship`, parcel, { goods });
    if (endsOrder) await this.cancel(orderId);
    return { trackingNumber, restId: endsOrder ? null : orderId };
  }

  async parcels(): Promise<StaffParcel[]> {
    const all = await requestJson(`${this.#origin}/sandbox/parcels`, parcels);
    return all.parcels.map(({ trackingNumber, items }) => ({ trackingNumber, lines: items }));
  }

  async cancel(orderId: string): Promise<void> {
    await this.#post(`/orders/${orderId}/cancel`, z.unknown());
  }

  async split(orderId: string, itemsPerPart: number): Promise<string[]> {
    const parts = await this.#post(`/orders/${orderId}/split`, orders, { itemsPerPart });
    return parts.orders.map(({ id }) => id);
  }

  async voidParcel(trackingNumber: string): Promise<void> {
    const url = `${this.#origin}/sandbox/labels/${trackingNumber}/void`;
    const answer = await fetch(url, { method: 'POST' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  async deleteOrder(orderId: string): Promise<void> {
    const url = `${this.#origin}/sandbox/orders/${orderId}`;
    const answer = await fetch(url, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  #post<Answer>(path: string, schema: z.ZodType<Answer>, body?: object): Promise<Answer> {
    return requestJson(`${this.#origin}/sandbox${path}`, schema, { method: 'POST', body });
  }
}
