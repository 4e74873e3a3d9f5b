import * as z from 'zod';
import { requestJson } from './request-json.ts';

const shipmentRow = z.object({ shipment_id: z.string(), external_shipment_id: z.string().nullable() });
const listed = z.object({ shipments: z.array(shipmentRow) });
const label = z.object({ tracking_number: z.string(), carrier_code: z.string() });

/** What a packer does in ShipStation: finds an order, splits it, and buys labels. */
export class PackingBench {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, apiKey: string) {
    this.#origin = origin;
    this.#headers = { 'api-key': apiKey };
  }

  /** Ids of all orders under the reference: more than one would be a duplicate. */
  async ordersFor(reference: string): Promise<string[]> {
    const query = new URLSearchParams({ external_shipment_id: reference });
    const { shipments } = await requestJson(`${this.#origin}/v2/shipments?${query}`, listed, {
      headers: this.#headers,
    });
    return shipments.filter((row) => row.external_shipment_id === reference).map((row) => row.shipment_id);
  }

  /** @returns the ids of the parts */
  async split(shipmentId: string, itemsPerPart: number): Promise<string[]> {
    const url = `${this.#origin}/sandbox/shipments/${shipmentId}/split`;
    const { shipments } = await requestJson(url, listed, { method: 'POST', body: { itemsPerPart } });
    return shipments.map((row) => row.shipment_id);
  }

  /** @returns the label's tracking number */
  async buyLabel(shipmentId: string): Promise<string> {
    const url = `${this.#origin}/v2/labels/shipment/${shipmentId}`;
    const bought = await requestJson(url, label, { method: 'POST', headers: this.#headers, body: {} });
    return bought.tracking_number;
  }
}
