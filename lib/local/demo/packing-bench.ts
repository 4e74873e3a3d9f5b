import * as z from 'zod';
import { requestJson } from './request-json.ts';

const shipmentRow = z.object({
  shipment_id: z.string(),
  external_shipment_id: z.string().nullable(),
  shipment_status: z.string(),
});
const listed = z.object({ shipments: z.array(shipmentRow) });
const created = z.object({ shipments: z.tuple([z.object({ shipment_id: z.string() })]) });
const label = z.object({ tracking_number: z.string() });
const labels = z.object({ labels: z.array(label.extend({ label_id: z.string() })) });
const fulfillment = z.object({ fulfillment_id: z.string() });

export interface BenchOrder {
  readonly id: string;
  /** ShipStation's: pending, label_purchased, cancelled … */
  readonly status: string;
}

/** What a packer does in ShipStation: finds an order, splits it, and buys labels. */
export class PackingBench {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, apiKey: string) {
    this.#origin = origin;
    this.#headers = { 'api-key': apiKey };
  }

  /** All orders under the reference: more than one would be a duplicate. */
  async ordersFor(reference: string): Promise<BenchOrder[]> {
    const query = new URLSearchParams({ external_shipment_id: reference });
    const url = `${this.#origin}/v2/shipments?${query}`;
    const { shipments } = await requestJson(url, listed, { headers: this.#headers });
    return shipments
      .filter((row) => row.external_shipment_id === reference)
      .map((row) => ({ id: row.shipment_id, status: row.shipment_status }));
  }

  /** @returns the ids of the parts */
  async split(shipmentId: string, itemsPerPart: number): Promise<string[]> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/split`;
    const { shipments } = await requestJson(url, listed, { method: 'POST', body: { itemsPerPart } });
    return shipments.map((row) => row.shipment_id);
  }

  /**
   * @param warehouseId where it is shipped from, if not from where the order says
   * @returns the label's tracking number
   */
  async buyLabel(shipmentId: string, warehouseId?: string): Promise<string> {
    if (warehouseId !== undefined) await this.#changeShipFrom(shipmentId, warehouseId);
    const url = `${this.#origin}/v2/labels/shipment/${shipmentId}`;
    const bought = await requestJson(url, label, { method: 'POST', headers: this.#headers, body: {} });
    return bought.tracking_number;
  }

  /** The packer has no more of a product and packs another in its place. */
  async substitute(shipmentId: string, sku: string, becomes: string): Promise<void> {
    await this.#edit(shipmentId, { products: [{ sku, becomes }] });
  }

  async cancel(shipmentId: string): Promise<void> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/cancel`;
    const answer = await fetch(url, { method: 'POST' });
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  }

  /** What another app, or a person, makes there. @returns its id */
  async makeShipment(fields: object): Promise<string> {
    const url = `${this.#origin}/v2/shipments`;
    const body = { shipments: [fields] };
    const made = await requestJson(url, created, { method: 'POST', headers: this.#headers, body });
    return made.shipments[0].shipment_id;
  }

  async deleteShipment(shipmentId: string): Promise<void> {
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

  /** Marks an order as shipped, without a number. @returns ShipStation's id of that */
  async markShipped(shipmentId: string): Promise<string> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/mark-shipped`;
    return (await requestJson(url, fulfillment, { method: 'POST', body: {} })).fulfillment_id;
  }

  /** Types the number of what was marked as shipped, or another one. */
  async typeNumber(fulfillmentId: string, trackingNumber: string): Promise<void> {
    const url = `${this.#origin}/sandbox/fulfillments/${fulfillmentId}/edit`;
    await requestJson(url, z.unknown(), { method: 'POST', body: { trackingNumber } });
  }

  async voidLabel(trackingNumber: string): Promise<void> {
    const all = await requestJson(`${this.#origin}/sandbox/labels`, labels);
    const bought = all.labels.find(({ tracking_number }) => tracking_number === trackingNumber);
    const url = `${this.#origin}/sandbox/labels/${bought?.label_id}/void`;
    await requestJson(url, z.unknown(), { method: 'POST', body: {} });
  }

  /** The next attempt to cancel finds the order in a packer's hands. */
  async holdOnToNext(): Promise<void> {
    const match = { method: 'PUT', path: '/cancel' };
    const refusal = { status: 400, code: 'invalid_status', message: 'The parcel is being packed.' };
    const body = { kind: 'status', match, ...refusal };
    await requestJson(`${this.#origin}/sandbox/faults`, z.unknown(), { method: 'POST', body });
  }
}
