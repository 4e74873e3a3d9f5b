import type * as z from 'zod';
import {
  type Answer,
  type Attempt,
  failureOfAnswer,
  failureOfForm,
  failureOfInventory,
  parseJson,
} from './failures.ts';
import type { LinkedPage } from './linked-pages.ts';
import type { ShipmentRequest } from './order-request.ts';
import type { CountedPage } from './paging.ts';
import {
  type CreatedShipment,
  createdShipments,
  type Fulfillment,
  fulfillmentsPage,
  type InventoryLevel,
  inventoryPage,
  type Label,
  labelsPage,
  type Shipment,
  shipment,
  shipmentsPage,
} from './schemas.ts';
import type { Replacement } from './shipment-replacement.ts';
import type { Request, Transport } from './transport.ts';

export type Query = Readonly<Record<string, string | number>>;

/** ShipStation's endpoints that we use, and nothing of our own domain. All methods throw the classes of `domain/errors.ts`. */
export interface ShipStationClient {
  /** `POST /v2/shipments` with one row: its verdict. */
  createShipment(body: ShipmentRequest): Promise<CreatedShipment>;
  /** `GET /v2/shipments` */
  shipments(query: Query, reference: string): Promise<CountedPage<Shipment>>;
  /** `GET /v2/shipments/{id}`; null where there is none, which is what a merged shipment becomes. */
  shipment(shipmentId: string): Promise<Shipment | null>;
  /** `PUT /v2/shipments/{id}` with the whole object: what ShipStation holds after it. */
  replaceShipment(shipmentId: string, body: Replacement, reference: string): Promise<Shipment>;
  /** `PUT /v2/shipments/{id}/cancel` */
  cancelShipment(shipmentId: string, reference: string): Promise<void>;
  /** `GET /v2/labels` */
  labels(query: Query): Promise<CountedPage<Label>>;
  /** `GET /v2/fulfillments` */
  fulfillments(query: Query): Promise<CountedPage<Fulfillment>>;
  /** `GET /v2/inventory`, with the first page's query or that of a page's `next`. */
  inventory(query: string): Promise<LinkedPage<InventoryLevel>>;
  /** `GET /v2/inventory_warehouses/{id}`: whether there is one. Not the same ids as those of `GET /v2/warehouses`. */
  hasInventoryWarehouse(id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** @param system whom errors name: the connection's id */
export function shipStationClient(transport: Transport, system: string): ShipStationClient {
  const reading = (operation: string, reference?: string): Attempt => ({
    system,
    operation,
    writes: false,
    ...(reference !== undefined && { reference }),
  });
  const writing = (operation: string, reference: string): Attempt => ({
    system,
    operation,
    reference,
    writes: true,
  });

  async function get<Schema extends z.ZodType>(path: string, schema: Schema, attempt: Attempt) {
    const answer = await succeed({ method: 'GET', path }, attempt);
    return readBody(answer, schema, attempt);
  }

  async function succeed(request: Request, attempt: Attempt): Promise<Answer> {
    const answer = await transport.send(request, attempt);
    if (answer.status < 200 || answer.status > 299) throw failureOfAnswer(attempt, answer);
    return answer;
  }

  return {
    async createShipment(body) {
      const attempt = writing('create shipment', body.external_shipment_id);
      const answer = await succeed(
        { method: 'POST', path: '/v2/shipments', body: { shipments: [body] } },
        attempt,
      );
      const [row] = readBody(answer, createdShipments, attempt).shipments;
      if (row === undefined) throw failureOfForm(attempt, answer.status, 'shipments: no row');
      return row;
    },
    async shipments(query, reference) {
      const page = await get(
        withQuery('/v2/shipments', query),
        shipmentsPage,
        reading('find shipment', reference),
      );
      return { ...page, rows: page.shipments };
    },
    async shipment(shipmentId) {
      const attempt = reading('read shipment', shipmentId);
      const path = shipmentPath(shipmentId);
      const answer = await transport.send({ method: 'GET', path }, attempt);
      if (answer.status === 404) return null;
      if (answer.status !== 200) throw failureOfAnswer(attempt, answer);
      return readBody(answer, shipment, attempt);
    },
    async replaceShipment(shipmentId, body, reference) {
      const attempt = writing('update shipment', reference);
      const path = shipmentPath(shipmentId);
      const answer = await succeed({ method: 'PUT', path, body }, attempt);
      // Whether the answer holds the shipment is not documented; other PUTs are answered with nothing.
      const told = answer.body === '' ? await succeed({ method: 'GET', path }, attempt) : answer;
      return readBody(told, shipment, attempt);
    },
    async cancelShipment(shipmentId, reference) {
      const path = `${shipmentPath(shipmentId)}/cancel`;
      // Without a body the answer is 411 (seen live, not documented).
      await succeed({ method: 'PUT', path, body: {} }, writing('cancel shipment', reference));
    },
    async labels(query) {
      const page = await get(withQuery('/v2/labels', query), labelsPage, reading('list labels'));
      return { ...page, rows: page.labels };
    },
    async fulfillments(query) {
      const page = await get(
        withQuery('/v2/fulfillments', query),
        fulfillmentsPage,
        reading('list fulfillments'),
      );
      return { ...page, rows: page.fulfillments };
    },
    async inventory(query) {
      const attempt = reading('list inventory');
      const answer = await transport.send({ method: 'GET', path: `/v2/inventory?${query}` }, attempt);
      if (answer.status !== 200) throw failureOfInventory(attempt, answer);
      const { total, inventory, links } = readBody(answer, inventoryPage, attempt);
      return { total, rows: inventory, next: queryOf(links.next?.href ?? '') };
    },
    async hasInventoryWarehouse(id) {
      const attempt = reading('read inventory warehouse', id);
      const path = `/v2/inventory_warehouses/${encodeURIComponent(id)}`;
      const answer = await transport.send({ method: 'GET', path }, attempt);
      if (answer.status === 200) return true;
      if (answer.status === 404) return false;
      throw failureOfInventory(attempt, answer);
    },
    close: () => transport.close(),
  };
}

function shipmentPath(shipmentId: string): string {
  return `/v2/shipments/${encodeURIComponent(shipmentId)}`;
}

/** Of a link only its query is followed: the API key goes to our own address, whatever host the link names. */
function queryOf(href: string): string {
  return href.split('?')[1] ?? '';
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return `${path}?${parameters}`;
}

/** Names the wrong fields only: an error may be logged, and values may be personal. */
function readBody<Schema extends z.ZodType>(
  answer: Answer,
  schema: Schema,
  attempt: Attempt,
): z.infer<Schema> {
  const result = schema.safeParse(parseJson(answer.body));
  if (result.success) return result.data;
  const where = result.error.issues
    .map((issue) => `${issue.path.join('.') || 'the answer'}: ${issue.code}`)
    .join(', ');
  throw failureOfForm(attempt, answer.status, where);
}
