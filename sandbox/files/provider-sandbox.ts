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
import { startFilesSandbox } from './server.ts';

/** A warehouse that answers each order file, and counts its stock. */
export const FULL_SERVICE = {
  orders: { actions: { submit: 'NEW', change: 'CHANGE', cancel: 'CANCEL' } },
  acknowledgements: {
    complete: 'renamed',
    columns: { reference: 'order', status: 'result', reason: 'text' },
    statuses: { OK: 'accepted', CHG: 'changed', CAN: 'cancelled', LATE: 'too-late', REJ: 'refused' },
  },
  shipments: {
    complete: 'renamed',
    columns: {
      reference: 'orderReference',
      parcelId: 'parcelId',
      trackingNumber: 'trackingNumber',
      carrier: 'carrier',
      service: 'service',
      shippedAt: 'shippedAt',
      lineKey: 'lineKey',
      sku: 'sku',
      quantity: 'quantity',
      status: 'status',
      warehouse: 'site',
    },
    voided: 'VOID',
  },
  stock: { complete: 'renamed', columns: { sku: 'item', onHand: 'qty' }, only: { site: 'MAIN' } },
};

/** A small one, which takes orders as XML and says no more than what left. */
const SMALL_SERVICE = {
  format: { kind: 'xml', encoding: 'windows-1252' },
  orders: {
    fileName: '{action}_{reference}_{number}.xml',
    columns: {
      Number: 'reference',
      Type: 'action',
      Name: 'shipTo.name',
      Street: 'shipTo.line1:35',
      City: 'shipTo.city:30',
      Zip: 'shipTo.postcode',
      Country: 'shipTo.country',
      Id: 'line.key',
      Item: 'line.sku',
      Qty: 'line.quantity',
    },
  },
  shipments: {
    complete: 'renamed',
    files: '*.xml',
    columns: {
      reference: 'Order',
      parcelId: '@id',
      trackingNumber: 'Consignment',
      carrier: 'Carrier',
      service: 'Service',
      sku: 'Item',
      quantity: 'Qty',
    },
    format: { rows: 'Despatches/Despatch/Line' },
  },
};

export const providerSandbox: ProviderSandbox = {
  connectionSettings: [
    { server: 'sandbox', ...FULL_SERVICE },
    { server: 'sandbox', ...SMALL_SERVICE },
  ],
  otherWarehouse: 'north-hall',
  async start({ port, secret, stateFile, timeline, shipsByItself, connections }) {
    const [connection] = connections;
    const format = z.object({ kind: z.string() }).safeParse(connection?.settings.format);
    const { url, server, hostKey, close } = await startFilesSandbox({
      port,
      password: secret.password ?? '',
      writesXml: format.data?.kind === 'xml',
      storage: stateFile === null ? memoryStorage() : fileStorage(stateFile),
      directory: stateFile === null ? undefined : `${stateFile}.files`,
      timeline,
      shipsByItself,
      stock: connection?.stock ?? [],
    });
    return { url, settingsFor: () => ({ server, hostKey }), close };
  },
  openStaff: (url) => new FilesStaff(url),
};

const line = z.object({ sku: z.string(), quantity: z.number() });
const order = z.object({ reference: z.string(), status: z.string(), lines: z.array(line) });
const orders = z.object({ orders: z.array(order) });
const parcel = z.object({ trackingNumber: z.string(), lines: z.array(line) });
const parcels = z.object({ parcels: z.array(parcel) });

/** A packer's work. An order's id is its reference. */
export class FilesStaff implements Staff {
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
    return (await this.#post(`/orders/${orderId}/ship`, parcel, { warehouse: warehouseId })).trackingNumber;
  }

  /** No file says that an order ends with a part of it. */
  async shipPart(orderId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart> {
    const request = { goods, closesOrder: endsOrder };
    const { trackingNumber } = await this.#post(`/orders/${orderId}/ship`, parcel, request);
    return { trackingNumber, restId: endsOrder ? null : orderId };
  }

  async parcels(): Promise<StaffParcel[]> {
    return (await requestJson(`${this.#origin}/sandbox/parcels`, parcels)).parcels;
  }

  async cancel(orderId: string): Promise<void> {
    await this.#post(`/orders/${orderId}/cancel`, z.unknown(), {});
  }

  async voidParcel(trackingNumber: string): Promise<void> {
    await this.#post(`/parcels/${trackingNumber}/void`, parcel, {});
  }

  async refuseNextCancellation(): Promise<void> {
    const url = `${this.#origin}/sandbox/settings`;
    await requestJson(url, z.unknown(), { method: 'PATCH', body: { refusesNextCancellation: true } });
  }

  #post<Answer>(path: string, schema: z.ZodType<Answer>, body: object): Promise<Answer> {
    return requestJson(`${this.#origin}/sandbox${path}`, schema, { method: 'POST', body });
  }
}
