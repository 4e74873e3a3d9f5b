import * as z from 'zod';
import type {
  ProviderSandbox,
  ReceivedLot,
  ShippedPart,
  Staff,
  StaffGoods,
  StaffOrder,
  StaffParcel,
} from '../kit/provider-sandbox.ts';
import { requestJson } from '../kit/request-json.ts';
import { fileStorage, memoryStorage } from '../kit/store.ts';
import { startExtensivSandbox } from './server.ts';
import type { CustomerRecord } from './state.ts';

export const providerSandbox: ProviderSandbox = {
  otherWarehouse: '2',
  connectionSettings: [
    { baseUrl: 'sandbox', customerId: '12', facilityId: '1' },
    // The carriers are what the warehouse calls them.
    { baseUrl: 'sandbox', customerId: '12', facilityId: '2', carriers: { 'UPS/Ground': 'UPS Ground' } },
  ],
  async start({ port, secret, stateFile, timeline, shipsByItself, callsPerMinute, connections }) {
    const limit = callsPerMinute === undefined ? {} : { callsPerMinute };
    const places = connections.map(({ settings }) => ({
      customerId: Number(settings.customerId),
      facilityId: Number(settings.facilityId),
    }));
    const { url, close } = await startExtensivSandbox({
      port,
      credentials: {
        clientId: secret.clientId ?? '',
        clientSecret: secret.clientSecret ?? '',
        userLogin: secret.userLogin ?? '',
      },
      storage: stateFile === null ? memoryStorage() : fileStorage(stateFile),
      timeline,
      shipsByItself,
      customers: toCustomers(places),
      stock: connections.flatMap(({ stock }, index) =>
        stock.map((row) => ({ customerId: 0, facilityId: 0, ...places[index], ...row })),
      ),
      // One event reaches every connection of the account.
      webhooks: connections
        .slice(0, 1)
        .map(({ bridgeUrl }) => bridgeUrl.replace('/providers/', '/webhooks/providers/')),
      ...limit,
    });
    return { url, settingsFor: () => ({ baseUrl: url, ...limit }), close };
  },
  openStaff: (url) => new ExtensivStaff(url),
};

function toCustomers(places: ReadonlyArray<{ customerId: number; facilityId: number }>): CustomerRecord[] {
  return [...Map.groupBy(places, ({ customerId }) => customerId)].map(([id, own]) => ({
    id,
    name: `Customer ${id}`,
    facilities: [...new Set(own.map(({ facilityId }) => facilityId))].map((facility) => ({
      id: facility,
      name: `Facility ${facility}`,
    })),
  }));
}

const orderRow = z.object({
  id: z.number(),
  status: z.number(),
  trackingNumber: z.string(),
  fields: z.object({
    referenceNum: z.string(),
    customerIdentifier: z.object({ id: z.number() }),
    facilityIdentifier: z.object({ id: z.number() }),
  }),
  items: z.array(
    z.object({ fields: z.object({ itemIdentifier: z.object({ sku: z.string() }), qty: z.number() }) }),
  ),
});
type OrderRow = z.infer<typeof orderRow>;
const orders = z.object({ orders: z.array(orderRow) });
const shipment = z.object({ trackingNumber: z.string() });
const part = z.object({ id: z.number() });
const STATUSES = ['open', 'closed', 'canceled'];

/** The warehouse's staff. */
export class ExtensivStaff implements Staff {
  readonly #screens: string;

  constructor(origin: string) {
    this.#screens = `${origin}/sandbox`;
  }

