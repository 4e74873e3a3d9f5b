import * as z from 'zod';
import { fromDearSale } from '../../lib/dear/mapper.ts';
import { saleSchema } from '../../lib/dear/schemas.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';

interface JsonRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** @throws {Error} for an unsuccessful answer, with its text: sandboxes have no secrets */
async function requestJson<Answer>(
  url: string,
  schema: z.ZodType<Answer>,
  { method = 'GET', headers = {}, body }: JsonRequest = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 500)}`);
  return schema.parse(JSON.parse(text));
}

const created = z.object({ ID: z.string(), SaleOrderNumber: z.string() });
const calls = z.array(z.object({ saleOrderNumber: z.string(), at: z.string() }));
const deliveries = z.array(z.object({ state: z.string() }));

interface NewSale {
  readonly location: string;
  readonly lines: ReadonlyArray<{ readonly sku: string; readonly quantity: number; readonly price?: number }>;
  /** Further fields of the screen. */
  readonly [field: string]: unknown;
}

/** A person's work in DEAR, through the sandbox's control API. It uses no call of DEAR's API. */
export class DearScreens {
  readonly #screens: string;

  /** @param origin of the sandbox, without a path */
  constructor(origin: string) {
    this.#screens = `${origin}/sandbox`;
  }

  /** @returns its id and sale order number */
  async authoriseSale(sale: NewSale): Promise<{ id: string; number: string }> {
    const body = { ...sale, authorise: true };
    const url = `${this.#screens}/sales`;
    const { ID, SaleOrderNumber } = await requestJson(url, created, { method: 'POST', body });
    return { id: ID.toLowerCase(), number: SaleOrderNumber };
  }

  /** A button on the sale's screen. */
  async click(
    number: string,
    button:
      | 'authorise'
      | 'void'
      | 'undo'
      | 'fulfilment'
      | 'invoice'
      | 'payment'
      | 'pick'
      | 'pack'
      | 'ship'
      | 'tracking',
    body: object = {},
  ): Promise<void> {
    await requestJson(`${this.#screens}/sales/${number}/${button}`, z.unknown(), { method: 'POST', body });
  }

  async addProduct(sku: string): Promise<void> {
    await requestJson(`${this.#screens}/products`, z.unknown(), { method: 'POST', body: { sku } });
  }

  /** Sets the stock on hand. Backordered sales get it at once. */
  async setStock(sku: string, location: string, onHand: number): Promise<void> {
    const body = { sku, location, onHand };
    await requestJson(`${this.#screens}/stock`, z.unknown(), { method: 'PATCH', body });
  }

  async sale(number: string): Promise<Sale> {
    return fromDearSale(await requestJson(`${this.#screens}/sales/${number}`, saleSchema));
  }

  /** The sale order number of each call of DEAR's API since a time (ISO UTC), or ''. */
  async callsSince(moment: string): Promise<string[]> {
    const all = await requestJson(`${this.#screens}/calls`, calls);
    return all.filter(({ at }) => at >= moment).map(({ saleOrderNumber }) => saleOrderNumber);
  }

  async undeliveredWebhooks(): Promise<number> {
    const all = await requestJson(`${this.#screens}/webhook-deliveries`, deliveries);
    return all.filter(({ state }) => state === 'pending').length;
  }
}

const shipmentRow = z.object({
  shipment_id: z.string(),
  external_shipment_id: z.string().nullable(),
  shipment_status: z.string(),
});
const listed = z.object({ shipments: z.array(shipmentRow) });
const createdInPackingBench = z.object({ shipments: z.tuple([z.object({ shipment_id: z.string() })]) });
const label = z.object({ tracking_number: z.string() });
const labels = z.object({ labels: z.array(label.extend({ label_id: z.string() })) });
const fulfillment = z.object({ fulfillment_id: z.string() });

interface BenchOrder {
  readonly id: string;
  /** ShipStation's: pending, label_purchased, cancelled … */
  readonly status: string;
}

/** A packer's work in ShipStation. */
export class PackingBench {
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, apiKey: string) {
    this.#origin = origin;
    this.#headers = { 'api-key': apiKey };
  }

  /** All orders with the reference. More than one is a duplicate. */
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
   * @param warehouseId the warehouse to ship from. @default the order's
   * @returns the label's tracking number
   */
  async buyLabel(shipmentId: string, warehouseId?: string): Promise<string> {
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
  async makeShipment(fields: object): Promise<string> {
    const url = `${this.#origin}/v2/shipments`;
    const body = { shipments: [fields] };
    const made = await requestJson(url, createdInPackingBench, {
      method: 'POST',
      headers: this.#headers,
      body,
    });
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

  async voidLabel(trackingNumber: string): Promise<void> {
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
