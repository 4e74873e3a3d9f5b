import type * as z from 'zod';
import { type Answer, type Attempt, failureOfAnswer, failureOfForm } from './failures.ts';
import type { ShipmentRequest } from './order-request.ts';
import type { CountedPage } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import {
  type CreatedShipment,
  createdShipments,
  type Fulfillment,
  fulfillmentsPage,
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
    return parseAnswer(answer, schema, attempt);
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
      const [row] = parseAnswer(answer, createdShipments, attempt).shipments;
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
      return parseAnswer(answer, shipment, attempt);
    },
    async replaceShipment(shipmentId, body, reference) {
      const attempt = writing('update shipment', reference);
      const path = shipmentPath(shipmentId);
      const answer = await succeed({ method: 'PUT', path, body }, attempt);
      // Whether the answer holds the shipment is not documented; other PUTs are answered with nothing.
      const told = answer.body === '' ? await succeed({ method: 'GET', path }, attempt) : answer;
      return parseAnswer(told, shipment, attempt);
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
    close: () => transport.close(),
  };
}

function shipmentPath(shipmentId: string): string {
  return `/v2/shipments/${encodeURIComponent(shipmentId)}`;
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return `${path}?${parameters}`;
}