  async ordersFor(reference: string): Promise<StaffOrder[]> {
    const found = (await this.#orders()).filter(({ fields }) => fields.referenceNum === reference);
    return found.map(({ id, status, items }) => ({
      id: String(id),
      status: STATUSES[status] ?? String(status),
      isCancelled: status === 2,
      lines: toGoods(items),
    }));
  }

  /** An order is confirmed whole, so it holds what left. */
  async parcels(): Promise<StaffParcel[]> {
    const left = (await this.#orders()).filter(({ trackingNumber }) => trackingNumber !== '');
    return left.map(({ trackingNumber, items }) => ({ trackingNumber, lines: toGoods(items) }));
  }

  /** @param facilityId to which the order is moved first. @default the order's own */
  async ship(orderId: string, facilityId?: string): Promise<string> {
    const body = facilityId === undefined ? {} : { facilityId: Number(facilityId) };
    return (await this.#post(`/orders/${orderId}/ship`, shipment, body)).trackingNumber;
  }

  /** Cuts an order that ends with it to the goods; otherwise only lines whose goods are all there leave, and the rest is split off. */
  async shipPart(orderId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart> {
    if (endsOrder) {
      const { trackingNumber } = await this.#post(`/orders/${orderId}/ship`, shipment, { goods });
      return { trackingNumber, restId: null };
    }
    const order = (await this.#orders()).find(({ id }) => String(id) === orderId);
    const missing = toGoods(order?.items ?? []).filter(
      (line) => !goods.some(({ sku, quantity }) => sku === line.sku && quantity >= line.quantity),
    );
    const rest = await this.#post(`/orders/${orderId}/split`, part, { skus: missing.map(({ sku }) => sku) });
    return { trackingNumber: await this.ship(orderId), restId: String(rest.id) };
  }

  async split(orderId: string, itemsPerPart: number): Promise<string[]> {
    const order = (await this.#orders()).find(({ id }) => String(id) === orderId);
    const skus = (order?.items ?? []).map(({ fields }) => fields.itemIdentifier.sku);
    const parts = [orderId];
    for (let index = itemsPerPart; index < skus.length; index += itemsPerPart) {
      const body = { skus: skus.slice(index, index + itemsPerPart) };
      parts.push(String((await this.#post(`/orders/${orderId}/split`, part, body)).id));
    }
    return parts;
  }

  async cancel(orderId: string): Promise<void> {
    await this.#send('POST', `/orders/${orderId}/cancel`);
  }

  /** Takes the confirmation of its order back. */
  async voidParcel(trackingNumber: string): Promise<void> {
    const order = (await this.#orders()).find((one) => one.trackingNumber === trackingNumber);
    await this.#post(`/orders/${order?.id}/unconfirm`, z.unknown());
  }

  async receiveLot(orderId: string, { sku, quantity, lot, expiry }: ReceivedLot): Promise<void> {
    const fields = (await this.#orders()).find(({ id }) => String(id) === orderId)?.fields;
    const body = {
      customerId: fields?.customerIdentifier.id,
      facilityId: fields?.facilityIdentifier.id,
      ...{ sku, onHand: quantity, lotNumber: lot, expirationDate: expiry },
    };
    await requestJson(`${this.#screens}/stock`, z.unknown(), { method: 'PATCH', body });
  }

  async substitute(orderId: string, sku: string, becomes: string): Promise<void> {
    await this.#post(`/orders/${orderId}/substitute`, z.unknown(), { sku, becomes });
  }

  async deleteOrder(orderId: string): Promise<void> {
    await this.#send('DELETE', `/orders/${orderId}`);
  }

  async refuseNextCancellation(): Promise<void> {
    const body = JSON.stringify({
      $type: 'WMS.V2.Generic.Models.Exceptions.OperationException, WMS.V2.Generic.Models',
      ActionNameType: 'Operation',
      ActionName: 'Cancel',
      ErrorCode: 'InUse',
      Hint: 'The order is being packed.',
    });
    const match = { path: '/canceler' };
    await this.#post('/faults', z.unknown(), { kind: 'answer', status: 403, body, match });
  }

  async #orders(): Promise<readonly OrderRow[]> {
    return (await requestJson(`${this.#screens}/orders`, orders)).orders;
  }

  async #post<Answer>(path: string, schema: z.ZodType<Answer>, body: object = {}): Promise<Answer> {
    return await requestJson(`${this.#screens}${path}`, schema, { method: 'POST', body });
  }

  /** An action whose answer is empty. */
  async #send(method: 'POST' | 'DELETE', path: string): Promise<void> {
    const answer = await fetch(`${this.#screens}${path}`, { method });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  }
}

function toGoods(items: OrderRow['items']): StaffGoods[] {
  return items.map(({ fields }) => ({ sku: fields.itemIdentifier.sku, quantity: fields.qty }));
}
