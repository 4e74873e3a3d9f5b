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
import { startCartRoverSandbox } from './server.ts';

export const providerSandbox: ProviderSandbox = {
  connectionSettings: [
    { baseUrl: 'sandbox', warehouse: 'EAST' },
    // CartRover has no list of carriers: their names are what the warehouse calls them.
    { baseUrl: 'sandbox', warehouse: 'WEST', carriers: { 'UPS Ground': 'UPS Ground' } },
  ],
  otherWarehouse: 'WEST',
  async start({ port, secret, stateFile, timeline, shipsByItself, callsPerMinute, connections }) {
    const limit = callsPerMinute === undefined ? {} : { callsPerMinute };
    const { url, close } = await startCartRoverSandbox({
      port,
      cart: { user: secret.apiUser ?? '', key: secret.apiKey ?? '' },
      ...(secret.merchantKey !== undefined && {
        merchant: { user: secret.merchantUser ?? '', key: secret.merchantKey },
      }),
      storage: stateFile === null ? memoryStorage() : fileStorage(stateFile),
      timeline,
      shipsByItself,
      warehouses: connections.map(({ settings }) => String(settings.warehouse)),
      stock: connections.flatMap(({ settings, stock }) =>
        stock.map((row) => ({ ...row, warehouse: String(settings.warehouse) })),
      ),
      ...limit,
    });
    return { url, settingsFor: () => ({ baseUrl: url, ...limit }), close };
  },
  openStaff: (url) => new CartRoverStaff(url),
};

const items = z.array(z.object({ item: z.string(), quantity: z.number() }));
const shipment = z.object({ trackingNumber: z.string(), items });
const orderRow = z.object({
  fields: z.object({ cust_ref: z.string(), items }),
  status: z.string(),
  shipments: z.array(shipment),
});
const orders = z.object({ orders: z.array(orderRow) });

/** The warehouse behind CartRover. A part of an order is `<reference>#<its lines, from 0>`. */
export class CartRoverStaff implements Staff {
  readonly #screens: string;

  constructor(origin: string) {
    this.#screens = `${origin}/sandbox`;
  }

  async ordersFor(reference: string): Promise<StaffOrder[]> {
    const found = (await this.#orders()).filter(({ fields }) => fields.cust_ref === reference);
    return found.map(({ fields, status }) => ({
      id: fields.cust_ref,
      status,
      isCancelled: status === 'canceled',
      lines: fields.items.map(toGoods),
    }));
  }

  async parcels(): Promise<StaffParcel[]> {
    return (await this.#orders()).flatMap(({ shipments }) =>
      shipments.map(({ trackingNumber, items }) => ({ trackingNumber, lines: items.map(toGoods) })),
    );
  }

  /** @param warehouse its name. @default the order's */
  async ship(orderId: string, warehouse?: string): Promise<string> {
    const [reference = '', lines] = orderId.split('#');
    const order = (await this.#orders()).find(({ fields }) => fields.cust_ref === reference);
    const open = order === undefined ? [] : getOpen(order);
    const items = lines?.split(',').flatMap((index) => open[Number(index)] ?? []);
    const left = items?.filter(({ quantity }) => quantity > 0);
    if (left?.length === 0) throw new Error(`All of ${orderId} has left`);
    const body = {
      ...(warehouse !== undefined && { warehouse }),
      ...(left !== undefined && { items: left }),
    };
    const made = await this.#post(`/orders/${encodeURIComponent(reference)}/ship`, shipment, body);
    return made.trackingNumber;
  }

  async shipPart(orderId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart> {
    const order = (await this.#orders()).find(({ fields }) => fields.cust_ref === orderId);
    const wanted = new Map(goods.map(({ sku, quantity }) => [sku, quantity]));
    const items = (order === undefined ? [] : getOpen(order))
      .map(({ item, quantity }) => ({ item, quantity: Math.min(quantity, wanted.get(item) ?? 0) }))
      .filter(({ quantity }) => quantity > 0);
    if (items.length === 0) throw new Error(`The goods of ${orderId} have left`);
    const body = { items, closesOrder: endsOrder };
    const path = `/orders/${encodeURIComponent(orderId)}/ship`;
    const { trackingNumber } = await this.#post(path, shipment, body);
    return { trackingNumber, restId: endsOrder ? null : orderId };
  }

  /** The warehouse packs an order into several parcels: CartRover itself has no parts. */
  async split(orderId: string, itemsPerPart: number): Promise<string[]> {
    const order = (await this.#orders()).find(({ fields }) => fields.cust_ref === orderId);
    const lines = (order?.fields.items ?? []).map((_, index) => index);
    const parts: string[] = [];
    while (lines.length > 0) parts.push(`${orderId}#${lines.splice(0, itemsPerPart).join(',')}`);
    return parts;
  }

  async cancel(orderId: string): Promise<void> {
    await this.#post(`/orders/${encodeURIComponent(orderId)}/cancel`, z.unknown());
  }

  /** Brings in an order as CartRover's own cart of DEAR does. */
  async createForeignOrder(fields: object): Promise<string> {
    return (await this.#post('/orders', orderRow, fields)).fields.cust_ref;
  }

  async deleteOrder(orderId: string): Promise<void> {
    const url = `${this.#screens}/orders/${encodeURIComponent(orderId)}`;
    const answer = await fetch(url, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  async refuseNextCancellation(): Promise<void> {
    const refusal = { success: false, message: 'The order is being packed.' };
    await this.#post('/faults', z.unknown(), {
      kind: 'answer',
      match: { path: '/wms_cancel/' },
      body: JSON.stringify({ success_code: true, response: refusal }),
    });
  }

  async #orders(): Promise<ReadonlyArray<z.infer<typeof orderRow>>> {
    return (await requestJson(`${this.#screens}/orders`, orders)).orders;
  }

  async #post<Answer>(path: string, schema: z.ZodType<Answer>, body: object = {}): Promise<Answer> {
    return await requestJson(`${this.#screens}${path}`, schema, { method: 'POST', body });
  }
}

function toGoods({ item, quantity }: { item: string; quantity: number }): StaffGoods {
  return { sku: item, quantity };
}

/** Each line with what of it has not left. */
function getOpen({ fields, shipments }: z.infer<typeof orderRow>): z.infer<typeof items> {
  const left = new Map<string, number>();
  for (const { item, quantity } of shipments.flatMap((one) => one.items))
    left.set(item, (left.get(item) ?? 0) + quantity);
  return fields.items.map(({ item, quantity }) => {
    const taken = Math.min(quantity, left.get(item) ?? 0);
    left.set(item, (left.get(item) ?? 0) - taken);
    return { item, quantity: quantity - taken };
  });
}
