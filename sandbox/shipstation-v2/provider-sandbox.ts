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
import { startShipStationSandbox } from './server.ts';

export const providerSandbox: ProviderSandbox = {
  connectionSettings: [
    { baseUrl: 'sandbox', warehouseId: 'se-1001' },
    { baseUrl: 'sandbox', warehouseId: 'se-1002' },
  ],
  async start({ port, secret, stateFile, timeline, shipsByItself, callsPerMinute, connections }) {
    const sandbox = await startShipStationSandbox({
      port,
      apiKey: secret.apiKey ?? '',
      storage: stateFile === null ? memoryStorage() : fileStorage(stateFile),
      timeline,
      shipsByItself,
      stock: connections.flatMap(({ settings, stock }) =>
        stock.map((row) => ({ ...row, shipFrom: String(settings.warehouseId) })),
      ),
      ...(callsPerMinute !== undefined && { callsPerMinute }),
    });
    const { url, close } = sandbox;
    const limit = callsPerMinute === undefined ? {} : { callsPerMinute };
    return { url, settingsFor: () => ({ baseUrl: url, ...limit }), close };
  },
  openStaff: (url, secret) => new ShipStationStaff(url, secret.apiKey ?? ''),
};

const shipmentRow = z.object({
  shipment_id: z.string(),
  external_shipment_id: z.string().nullable(),
  shipment_status: z.string(),
  // Charges are items without a SKU.
  items: z.array(z.object({ sku: z.string().optional(), quantity: z.number() })),
});
const listed = z.object({ shipments: z.array(shipmentRow) });
const created = z.object({ shipments: z.tuple([z.object({ shipment_id: z.string() })]) });
const label = z.object({ tracking_number: z.string() });
const labels = z.object({
  labels: z.array(label.extend({ label_id: z.string(), shipment_id: z.string() })),
});
const fulfillment = z.object({ fulfillment_id: z.string() });

/** A packer's work in ShipStation. */
export class ShipStationStaff implements Required<Omit<Staff, 'receiveLot'>> {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, apiKey: string) {
    this.#origin = origin;
    this.#headers = { 'api-key': apiKey };
  }

  /** All orders with the reference. More than one is a duplicate. */
  async ordersFor(reference: string): Promise<StaffOrder[]> {
    const { shipments } = await requestJson(`${this.#origin}/sandbox/shipments`, listed);
    return shipments
      .filter((row) => row.external_shipment_id === reference)
      .map((row) => ({
        id: row.shipment_id,
        status: row.shipment_status,
        isCancelled: row.shipment_status === 'cancelled',
        lines: toGoods(row),
      }));
  }

  /** The rest becomes a shipment of its own, and is cancelled where it never leaves. */
  async shipPart(shipmentId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/split`;
    const { shipments } = await requestJson(url, listed, { method: 'POST', body: { keeps: goods } });
    const trackingNumber = await this.ship(shipmentId);
    const restId = shipments.at(-1)?.shipment_id ?? '';
    if (endsOrder) await this.cancel(restId);
    return { trackingNumber, restId: endsOrder ? null : restId };
  }

  /** A merged or deleted shipment has none. */
  async parcels(): Promise<StaffParcel[]> {
    const { shipments } = await requestJson(`${this.#origin}/sandbox/shipments`, listed);
    const all = await requestJson(`${this.#origin}/sandbox/labels`, labels);
    return all.labels.flatMap(({ tracking_number, shipment_id }) => {
      const own = shipments.find((row) => row.shipment_id === shipment_id);
      return own === undefined ? [] : [{ trackingNumber: tracking_number, lines: toGoods(own) }];
    });
  }

  /** @returns the ids of the parts */
  async split(shipmentId: string, itemsPerPart: number): Promise<string[]> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/split`;
    const { shipments } = await requestJson(url, listed, { method: 'POST', body: { itemsPerPart } });
    return shipments.map((row) => row.shipment_id);
  }

  async merge(shipmentIds: readonly string[]): Promise<string> {
    const url = `${this.#origin}/sandbox/shipments/merge`;
    const body = { shipment_ids: shipmentIds };
    return (await requestJson(url, shipmentRow, { method: 'POST', body })).shipment_id;
  }

  /**
   * @param warehouseId the warehouse to ship from. @default the order's
   * @returns the label's tracking number
   */
  async ship(shipmentId: string, warehouseId?: string): Promise<string> {
    if (warehouseId !== undefined) await this.#changeShipFrom(shipmentId, warehouseId);
    const url = `${this.#origin}/v2/labels/shipment/${shipmentId}`;
    const bought = await requestJson(url, label, { method: 'POST', headers: this.#headers, body: {} });
    return bought.tracking_number;
  }

  /** Replaces a product by another. */
  async substitute(shipmentId: string, sku: string, becomes: string): Promise<void> {
    await this.#edit(shipmentId, { products: [{ sku, becomes }] });
  }

  async cancel(shipmentId: string): Promise<void> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/cancel`;
    const answer = await fetch(url, { method: 'POST' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  /** Creates a shipment as another app does. @returns its id */
  async createForeignOrder(fields: object): Promise<string> {
    const url = `${this.#origin}/v2/shipments`;
    const body = { shipments: [fields] };
    const made = await requestJson(url, created, {
      method: 'POST',
      headers: this.#headers,
      body,
    });
    return made.shipments[0].shipment_id;
  }

  async deleteOrder(shipmentId: string): Promise<void> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}`;
    const answer = await fetch(url, { method: 'DELETE' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  async #changeShipFrom(shipmentId: string, warehouseId: string): Promise<void> {
    await this.#edit(shipmentId, { warehouseId });
  }

  async #edit(shipmentId: string, body: object): Promise<void> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/edit`;
    await requestJson(url, z.unknown(), { method: 'POST', body });
  }

  /** Marks an order as shipped without a tracking number. @returns the fulfillment's id */
  async markShipped(shipmentId: string): Promise<string> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/mark-shipped`;
    return (await requestJson(url, fulfillment, { method: 'POST', body: {} })).fulfillment_id;
  }

  /** Sets or changes the tracking number of a fulfillment. */
  async setTrackingNumber(fulfillmentId: string, trackingNumber: string): Promise<void> {
    const url = `${this.#origin}/sandbox/fulfillments/${fulfillmentId}/edit`;
    await requestJson(url, z.unknown(), { method: 'POST', body: { trackingNumber } });
  }

  async voidParcel(trackingNumber: string): Promise<void> {
    const all = await requestJson(`${this.#origin}/sandbox/labels`, labels);
    const bought = all.labels.find(({ tracking_number }) => tracking_number === trackingNumber);
    const url = `${this.#origin}/sandbox/labels/${bought?.label_id}/void`;
    await requestJson(url, z.unknown(), { method: 'POST', body: {} });
  }

  /** Refuses the next cancellation because the order is being packed. */
  async refuseNextCancellation(): Promise<void> {
    const match = { method: 'PUT', path: '/cancel' };
    const refusal = { status: 400, code: 'invalid_status', message: 'The parcel is being packed.' };
    const body = { kind: 'status', match, ...refusal };
    await requestJson(`${this.#origin}/sandbox/faults`, z.unknown(), { method: 'POST', body });
  }
}

function toGoods({ items }: z.infer<typeof shipmentRow>): StaffGoods[] {
  return items.flatMap(({ sku, quantity }) => (sku === undefined ? [] : [{ sku, quantity }]));
}
